// Authenticator apps as second factors, and recovery codes, through the unmodified client.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { Galley } from '../lib/galley.mjs'

const password = 'correct horse battery'

/** The code that an app shows for a secret in base32, so many steps from now. */
function totp(secret, ahead = 0) {
  let bits = ''
  for (const letter of secret) bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead))
  const digest = createHmac('sha1', key).update(step).digest()
  const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}

describe('second factors', () => {
  let galley

  before(async () => {
    galley = await Galley.start({
      settings: { 'auth.email.enable-confirmations': false, 'auth.rate-limit.factor-attempts': 0 },
    })
    await galley.sql(`
      create table secrets (note text);
      insert into secrets values ('seen');
      create policy stepped on secrets as permissive to authenticated using ((select auth.jwt() ->> 'aal') = 'aal2');
      grant select on secrets to authenticated, service_role;
    `)
    await galley.knows('secrets')
  })

  after(() => galley?.stop())

  /** A new user with an app, and a session of AAL2. */
  async function withApp(email) {
    const client = galley.client()
    await client.auth.signUp({ email, password })
    const { data, error } = await client.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'app', issuer: 'Tests' })
    assert.equal(error, null)
    assert.match(data.totp.qr_code, /^data:image\/svg\+xml/)
    assert.match(data.totp.uri, /^otpauth:\/\/totp\/Tests:/)
    const shown = await client.auth.mfa.challengeAndVerify({ factorId: data.id, code: totp(data.totp.secret) })
    assert.equal(shown.error, null)
    return { client, factorId: data.id, secret: data.totp.secret }
  }

  const level = async (client) => (await client.auth.mfa.getAuthenticatorAssuranceLevel()).data

  test('an app raises the session, which policies see', async () => {
    const { client, factorId, secret } = await withApp('app@example.com')
    assert.equal((await level(client)).currentLevel, 'aal2')
    assert.deepEqual((await client.from('secrets').select('note')).data, [{ note: 'seen' }])

    const later = galley.client()
    await later.auth.signInWithPassword({ email: 'app@example.com', password })
    const { currentLevel, nextLevel } = await level(later)
    assert.deepEqual([currentLevel, nextLevel], ['aal1', 'aal2'])
    assert.deepEqual((await later.from('secrets').select('note')).data, [])
    const wrong = await later.auth.mfa.challengeAndVerify({ factorId, code: '000000' })
    assert.equal(wrong.error.code, 'mfa_verification_failed')
    const right = await later.auth.mfa.challengeAndVerify({ factorId, code: totp(secret, 1) })
    assert.equal(right.error, null)
    assert.equal((await level(later)).currentLevel, 'aal2')
    assert.equal((await later.auth.refreshSession()).error, null)
    assert.deepEqual((await later.from('secrets').select('note')).data, [{ note: 'seen' }])
  })

  test('factors are listed and removed', async () => {
    const { client, factorId } = await withApp('list@example.com')
    const { data } = await client.auth.mfa.listFactors()
    assert.deepEqual(data.totp.map(({ id, status }) => ({ id, status })), [{ id: factorId, status: 'verified' }])
    const low = galley.client()
    await low.auth.signInWithPassword({ email: 'list@example.com', password })
    assert.equal((await low.auth.mfa.unenroll({ factorId })).error.code, 'insufficient_aal')
    assert.equal((await client.auth.mfa.unenroll({ factorId })).error, null)
    await client.auth.refreshSession()
    assert.equal((await level(client)).currentLevel, 'aal1')
    assert.deepEqual((await client.auth.mfa.listFactors()).data.all, [])
  })

  test('a recovery code stands in for a lost app, once', async () => {
    const { client } = await withApp('lost@example.com')
    const call = async (of, path, body = {}) => {
      const { data } = await of.auth.getSession()
      const answer = await fetch(`${galley.url}/auth/v1/factors/recovery-codes${path}`, {
        method: 'POST',
        headers: {
          apikey: galley.env.PUBLISHABLE_KEY,
          authorization: `Bearer ${data.session.access_token}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
      })
      return { status: answer.status, json: await answer.json() }
    }
    const made = await call(client, '')
    assert.equal(made.status, 200)
    const [code] = made.json.codes
    const later = galley.client()
    await later.auth.signInWithPassword({ email: 'lost@example.com', password })
    const used = await call(later, '/verify', { code })
    assert.equal(used.status, 200)
    const { error } = await later.auth.setSession(used.json)
    assert.equal(error, null)
    assert.equal((await level(later)).currentLevel, 'aal2')
    const again = galley.client()
    await again.auth.signInWithPassword({ email: 'lost@example.com', password })
    assert.equal((await call(again, '/verify', { code })).status, 422)
  })
})
