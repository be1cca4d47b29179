import { Eye, EyeOff, WandSparkles } from 'lucide-react'
import { useState } from 'react'
import type { PasswordField } from '@/api/wire'
import { Button, IconButton } from '@/components/ui/button'
import { showToast } from '@/components/ui/toasts'
import { generatePassword } from '@/lib/generate-password'
import type { FieldInputProps } from '../definition'
import { asText } from '../field-values'

export function PasswordInput({ value, onChange, link, record }: FieldInputProps<PasswordField>) {
  const [isShown, setIsShown] = useState(false)

  const handleGenerate = async () => {
    const password = generatePassword()
    onChange(password)
    setIsShown(true)
    try {
      await navigator.clipboard.writeText(password)
      showToast('A new password is filled in and copied')
    } catch {
      showToast('A new password is filled in')
    }
  }

  return (
    <div className="input-row">
      <input
        {...link}
        type={isShown ? 'text' : 'password'}
        className="input"
        autoComplete="new-password"
        placeholder={record === null ? undefined : 'Leave empty to keep the present one'}
        value={asText(value)}
        onChange={(event) => onChange(event.target.value)}
      />
      <IconButton
        icon={isShown ? EyeOff : Eye}
        label={isShown ? 'Hide the password' : 'Show the password'}
        onClick={() => setIsShown(!isShown)}
      />
      <Button icon={WandSparkles} onClick={handleGenerate}>
        Generate
      </Button>
    </div>
  )
}
