import { zodResolver } from '@hookform/resolvers/zod'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { ApiError, problemsOf } from '@/api/api-error'
import { createFirstSuperuser } from '@/api/auth/queries'
import { FormField } from '@/components/form/form-field'
import { Button } from '@/components/ui/button'
import { ErrorNotice, Notice } from '@/components/ui/notice'
import { PasswordField } from './password-field'
import { SignInCard } from './sign-in-card'

const LEAST_LENGTH = 8

const account = z
  .object({
    email: z.email('Enter an email address.'),
    password: z.string().check(z.minLength(LEAST_LENGTH, `Use at least ${LEAST_LENGTH} characters.`)),
    repeated: z.string(),
  })
  .check(
    z.refine(({ password, repeated }) => password === repeated, {
      path: ['repeated'],
      error: 'The two passwords differ.',
    }),
  )

/** Makes the first superuser with the link that the server printed when it started. */
export function SetupPage({ token, onDone }: { token: string; onDone: () => void }) {
  const [failure, setFailure] = useState<unknown>(null)
  const form = useForm({
    resolver: zodResolver(account),
    defaultValues: { email: '', password: '', repeated: '' },
  })
  const { errors, isSubmitting } = form.formState

  const handleSubmit = form.handleSubmit(async ({ email, password }) => {
    setFailure(null)
    try {
      await createFirstSuperuser(token, email, password)
      onDone()
    } catch (error) {
      const problems = problemsOf(error)
      for (const name of ['email', 'password'] as const) {
        const problem = problems.get(name)
        if (problem) form.setError(name, { message: problem.message }, { shouldFocus: true })
      }
      setFailure(error)
    }
  })

  const isUsed = failure instanceof ApiError && ['signed-out', 'forbidden'].includes(failure.kind)
  return (
    <SignInCard title="Set up Underpin" lead="Create the first superuser. It may do everything.">
      {isUsed && (
        <Notice tone="danger" title="This set-up link is no longer valid">
          It works once and for a short time. Restart the server to get a new one, or sign in if you already
          have an account.
        </Notice>
      )}
      {failure !== null && !isUsed && (
        <ErrorNotice title="The account could not be created" error={failure} />
      )}
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
          hint={`At least ${LEAST_LENGTH} characters`}
          error={errors.password?.message}
          autoComplete="new-password"
          registration={form.register('password')}
        />
        <PasswordField
          label="Password again"
          error={errors.repeated?.message}
          autoComplete="new-password"
          registration={form.register('repeated')}
        />
        <Button type="submit" variant="primary" disabled={isSubmitting}>
          {isSubmitting ? 'Creating…' : 'Create account and sign in'}
        </Button>
      </form>
    </SignInCard>
  )
}
