// What PostgREST's users asked for, through the real client: related rows in one insert, distinct, having, entity tags, keys for
// writes that happen once, answers from memory; and settings of the application.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { eventually, Galley } from '../lib/galley.mjs'

const alice = '11111111-1111-4111-8111-111111111111'
const bob = '22222222-2222-4222-8222-222222222222'

describe('asked for', () => {
  let galley, supabase, last

  before(async () => {
    galley = await Galley.start({
      settings: {
        'query.aggregates': true,
        'rest.cache-quiet': '50ms',
        'idempotency.keep': '3s',
        'idempotency.sweep-interval': '200ms',
        'app.settings.greeting': 'hello',
      },
    })
    await galley.sql(`
      create table orders (id bigint generated always as identity primary key, code text);
      create table lines (id bigint generated always as identity primary key, order_id bigint not null references orders, sku text, qty int);
      create table cities (id int primary key, name text, country text);
      create table notes (id bigint generated always as identity primary key, owner uuid default auth.uid(), body text);
      comment on table cities is '@cache';
      comment on table notes is '@cache';
      insert into cities values (1, 'Rome', 'it'), (2, 'Oslo', 'no'), (3, 'Bari', 'it');
      create policy "all orders" on orders using (true) with check (true);
      create policy "all lines" on lines using (true) with check (true);
      create policy "all cities" on cities using (true) with check (true);
      create policy "own notes" on notes using (owner = (select auth.uid())) with check (owner = (select auth.uid()));
      grant select, insert, update on orders, lines, cities to anon;
      grant all on orders, lines, cities, notes to service_role;
      grant select, insert on notes to authenticated;
      create function greeting() returns text language sql stable as $$ select current_setting('app.settings.greeting', true) $$;
      create function public.configure() returns void language sql as $$ select set_config('pgrst.db_max_rows', '2', true) $$;
      grant execute on function greeting() to anon;`)
    await galley.knows('cities')
    const remember = async (...call) => (last = await fetch(...call))
    supabase = galley.client(undefined, { global: { fetch: remember } })
  })

  after(() => galley?.stop())

  const get = (path, headers = {}) =>
    fetch(`${galley.url}/rest/v1/${path}`, { headers: { apikey: galley.env.PUBLISHABLE_KEY, ...headers } })

  /** Asks until an answer comes from memory. */
  const fromMemory = (ask) =>
    eventually('an answer from memory', async () => {
      const data = await ask()
      return last.headers.get('cache-status')?.endsWith('hit') && { data }
    })

  test('inserts parents with their children', async () => {
    const orders = [
      { code: 'a', lines: [{ sku: 'pen', qty: 2 }, { sku: 'ink', qty: 5 }] },
      { code: 'b', lines: [{ sku: 'pen', qty: 1 }] },
    ]
    const { data, error } = await supabase.from('orders').insert(orders).select('code, lines(sku, qty)')
    assert.equal(error, null)
    assert.deepEqual(data, orders)
    const bad = await supabase.from('orders').insert([{ code: 'c', lines: [{ sku: 'pen', qty: 'many' }] }])
    assert.equal(bad.error.code, '22P02')
    assert.deepEqual((await supabase.from('orders').select('code').eq('code', 'c')).data, [])
  })

  test('shows equal rows once, and groups for which a condition holds', async () => {
    const distinct = await get('cities?select=country&distinct&order=country')
    assert.deepEqual(await distinct.json(), [{ country: 'it' }, { country: 'no' }])
    const first = await get('cities?select=country,name&distinct=country&order=country,name')
    assert.deepEqual(await first.json(), [{ country: 'it', name: 'Bari' }, { country: 'no', name: 'Oslo' }])
    const groups = await get('cities?select=country,count()&having=count().gt.1&order=count().desc')
    assert.deepEqual(await groups.json(), [{ country: 'it', count: 2 }])
  })

  test('sends nothing to who has it already', async () => {
    const first = await get('cities?id=eq.2')
    const again = await get('cities?id=eq.2', { 'If-None-Match': first.headers.get('etag') })
    assert.equal(again.status, 304)
    assert.equal(await again.text(), '')
    assert.equal((await get('cities?id=eq.3', { 'If-None-Match': first.headers.get('etag') })).status, 200)
  })

  test('ties an update to what was read', async () => {
    await supabase.from('cities').select().eq('id', 1).single()
    const etag = last.headers.get('etag')
    assert.match(etag, /^"/)
    const first = await supabase.from('cities').update({ name: 'Roma' }).eq('id', 1).setHeader('If-Match', etag)
    assert.equal(first.status, 204)
    const late = await supabase.from('cities').update({ name: 'late' }).eq('id', 1).setHeader('If-Match', etag)
    assert.equal(late.status, 412)
    assert.equal(late.error.code, 'GLY-REST20')
    const { data } = await supabase.from('cities').select('name').eq('id', 1).single()
    assert.deepEqual(data, { name: 'Roma' })
  })

  test('does a write with a key once, and forgets the key in time', async () => {
    const write = (code) =>
      supabase.from('orders').insert({ code }).select('id, code').single().setHeader('Idempotency-Key', 'order-1')
    const first = await write('once')
    assert.equal(first.error, null)
    assert.equal(last.headers.get('idempotency-replayed'), null)
    const again = await write('once')
    assert.deepEqual(again.data, first.data)
    assert.equal(last.headers.get('idempotency-replayed'), 'true')
    const other = await write('other')
    assert.equal(other.status, 422)
    assert.equal(other.error.code, 'GLY-IDEM02')
    assert.equal((await supabase.from('orders').select('*', { count: 'exact', head: true }).eq('code', 'once')).count, 1)
    await eventually('the kept answer is swept away', async () =>
      (await galley.sql(`select from galley.idempotency where key = 'order-1'`)).rowCount === 0)
    assert.equal((await write('later')).status, 201)
    assert.equal(last.headers.get('idempotency-replayed'), null)
  })

  test('answers from memory until something changes, and counts how often', async () => {
    const names = async () => (await supabase.from('cities').select('name').eq('id', 3)).data
    assert.deepEqual((await fromMemory(names)).data, [{ name: 'Bari' }])
    for (const name of ['Bari 2', 'Bari 3']) {
      await supabase.from('cities').update({ name }).eq('id', 3)
      assert.deepEqual(await names(), [{ name }])
    }
    await fromMemory(names)
    await galley.sql(`update cities set name = 'by SQL' where id = 3`)
    assert.deepEqual(await names(), [{ name: 'by SQL' }])
    const metrics = await (await fetch(`${galley.url}/metrics`)).text()
    for (const kind of ['hits', 'stale', 'misses']) assert.match(metrics, new RegExp(`^galley_rest_cache_${kind}_total [1-9]`, 'm'))
  })

  test('answers nobody from the memory of another', async () => {
    const remember = async (...call) => (last = await fetch(...call))
    const clientOf = (sub) =>
      galley.client(undefined, {
        global: { fetch: remember },
        accessToken: async () => galley.token({ sub, role: 'authenticated', aud: 'authenticated', iat: 1, exp: 4102444800 }),
      })
    const [a, b] = [clientOf(alice), clientOf(bob)]
    assert.equal((await a.from('notes').insert({ body: 'of Alice' })).error, null)
    assert.equal((await b.from('notes').insert({ body: 'of Bob' })).error, null)
    const body = (client) => async () => (await client.from('notes').select('body')).data
    assert.deepEqual((await fromMemory(body(a))).data, [{ body: 'of Alice' }])
    assert.deepEqual(await body(b)(), [{ body: 'of Bob' }])
    assert.deepEqual((await fromMemory(body(b))).data, [{ body: 'of Bob' }])
    assert.deepEqual(await body(a)(), [{ body: 'of Alice' }])
  })

  test('gives settings of the application to its functions', async () => {
    assert.equal((await supabase.rpc('greeting')).data, 'hello')
  })

  test('takes settings from a function of the database, and again when it is told to', async () => {
    const rows = async () => (await supabase.from('cities').select('id')).data.length
    assert.equal(await rows(), 3)
    await galley.kill()
    galley.settings = { ...galley.settings, 'database.pre-config': 'public.configure', 'app.settings.greeting': 'again' }
    await galley.launch()
    assert.equal(await rows(), 2)
    assert.equal((await supabase.rpc('greeting')).data, 'again')
    await galley.sql(`
      create or replace function public.configure() returns void language sql as $$ select set_config('pgrst.db_max_rows', '1', true) $$;
      notify pgrst, 'reload config'`)
    await eventually('the new limit', async () => (await rows()) === 1)
  })
})
