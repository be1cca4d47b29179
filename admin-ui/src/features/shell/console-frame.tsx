import { useQuery } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { me } from '@/api/auth/queries'
import { session } from '@/api/session'
import type { RecordData } from '@/api/wire'
import { BrandMark } from '@/components/brand-mark'
import { AccountMenu } from './account-menu'
import { CollectionNav } from './collection-nav'
import { ThemeSwitch } from './theme-switch'
import './shell.css'

function emailOf(person: RecordData | undefined): string {
  const email = person?.['email']
  return typeof email === 'string' ? email : ''
}

/** What stands around every page of a signed-in person. */
export function ConsoleFrame() {
  const { data: person } = useQuery(me)
  return (
    <div className="shell">
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <div className="rail">
        <header className="rail-head">
          <BrandMark />
          Underpin
        </header>
        <CollectionNav />
        <footer className="rail-foot">
          <AccountMenu email={emailOf(person)} onSignOut={() => session.end()} />
          <ThemeSwitch />
        </footer>
      </div>
      <main className="content" id="content" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  )
}
