import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/app'
import { pathOfHash } from './app/legacy-hash'
import './components/theme/base.css'
import { applyTheme } from './components/theme/theme'
import './components/theme/tokens.css'

applyTheme()

const legacyPath = pathOfHash(window.location.hash)
if (legacyPath !== null) window.history.replaceState(null, '', `/_${legacyPath}`)

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}
