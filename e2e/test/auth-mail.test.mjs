// What goes by mail, through the unmodified client, with the mails read from the developer's mailbox.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { launchBrowser } from '../lib/browser.mjs'
import { eventually, Galley } from '../lib/galley.mjs'

const password = 'correct horse battery'

describe('codes and links by mail', () => {
  let galley
  let templates

  before(async () => {
    templates = await mkdtemp(join(tmpdir(), 'galley-templates-'))
    const hostile = '<html><head></head><body><h1>Come in</h1><script>parent.document.title = "stolen"</script>'
    await writeFile(
      join(templates, 'invite.html'),
      `${hostile}<img src="x" onerror="parent.document.title = 'stolen'"><a href="{{ .ConfirmationURL }}">accept</a></body></html>`,
    )
    galley = await Galley.start({
      settings: {
        'auth.site-url': 'http://127.0.0.1:3000',
        'auth.email.max-frequency': '0s',
        'auth.rate-limit.sign-ups': 0,
        'auth.mailbox.port': 0,
        'auth.email.template.invite.content-path': join(templates, 'invite.html'),
      },
    })
  })

  after(async () => {
    await galley?.stop()
    await rm(templates, { recursive: true, force: true })
  })

  /** The text of the last mail to somebody; those before it are forgotten. */
  async function mailTo(address) {
    const mailbox = `${galley.env.MAILPIT_URL}/api/v1`
    const found = await eventually('a mail', async () => {
      const { messages } = await (await fetch(`${mailbox}/search?query=to:${address}`)).json()
      return messages[0]
    })
    const mail = await (await fetch(`${mailbox}/message/${found.ID}`)).json()
    await fetch(`${mailbox}/messages`, { method: 'DELETE' })
    return { subject: mail.Subject, code: /\b\d{6}\b/.exec(mail.Text)?.[0], link: /\( (http\S+) \)/.exec(mail.Text)?.[1] }
  }

  test('a sign-up is confirmed by the code', async () => {
    const client = galley.client()
    const { data, error } = await client.auth.signUp({ email: 'code@example.com', password })
    assert.equal(error, null)
    assert.equal(data.session, null)
    assert.equal((await client.auth.signInWithPassword({ email: 'code@example.com', password })).error.code, 'email_not_confirmed')
    const { code, subject } = await mailTo('code@example.com')
    assert.equal(subject, 'Confirm your address')
    const wrong = await client.auth.verifyOtp({ email: 'code@example.com', token: code === '000000' ? '111111' : '000000', type: 'signup' })
    assert.equal(wrong.error.code, 'otp_expired')
    const verified = await client.auth.verifyOtp({ email: 'code@example.com', token: code, type: 'signup' })
    assert.equal(verified.error, null)
    assert.equal((await client.auth.getUser()).data.user.email, 'code@example.com')
  })

  test('somebody who signs up again learns nothing', async () => {
    const client = galley.client()
    const { data, error } = await client.auth.signUp({ email: 'code@example.com', password: 'something else' })
    assert.equal(error, null)
    assert.deepEqual(data.user.identities, [])
    assert.equal((await client.auth.signInWithPassword({ email: 'code@example.com', password })).error, null)
  })

  test('a link with a code challenge ends with a code for the client that asked', async () => {
    const store = new Map()
    const client = galley.client(undefined, {
      auth: {
        flowType: 'pkce',
        persistSession: true,
        autoRefreshToken: false,
        storage: { getItem: (key) => store.get(key) ?? null, setItem: (key, value) => store.set(key, value), removeItem: (key) => store.delete(key) },
      },
    })
    await client.auth.signInWithOtp({ email: 'pkce@example.com' })
    const { link } = await mailTo('pkce@example.com')
    const opened = await fetch(link, { redirect: 'manual' })
    assert.equal(opened.status, 303)
    const end = new URL(opened.headers.get('location'))
    assert.equal(end.origin, 'http://127.0.0.1:3000')
    const { data, error } = await client.auth.exchangeCodeForSession(end.searchParams.get('code'))
    assert.equal(error, null)
    assert.equal(data.user.email, 'pkce@example.com')
    const again = await fetch(link, { redirect: 'manual' })
    assert.equal(new URL(again.headers.get('location')).searchParams.get('error_code'), 'otp_expired')
  })

  test('a lost password', async () => {
    const client = galley.client()
    assert.equal((await client.auth.resetPasswordForEmail('code@example.com')).error, null)
    assert.equal((await client.auth.resetPasswordForEmail('nobody@example.com')).error, null)
    const { link } = await mailTo('code@example.com')
    const opened = await fetch(link, { redirect: 'manual' })
    const tokens = new URLSearchParams(new URL(opened.headers.get('location')).hash.slice(1))
    assert.equal(tokens.get('type'), 'recovery')
    await client.auth.setSession({ access_token: tokens.get('access_token'), refresh_token: tokens.get('refresh_token') })
    assert.equal((await client.auth.updateUser({ password: 'a new password' })).error, null)
    assert.equal((await galley.client().auth.signInWithPassword({ email: 'code@example.com', password: 'a new password' })).error, null)
  })

  describe('the page of the mailbox, in a browser', () => {
    let browser
    let page
    let site
    const faults = []

    before(async () => {
      site = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<h1>welcome</h1>'))
      await new Promise((listening) => site.listen(0, '127.0.0.1', listening))
      browser = await launchBrowser()
      page = await browser.newPage()
      page.on('pageerror', (error) => faults.push(String(error)))
      await fetch(`${galley.env.MAILPIT_URL}/api/v1/messages`, { method: 'DELETE' })
      await page.goto(galley.env.MAILPIT_URL)
    })

    after(async () => {
      await browser?.close()
      site?.close()
    })

    const mail = () => page.frameLocator('#mail')

    test('shows a mail that comes, and its link leads into the application', async () => {
      await page.getByText('No mails yet.').waitFor()
      const emailRedirectTo = `http://127.0.0.1:${site.address().port}/welcome`
      await galley.client().auth.signUp({ email: 'browser@example.com', password, options: { emailRedirectTo } })
      await page.getByRole('button', { name: 'browser@example.com' }).waitFor()
      assert.equal(await page.getByText('No mails yet.').isVisible(), false)
      await mail().getByRole('heading').waitFor()
      const opened = page.waitForEvent('popup')
      await mail().getByRole('link').first().click()
      const application = await opened
      await application.getByText('welcome').waitFor()
      const end = new URL(application.url())
      assert.equal(end.pathname, '/welcome')
      assert.ok(new URLSearchParams(end.hash.slice(1)).get('access_token'))
      await application.close()
    })

    test('runs nothing that stands in a mail', async () => {
      const admin = galley.client(galley.env.SECRET_KEY)
      assert.equal((await admin.auth.admin.inviteUserByEmail('invited@example.com')).error, null)
      await page.getByRole('button', { name: 'invited@example.com' }).click()
      await mail().getByText('Come in').waitFor()
      assert.equal(await page.title(), 'Mailbox')
      assert.deepEqual(faults, [])
    })

    test('forgets them all', async () => {
      await page.getByRole('button', { name: 'Delete all' }).click()
      await page.getByText('No mails yet.').waitFor()
      const { total } = await (await fetch(`${galley.env.MAILPIT_URL}/api/v1/messages`)).json()
      assert.equal(total, 0)
    })
  })
})
