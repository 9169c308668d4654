// Live messages through the unmodified realtime client inside supabase-js, in both versions of its protocol.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import WebSocket from 'ws'
import { Galley, eventually } from '../lib/galley.mjs'

const ANN = '11111111-1111-4111-8111-111111111111'
const BEN = '22222222-2222-4222-8222-222222222222'

/** Subscribes and waits for it; gives the channel. */
function subscribed(channel, wanted = 'SUBSCRIBED') {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not ${wanted} in time`)), 15_000)
    channel.subscribe((status, error) => {
      if (status === wanted) {
        clearTimeout(late)
        resolve(error ?? channel)
      } else if (status === 'CHANNEL_ERROR' && wanted === 'SUBSCRIBED') {
        clearTimeout(late)
        reject(error ?? new Error(status))
      }
    })
  })
}

describe('live messages', () => {
  let galley
  const open = []

  before(async () => {
    galley = await Galley.start({
      settings: { 'realtime.refusal-delay': '0s', 'realtime.recheck-interval': '500ms', 'realtime.drain-window': '100ms' },
    })
    await galley.sql(`
      create table members (room text, who uuid);
      insert into members values ('den', '${ANN}'), ('den', '${BEN}');
      grant select on members to authenticated;
      create policy seen on members for select to authenticated using (true);
      create policy reads on realtime.messages for select to authenticated
        using (exists (select from members where room = (select realtime.topic()) and who = (select auth.uid())));
      create policy writes on realtime.messages for insert to authenticated
        with check (exists (select from members where room = (select realtime.topic()) and who = (select auth.uid())));
    `)
  })

  after(async () => {
    await Promise.all(open.map((client) => client.removeAllChannels()))
    open.forEach((client) => client.realtime.disconnect())
    await galley?.stop()
  })

  const client = (options = {}) => {
    const made = galley.client(galley.env.PUBLISHABLE_KEY, { realtime: { transport: WebSocket, ...options } })
    open.push(made)
    return made
  }
  const user = async (sub, options = {}) => {
    const made = client(options)
    await made.realtime.setAuth(galley.token({ sub, role: 'authenticated', aud: 'authenticated' }))
    return made
  }

  for (const vsn of ['1.0.0', '2.0.0']) {
    test(`a broadcast reaches the others and is confirmed, ${vsn}`, async () => {
      const heard = []
      const [ann, ben] = [client({ vsn }), client({ vsn })]
      await subscribed(ben.channel(`room-${vsn}`).on('broadcast', { event: 'hi' }, (message) => heard.push(message)))
      const channel = await subscribed(ann.channel(`room-${vsn}`, { config: { broadcast: { ack: true } } }))
      assert.equal(await channel.send({ type: 'broadcast', event: 'hi', payload: { text: 'hällo' } }), 'ok')
      await eventually('heard', () => heard.length === 1)
      assert.deepEqual(heard[0].payload, { text: 'hällo' })
      assert.equal(heard[0].type, 'broadcast')
    })
  }

  test('the sender hears itself when it wants to', async () => {
    const heard = []
    const channel = client()
      .channel('own', { config: { broadcast: { self: true } } })
      .on('broadcast', { event: '*' }, (message) => heard.push(message.event))
    await subscribed(channel)
    await channel.send({ type: 'broadcast', event: 'one', payload: {} })
    await eventually('heard', () => heard.includes('one'))
  })

  test('bytes arrive as they were sent', async () => {
    const heard = []
    await subscribed(client().channel('bytes').on('broadcast', { event: 'raw' }, ({ payload }) => heard.push(payload)))
    const channel = await subscribed(client().channel('bytes'))
    await channel.send({ type: 'broadcast', event: 'raw', payload: new Uint8Array([0, 255, 1, 254]).buffer })
    await eventually('heard', () => heard.length === 1)
    assert.deepEqual([...new Uint8Array(heard[0])], [0, 255, 1, 254])
  })

  test('a message may be sent without a socket', async () => {
    const heard = []
    await subscribed(client().channel('web:1').on('broadcast', { event: 'news' }, ({ payload }) => heard.push(payload)))
    const sender = client().channel('web:1')
    assert.deepEqual(await sender.httpSend('news', { n: 1 }), { success: true })
    assert.equal(await sender.send({ type: 'broadcast', event: 'news', payload: { n: 2 } }), 'ok')
    await eventually('heard', () => heard.length === 2)
    assert.deepEqual(heard, [{ n: 1 }, { n: 2 }])
  })

  test('presence shows who is there, with several devices, and who has left', async () => {
    const states = []
    const watcher = client().channel('lobby', { config: { presence: { key: 'watcher' } } })
    const left = []
    watcher.on('presence', { event: 'sync' }, () => states.push(watcher.presenceState()))
    watcher.on('presence', { event: 'leave' }, ({ key }) => left.push(key))
    await subscribed(watcher)
    const phone = client().channel('lobby', { config: { presence: { key: 'ann' } } })
    const desk = client()
    const deskChannel = desk.channel('lobby', { config: { presence: { key: 'ann' } } })
    await Promise.all([subscribed(phone), subscribed(deskChannel)])
    assert.equal(await phone.track({ on: 'phone' }), 'ok')
    assert.equal(await deskChannel.track({ on: 'desk' }), 'ok')
    await eventually('both devices', () => watcher.presenceState().ann?.length === 2)
    assert.equal(await phone.untrack(), 'ok')
    await eventually('one device', () => watcher.presenceState().ann?.length === 1)
    assert.equal(watcher.presenceState().ann[0].on, 'desk')
    desk.realtime.disconnect()
    await eventually('nobody', () => !watcher.presenceState().ann)
    assert.ok(left.includes('ann'))
  })

  test('policies decide who may join, speak and stay', async () => {
    const [ann, ben, stranger] = [await user(ANN), await user(BEN), client()]
    const heard = []
    const config = { config: { private: true, broadcast: { ack: true } } }
    await subscribed(ben.channel('den', config).on('broadcast', { event: '*' }, (message) => heard.push(message)))
    const channel = await subscribed(ann.channel('den', config))
    const refused = await subscribed(stranger.channel('den', config), 'CHANNEL_ERROR')
    assert.match(refused.message, /You do not have permissions to read from this Channel topic: den/)
    assert.equal(await channel.send({ type: 'broadcast', event: 'hi', payload: {} }), 'ok')
    await eventually('heard', () => heard.length === 1)

    const ended = new Promise((resolve) => channel.on('system', {}, resolve))
    await galley.sql(`delete from members where who = '${ANN}'`)
    assert.match((await ended).message, /You no longer have permission/)
    await galley.sql(`insert into members values ('den', '${ANN}')`)
  })

  test('stored messages are played again to who joins late', async () => {
    await galley.sql(`select realtime.send('{"n": 1}', 'told', 'den'), realtime.send('{"n": 2}', 'told', 'den')`)
    const heard = []
    const ann = await user(ANN)
    const channel = ann.channel('den', { config: { private: true, broadcast: { replay: { since: Date.now() - 60_000, limit: 10 } } } })
    await subscribed(channel.on('broadcast', { event: 'told' }, (message) => heard.push(message)))
    await eventually('heard', () => heard.length === 2)
    assert.deepEqual(heard.map(({ payload }) => payload.n), [1, 2])
    assert.ok(heard.every(({ meta }) => meta.replayed && meta.id))
  })

  test('what the database sends arrives when it is committed', async () => {
    const heard = []
    const ann = await user(ANN)
    const channel = ann.channel('den', { config: { private: true, broadcast: { replication_ready: true } } })
    const ready = new Promise((resolve) => channel.on('system', {}, resolve))
    await subscribed(channel.on('broadcast', { event: '*' }, (message) => heard.push(message)))
    assert.match((await ready).message, /Replication connection established/)
    await galley.sql(`
      create table notes (id int primary key, text text);
      create function note_told() returns trigger language plpgsql security definer as $$
      begin
        perform realtime.broadcast_changes('den', tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
        return null;
      end $$;
      create trigger told after insert on notes for each row execute function note_told();
      insert into notes values (1, 'milk');
      select realtime.send('{"n": 3}', 'told', 'den');
    `)
    await eventually('heard', () => heard.length === 2)
    assert.deepEqual(heard[0].payload.record, { id: 1, text: 'milk' })
    assert.equal(heard[0].event, 'INSERT')
    assert.equal(heard[1].payload.n, 3)
    assert.ok(heard[1].meta.id && heard[1].meta.position)
  })

  test('another token is taken while the channel is open', async () => {
    const ann = await user(ANN)
    const channel = await subscribed(ann.channel('den', { config: { private: true, broadcast: { ack: true } } }))
    await ann.realtime.setAuth(galley.token({ sub: BEN, role: 'authenticated', aud: 'authenticated' }))
    assert.equal(await channel.send({ type: 'broadcast', event: 'still', payload: {} }), 'ok')
    const ended = new Promise((resolve) => channel.on('system', {}, resolve))
    await ann.realtime.setAuth(galley.token({ sub: '33333333-3333-4333-8333-333333333333', role: 'authenticated' }))
    assert.match((await ended).message, /You no longer have permission/)
  })

  test('a client comes back by itself after a restart', async () => {
    const heard = []
    const ben = client({ reconnectAfterMs: () => 200 })
    let times = 0
    ben.channel('again', { config: { presence: { key: 'ben' } } })
      .on('broadcast', { event: '*' }, (message) => heard.push(message.event))
      .subscribe((status) => (times += status === 'SUBSCRIBED'))
    await eventually('subscribed', () => times === 1)
    await galley.kill('SIGTERM')
    await galley.launch()
    await eventually('subscribed again', () => times >= 2)
    assert.deepEqual(await client().channel('again').httpSend('back', {}), { success: true })
    await eventually('heard', () => heard.includes('back'))
  })
})

describe('live messages on two nodes', () => {
  let first
  let second
  const open = []

  before(async () => {
    first = await Galley.start({ settings: { 'realtime.nodes.heartbeat': '200ms' } })
    second = await Galley.start({
      settings: {
        'realtime.nodes.heartbeat': '200ms',
        'postgres.url': `postgresql://supabase_admin@/postgres?host=${first.env.DB_SOCKET_DIR}&port=${first.env.DB_SOCKET_PORT}`,
        'auth.jwt-secret': first.env.JWT_SECRET,
        'auth.anon-key': first.env.ANON_KEY,
        'auth.service-role-key': first.env.SERVICE_ROLE_KEY,
        'auth.publishable-key': first.env.PUBLISHABLE_KEY,
        'auth.secret-key': first.env.SECRET_KEY,
      },
    })
    await eventually('linked', async () => {
      const metrics = await (await fetch(`${first.url}/metrics`)).text()
      return /^galley_realtime_nodes 1\.0$/m.test(metrics)
    })
  })

  after(async () => {
    open.forEach((client) => client.realtime.disconnect())
    await second?.stop()
    await first?.stop()
  })

  const client = (galley) => {
    const made = galley.client(first.env.PUBLISHABLE_KEY)
    open.push(made)
    return made
  }

  test('messages and presence are those of both', async () => {
    const heard = []
    const there = client(second).channel('both', { config: { presence: { key: 'there' } } })
    there.on('broadcast', { event: '*' }, ({ payload }) => heard.push(payload.n)).on('presence', { event: 'sync' }, () => {})
    await subscribed(there)
    const here = await subscribed(client(first).channel('both', { config: { presence: { key: 'here' } } }))
    await here.track({ node: 1 })
    await eventually('present', () => there.presenceState().here?.length === 1)
    for (let n = 0; n < 50; n++) await here.send({ type: 'broadcast', event: 'n', payload: { n } })
    await eventually('all heard', () => heard.length === 50)
    assert.deepEqual(heard, Array.from({ length: 50 }, (_, n) => n))
    await first.sql(`select realtime.send('{"n": 50}', 'stored', 'both', false)`)
    await eventually('stored', () => heard.length === 51)
  })

  test('who was on a node that dies has left', async () => {
    const here = client(first).channel('dies', { config: { presence: { key: 'here' } } })
    here.on('presence', { event: 'sync' }, () => {})
    await subscribed(here)
    const there = await subscribed(client(second).channel('dies', { config: { presence: { key: 'there' } } }))
    await there.track({ node: 2 })
    await eventually('present', () => here.presenceState().there?.length === 1)
    await second.kill('SIGKILL')
    await eventually('gone', () => !here.presenceState().there)
  })
})
