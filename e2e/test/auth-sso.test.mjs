// Signing in by an organisation's identity provider and with wallets, through the unmodified client.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Wallet } from 'ethers'
import nacl from 'tweetnacl'
import { Galley } from '../lib/galley.mjs'
import { Idp } from '../lib/idp.mjs'

const application = 'http://127.0.0.1:3000/welcome'
let galley

before(async () => {
  galley = await Galley.start({
    settings: {
      'auth.saml.enabled': true,
      'auth.saml.allow-encrypted-assertions': true,
      'auth.web3.solana.enabled': true,
      'auth.web3.ethereum.enabled': true,
      'auth.additional-redirect-urls': `${application},https://app.example.com/**`,
    },
  })
})

after(() => galley?.stop())

const pkce = () => galley.client(undefined, { auth: { flowType: 'pkce', persistSession: false, autoRefreshToken: false } })

async function register(idp, domain) {
  const response = await fetch(`${galley.url}/auth/v1/admin/sso/providers`, {
    method: 'POST',
    headers: { apikey: galley.env.SECRET_KEY, 'content-type': 'application/json' },
    body: JSON.stringify({
      type: 'saml',
      metadata_xml: idp.metadata,
      domains: [domain],
      attribute_mapping: { keys: { full_name: { name: 'displayName' } } },
    }),
  })
  const made = await response.json()
  assert.equal(response.status, 201, JSON.stringify(made))
  idp.trust(await (await fetch(`${galley.url}/auth/v1/sso/saml/metadata`)).text())
  return made.id
}

/** A browser of its own: goes from our address to the provider's, whose page posts a form, and ends at the application. */
async function browse(url, idp, user, cookies = new Map()) {
  const visit = async (address, options = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(address, { redirect: 'manual', ...options, headers: options.body ? {} : { cookie } })
    for (const set of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)
      cookies.set(name, value)
    }
    return response.headers.get('location')
  }
  const question = url.startsWith('https://idp.example.com') ? url : await visit(url)
  const form = await idp.answer(question, user)
  // A form from another site comes without cookies that are SameSite=Lax.
  let location = await visit(`${galley.url}/auth/v1/sso/saml/acs`, { method: 'POST', body: new URLSearchParams(form) })
  if (location.startsWith(galley.url)) location = await visit(location)
  return { end: new URL(location), form }
}

async function sessionOf(end) {
  const parameters = new URLSearchParams(end.hash.slice(1))
  const client = galley.client()
  const { data, error } = await client.auth.setSession({
    access_token: parameters.get('access_token'),
    refresh_token: parameters.get('refresh_token'),
  })
  assert.equal(error, null, end.href)
  return { client, ...data }
}

