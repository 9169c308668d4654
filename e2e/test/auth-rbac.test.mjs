// Roles and permissions as examples/rbac sets them up, with the real client.
import assert from 'node:assert/strict'
import { cp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Galley, projectFolder, root } from '../lib/galley.mjs'

const example = join(root, 'examples', 'rbac')
let galley

before(async () => {
  const dir = await projectFolder()
  await cp(example, dir, { recursive: true })
  galley = await Galley.start({ dir })
  galley.ownsFolder = true
  const migrations = join(dir, 'supabase', 'migrations')
  for (const file of (await readdir(migrations)).sort()) {
    await galley.sql(await readFile(join(migrations, file), 'utf8'))
  }
  await galley.knows('articles')
})
after(() => galley?.stop())

async function signedUp(email, data = {}) {
  const client = galley.client()
  const { data: session, error } = await client.auth.signUp({ email, password: 'secret-1', options: { data } })
  assert.equal(error, null)
  return { client, id: session.user.id }
}

const give = (id, role) => galley.sql(`insert into rbac.user_roles (user_id, role) values ('${id}', '${role}')`)
const roles = async (client) => {
  const { data } = await client.auth.getClaims()
  return data.claims.user_roles
}

async function mayWrite(client) {
  const { error } = await client.from('articles').insert({ title: 'T' })
  if (error) assert.equal(error.code, '42501')
  return !error
}

test('one of two users gets a role, and only that one may do what it allows', async () => {
  const anna = await signedUp('anna@example.com')
  const ben = await signedUp('ben@example.com')
  assert.deepEqual(await roles(anna.client), [])
  await give(anna.id, 'editor')
  assert.equal(await mayWrite(anna.client), false) // The token is still the old one.
  await anna.client.auth.refreshSession()
  await ben.client.auth.refreshSession()
  assert.deepEqual(await roles(anna.client), ['editor'])
  assert.equal(await mayWrite(anna.client), true)
  assert.equal(await mayWrite(ben.client), false)
  const { data } = await anna.client.from('articles').delete().gt('id', 0).select()
  assert.deepEqual(data, []) // Editors do not delete.
  assert.deepEqual((await ben.client.from('articles').select()).data, [])
  assert.deepEqual((await galley.client().from('articles').select()).data, [])
})

test('a role that is taken away is gone with the next token, a permission at once', async () => {
  const carl = await signedUp('carl@example.com')
  await give(carl.id, 'chief')
  await carl.client.auth.refreshSession()
  assert.equal(await mayWrite(carl.client), true)
  const { data } = await carl.client.from('articles').delete().gt('id', 0).select()
  assert.ok(data.length > 0)
  await galley.sql(`delete from rbac.role_permissions where role = 'chief' and permission = 'articles.write'`)
  assert.equal(await mayWrite(carl.client), false)
  await galley.sql(`insert into rbac.role_permissions values ('chief', 'articles.write')`)
  assert.equal(await mayWrite(carl.client), true)
  await galley.sql(`delete from rbac.user_roles where user_id = '${carl.id}'`)
  await carl.client.auth.refreshSession()
  assert.deepEqual(await roles(carl.client), [])
  assert.equal(await mayWrite(carl.client), false)
})

test('attack: nobody gives themselves a role', async () => {
  const claims = { user_roles: ['chief'], app_metadata: { user_roles: ['chief'] }, role: 'service_role' }
  const { client, id } = await signedUp('eve@example.com', claims)
  await client.auth.updateUser({ data: claims })
  await client.auth.refreshSession()
  assert.deepEqual(await roles(client), [])
  assert.equal(await mayWrite(client), false)
  for (const table of ['user_roles', 'role_permissions', 'roles']) {
    const hidden = await client.schema('rbac').from(table).insert({ user_id: id, role: 'chief' })
    assert.equal(hidden.status, 406)
    const unknown = await client.from(table).insert({ user_id: id, role: 'chief' })
    assert.equal(unknown.status, 404)
  }
  const hook = await client.rpc('custom_access_token_hook', { event: {} })
  assert.equal(hook.status, 404)
  const { rows } = await galley.sql(`select 1 from rbac.user_roles where user_id = '${id}'`)
  assert.equal(rows.length, 0)
  assert.equal((await client.rpc('authorize', { permission: 'articles.write' })).data, false)
})

test('attack: a token that the project has not signed opens nothing', async () => {
  const token = galley.token({ role: 'authenticated', user_roles: ['chief'] }, { secret: 'x'.repeat(40) })
  const stranger = galley.client(undefined, { accessToken: async () => token })
  const { status } = await stranger.from('articles').insert({ title: 'T' })
  assert.equal(status, 401)
})
