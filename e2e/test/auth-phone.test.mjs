// Sign-in by phone, and hooks, through the unmodified client, with a provider for SMS and a receiver of hooks of the test's own.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { Galley, eventually } from '../lib/galley.mjs'

const password = 'correct horse battery'
const secret = Buffer.from('a secret of the hooks, long enough').toString('base64')

/** Takes what is posted to it and answers what the test says. */
async function receiver(answer) {
  const requests = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const received = { path: request.url, headers: request.headers, body }
    requests.push(received)
    const { status = 200, json } = answer(received)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  return { requests, url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }
}

describe('sign-in by phone', () => {
  let galley
  let provider

  before(async () => {
    provider = await receiver(() => ({ status: 201, json: { status: 'queued' } }))
    galley = await Galley.start({
      settings: {
        'auth.sms.enabled': true,
        'auth.sms.max-frequency': '0s',
        'auth.mfa.phone.enroll-enabled': true,
        'auth.mfa.phone.verify-enabled': true,
        'auth.mfa.phone.max-frequency': '0s',
        'auth.sms.twilio.enabled': true,
        'auth.sms.twilio.url': provider.url,
        'auth.sms.twilio.account-sid': 'AC1',
        'auth.sms.twilio.message-service-sid': 'MG1',
        'auth.sms.twilio.auth-token': 'its token',
        'auth.sms.test-otp.4152127777': '123456',
      },
    })
  })

  after(async () => {
    await galley?.stop()
    provider?.close()
  })

  /** The code in the last SMS to a number. */
  const code = (phone) =>
    eventually(`an SMS to ${phone}`, () => {
      const forms = provider.requests.map(({ body }) => new URLSearchParams(body))
      const text = forms.findLast((form) => form.get('To') === `+${phone}`)?.get('Body')
      return /[0-9]{6}/.exec(text ?? '')?.[0]
    })

  test('a code by SMS signs in', async () => {
    const client = galley.client()
    const phone = '491701234567'
    assert.equal((await client.auth.signInWithOtp({ phone: `+${phone}` })).error, null)
    const token = await code(phone)
    const [{ headers, path, body }] = provider.requests
    assert.equal(path, '/2010-04-01/Accounts/AC1/Messages.json')
    assert.equal(headers.authorization, `Basic ${Buffer.from('AC1:its token').toString('base64')}`)
    assert.equal(new URLSearchParams(body).get('From'), 'MG1')
    const wrong = token === '000000' ? '000001' : '000000'
    assert.equal((await client.auth.verifyOtp({ phone, token: wrong, type: 'sms' })).error.code, 'otp_expired')
    const { data, error } = await client.auth.verifyOtp({ phone, token, type: 'sms' })
    assert.equal(error, null)
    assert.equal(data.user.phone, phone)
    assert.equal((await galley.client().auth.verifyOtp({ phone, token, type: 'sms' })).error.code, 'otp_expired')
  })

  test('phone and password', async () => {
    const client = galley.client()
    const phone = '491701234568'
    const made = await client.auth.signUp({ phone, password })
    assert.equal(made.error, null)
    assert.equal(made.data.session, null)
    assert.equal((await client.auth.signInWithPassword({ phone, password })).error.code, 'phone_not_confirmed')
    assert.equal((await client.auth.verifyOtp({ phone, token: await code(phone), type: 'sms' })).error, null)
    const { data, error } = await galley.client().auth.signInWithPassword({ phone, password })
    assert.equal(error, null)
    assert.equal(data.user.phone, phone)
  })

  test('to a test number nothing is sent', async () => {
    const client = galley.client()
    const phone = '4152127777'
    assert.equal((await client.auth.signInWithOtp({ phone })).error, null)
    assert.equal((await client.auth.verifyOtp({ phone, token: '123456', type: 'sms' })).error, null)
    assert.ok(provider.requests.every(({ body }) => !body.includes(phone)))
    // Known to all, but good for that number alone, and only once it was asked for.
    const again = await galley.client().auth.verifyOtp({ phone, token: '123456', type: 'sms' })
    assert.equal(again.error.code, 'otp_expired')
  })

  test('a phone is a second factor', async () => {
    const client = galley.client()
    const phone = '491701234569'
    await client.auth.signInWithOtp({ phone })
    await client.auth.verifyOtp({ phone, token: await code(phone), type: 'sms' })
    const factorPhone = '491701234570'
    const { data: factor, error } = await client.auth.mfa.enroll({ factorType: 'phone', phone: `+${factorPhone}` })
    assert.equal(error, null)
    const challenge = await client.auth.mfa.challenge({ factorId: factor.id })
    assert.equal(challenge.error, null)
    const token = await code(factorPhone)
    const shown = await client.auth.mfa.verify({ factorId: factor.id, challengeId: challenge.data.id, code: token })
    assert.equal(shown.error, null)
    assert.equal((await client.auth.mfa.getAuthenticatorAssuranceLevel()).data.currentLevel, 'aal2')
  })
})

