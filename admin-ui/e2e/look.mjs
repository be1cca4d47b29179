import { chromium } from '@playwright/test'
import AxeBuilder from '@axe-core/playwright'
const base = process.env.BASE ?? 'http://127.0.0.1:4179'
const out = '/tmp/aui-shots'
const only = process.argv[2]
const b = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})
const ctx = await b.newContext({ viewport: { width: 1440, height: 900 } })
const page = await ctx.newPage()
page.on('console', (m) => {
  if (['error', 'warning'].includes(m.type()) && !/realtime\/ws/.test(m.text()))
    console.log('CONSOLE', m.text().slice(0, 300))
})
page.on('pageerror', (e) => console.log('PAGEERROR', e.message))
const shot = async (name, act) => {
  if (only && !name.includes(only)) {
    if (act) await act()
    return
  }
  if (act) await act()
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    const r = await new AxeBuilder({ page }).analyze()
    for (const v of r.violations)
      console.log(
        'AXE',
        name,
        scheme,
        v.id,
        v.nodes.length,
        v.nodes[0].html.slice(0, 140),
        v.nodes[0].any?.[0]?.message ?? '',
      )
    await page.screenshot({ path: `${out}/${name}-${scheme}.png` })
  }
}
const go = (p) => page.goto(base + '/_' + p)
await go('/login')
await page.getByLabel('Email').waitFor()
await shot('login')
await go('/#/pbinstall/aaa.bbb.ccc')
await page.reload()
await page.getByLabel('Password again').waitFor()
await shot('setup')
await go('/login')
await page.getByLabel('Email').fill('root@example.com')
await page.getByLabel('Password', { exact: true }).fill('rootpassword1')
await page.keyboard.press('Enter')
await page.getByRole('navigation', { name: 'Collections' }).waitFor()
await go('/data/aui_articles')
await page.getByRole('row').nth(5).waitFor()
await shot('records')
await shot('record', async () => {
  await page.getByRole('row').nth(4).getByRole('link').first().click()
  await page.getByRole('complementary').getByRole('button', { name: 'Save changes' }).waitFor()
})
await shot('filter-error', async () => {
  await go('/data/aui_articles?filter=zz+%3D+1&live=true')
  await page.getByText('This filter was refused').waitFor()
})
await shot('empty', async () => {
  await go('/data/aui_articles?filter=title+%3D+%22zz%22')
  await page.getByText('No records match').waitFor()
})
await shot('new-record', async () => {
  await go('/data/aui_authors?rec=new')
  await page.getByRole('button', { name: 'Create record' }).waitFor()
})
await shot('schema', async () => {
  await go('/data/aui_articles/schema')
  await page.getByRole('button', { name: 'Options of status' }).click()
})
await shot('access', async () => {
  await go('/data/aui_articles/access')
  await page.getByRole('radiogroup', { name: 'List rule' }).waitFor()
})
await shot('new', async () => {
  await go('/data/new')
  await page.getByRole('button', { name: 'Add field' }).click()
  await page.getByRole('menu').waitFor()
})
await b.close()
