import { CircleUserRound, LogOut } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { MenuItem } from '@/components/ui/menu-item'
import { Popover } from '@/components/ui/popover'

export function AccountMenu({ email, onSignOut }: { email: string; onSignOut: () => void }) {
  return (
    <Popover
      kind="menu"
      label="Account"
      side="top"
      trigger={(properties) => (
        <Button
          variant="quiet"
          size="small"
          icon={CircleUserRound}
          aria-label={`Account ${email}`}
          title={email}
          {...properties}
        >
          <span className="truncate">{email === '' ? 'Account' : email}</span>
        </Button>
      )}
    >
      {() => (
        <MenuItem icon={LogOut} onSelect={onSignOut}>
          Sign out
        </MenuItem>
      )}
    </Popover>
  )
}
