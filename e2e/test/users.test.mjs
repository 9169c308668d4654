// Three users, one database: row level security decides through the real client what each of them sees and changes.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Galley } from '../lib/galley.mjs'

const ids = {
  alice: '11111111-1111-4111-8111-111111111111',
  bob: '22222222-2222-4222-8222-222222222222',
  carol: '33333333-3333-4333-8333-333333333333',
}

describe('three users under row level security', () => {
  let galley, alice, bob, carol, anyone, admin

  before(async () => {
    galley = await Galley.start()
    await galley.sql(`
      create table teams (id bigint generated always as identity primary key, name text not null unique);
      create table members (team bigint references teams on delete cascade, person uuid, primary key (team, person));
      create table notes (
        id bigint generated always as identity primary key,
        owner uuid not null default auth.uid(),
        team bigint references teams,
        body text not null check (length(body) <= 200),
        tags text[] not null default '{}',
        detail jsonb,
        made timestamptz not null default now());
      create index on notes (owner);
      create function my_teams() returns setof bigint language sql stable security definer set search_path = ''
        as $$ select team from public.members where person = auth.uid() $$;
      create policy "own notes" on notes to authenticated
        using (owner = (select auth.uid())) with check (owner = (select auth.uid()));
      create policy "notes of my teams" on notes for select to authenticated using (team in (select my_teams()));
      create policy "my teams" on teams for select to authenticated using (id in (select my_teams()));
      create policy "my memberships" on members for select to authenticated using (person = (select auth.uid()));
      grant select, insert, update, delete on notes to authenticated;
      grant select on teams, members to authenticated;
      grant all on notes, teams, members to service_role;
      create function whoami() returns json language sql stable
        as $$ select json_build_object('role', current_user, 'uid', auth.uid(), 'claim', auth.jwt() ->> 'role') $$;
      create function add_note(body text, tags text[] default '{}') returns notes language sql
        as $$ insert into notes (body, tags) values (add_note.body, add_note.tags) returning * $$;
      create function my_notes(containing text) returns setof notes language sql stable
        as $$ select * from notes where body like '%' || containing || '%' $$;
      grant execute on function whoami() to anon, authenticated, service_role;
      grant execute on function my_teams(), add_note(text, text[]), my_notes(text) to authenticated;
    `)
    alice = galley.clientOf(ids.alice)
    bob = galley.clientOf(ids.bob)
    carol = galley.clientOf(ids.carol)
    anyone = galley.client()
    admin = galley.client(galley.env.SERVICE_ROLE_KEY)
    await galley.knows('notes')
  })

  after(() => galley?.stop())

  test('each insert belongs to its user, whatever order they come in', async () => {
    const writes = []
    for (let i = 0; i < 30; i++) {
      for (const [name, client] of Object.entries({ alice, bob, carol })) {
        writes.push(client.from('notes').insert({ body: `${name} ${i}` }).select('owner,body').single())
      }
    }
    for (const { data, error } of await Promise.all(writes)) {
      assert.equal(error, null)
      assert.equal(data.owner, ids[data.body.split(' ')[0]])
    }
  })

  test('each user reads their own notes only, also when all read at once', async () => {
    const reads = []
    for (let i = 0; i < 50; i++) {
      for (const [name, client] of Object.entries({ alice, bob, carol })) {
        reads.push(client.from('notes').select('owner', { count: 'exact' }).then((answer) => ({ name, answer })))
      }
    }
    for (const { name, answer } of await Promise.all(reads)) {
      assert.equal(answer.error, null)
      assert.equal(answer.count, 30)
      assert.ok(answer.data.every((row) => row.owner === ids[name]))
    }
  })

  test('a note for somebody else is refused and not written', async () => {
    const { error, status } = await bob.from('notes').insert({ body: 'forged', owner: ids.alice })
    assert.equal(status, 403)
    assert.equal(error.code, '42501')
    assert.equal((await admin.from('notes').select('*', { count: 'exact', head: true }).eq('body', 'forged')).count, 0)
  })

  test('an update or delete of other people’s notes changes nothing', async () => {
    const update = await bob.from('notes').update({ body: 'taken' }).eq('owner', ids.alice).select()
    assert.deepEqual([update.error, update.data], [null, []])
    const removal = await bob.from('notes').delete({ count: 'exact' }).eq('owner', ids.alice)
    assert.deepEqual([removal.error, removal.count], [null, 0])
    assert.equal((await alice.from('notes').select('*', { count: 'exact', head: true })).count, 30)
  })

  test('update and delete without a filter are refused', async () => {
    for (const request of [bob.from('notes').update({ body: 'all' }), bob.from('notes').delete()]) {
      const { error } = await request
      assert.equal(error?.code, '21000')
    }
  })

  test('update, upsert and delete of own notes', async () => {
    const { data: note } = await carol.from('notes').insert({ body: 'draft', tags: ['a', 'b'], detail: { n: [1, 2] } }).select().single()
    assert.deepEqual([note.tags, note.detail], [['a', 'b'], { n: [1, 2] }])
    const changed = await carol.from('notes').update({ body: 'final' }).eq('id', note.id).select('body').single()
    assert.deepEqual(changed.data, { body: 'final' })
    const removed = await carol.from('notes').delete().eq('id', note.id).select('id')
    assert.deepEqual(removed.data, [{ id: note.id }])
  })

  test('upsert merges on a unique column and can ignore duplicates', async () => {
    assert.equal((await admin.from('teams').insert([{ name: 'red' }, { name: 'blue' }])).error, null)
    const merged = await admin.from('teams').upsert([{ name: 'red' }, { name: 'green' }], { onConflict: 'name' }).select('name').order('name')
    assert.deepEqual(merged.data, [{ name: 'green' }, { name: 'red' }])
    const ignored = await admin.from('teams').upsert([{ name: 'red' }], { onConflict: 'name', ignoreDuplicates: true }).select()
    assert.deepEqual([ignored.error, ignored.data], [null, []])
    assert.equal((await admin.from('teams').select('*', { count: 'exact', head: true })).count, 3)
  })

  test('shared notes come with their team, and embeds obey the policies of the embedded table', async () => {
    const { data: team } = await admin.from('teams').select('id').eq('name', 'blue').single()
    await admin.from('members').insert([{ team: team.id, person: ids.alice }, { team: team.id, person: ids.bob }])
    await alice.from('notes').insert({ body: 'for the team', team: team.id })
    const seen = await bob.from('notes').select('body,owner,teams(name)').eq('team', team.id)
    assert.deepEqual(seen.data, [{ body: 'for the team', owner: ids.alice, teams: { name: 'blue' } }])
    assert.deepEqual((await carol.from('notes').select('body').eq('team', team.id)).data, [])
    assert.deepEqual((await carol.from('teams').select('name,notes(body)')).data, [])
    const nested = await alice.from('teams').select('name,notes(body),members(person)')
    assert.deepEqual(nested.data, [{ name: 'blue', notes: [{ body: 'for the team' }], members: [{ person: ids.alice }] }])
  })

  test('functions run as the caller, by POST, GET and HEAD', async () => {
    for (const options of [{}, { get: true }]) {
      assert.deepEqual((await alice.rpc('whoami', {}, options)).data, {
        role: 'authenticated',
        uid: ids.alice,
        claim: 'authenticated',
      })
    }
    assert.deepEqual((await anyone.rpc('whoami')).data, { role: 'anon', uid: null, claim: 'anon' })
    assert.equal((await admin.rpc('whoami')).data.role, 'service_role')
    assert.equal((await alice.rpc('whoami', {}, { head: true })).status, 200)
    const made = await bob.rpc('add_note', { body: 'by function', tags: ['x'] })
    assert.deepEqual([made.error, made.data.owner, made.data.tags], [null, ids.bob, ['x']])
    const found = await bob.rpc('my_notes', { containing: 'function' }).select('body').order('id').limit(5)
    assert.deepEqual(found.data, [{ body: 'by function' }])
  })

  test('a caller without a token gets nothing and changes nothing', async () => {
    for (const answer of [await anyone.from('notes').select(), await anyone.from('notes').insert({ body: 'x' })]) {
      assert.equal(answer.status, 401)
      assert.equal(answer.error.code, '42501')
    }
  })

  test('single, maybeSingle and their error', async () => {
    const many = await alice.from('notes').select().single()
    assert.deepEqual([many.status, many.error.code], [406, 'PGRST116'])
    const none = await alice.from('notes').select().eq('body', 'no such').maybeSingle()
    assert.deepEqual([none.error, none.data], [null, null])
  })

  test('boolean logic in filters', async () => {
    const { data, error } = await alice
      .from('notes')
      .select('body')
      .or('body.eq."alice 1",and(body.like.alice*,body.like.*9)')
      .not('body', 'eq', 'alice 29')
      .order('body')
    assert.equal(error, null)
    assert.deepEqual(data.map((row) => row.body), ['alice 1', 'alice 19', 'alice 9'])
  })

  test('arrays, JSON and null filters', async () => {
    const rows = [
      { body: 'tagged', tags: ['red', 'blue'], detail: { level: 3 } },
      { body: 'untagged', detail: null },
    ]
    assert.equal((await carol.from('notes').insert(rows)).error.code, '23502') // tags: null
    assert.equal((await carol.from('notes').insert(rows, { defaultToNull: false })).error, null)
    assert.deepEqual((await carol.from('notes').select('body').contains('tags', ['red'])).data, [{ body: 'tagged' }])
    assert.deepEqual((await carol.from('notes').select('body').overlaps('tags', ['blue', 'x'])).data, [{ body: 'tagged' }])
    assert.deepEqual((await carol.from('notes').select('body').eq('detail->>level', 3)).data, [{ body: 'tagged' }])
    assert.deepEqual((await carol.from('notes').select('body').contains('detail', { level: 3 })).data, [{ body: 'tagged' }])
    const bare = await carol.from('notes').select('body').is('detail', null).like('body', '%tagged')
    assert.deepEqual(bare.data, [{ body: 'untagged' }])
  })
})
