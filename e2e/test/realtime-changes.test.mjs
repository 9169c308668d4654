// Changes of rows through the unmodified realtime client inside supabase-js, and as Server-Sent Events.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import WebSocket from 'ws'
import { resumable } from '../../examples/resume/resumable.mjs'
import { Galley, eventually } from '../lib/galley.mjs'

const ANN = '11111111-1111-4111-8111-111111111111'
const BEN = '22222222-2222-4222-8222-222222222222'

describe('changes of rows', () => {
  let galley
  const open = []

  before(async () => {
    galley = await Galley.start({ settings: { 'realtime.refusal-delay': '0s', 'realtime.drain-window': '100ms' } })
    await galley.sql(`
      create table notes (id bigint primary key, owner uuid, title text, tags text[], done boolean);
      alter table notes enable row level security;
      create policy own on notes to authenticated using ((select auth.uid()) = owner);
      create table ticks (id bigint primary key);
      create policy everybody on ticks for select to authenticated using (true);
      grant select on ticks to anon, authenticated;
      grant all on notes to authenticated, service_role;
      alter publication supabase_realtime add table notes, ticks;
    `)
  })

  after(async () => {
    await Promise.all(open.map((client) => client.removeAllChannels()))
    open.forEach((client) => client.realtime.disconnect())
    await galley?.stop()
  })

  const user = async (sub, options = {}) => {
    const token = galley.token({ sub, role: 'authenticated', aud: 'authenticated' })
    // A token that is set by hand is not the client's any more after it has connected anew; one that it asks for is.
    const made = galley.client(galley.env.PUBLISHABLE_KEY, {
      accessToken: async () => token,
      realtime: { transport: WebSocket, ...options },
    })
    open.push(made)
    await made.realtime.setAuth()
    return made
  }

  /** Subscribes, and waits until changes are told. */
  function listening(channel) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('not subscribed in time')), 15_000)
      channel.on('system', {}, (message) => {
        if (message.extension !== 'postgres_changes') return
        clearTimeout(late)
        if (message.status === 'ok') resolve(channel)
        else reject(new Error(message.message))
      })
      channel.subscribe((status, error) => status === 'CHANNEL_ERROR' && reject(error ?? new Error(status)))
    })
  }

  test('each user hears of their own rows, in every kind of change', async () => {
    const heard = { ann: [], ben: [] }
    const listen = async (name, sub) => {
      const channel = (await user(sub)).channel(`notes of ${name}`)
      channel.on('postgres_changes', { event: '*', schema: 'public', table: 'notes' }, (change) => heard[name].push(change))
      await listening(channel)
    }
    await listen('ann', ANN)
    await listen('ben', BEN)
    // Each waits until the one before is told: what is gone by then may not be told as inserted any more.
    await galley.sql(`insert into notes values (1, '${ANN}', 'one', '{a,b}', true), (2, '${BEN}', 'two', null, false)`)
    await eventually('the insert heard', () => heard.ann.length === 1)
    await galley.sql(`update notes set title = 'uno' where id = 1`)
    await eventually('the update heard', () => heard.ann.length === 2)
    await galley.sql(`delete from notes where id = 1`)
    await eventually('all heard', () => heard.ann.length === 3 && heard.ben.length === 2)
    assert.deepEqual(heard.ann.map((change) => change.eventType), ['INSERT', 'UPDATE', 'DELETE'])
    assert.deepEqual(heard.ann[0].new, { id: 1, owner: ANN, title: 'one', tags: ['a', 'b'], done: true })
    assert.equal(heard.ann[0].schema, 'public')
    assert.equal(heard.ann[0].errors, null)
    assert.deepEqual(heard.ann[2].old, { id: 1 })
    // Of a row that is gone everybody is told the key, and nothing else.
    assert.deepEqual(heard.ben.map((change) => change.eventType), ['INSERT', 'DELETE'])
    assert.deepEqual(heard.ben[1].old, { id: 1 })
  })

  test('filters and several bindings on one channel', async () => {
    const heard = []
    const channel = (await user(ANN)).channel('filtered')
    for (const filter of ['id=eq.10', 'title=like.x%']) {
      channel.on('postgres_changes', { event: 'INSERT', schema: 'public', table: 'notes', filter }, (change) =>
        heard.push([filter, change.new.id]),
      )
    }
    await listening(channel)
    await galley.sql(`insert into notes (id, owner, title) values (10, '${ANN}', 'xyz'), (11, '${ANN}', 'xa'), (12, '${ANN}', 'a')`)
    await eventually('all heard', () => heard.length === 3)
    assert.deepEqual(heard.sort(), [['id=eq.10', 10], ['title=like.x%', 10], ['title=like.x%', 11]].sort())
  })

  test('what cannot be had is said', async () => {
    const channel = (await user(ANN)).channel('nothing')
    channel.on('postgres_changes', { event: '*', schema: 'public', table: 'no_such' }, () => {})
    await assert.rejects(listening(channel), /Please check Realtime is enabled for the given connect parameters/)
  })

  test('every change is told once and in order through 20 cuts, with a writer running', async () => {
    const sockets = []
    class Noted extends WebSocket {
      constructor(...args) {
        super(...args)
        sockets.push(this)
      }
    }
    const lost = []
    const heard = []
    const client = await user(ANN, {
      transport: resumable(Noted, { onResync: (topic) => lost.push(topic) }),
      reconnectAfterMs: () => 10,
    })
    const channel = client.channel('ticks')
    channel.on('postgres_changes', { event: 'INSERT', schema: 'public', table: 'ticks' }, (change) => heard.push(change.new.id))
    await listening(channel)
    let writing = true
    const writer = galley
      .sql(
        `do $$ begin
           for i in 1..400 loop insert into ticks values (i); commit; perform pg_sleep(0.004); end loop;
         end $$`,
      )
      .then(() => (writing = false))
    for (let cut = 0; cut < 20; cut++) {
      const before = heard.length
      await eventually('more heard', () => heard.length > before + (cut % 5) || !writing)
      sockets.at(-1).terminate()
      const count = sockets.length
      await eventually('connected again', () => sockets.length > count)
    }
    await writer
    await eventually('the last one heard', () => heard.at(-1) === 400)
    assert.deepEqual(heard, Array.from({ length: 400 }, (_, i) => i + 1))
    assert.deepEqual(lost, [])
    assert.ok(sockets.length > 20)
  })

  test('Server-Sent Events tell the same, and go on from the last id', async () => {
    const token = galley.token({ sub: ANN, role: 'authenticated', aud: 'authenticated' })
    const url = `${galley.url}/realtime/v1/sse?apikey=${token}&schema=public&table=notes&event=INSERT`
    const first = await events(url)
    await first.next((event) => event.event === 'subscribed')
    await galley.sql(`insert into notes (id, owner) values (50, '${ANN}'), (51, '${BEN}'), (52, '${ANN}')`)
    const seen = [await first.next(), await first.next()]
    assert.deepEqual(seen.map((event) => JSON.parse(event.data).record.id), [50, 52])
    first.close()
    await galley.sql(`insert into notes (id, owner) values (53, '${ANN}')`)
    const second = await events(url, { 'Last-Event-ID': seen[0].id })
    await second.next((event) => event.event === 'subscribed')
    const missed = [await second.next(), await second.next()]
    assert.deepEqual(missed.map((event) => JSON.parse(event.data).record.id), [52, 53])
    second.close()

    const wrong = await fetch(`${galley.url}/realtime/v1/sse?apikey=${token}&schema=public&table=no_such`)
    assert.equal(wrong.status, 400)
    assert.match((await wrong.json()).error, /Unable to subscribe/)
    const stranger = await fetch(`${galley.url}/realtime/v1/sse?schema=public&table=notes`)
    assert.equal(stranger.status, 401)
  })
})

/** The events of a stream, one at a time. */
async function events(url, headers = {}) {
  const abort = new AbortController()
  const response = await fetch(url, { headers, signal: abort.signal })
  assert.equal(response.status, 200)
  assert.match(response.headers.get('content-type'), /^text\/event-stream/)
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const one = async () => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const block = text.slice(0, end)
        text = text.slice(end + 2)
        const event = Object.fromEntries(
          block.split('\n').map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
        )
        if (event.data) return event
        continue
      }
      const { value, done } = await reader.read()
      if (done) throw new Error('the stream has ended')
      text += value
    }
  }
  return {
    async next(wanted = () => true) {
      for (;;) {
        const event = await one()
        if (wanted(event)) return event
      }
    },
    close: () => abort.abort(),
  }
}
