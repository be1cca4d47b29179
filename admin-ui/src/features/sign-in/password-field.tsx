import { Eye, EyeOff } from 'lucide-react'
import { useState } from 'react'
import type { UseFormRegisterReturn } from 'react-hook-form'
import { FormField } from '@/components/form/form-field'
import { IconButton } from '@/components/ui/button'

interface PasswordFieldProps {
  label: string
  hint?: string
  error: string | undefined
  autoComplete: 'current-password' | 'new-password'
  registration: UseFormRegisterReturn
}

export function PasswordField({ label, hint, error, autoComplete, registration }: PasswordFieldProps) {
  const [isShown, setIsShown] = useState(false)
  return (
    <FormField label={label} hint={hint} error={error}>
      {(link) => (
        <div className="sign-in-password">
          <input
            {...link}
            {...registration}
            type={isShown ? 'text' : 'password'}
            className="input"
            autoComplete={autoComplete}
          />
          <IconButton
            size="small"
            icon={isShown ? EyeOff : Eye}
            label={isShown ? 'Hide the password' : 'Show the password'}
            onClick={() => setIsShown(!isShown)}
          />
        </div>
      )}
    </FormField>
  )
}
