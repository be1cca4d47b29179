import type { ReactNode } from 'react'
import { BrandMark } from '@/components/brand-mark'
import './sign-in.css'

/** The page around a sign-in or set-up form. */
export function SignInCard({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <main className="sign-in">
      <title>{`${title} · Underpin`}</title>
      <div className="sign-in-card">
        <BrandMark size={32} />
        <div>
          <h1>{title}</h1>
          <p className="muted">{lead}</p>
        </div>
        {children}
      </div>
    </main>
  )
}
