/** The product’s sign: a beam that rests on its underpinning. */
export function BrandMark({ size = 24 }: { size?: number }) {
  return (
    <svg className="brand-mark" width={size} height={size} viewBox="0 0 24 24" aria-hidden>
      <rect width="24" height="24" rx="5.5" fill="var(--accent)" />
      <path
        d="M5.5 7h13M8 7v6.2a4 4 0 0 0 8 0V7M5.5 19.2h13"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="2"
        strokeLinecap="round"
      />
    </svg>
  )
}
