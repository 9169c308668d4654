// Signing in by another provider, through the unmodified client and a real provider in a process of its own.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { freePort, Galley, root } from '../lib/galley.mjs'

const application = 'http://127.0.0.1:3000/welcome'

/** Starts the provider; it ends with our end of its input. */
async function startProvider(redirectUri) {
  const child = spawn(process.execPath, [join(root, 'e2e/lib/provider.mjs'), redirectUri], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let output = ''
  child.stderr.on('data', (text) => (output += text))
  const issuer = await new Promise((resolve, reject) => {
    child.stdout.on('data', (text) => {
      const match = /issuer (\S+)/.exec(text)
      if (match) resolve(match[1])
    })
    child.once('exit', () => reject(new Error(`the provider ended: ${output}`)))
  })
  const stop = () => new Promise((gone) => child.once('exit', gone) && child.stdin.end())
  return { issuer, stop }
}

/** A browser: keeps cookies of each host, follows redirects, fills in the provider's forms, and ends at the application. */
async function browse(url, login) {
  const jar = new Map()
  let request = [url, {}]
  for (let step = 0; step < 20; step++) {
    const { origin } = new URL(request[0])
    const cookies = jar.get(origin) ?? new Map()
    jar.set(origin, cookies)
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(request[0], { redirect: 'manual', ...request[1], headers: { cookie, ...request[1].headers } })
    for (const set of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (location) {
      const next = new URL(location, request[0]).href
      if (next.startsWith('http://127.0.0.1:3000')) return new URL(next)
      request = [next, {}]
      continue
    }
    const page = await response.text()
    const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1]
    const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1]
    assert.ok(action && prompt, `no form at ${request[0]}: ${response.status} ${page.slice(0, 300)}`)
    const fields = prompt === 'login' ? { prompt, login, password: 'any' } : { prompt }
    request = [new URL(action, request[0]).href, { method: 'POST', body: new URLSearchParams(fields), headers: {} }]
  }
  throw new Error('too many steps')
}

describe('signing in by another provider', () => {
  let galley
  let provider

  before(async () => {
    const port = await freePort()
    provider = await startProvider(`http://127.0.0.1:${port}/auth/v1/callback`)
    galley = await Galley.start({
      port,
      settings: {
        'auth.external.keycloak.enabled': true,
        'auth.external.keycloak.client-id': 'galley',
        'auth.external.keycloak.secret': 'a-secret-of-galley',
        'auth.external.keycloak.url': provider.issuer,
        'auth.enable-manual-linking': true,
        'auth.additional-redirect-urls': `${application}`,
      },
    })
  })

  after(async () => {
    await galley?.stop()
    await provider?.stop()
  })

  const sign = (client, options = {}) =>
    client.auth.signInWithOAuth({
      provider: 'keycloak',
      options: { redirectTo: application, skipBrowserRedirect: true, ...options },
    })

  const pkce = () => galley.client(undefined, { auth: { flowType: 'pkce', persistSession: false, autoRefreshToken: false } })

  test('a code for the client that began, once', async () => {
    const client = pkce()
    const { data, error } = await sign(client)
    assert.equal(error, null)
    const end = await browse(data.url, 'alice')
    assert.equal(end.hash, '')
    const code = end.searchParams.get('code')
    const exchanged = await client.auth.exchangeCodeForSession(code)
    assert.equal(exchanged.error, null)
    assert.equal(exchanged.data.user.email, 'alice@example.com')
    assert.deepEqual(exchanged.data.user.app_metadata, { provider: 'keycloak', providers: ['keycloak'] })
    assert.equal(exchanged.data.user.user_metadata.full_name, 'Name of alice')
    assert.ok(exchanged.data.session.provider_token)
    assert.equal((await client.auth.getUser()).data.user.identities[0].id, 'alice')
    const other = pkce()
    await sign(other)
    assert.equal((await other.auth.exchangeCodeForSession(code)).error.code, 'flow_state_not_found')
  })

  test('tokens in the fragment; the second time it is the same user', async () => {
    const ends = []
    for (let i = 0; i < 2; i++) ends.push(await browse((await sign(galley.client())).data.url, 'bob'))
    const users = []
    for (const end of ends) {
      const parameters = new URLSearchParams(end.hash.slice(1))
      const client = galley.client()
      const { data, error } = await client.auth.setSession({
        access_token: parameters.get('access_token'),
        refresh_token: parameters.get('refresh_token'),
      })
      assert.equal(error, null)
      users.push(data.user.id)
    }
    assert.equal(users[0], users[1])
  })

  test('an address that the provider does not vouch for opens nothing', async () => {
    await galley.sql(`insert into auth.users (id, aud, role, email, email_confirmed_at, created_at, updated_at)
      values (gen_random_uuid(), 'authenticated', 'authenticated', 'carol@example.com', now(), now(), now())`)
    const end = await browse((await sign(galley.client())).data.url, 'unverified-carol')
    assert.equal(end.searchParams.get('error_code'), 'provider_email_needs_verification')
    const { rows } = await galley.sql(`select 1 from auth.identities where provider_id = 'unverified-carol'`)
    assert.equal(rows.length, 0)
    const verified = await browse((await sign(galley.client())).data.url, 'carol')
    assert.ok(new URLSearchParams(verified.hash.slice(1)).get('access_token'))
  })

  test('a user links another identity', async () => {
    const client = pkce()
    const first = await browse((await sign(client)).data.url, 'dave')
    await client.auth.exchangeCodeForSession(first.searchParams.get('code'))
    const { data, error } = await client.auth.linkIdentity({
      provider: 'keycloak',
      options: { redirectTo: application, skipBrowserRedirect: true },
    })
    assert.equal(error, null)
    const end = await browse(data.url, 'dave-at-work')
    await client.auth.exchangeCodeForSession(end.searchParams.get('code'))
    const identities = (await client.auth.getUserIdentities()).data.identities
    assert.deepEqual(identities.map((identity) => identity.id).sort(), ['dave', 'dave-at-work'])
  })

  test('a provider that is not enabled is an error', async () => {
    const { data } = await galley.client().auth.signInWithOAuth({ provider: 'github', options: { skipBrowserRedirect: true } })
    const response = await fetch(data.url, { redirect: 'manual' })
    assert.equal(response.status, 400)
    const settings = await (await fetch(`${galley.url}/auth/v1/settings`, { headers: { apikey: galley.env.PUBLISHABLE_KEY } })).json()
    assert.equal(settings.external.keycloak, true)
    assert.equal(settings.external.github, false)
  })
})
