// Passkeys and security keys through the unmodified client, with an authenticator in software in the place of the browser's.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Authenticator } from '../lib/authenticator.mjs'
import { Galley } from '../lib/galley.mjs'

const password = 'correct horse battery'
const origin = 'http://localhost:3000'

describe('WebAuthn', () => {
  let galley, authenticator, uninstall

  before(async () => {
    galley = await Galley.start({
      settings: {
        'auth.email.enable-confirmations': false,
        'auth.passkey.enabled': true,
        'auth.mfa.web-authn.enroll-enabled': true,
        'auth.mfa.web-authn.verify-enabled': true,
        'auth.rate-limit.factor-attempts': 0,
      },
    })
  })

  after(() => galley?.stop())

  /** A signed-in user in a browser with an authenticator of their own. */
  async function user(email) {
    uninstall?.()
    authenticator = new Authenticator(origin)
    uninstall = authenticator.install()
    const client = client0()
    const { error } = await client.auth.signUp({ email, password })
    assert.equal(error, null)
    return client
  }

  const client0 = () =>
    galley.client(undefined, { auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false, experimental: { passkey: true } } })

  after(() => uninstall?.())

  test('a passkey is registered, signs in without a name, is renamed and removed', async () => {
    const client = await user('passkey@example.com')
    const registered = await client.auth.registerPasskey()
    assert.equal(registered.error, null)
    assert.equal(registered.data.friendly_name, 'Passkey')
    const again = await client.auth.registerPasskey()
    assert.equal(again.error.code, 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED')

    const other = client0()
    const signedIn = await other.auth.signInWithPasskey()
    assert.equal(signedIn.error, null)
    assert.equal(signedIn.data.user.email, 'passkey@example.com')
    const { data } = await other.auth.getClaims()
    assert.equal(data.claims.aal, 'aal1')
    assert.equal(data.claims.amr[0].method, 'passkey')

    const renamed = await other.auth.passkey.update({ passkeyId: registered.data.id, friendlyName: 'Laptop' })
    assert.equal(renamed.error, null)
    const [listed, ...more] = (await other.auth.passkey.list()).data
    assert.deepEqual(more, [])
    assert.equal(listed.id, registered.data.id)
    assert.equal(listed.friendly_name, 'Laptop')
    assert.ok(listed.last_used_at)

    assert.equal((await other.auth.passkey.delete({ passkeyId: registered.data.id })).error, null)
    assert.equal((await client0().auth.signInWithPasskey()).error.code, 'webauthn_verification_failed')
  })

  test('a page of another origin gets nowhere', async () => {
    const client = await user('phished@example.com')
    assert.equal((await client.auth.registerPasskey()).error, null)
    authenticator.origin = 'http://localhost:4000'
    assert.equal((await client0().auth.signInWithPasskey()).error.code, 'webauthn_verification_failed')
    authenticator.origin = origin
    assert.equal((await client0().auth.signInWithPasskey()).error, null)
  })

  test('an administrator lists and removes passkeys', async () => {
    const client = await user('admin@example.com')
    const { data } = await client.auth.registerPasskey()
    const userId = (await client.auth.getUser()).data.user.id
    const { admin } = galley.client(galley.env.SECRET_KEY, { auth: { persistSession: false, experimental: { passkey: true } } }).auth
    const listed = await admin.passkey.listPasskeys({ userId })
    assert.deepEqual(listed.data.map(({ id }) => id), [data.id])
    assert.equal((await admin.passkey.deletePasskey({ userId, passkeyId: data.id })).error, null)
    assert.deepEqual((await client.auth.passkey.list()).data, [])
  })

  test('a security key is a second factor', async () => {
    const client = await user('key@example.com')
    const registered = await client.auth.mfa.webauthn.register({ friendlyName: 'key' })
    assert.equal(registered.error, null)
    let level = await client.auth.mfa.getAuthenticatorAssuranceLevel()
    assert.equal(level.data.currentLevel, 'aal2')
    const factors = await client.auth.mfa.listFactors()
    assert.equal(factors.data.webauthn.length, 1)
    const [{ id, friendly_name, status }] = factors.data.webauthn
    assert.deepEqual({ friendly_name, status }, { friendly_name: 'key', status: 'verified' })

    const later = client0()
    await later.auth.signInWithPassword({ email: 'key@example.com', password })
    level = await later.auth.mfa.getAuthenticatorAssuranceLevel()
    assert.deepEqual([level.data.currentLevel, level.data.nextLevel], ['aal1', 'aal2'])
    assert.equal((await later.auth.mfa.unenroll({ factorId: id })).error.code, 'insufficient_aal')
    const shown = await later.auth.mfa.webauthn.authenticate({ factorId: id })
    assert.equal(shown.error, null)
    level = await later.auth.mfa.getAuthenticatorAssuranceLevel()
    assert.equal(level.data.currentLevel, 'aal2')
    assert.ok(level.data.currentAuthenticationMethods.some(({ method }) => method === 'mfa/webauthn'))

    const copy = client0()
    await copy.auth.signInWithPassword({ email: 'key@example.com', password })
    authenticator.count = 0
    assert.equal((await copy.auth.mfa.webauthn.authenticate({ factorId: id })).error.code, 'mfa_verification_failed')
    assert.equal((await later.auth.mfa.unenroll({ factorId: id })).error, null)
  })
})
