// Sign-up, sign-in and sessions through the unmodified client, and what row level security makes of them.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Galley } from '../lib/galley.mjs'

const password = 'correct horse battery'

describe('signing up and in', () => {
  let galley

  before(async () => {
    galley = await Galley.start({
      settings: { 'auth.email.enable-confirmations': false, 'auth.enable-anonymous-sign-ins': true },
    })
    await galley.sql(`
      create table profiles (id uuid primary key references auth.users on delete cascade, name text);
      create policy mine on profiles to authenticated using (id = (select auth.uid())) with check (id = (select auth.uid()));
      grant select, update on profiles to authenticated;
      grant all on profiles to service_role;
      create function handle_new_user() returns trigger language plpgsql security definer set search_path = ''
        as $$ begin insert into public.profiles (id, name) values (new.id, new.raw_user_meta_data ->> 'name'); return new; end $$;
      create trigger on_auth_user_created after insert on auth.users for each row execute function handle_new_user();
    `)
    await galley.knows('profiles')
  })

  after(() => galley?.stop())

  test('a new user has a session, a row of their own by a trigger, and sees only that', async () => {
    const alice = galley.client()
    const { data, error } = await alice.auth.signUp({ email: 'alice@example.com', password, options: { data: { name: 'Alice' } } })
    assert.equal(error, null)
    assert.equal(data.user.email, 'alice@example.com')
    assert.ok(data.session.access_token)
    const bob = galley.client()
    await bob.auth.signUp({ email: 'bob@example.com', password, options: { data: { name: 'Bob' } } })
    assert.deepEqual((await alice.from('profiles').select('name')).data, [{ name: 'Alice' }])
    assert.deepEqual((await bob.from('profiles').select('name')).data, [{ name: 'Bob' }])
    assert.equal((await alice.auth.getUser()).data.user.id, data.user.id)
  })

  test('the token is verified by the published key', async () => {
    const client = galley.client()
    await client.auth.signUp({ email: 'claims@example.com', password })
    const { data, error } = await client.auth.getClaims()
    assert.equal(error, null)
    assert.equal(data.header.alg, 'ES256')
    assert.equal(data.claims.email, 'claims@example.com')
    assert.equal(data.claims.aal, 'aal1')
    assert.equal(data.claims.iss, `${galley.url}/auth/v1`)
    assert.equal(data.claims.amr[0].method, 'password')
  })

  test('signing in, refreshing, signing out', async () => {
    const client = galley.client()
    await client.auth.signUp({ email: 'carol@example.com', password })
    await client.auth.signOut()
    assert.equal((await client.auth.getSession()).data.session, null)
    const wrong = await client.auth.signInWithPassword({ email: 'carol@example.com', password: 'wrong' })
    assert.equal(wrong.error.code, 'invalid_credentials')
    assert.equal(wrong.error.status, 400)
    const { data } = await client.auth.signInWithPassword({ email: 'carol@example.com', password })
    const refreshed = await client.auth.refreshSession()
    assert.equal(refreshed.error, null)
    assert.notEqual(refreshed.data.session.refresh_token, data.session.refresh_token)
    const other = galley.client()
    await other.auth.signInWithPassword({ email: 'carol@example.com', password })
    assert.equal((await client.auth.signOut({ scope: 'others' })).error, null)
    assert.equal((await other.auth.getUser()).error.name, 'AuthSessionMissingError')
    assert.equal((await client.auth.getUser()).error, null)
  })

  test('a user changes metadata and password; other sessions end', async () => {
    const client = galley.client()
    await client.auth.signUp({ email: 'dave@example.com', password })
    const other = galley.client()
    await other.auth.signInWithPassword({ email: 'dave@example.com', password })
    const { data } = await client.auth.updateUser({ data: { colour: 'green' } })
    assert.equal(data.user.user_metadata.colour, 'green')
    assert.equal((await client.auth.updateUser({ password })).error.code, 'same_password')
    assert.equal((await client.auth.updateUser({ password: 'another password' })).error, null)
    assert.equal((await other.auth.getUser()).error.name, 'AuthSessionMissingError')
    assert.equal((await other.auth.signInWithPassword({ email: 'dave@example.com', password })).error.code, 'invalid_credentials')
    assert.equal((await other.auth.signInWithPassword({ email: 'dave@example.com', password: 'another password' })).error, null)
  })

  test('an anonymous user becomes a lasting one', async () => {
    const client = galley.client()
    const { data, error } = await client.auth.signInAnonymously({ options: { data: { name: 'nobody' } } })
    assert.equal(error, null)
    assert.equal(data.user.is_anonymous, true)
    assert.equal((await client.auth.updateUser({ password })).error.code, 'validation_failed')
    const lasting = await client.auth.updateUser({ email: 'erin@example.com', password })
    assert.equal(lasting.error, null)
    assert.equal(lasting.data.user.is_anonymous, false)
    const again = galley.client()
    const signedIn = await again.auth.signInWithPassword({ email: 'erin@example.com', password })
    assert.equal(signedIn.data.user.id, data.user.id)
    assert.deepEqual((await again.from('profiles').select('name')).data, [{ name: 'nobody' }])
  })

  test('what is wrong is told as the client expects it', async () => {
    const client = galley.client()
    const weak = await client.auth.signUp({ email: 'weak@example.com', password: '123' })
    assert.equal(weak.error.name, 'AuthWeakPasswordError')
    assert.deepEqual(weak.error.reasons, ['length'])
    assert.equal((await client.auth.signUp({ email: 'nonsense', password })).error.code, 'validation_failed')
    await client.auth.signUp({ email: 'frank@example.com', password })
    assert.equal((await client.auth.signUp({ email: 'frank@example.com', password })).error.code, 'user_already_exists')
  })
})
