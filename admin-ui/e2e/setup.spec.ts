import { expect, test } from '@playwright/test'
import { look, watchConsole } from './look'
import { Server, superuser } from './server'

test('the printed link makes the first superuser and signs in', async ({ page }) => {
  const server = await Server.start('empty')
  try {
    const complaints = watchConsole(page)
    const link = await server.setupLink()
    await page.goto(link.replace(/^https?:\/\/[^/]+/, server.url))
    await expect(page.getByRole('heading', { name: 'Set up Underpin' })).toBeVisible()
    await expect(page).toHaveURL(/\/_\/setup\//)
    await look(page, 'setup')

    await page.getByLabel('Email').fill(superuser.email)
    await page.getByLabel('Password', { exact: true }).fill(superuser.password)
    await page.getByLabel('Password again').fill('something else')
    await page.getByRole('button', { name: 'Create account and sign in' }).click()
    await expect(page.getByText('The two passwords differ.')).toBeVisible()
    await page.getByLabel('Password again').fill(superuser.password)
    await page.getByRole('button', { name: 'Create account and sign in' }).click()
    await expect(page.getByRole('navigation', { name: 'Collections' })).toBeVisible()

    await page.goto(link.replace(/^https?:\/\/[^/]+/, server.url))
    await page.reload()
    await page.getByLabel('Email').fill('second@example.com')
    await page.getByLabel('Password', { exact: true }).fill(superuser.password)
    await page.getByLabel('Password again').fill(superuser.password)
    await page.getByRole('button', { name: 'Create account and sign in' }).click()
    await expect(page.getByText('This set-up link is no longer valid')).toBeVisible()
    expect(complaints).toEqual([])
  } finally {
    await server.stop()
  }
})
