// GraphQL over HTTP, judged by the audit of the protocol's authors (npm graphql-http), and GraphiQL in a real browser.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { auditServer } from 'graphql-http'
import { launchBrowser } from '../lib/browser.mjs'
import { Galley } from '../lib/galley.mjs'

describe('GraphQL over HTTP', () => {
  let galley

  before(async () => {
    galley = await Galley.start()
    await galley.sql(`
      create table ship (id int primary key, name text not null);
      insert into ship values (1, 'Argo'), (2, 'Fram');
      create policy everyone on ship to anon using (true);
      grant select on ship to anon, authenticated, service_role;
    `)
    await galley.knows('ship')
  })

  after(() => galley?.stop())

  test('passes every audit that the protocol demands, and those that it recommends', async () => {
    const results = await auditServer({
      url: `${galley.url}/graphql/v1`,
      fetchFn: (url, init) => fetch(url, { ...init, headers: { ...init?.headers, apikey: galley.env.PUBLISHABLE_KEY } }),
    })
    assert.ok(results.length > 50, `${results.length} audits`)
    const missed = results.filter((each) => each.status !== 'ok').map((each) => `${each.id} ${each.name}: ${each.reason}`)
    assert.deepEqual(missed.filter((each) => / MUST /.test(` ${each} `)), [])
    assert.deepEqual(missed.filter((each) => / SHOULD /.test(` ${each} `)), [])
  })

  describe('GraphiQL', () => {
    let browser
    let page
    const trouble = []
    const strangers = []

    before(async () => {
      browser = await launchBrowser()
      page = await browser.newPage()
      page.on('console', (message) => message.type() === 'error' && trouble.push(message.text()))
      page.on('pageerror', (error) => trouble.push(String(error)))
      page.on('request', (request) => /^(data|blob):|^http:\/\/127\.0\.0\.1:/.test(request.url()) || strangers.push(request.url()))
      await page.goto(`${galley.url}/graphql/v1`)
    })

    after(() => browser?.close())

    test('asks for the key, runs a query and shows the rows', async () => {
      assert.ok(!(await page.content()).includes(galley.env.PUBLISHABLE_KEY))
      await page.fill('#key', galley.env.PUBLISHABLE_KEY)
      await page.click('#caller button')
      await page.click('.graphiql-query-editor .CodeMirror')
      await page.keyboard.press('Control+A')
      await page.keyboard.insertText('{ shipCollection { edges { node { name } } } }')
      await page.click('.graphiql-execute-button')
      const result = page.locator('.result-window')
      await result.getByText('"Fram"').waitFor()
      assert.match(await result.innerText(), /Argo/)
    })

    test('shows the schema from its introspection', async () => {
      await page.locator('[aria-label="Show Documentation Explorer"]').click()
      const docs = page.locator('.graphiql-doc-explorer')
      await docs.getByText('Query', { exact: true }).first().click()
      await docs.getByText('shipByPk').waitFor()
    })

    test('needs nothing that its policy forbids and nobody else', () => {
      assert.deepEqual(trouble, [])
      assert.deepEqual(strangers, [])
    })
  })

  test('GraphiQL is framed by nobody, runs no script of anybody else, and has no other files', async () => {
    const page = await fetch(`${galley.url}/graphql/v1`, { headers: { accept: 'text/html' } })
    const policy = page.headers.get('content-security-policy')
    assert.match(policy, /default-src 'none'/)
    assert.match(policy, /script-src 'self'/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.doesNotMatch(policy, /unsafe|https?:|\*/)
    for (const file of ['index.html', 'LICENSE', '..%2fGraphiql.class', '%2e%2e/x', 'graphiql.min.js.map']) {
      assert.equal((await fetch(`${galley.url}/graphql/v1/graphiql/${file}`)).status, 404, file)
    }
  })
})
