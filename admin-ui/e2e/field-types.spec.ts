import { expect, test } from '@playwright/test'
import { look, watchConsole } from './look'
import { Server, superuser } from './server'

test('every field type is written through its own input and shown in its column', async ({ browser }) => {
  const server = await Server.start('with superuser')
  try {
    const people = await server.api('POST', '/api/collections', {
      name: 'people',
      type: 'auth',
      fields: [{ type: 'text', name: 'name', presentable: true }],
    })
    await server.api('POST', '/api/collections', {
      name: 'papers',
      type: 'base',
      fields: [
        { type: 'text', name: 'title', presentable: true },
        { type: 'relation', name: 'author', collectionId: people['id'], maxSelect: 1 },
        { type: 'relation', name: 'reviewers', collectionId: people['id'], maxSelect: 3 },
        { type: 'file', name: 'cover', maxSelect: 1 },
        { type: 'file', name: 'notes', maxSelect: 5 },
        { type: 'select', name: 'tags', values: ['rust', 'sql', 'web'], maxSelect: 3 },
        { type: 'geoPoint', name: 'place' },
        { type: 'editor', name: 'body' },
        { type: 'url', name: 'source' },
        { type: 'email', name: 'contact' },
        { type: 'date', name: 'due' },
      ],
    })
    const context = await browser.newContext({ baseURL: server.url })
    const page = await context.newPage()
    const complaints = watchConsole(page)
    await page.goto('/_/data/people?rec=new')
    await page.getByLabel('Email').fill(superuser.email)
    await page.getByLabel('Password', { exact: true }).fill(superuser.password)
    await page.keyboard.press('Enter')

    const panel = page.getByRole('complementary')
    await panel.getByRole('textbox', { name: 'name', exact: true }).fill('Ana Ribeiro')
    await panel.getByRole('textbox', { name: 'email' }).fill('ana@example.com')
    await panel.getByRole('button', { name: 'Generate' }).click()
    await expect(panel.getByRole('textbox', { name: 'password' })).toHaveValue(/^\w{20}$/)
    const password = await panel.getByRole('textbox', { name: 'password' }).inputValue()
    await look(page, 'record-auth')
    await panel.getByRole('button', { name: 'Create record' }).click()
    await expect(panel.getByRole('heading', { name: 'Ana Ribeiro' })).toBeVisible()
    await server.api('POST', '/api/collections/people/auth-with-password', {
      identity: 'ana@example.com',
      password,
    })

    await page.goto('/_/data/papers?rec=new')
    await panel.getByRole('textbox', { name: 'title' }).fill('Full of fields')
    await panel.getByRole('combobox', { name: 'author' }).fill('ana')
    await expect(panel.getByRole('option', { name: /Ana Ribeiro/ })).toBeVisible()
    await look(page, 'relation-picker')
    await page.keyboard.press('Enter')
    await expect(panel.getByRole('list', { name: 'Chosen for author' })).toContainText('Ana Ribeiro')
    await panel.getByRole('combobox', { name: 'reviewers' }).focus()
    await panel.getByRole('option', { name: /Ana Ribeiro/ }).click()
    await panel
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: 'cover.txt', mimeType: 'text/plain', buffer: Buffer.from('cover') })
    await panel
      .locator('input[type=file]')
      .nth(1)
      .setInputFiles([
        { name: 'one.txt', mimeType: 'text/plain', buffer: Buffer.from('1') },
        { name: 'two.txt', mimeType: 'text/plain', buffer: Buffer.from('2') },
      ])
    await panel.getByRole('checkbox', { name: 'sql' }).check()
    await panel.getByRole('checkbox', { name: 'web' }).check()
    await panel.getByLabel('Longitude').fill('12.5')
    await panel.getByLabel('Latitude').fill('41.9')
    await panel.getByRole('textbox', { name: 'body' }).fill('<p>Some <b>bold</b> words</p>')
    await panel.getByRole('textbox', { name: 'source' }).fill('https://example.com/a')
    await panel.getByRole('textbox', { name: 'contact' }).fill('a@example.com')
    await panel.getByLabel('due').fill('2026-05-06T07:08:09')
    await panel.getByRole('button', { name: 'Create record' }).click()
    await expect(panel.getByRole('heading', { name: 'Full of fields' })).toBeVisible()
    await expect(panel.getByRole('list', { name: 'Files of notes' }).getByRole('listitem')).toHaveCount(2)
    await look(page, 'record-full')

    await panel.getByRole('button', { name: /^Remove one/ }).click()
    await panel.getByRole('button', { name: 'Save changes' }).click()
    await expect(panel.getByRole('button', { name: 'Save changes' })).toBeDisabled()
    await expect(panel.getByRole('list', { name: 'Files of notes' }).getByRole('listitem')).toHaveCount(1)

    const { items } = await server.api('GET', '/api/collections/papers/records')
    const [paper] = items as Record<string, unknown>[]
    expect(paper).toMatchObject({
      tags: ['sql', 'web'],
      place: { lon: 12.5, lat: 41.9 },
      body: '<p>Some <b>bold</b> words</p>',
      source: 'https://example.com/a',
      contact: 'a@example.com',
      due: '2026-05-06 07:08:09.000Z',
      cover: expect.stringMatching(/^cover_.*\.txt$/),
      notes: [expect.stringMatching(/^two_.*\.txt$/)],
    })
    expect(paper?.['reviewers']).toEqual([paper?.['author']])
    const row = page.getByRole('row', { name: /Full of fields/ })
    await expect(row.getByRole('link', { name: 'Ana Ribeiro' }).first()).toBeVisible()
    expect(complaints).toEqual([])
    await context.close()
  } finally {
    await server.stop()
  }
})
