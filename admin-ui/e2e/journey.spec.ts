import { expect, test, type Page } from '@playwright/test'
import { look, watchConsole } from './look'
import { Server, superuser } from './server'

let server: Server
let page: Page
let complaints: string[]

test.describe.configure({ mode: 'serial' })

test.beforeAll(async ({ browser }) => {
  server = await Server.start('with superuser')
  const context = await browser.newContext({ baseURL: server.url })
  page = await context.newPage()
  complaints = watchConsole(page)
})

test.afterAll(async () => {
  await page.context().close()
  await server.stop()
})

async function addField(type: string, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Add field' }).click()
  await page.getByRole('menuitem', { name: type, exact: true }).click()
  // The name of the new field is selected: typing replaces it.
  await expect(page.locator('.field-row[data-open=true] input').first()).toBeFocused()
  await page.keyboard.type(name)
}

test('a guest is sent to the sign-in and comes back to the page asked for', async () => {
  await page.goto('/_/data/new')
  await expect(page).toHaveURL(/\/_\/login/)
  await look(page, 'sign-in')
  await page.getByLabel('Email').fill(superuser.email)
  await page.getByLabel('Password', { exact: true }).fill('wrong-password')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Email or password is wrong')).toBeVisible()
  await expect(page.getByLabel('Email')).toHaveValue(superuser.email)
  await page.getByLabel('Password', { exact: true }).fill(superuser.password)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/_\/data\/new/)
})

test('a collection is made with several fields', async () => {
  await page
    .getByLabel('Name *')
    .or(page.getByRole('textbox', { name: 'Name' }))
    .first()
    .fill('articles')
  await addField('Plain text', 'title')
  await page.getByRole('checkbox', { name: 'Required' }).check()
  await page.getByLabel('Most characters').fill('80')
  await addField('Select', 'status')
  await page.getByRole('textbox', { name: 'Values' }).fill('draft\npublished')
  await addField('Number', 'views')
  await addField('Yes or no', 'featured')
  await addField('JSON', 'meta')
  await addField('Date and time', 'published')
  await look(page, 'new-collection')
  await page.getByRole('button', { name: 'Create collection' }).click()
  await expect(page.getByRole('heading', { name: 'articles is empty' })).toBeVisible()
  await look(page, 'records-empty')
})

test('a bad rule is refused in its place, good rules are saved, public ones are red', async () => {
  await page
    .getByRole('navigation', { name: 'Pages of articles' })
    .getByRole('link', { name: 'Access' })
    .click()
  const list = page.getByRole('radiogroup', { name: 'List rule' })
  await expect(list.getByLabel('Locked')).toBeChecked()
  await list.getByLabel('Public').check()
  await expect(page.getByText('Anyone on the network can list all records.')).toBeVisible()
  await page.getByRole('radiogroup', { name: 'View rule' }).getByLabel('Condition').check()
  const condition = page.getByLabel('Condition of the View rule')
  await expect(condition).toBeFocused()
  await page.keyboard.type('nothing = 1')
  await page.getByRole('button', { name: 'Save rules' }).click()
  await expect(condition).toHaveAttribute('aria-invalid', 'true')
  await look(page, 'access-refused')
  await condition.fill('@request.auth.id != ""')
  await page.getByRole('button', { name: 'Save rules' }).click()
  await expect(page.getByText('No unsaved changes')).toBeVisible()
  const saved = await server.api('GET', '/api/collections/articles')
  expect(saved).toMatchObject({ listRule: '', viewRule: '@request.auth.id != ""', createRule: null })
  await look(page, 'access')
})

test('a record is created and edited in the panel', async () => {
  await page
    .getByRole('navigation', { name: 'Pages of articles' })
    .getByRole('link', { name: 'Records' })
    .click()
  await page.getByRole('button', { name: 'New record' }).first().click()
  const panel = page.getByRole('complementary')
  await expect(panel.getByRole('textbox', { name: 'title' })).toBeFocused()
  await panel.getByRole('textbox', { name: 'title' }).fill('First article')
  await panel.getByRole('combobox', { name: 'status' }).selectOption('draft')
  await panel.getByRole('spinbutton', { name: 'views' }).fill('7')
  await panel.getByRole('textbox', { name: 'meta' }).fill('{"a": ')
  await panel.getByRole('button', { name: 'Create record' }).click()
  await expect(panel.getByText('This is not valid JSON')).toBeVisible()
  await panel.getByRole('textbox', { name: 'meta' }).fill('{"a": 1}')
  await look(page, 'record-new')
  await panel.getByRole('button', { name: 'Create record' }).click()
  await expect(panel.getByRole('heading', { name: 'First article' })).toBeVisible()
  await expect(page.getByRole('row', { name: /First article/ })).toBeVisible()

  await panel.getByRole('textbox', { name: 'title' }).fill('x'.repeat(81))
  await page.keyboard.press('Control+Enter')
  await expect(panel.getByRole('textbox', { name: 'title' })).toHaveAttribute('aria-invalid', 'true')
  await panel.getByRole('textbox', { name: 'title' }).fill('First article, revised')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('row', { name: /First article, revised/ })).toBeVisible()
  await look(page, 'record-edit')
  await panel.getByRole('button', { name: 'Close', exact: true }).click()
  await expect(panel).toBeHidden()
})

