// Users as an application's server administrates them, through the unmodified client with the service key.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Galley } from '../lib/galley.mjs'

const password = 'correct horse battery'

describe('administration of users', () => {
  let galley, admin

  before(async () => {
    galley = await Galley.start({ settings: { 'auth.mailbox.port': 0 } })
    admin = galley.client(galley.env.SECRET_KEY).auth.admin
  })

  after(() => galley?.stop())

  test('users are made, listed, changed, banned and deleted', async () => {
    const made = await admin.createUser({ email: 'made@example.com', password, email_confirm: true, user_metadata: { name: 'M' }, app_metadata: { plan: 'pro' } })
    assert.equal(made.error, null)
    const { id } = made.data.user
    assert.equal((await admin.createUser({ email: 'made@example.com', password })).error.code, 'email_exists')
    assert.equal((await galley.client().auth.signInWithPassword({ email: 'made@example.com', password })).error, null)
    await admin.createUser({ email: 'other@example.com', password, email_confirm: true })
    const listed = await admin.listUsers({ page: 1, perPage: 1 })
    assert.equal(listed.data.users.length, 1)
    assert.equal(listed.data.total, 2)
    assert.equal(listed.data.lastPage, 2)
    assert.equal(listed.data.nextPage, 2)
    const changed = await admin.updateUserById(id, { email: 'changed@example.com', email_confirm: true, ban_duration: '24h' })
    assert.equal(changed.data.user.email, 'changed@example.com')
    assert.equal((await galley.client().auth.signInWithPassword({ email: 'changed@example.com', password })).error.code, 'user_banned')
    await admin.updateUserById(id, { ban_duration: 'none' })
    assert.equal((await galley.client().auth.signInWithPassword({ email: 'changed@example.com', password })).error, null)
    assert.equal((await admin.getUserById(id)).data.user.app_metadata.plan, 'pro')
    assert.equal((await admin.deleteUser(id)).error, null)
    assert.equal((await admin.getUserById(id)).error.code, 'user_not_found')
  })

  test('a link that the application sends itself signs in', async () => {
    const { data, error } = await admin.generateLink({ type: 'magiclink', email: 'link@example.com' })
    assert.equal(error, null)
    const client = galley.client()
    const verified = await client.auth.verifyOtp({ token_hash: data.properties.hashed_token, type: data.properties.verification_type })
    assert.equal(verified.error, null)
    assert.equal((await client.auth.getUser()).data.user.email, 'link@example.com')
  })

  test('an administrator ends the session of a user', async () => {
    await admin.createUser({ email: 'out@example.com', password, email_confirm: true })
    const client = galley.client()
    const { data } = await client.auth.signInWithPassword({ email: 'out@example.com', password })
    assert.equal((await admin.signOut(data.session.access_token, 'global')).error, null)
    assert.equal((await client.auth.getUser()).error.name, 'AuthSessionMissingError')
  })

  test('without the service key there is nothing to see', async () => {
    const { error } = await galley.client().auth.admin.listUsers()
    assert.equal(error.code, 'not_admin')
    assert.equal(error.status, 403)
  })
})
