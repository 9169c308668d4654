// What goes by mail, through the unmodified client, with the mails read from the developer's mailbox.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { eventually, Galley } from '../lib/galley.mjs'

const password = 'correct horse battery'

describe('codes and links by mail', () => {
  let galley

  before(async () => {
    galley = await Galley.start({
      settings: {
        'auth.site-url': 'http://127.0.0.1:3000',
        'auth.email.max-frequency': '0s',
        'auth.rate-limit.sign-ups': 0,
        'auth.mailbox.port': 0,
      },
    })
  })

  after(() => galley?.stop())

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
})