test('changes made through the API arrive live', async () => {
  await page.getByRole('button', { name: /^Live/ }).click()
  await expect(page.getByRole('button', { name: 'Live (connected)' })).toBeVisible()
  const made = await server.api('POST', '/api/collections/articles/records', {
    title: 'From the API',
    views: 1,
  })
  const id = String(made['id'])
  const drawer = page.getByRole('region', { name: 'Live changes' })
  await expect(drawer.getByRole('listitem').filter({ hasText: id }).getByText('create')).toBeVisible()
  await expect(page.getByRole('row', { name: /From the API/ })).toBeVisible()
  await server.api('PATCH', `/api/collections/articles/records/${id}`, { title: 'Changed by the API' })
  await expect(page.getByRole('row', { name: /Changed by the API/ })).toBeVisible()
  await look(page, 'live')
  await server.api('DELETE', `/api/collections/articles/records/${id}`)
  await expect(page.getByRole('row', { name: /Changed by the API/ })).toBeHidden()
  await expect(drawer.getByRole('listitem').filter({ hasText: id }).getByText('delete')).toBeVisible()
  await drawer.getByRole('button', { name: 'Close live changes' }).click()
})

test('a refused filter shows the error and never “no records”', async () => {
  const filter = page.getByRole('textbox', { name: 'Filter records' })
  await filter.fill('nothing = 1')
  await filter.press('Enter')
  await expect(page.getByText('This filter was refused')).toBeVisible()
  await expect(page.getByText('No records match')).toBeHidden()
  await expect(page.getByRole('row', { name: /First article/ })).toBeVisible()
  await look(page, 'filter-refused')
  await filter.fill('revised')
  await filter.press('Enter')
  await expect(page.getByText('This filter was refused')).toBeHidden()
  await expect(page).toHaveURL(/filter=revised/)
  await expect(page.getByRole('row', { name: /First article/ })).toBeVisible()
  await filter.fill('title = "other"')
  await filter.press('Enter')
  await expect(page.getByRole('heading', { name: 'No records match' })).toBeVisible()
  await look(page, 'records-no-match')
  await page.getByRole('button', { name: 'Clear the filter' }).first().click()
})

test('rows are sorted, selected and deleted', async () => {
  for (const title of ['Alpha', 'Beta'])
    await server.api('POST', '/api/collections/articles/records', { title })
  await page.getByRole('columnheader', { name: 'title' }).getByRole('button').click()
  await expect(page).toHaveURL(/sort=title/)
  await expect(page.getByRole('row').nth(1)).toContainText('Alpha')
  await look(page, 'records')
  await page.getByRole('row').nth(1).getByRole('checkbox').check()
  await page.getByRole('row').nth(2).getByRole('checkbox').check()
  await expect(page.getByText('2 records selected')).toBeVisible()
  await look(page, 'records-selected')
  await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Delete' }).click()
  const dialog = page.getByRole('dialog')
  await look(page, 'records-delete')
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByRole('row', { name: /Alpha|Beta/ })).toHaveCount(0)
  await expect(page.getByRole('row', { name: /First article/ })).toBeVisible()
})

test('a field is renamed and one removed, after a review', async () => {
  await page
    .getByRole('navigation', { name: 'Pages of articles' })
    .getByRole('link', { name: 'Schema' })
    .click()
  await page.getByLabel('Name of the field views').fill('reads')
  await page.getByRole('button', { name: 'Remove featured' }).click()
  await look(page, 'schema')
  await page.getByRole('button', { name: 'Review and save' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('featured')
  await expect(dialog).toContainText('views → reads')
  await look(page, 'schema-review')
  await dialog.getByRole('button', { name: 'Save and remove' }).click()
  await expect(page.getByText('No unsaved changes')).toBeVisible()
  const { fields } = await server.api('GET', '/api/collections/articles')
  const names = (fields as { name: string }[]).map(({ name }) => name)
  expect(names).toContain('reads')
  expect(names).not.toContain('featured')
})

test('a collection is deleted once its name is typed', async () => {
  await page.getByRole('button', { name: 'Delete this collection' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('button', { name: 'Delete collection' })).toBeDisabled()
  await dialog.getByLabel('Type articles to confirm').fill('articles')
  await look(page, 'collection-delete')
  await dialog.getByRole('button', { name: 'Delete collection' }).click()
  await expect(page.getByRole('navigation', { name: 'Collections' }).getByText('articles')).toBeHidden()
})

test('the browser had nothing to complain about', () => {
  expect(complaints).toEqual([])
})
