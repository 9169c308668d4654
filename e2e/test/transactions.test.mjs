// Several steps in one transaction, by plain fetch and by supabase-js, as an application sells things that may run out.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Galley } from '../lib/galley.mjs'

const ids = { alice: '11111111-1111-4111-8111-111111111111', bob: '22222222-2222-4222-8222-222222222222' }

describe('several steps in one transaction', () => {
  let galley, alice, admin

  before(async () => {
    galley = await Galley.start()
    await galley.sql(`
      create table stock (sku text primary key, stock integer not null check (stock >= 0), price numeric not null);
      create table orders (
        id bigint generated always as identity primary key, buyer uuid not null default auth.uid(), note text);
      create table lines (
        id bigint generated always as identity primary key, order_id bigint not null references orders on delete cascade,
        sku text not null references stock, qty integer not null check (qty > 0));
      create policy "everybody sees stock" on stock for select using (true);
      create policy "buyers take" on stock for update to authenticated using (true) with check (true);
      create policy "own orders" on orders to authenticated
        using (buyer = (select auth.uid())) with check (buyer = (select auth.uid()));
      create policy "lines of own orders" on lines to authenticated
        using (order_id in (select id from orders)) with check (order_id in (select id from orders));
      grant select, update on stock to authenticated;
      grant select, insert on orders, lines to authenticated;
      grant all on stock, orders, lines to service_role;
      create function take(sku text, qty integer) returns integer language sql
        as $$ update stock set stock = stock - take.qty where stock.sku = take.sku returning stock $$;
      grant execute on function take(text, integer) to authenticated;
      insert into stock values ('pen', 10, 1.50), ('ink', 1, 12345678901234567.89);`)
    await galley.knows('lines')
    alice = galley.clientOf(ids.alice)
    admin = galley.client(galley.env.SECRET_KEY)
  })

  after(() => galley?.stop())

  async function tx(sub, document, headers = {}) {
    const answer = await fetch(`${galley.url}/rest/v1/tx`, {
      method: 'POST',
      headers: {
        apikey: galley.env.PUBLISHABLE_KEY,
        authorization: `Bearer ${galley.token({ sub, role: 'authenticated', aud: 'authenticated' })}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify(document),
    })
    return { status: answer.status, headers: answer.headers, ...(await answer.json()) }
  }

  const purchase = (sku, qty) => ({
    steps: [
      { name: 'order', method: 'POST', path: '/orders?select=id', body: { note: `${qty} of ${sku}` } },
      { method: 'POST', path: '/lines', body: [{ order_id: { $ref: 'order.id' }, sku, qty }] },
      { name: 'left', method: 'POST', path: '/rpc/take', body: { sku, qty } },
      {
        name: 'bill',
        method: 'GET',
        path: '/lines?select=qty,stock(price)',
        query: { order_id: { eq: { $ref: 'order.id' } } },
        expect: { rows: 1 },
      },
    ],
  })

  const orders = async () => (await admin.from('orders').select('*', { count: 'exact', head: true })).count

  test('a purchase by plain fetch', async () => {
    const { status, results } = await tx(ids.alice, purchase('pen', 3))
    assert.equal(status, 200)
    assert.deepEqual(
      results.map(({ name, status, rows }) => ({ name, status, rows })),
      [
        { name: 'order', status: 201, rows: 1 },
        { name: undefined, status: 201, rows: 1 },
        { name: 'left', status: 200, rows: 1 },
        { name: 'bill', status: 200, rows: 1 },
      ],
    )
    assert.equal(results[2].body, 7)
    assert.deepEqual(results[3].body, [{ qty: 3, stock: { price: 1.5 } }])
    const { data } = await alice.from('orders').select('id,lines(sku,qty)').eq('id', results[0].body[0].id).single()
    assert.deepEqual(data.lines, [{ sku: 'pen', qty: 3 }])
  })

  test('the same by supabase-js', async () => {
    const { data, error, status } = await alice.from('tx').insert(purchase('pen', 1))
    assert.equal(error, null)
    assert.equal(status, 200)
    assert.equal(data.results[2].body, 6)
    const refused = await alice.from('tx').insert(purchase('nothing', 1))
    assert.equal(refused.error.code, '23503')
    assert.equal(refused.status, 409)
  })

  test('of many buyers of the last one, one gets it and the others leave nothing', async () => {
    const before = await orders()
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => tx(i % 2 ? ids.alice : ids.bob, purchase('ink', 1))),
    )
    assert.equal(answers.filter(({ status }) => status === 200).length, 1)
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      assert.equal(answer.code, '23514')
      assert.deepEqual(answer.step, { index: 2, name: 'left' })
    }
    assert.equal(await orders(), before + 1)
  })

  test('what is another’s stays so, also behind references', async () => {
    const before = await orders()
    const mine = await tx(ids.alice, { steps: [{ name: 'o', method: 'GET', path: '/orders?select=id&limit=1' }] })
    const order = mine.results[0].body[0].id
    const read = await tx(ids.bob, { steps: [{ method: 'GET', path: '/orders', query: { id: { in: [order] } } }] })
    assert.deepEqual(read.results[0].body, [])
    const written = await tx(ids.bob, {
      steps: [
        { name: 'own', method: 'POST', path: '/orders?select=id', body: {} },
        { method: 'POST', path: '/lines', body: { order_id: order, sku: 'pen', qty: 1 } },
      ],
    })
    assert.equal(written.status, 403)
    assert.equal(written.code, '42501')
    assert.equal(written.step.index, 1)
    assert.equal(await orders(), before)
  })

  test('a purchase with a key happens once, whatever is lost on the way', async () => {
    const before = await orders()
    const key = { 'Idempotency-Key': 'purchase-1' }
    const answers = []
    for (let i = 0; i < 3; i++) answers.push(await tx(ids.bob, purchase('pen', 1), key))
    assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200])
    assert.deepEqual(answers[1].results, answers[0].results)
    assert.equal(answers[2].headers.get('idempotency-replayed'), 'true')
    assert.equal((await tx(ids.bob, purchase('pen', 2), key)).status, 422)
    assert.equal(await orders(), before + 1)
  })

  test('serializable counters from many sides lose no step', async () => {
    await galley.sql('update stock set stock = 100 where sku = \'pen\'')
    const step = async () => {
      const { status, results, code } = await tx(ids.alice, {
        isolation: 'serializable',
        steps: [
          { name: 'now', method: 'GET', path: '/stock?select=stock&sku=eq.pen' },
          { method: 'POST', path: '/rpc/take', body: { sku: 'pen', qty: 1 } },
        ],
      })
      assert.ok(status === 200 || code === '40001', `${status} ${code}`)
      if (status === 200) assert.equal(results[1].body, results[0].body[0].stock - 1)
      return status === 200
    }
    const done = (await Promise.all(Array.from({ length: 16 }, step))).filter(Boolean).length
    assert.ok(done > 0)
    const { data } = await admin.from('stock').select('stock').eq('sku', 'pen').single()
    assert.equal(data.stock, 100 - done)
  })
})