describe('hooks', () => {
  let galley
  let hooks
  const answers = {}

  before(async () => {
    hooks = await receiver((request) => answers[request.path]?.(JSON.parse(request.body)) ?? { json: {} })
    const names = ['before-user-created', 'after-user-created', 'send-email', 'password-verification-attempt']
    const settings = names.flatMap((name) => [
      [`auth.hook.${name}.enabled`, true],
      [`auth.hook.${name}.uri`, `${hooks.url}/${name}`],
      [`auth.hook.${name}.secrets`, `v1,whsec_${secret}`],
    ])
    galley = await Galley.start({ settings: Object.fromEntries(settings) })
  })

  after(async () => {
    await galley?.stop()
    hooks?.close()
  })

  const asked = (name) => hooks.requests.filter(({ path }) => path === `/${name}`)

  test('mails go to the hook, whose code confirms', async () => {
    const client = galley.client()
    const email = 'hooked@example.com'
    assert.equal((await client.auth.signUp({ email, password })).error, null)
    const [mail] = asked('send-email')
    const { user, email_data: data } = JSON.parse(mail.body)
    assert.deepEqual([user.email, data.email_action_type], [email, 'signup'])
    const { data: session, error } = await client.auth.verifyOtp({ email, token: data.token, type: 'signup' })
    assert.equal(error, null)
    assert.equal(session.user.id, user.id)
    const created = JSON.parse(asked('after-user-created')[0].body)
    assert.deepEqual([created.user.id, created.metadata.name], [user.id, 'after-user-created'])
    assert.equal(JSON.parse(asked('before-user-created')[0].body).user.id, user.id)
  })

  test('what is posted is signed', async () => {
    const [{ headers, body }] = hooks.requests
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    const signature = createHmac('sha256', Buffer.from(secret, 'base64')).update(signed).digest('base64')
    assert.equal(headers['webhook-signature'], `v1,${signature}`)
  })

  test('a new user is refused, and is not there', async () => {
    answers['/before-user-created'] = ({ user }) =>
      user.email.endsWith('@refused.example')
        ? { json: { error: { http_code: 403, message: 'not from there' } } }
        : { json: {} }
    const { error } = await galley.client().auth.signUp({ email: 'a@refused.example', password })
    assert.deepEqual([error.status, error.message], [403, 'not from there'])
    const { rows } = await galley.sql("select from auth.users where email like '%@refused.example'")
    assert.equal(rows.length, 0)
  })

  test('a password is refused, right or wrong', async () => {
    answers['/password-verification-attempt'] = () => ({ json: { decision: 'reject', message: 'locked' } })
    const credentials = { email: 'hooked@example.com', password }
    const { error } = await galley.client().auth.signInWithPassword(credentials)
    assert.deepEqual([error.code, error.message], ['invalid_credentials', 'locked'])
    answers['/password-verification-attempt'] = () => ({ json: { decision: 'continue' } })
    assert.equal((await galley.client().auth.signInWithPassword(credentials)).error, null)
    assert.equal(JSON.parse(asked('password-verification-attempt').at(-1).body).valid, true)
  })

  test('nothing is sent or kept when the hook for mails fails', async () => {
    answers['/send-email'] = () => ({ status: 500, json: {} })
    const { error } = await galley.client().auth.signUp({ email: 'lost@example.com', password })
    assert.equal(error.status, 500)
    const { rows } = await galley.sql("select from auth.users where email = 'lost@example.com'")
    assert.equal(rows.length, 0)
  })
})