describe('signInWithSSO against an independent identity provider', () => {
  const alice = { id: 'alice-1', mail: 'alice@corp.example', name: 'Alice A' }
  let idp
  let id

  before(async () => {
    idp = new Idp()
    id = await register(idp, 'corp.example')
  })

  test('tokens in the fragment: the user is that of the assertion', async () => {
    const { data, error } = await galley.client().auth.signInWithSSO({ domain: 'corp.example', options: { redirectTo: application } })
    assert.equal(error, null)
    const { end } = await browse(data.url, idp, alice)
    assert.equal(end.origin + end.pathname, application)
    const { user, client } = await sessionOf(end)
    assert.equal(user.email, 'alice@corp.example')
    assert.equal(user.app_metadata.provider, `sso:${id}`)
    assert.equal(user.user_metadata.full_name, 'Alice A')
    const { data: claims } = await client.auth.getClaims()
    assert.equal(claims.claims.amr[0].method, 'sso/saml')
    assert.equal(claims.claims.amr[0].provider, id)
    const refused = await client.auth.updateUser({ password: 'another-secret-1' })
    assert.equal(refused.error.code, 'user_sso_managed')
  })

  test('a code for the client that began', async () => {
    const client = pkce()
    const { data } = await client.auth.signInWithSSO({ providerId: id, options: { redirectTo: application } })
    const { end } = await browse(data.url, idp, alice)
    assert.equal(end.hash, '')
    const { data: session, error } = await client.auth.exchangeCodeForSession(end.searchParams.get('code'))
    assert.equal(error, null)
    assert.equal(session.user.email, 'alice@corp.example')
  })

  test('an attacker cannot end their sign-in in another browser, nor use an answer twice', async () => {
    const { data } = await galley.client().auth.signInWithSSO({ domain: 'corp.example' })
    const question = (await fetch(data.url, { redirect: 'manual' })).headers.get('location')
    const { end, form } = await browse(question, idp, { id: 'mallory', mail: 'mallory@corp.example', name: 'M' })
    assert.match(end.href, /error_code=saml_relay_state_not_found/)
    const again = await fetch(`${galley.url}/auth/v1/sso/saml/acs`, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' })
    assert.match(again.headers.get('location'), /error_code=saml_relay_state_not_found/)
  })

  test('a sign-in begun at the provider', async () => {
    const form = await idp.respond({ id: 'bob-1', mail: 'bob@corp.example', name: 'Bob', relayState: application })
    const response = await fetch(`${galley.url}/sso/saml/acs`, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' })
    const { user } = await sessionOf(new URL(response.headers.get('location')))
    assert.equal(user.email, 'bob@corp.example')
  })

  test('a whole response that is signed, and an assertion that is encrypted', async () => {
    for (const options of [{ signMessage: true }, { encrypted: true }]) {
      const name = Object.keys(options)[0].toLowerCase()
      const other = new Idp({ entityId: `https://${name}.example/metadata`, ...options })
      await register(other, `${name}.example`)
      const { data } = await galley.client().auth.signInWithSSO({ domain: `${name}.example`, options: { redirectTo: application } })
      const { end, form } = await browse(data.url, other, { id: 'carol', mail: `carol@${name}.example`, name: 'Carol' })
      const xml = Buffer.from(form.SAMLResponse, 'base64').toString()
      assert.equal(xml.includes('EncryptedAssertion'), name === 'encrypted')
      assert.equal((await sessionOf(end)).user.email, `carol@${name}.example`)
    }
  })

  test('an unknown domain', async () => {
    const { error } = await galley.client().auth.signInWithSSO({ domain: 'nobody.example' })
    assert.equal(error.code, 'sso_provider_not_found')
  })
})

describe('signInWithWeb3 with wallets in software', () => {
  const digits = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
  const base58 = (bytes) => {
    let number = BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
    let text = ''
    for (; number > 0n; number /= 58n) text = digits[Number(number % 58n)] + text
    return text
  }

  const ethereum = (wallet) => ({
    address: wallet.address,
    on: () => {},
    removeListener: () => {},
    request: async ({ method, params }) =>
      ({
        eth_requestAccounts: async () => [wallet.address],
        eth_chainId: async () => '0x1',
        personal_sign: async () => wallet.signMessage(Buffer.from(params[0].slice(2), 'hex')),
      })[method](),
  })

  test('Ethereum', async () => {
    const wallet = Wallet.createRandom()
    const ids = []
    for (const statement of ['I agree.', undefined]) {
      const { data, error } = await galley.client().auth.signInWithWeb3({
        chain: 'ethereum',
        wallet: ethereum(wallet),
        ...(statement && { statement }),
        options: { url: 'https://app.example.com/login' },
      })
      assert.equal(error, null)
      assert.equal(data.user.app_metadata.provider, 'web3')
      assert.equal(data.user.user_metadata.custom_claims.address, wallet.address.toLowerCase())
      ids.push(data.user.id)
    }
    assert.equal(ids[0], ids[1])
    const { error } = await galley.client().auth.signInWithWeb3({
      chain: 'ethereum',
      wallet: ethereum(wallet),
      options: { url: 'https://evil.example.org/login' },
    })
    assert.match(error.message, /signed for another app/)
  })

  test('Solana', async () => {
    const keys = nacl.sign.keyPair()
    const wallet = {
      publicKey: { toBase58: () => base58(keys.publicKey) },
      signMessage: async (message) => nacl.sign.detached(message, keys.secretKey),
    }
    const { data, error } = await galley.client().auth.signInWithWeb3({
      chain: 'solana',
      wallet,
      statement: 'I agree.',
      options: { url: application },
    })
    assert.equal(error, null)
    assert.equal(data.user.identities[0].id, `web3:solana:${base58(keys.publicKey)}`)
    let signed
    const heard = { ...wallet, signMessage: async (message) => wallet.signMessage((signed = message)) }
    const again = await galley.client().auth.signInWithWeb3({ chain: 'solana', wallet: heard, options: { url: application } })
    assert.equal(again.data.user.id, data.user.id)
    const replay = await fetch(`${galley.url}/auth/v1/token?grant_type=web3`, {
      method: 'POST',
      headers: { apikey: galley.env.PUBLISHABLE_KEY },
      body: JSON.stringify({
        chain: 'solana',
        message: new TextDecoder().decode(signed),
        signature: Buffer.from(nacl.sign.detached(signed, keys.secretKey)).toString('base64url'),
      }),
    })
    assert.equal(replay.status, 400)
    assert.match((await replay.json()).msg, /used already/)
  })
})
