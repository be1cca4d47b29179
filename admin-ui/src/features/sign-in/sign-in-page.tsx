import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { ApiError } from '@/api/api-error'
import { signIn } from '@/api/auth/queries'
import { FormField } from '@/components/form/form-field'
import { Button } from '@/components/ui/button'
import { ErrorNotice, Notice } from '@/components/ui/notice'
import { PasswordField } from './password-field'
import { SignInCard } from './sign-in-card'
import { useState } from 'react'

const credentials = z.object({
  email: z.string().check(z.minLength(1, 'Enter your email.')),
  password: z.string().check(z.minLength(1, 'Enter your password.')),
})

export function SignInPage({ onDone }: { onDone: () => void }) {
  const [failure, setFailure] = useState<unknown>(null)
  const form = useForm({ resolver: zodResolver(credentials), defaultValues: { email: '', password: '' } })
  const { errors, isSubmitting } = form.formState

  const handleSubmit = form.handleSubmit(async ({ email, password }) => {
    setFailure(null)
    try {
      await signIn(email, password)
      onDone()
    } catch (error) {
      setFailure(error)
      form.resetField('password')
      form.setFocus('password')
    }
  })

  const isWrong = failure instanceof ApiError && failure.kind === 'invalid'
  return (
    <SignInCard title="Sign in" lead="Sign in with a superuser account.">
      {isWrong && (
        <Notice tone="danger" title="Email or password is wrong">
          Check both and try again.
        </Notice>
      )}
      {failure !== null && !isWrong && <ErrorNotice title="Signing in failed" error={failure} />}
      <form noValidate onSubmit={(event) => void handleSubmit(event)}>
        <FormField label="Email" error={errors.email?.message}>
          {(link) => (
            <input
              {...link}
              {...form.register('email')}
              type="email"
              className="input"
              autoComplete="username"
              autoFocus
            />
          )}
        </FormField>
        <PasswordField
          label="Password"
          error={errors.password?.message}
          autoComplete="current-password"
          registration={form.register('password')}
        />
        <Button type="submit" variant="primary" disabled={isSubmitting}>
          {isSubmitting ? 'Signing in…' : 'Sign in'}
        </Button>
      </form>
    </SignInCard>
  )
}
