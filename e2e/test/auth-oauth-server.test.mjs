// Being the provider of other applications: supabase-js administrates and consents, openid-client is the application.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as openid from 'openid-client'
import { Galley } from '../lib/galley.mjs'

const callback = 'https://app.example.com/callback'

describe('signing in to other applications', () => {
  let galley
  let admin
  let user

  before(async () => {
    galley = await Galley.start({
      settings: {
        'auth.email.enable-confirmations': false,
        'auth.oauth-server.enabled': true,
        'auth.oauth-server.allow-dynamic-registration': true,
      },
    })
    admin = galley.client(galley.env.SECRET_KEY).auth.admin.oauth
    user = galley.client()
    const { error } = await user.auth.signUp({
      email: 'alice@example.com',
      password: 'a-good-password',
      options: { data: { name: 'Alice' } },
    })
    assert.equal(error, null)
  })

  after(() => galley?.stop())

  const issuer = () => new URL(`${galley.url}/auth/v1`)
  const refused = { code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE', status: 401 }
  const insecure = { execute: [openid.allowInsecureRequests] }

  async function register(metadata = {}) {
    const { data, error } = await admin.createClient({ client_name: 'An App', redirect_uris: [callback], ...metadata })
    assert.equal(error, null)
    return data
  }

  /** An application that has found everything by discovery, and verifies signatures of ID tokens. */
  async function application(client, authentication) {
    const config = await openid.discovery(issuer(), client.client_id, client.client_secret, authentication, insecure)
    openid.enableNonRepudiationChecks(config)
    return config
  }

  async function begin(config, parameters = {}) {
    const verifier = openid.randomPKCECodeVerifier()
    const checks = { pkceCodeVerifier: verifier, expectedState: openid.randomState(), expectedNonce: openid.randomNonce() }
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: callback,
      scope: 'openid email profile',
      state: checks.expectedState,
      nonce: checks.expectedNonce,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...parameters,
    })
    const response = await fetch(url, { redirect: 'manual' })
    assert.equal(response.status, 302)
    const page = new URL(response.headers.get('location'))
    assert.equal(page.origin + page.pathname, 'http://127.0.0.1:3000/oauth/consent')
    return { checks, question: page.searchParams.get('authorization_id') }
  }

  async function approved(question, by = user) {
    const { data, error } = await by.auth.oauth.getAuthorizationDetails(question)
    assert.equal(error, null)
    if (data.redirect_url) return new URL(data.redirect_url)
    assert.equal(data.user.email, 'alice@example.com')
    const consent = await by.auth.oauth.approveAuthorization(question, { skipBrowserRedirect: true })
    assert.equal(consent.error, null)
    return new URL(consent.data.redirect_url)
  }

  async function tokens(config) {
    const { checks, question } = await begin(config)
    return openid.authorizationCodeGrant(config, await approved(question), { ...checks, idTokenExpected: true })
  }

  for (const [method, authentication] of [
    ['client_secret_basic', (secret) => openid.ClientSecretBasic(secret)],
    ['client_secret_post', (secret) => openid.ClientSecretPost(secret)],
    ['none', () => openid.None()],
  ]) {
    test(`discovery, consent, tokens, user, refresh (${method})`, async () => {
      const client = await register({ token_endpoint_auth_method: method })
      const config = await application(client, authentication(client.client_secret))
      const first = await tokens(config)
      assert.equal(first.claims().email, 'alice@example.com')
      assert.equal(first.claims().name, 'Alice')
      const info = await openid.fetchUserInfo(config, first.access_token, first.claims().sub)
      assert.equal(info.email, 'alice@example.com')
      assert.equal(info.email_verified, true)
      const second = await openid.refreshTokenGrant(config, first.refresh_token)
      assert.notEqual(second.refresh_token, first.refresh_token)
      assert.equal(second.claims().sub, first.claims().sub)
      await openid.fetchUserInfo(config, second.access_token, first.claims().sub)
    })
  }

  test('the user sees and ends what applications may do', async () => {
    const client = await register()
    const config = await application(client, openid.ClientSecretBasic(client.client_secret))
    const got = await tokens(config)
    const { data } = await user.auth.oauth.listGrants()
    const grant = data.find((each) => each.client.id === client.client_id)
    assert.deepEqual(grant.scopes, ['openid', 'email', 'profile'])
    assert.equal((await user.auth.oauth.revokeGrant({ clientId: client.client_id })).error, null)
    await assert.rejects(openid.refreshTokenGrant(config, got.refresh_token), { error: 'invalid_grant' })
    await assert.rejects(openid.fetchUserInfo(config, got.access_token, got.claims().sub))
    assert.equal((await user.auth.getUser()).error, null)
  })

  test('an application asks what its token is worth, for a resource, and gives it back', async () => {
    const client = await register()
    const config = await application(client, openid.ClientSecretBasic(client.client_secret))
    const resource = 'https://mcp.example.com/v1'
    const { checks, question } = await begin(config, { resource })
    const got = await openid.authorizationCodeGrant(config, await approved(question), { ...checks, idTokenExpected: true }, { resource })
    const told = await openid.tokenIntrospection(config, got.access_token)
    assert.equal(told.active, true)
    assert.equal(told.client_id, client.client_id)
    assert.equal(told.scope, 'openid email profile')
    assert.deepEqual(told.aud, ['authenticated', resource])
    await openid.tokenRevocation(config, got.refresh_token)
    assert.equal((await openid.tokenIntrospection(config, got.access_token)).active, false)
    await assert.rejects(openid.refreshTokenGrant(config, got.refresh_token), { error: 'invalid_grant' })
    assert.equal((await user.auth.getUser()).error, null)
  })

  test('a user who says no', async () => {
    const client = await register()
    const config = await application(client, openid.ClientSecretBasic(client.client_secret))
    const { checks, question } = await begin(config)
    await user.auth.oauth.getAuthorizationDetails(question)
    const { data } = await user.auth.oauth.denyAuthorization(question, { skipBrowserRedirect: true })
    await assert.rejects(openid.authorizationCodeGrant(config, new URL(data.redirect_url), checks), { error: 'access_denied' })
  })

  test('the answer of another provider is refused by the client (mix-up)', async () => {
    const client = await register()
    const config = await application(client, openid.ClientSecretBasic(client.client_secret))
    const { checks, question } = await begin(config)
    const answer = await approved(question)
    answer.searchParams.set('iss', 'https://other.example.com')
    await assert.rejects(openid.authorizationCodeGrant(config, answer, checks), (error) => /iss/.test(error.cause.message))
  })

  test('policies tell applications from users', async () => {
    await galley.sql(`create table public.diary (id int primary key, owner uuid default auth.uid(), secret boolean);
      alter table public.diary enable row level security;
      grant select on public.diary to authenticated, service_role;
      create policy own on public.diary for select to authenticated
        using (not secret or (select auth.jwt() ->> 'client_id') is null);
      insert into public.diary values (1, null, false), (2, null, true);
      notify pgrst, 'reload schema'`)
    await galley.knows('diary')
    const client = await register()
    const got = await tokens(await application(client, openid.ClientSecretBasic(client.client_secret)))
    const asApplication = galley.client(undefined, { accessToken: async () => got.access_token })
    assert.deepEqual((await asApplication.from('diary').select('id')).data, [{ id: 1 }])
    assert.equal((await user.from('diary').select('id')).data.length, 2)
    const change = await fetch(`${galley.url}/auth/v1/user`, {
      method: 'PUT',
      headers: { apikey: galley.env.PUBLISHABLE_KEY, authorization: `Bearer ${got.access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ password: 'of-the-application' }),
    })
    assert.equal(change.status, 403)
  })

  test('an application registers itself, with the discovery of RFC 8414', async () => {
    const config = await openid.dynamicClientRegistration(
      issuer(),
      { client_name: 'Tool', redirect_uris: [callback], token_endpoint_auth_method: 'client_secret_post' },
      undefined,
      { ...insecure, algorithm: 'oauth2' },
    )
    openid.enableNonRepudiationChecks(config)
    assert.ok((await tokens(config)).access_token)
  })

  test('administration of clients', async () => {
    const client = await register({ client_uri: 'https://app.example.com' })
    assert.equal(client.registration_type, 'manual')
    const listed = await admin.listClients({ page: 1, perPage: 100 })
    assert.ok(listed.data.clients.some((each) => each.client_id === client.client_id && !each.client_secret))
    const changed = await admin.updateClient(client.client_id, { client_name: 'Renamed' })
    assert.equal(changed.data.client_name, 'Renamed')
    const renewed = await admin.regenerateClientSecret(client.client_id)
    assert.notEqual(renewed.data.client_secret, client.client_secret)
    const config = await application(client, openid.ClientSecretBasic(client.client_secret))
    await assert.rejects(tokens(config), refused)
    const again = await application(client, openid.ClientSecretBasic(renewed.data.client_secret))
    const got = await tokens(again)
    assert.equal((await admin.deleteClient(client.client_id)).error, null)
    assert.equal((await admin.getClient(client.client_id)).error.code, 'oauth_client_not_found')
    await assert.rejects(openid.refreshTokenGrant(again, got.refresh_token), refused)
  })
})
