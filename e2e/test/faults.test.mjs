// The program and its database are killed under load: acknowledged writes stay, nothing is orphaned, service comes back.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Galley, eventually } from '../lib/galley.mjs'
import { postgresOf } from '../lib/processes.mjs'

const table = `
  create table events (id bigint primary key, writer int not null);
  grant all on events to service_role;`

/** Writers that insert rows one after the other until told to stop; remembers what was acknowledged. */
class Load {
  constructor(galley, writers, firstId) {
    this.acknowledged = []
    this.refused = []
    this.unknown = []
    this.running = true
    this.nextId = firstId
    this.done = Promise.all(Array.from({ length: writers }, (_, writer) => this.write(galley, writer)))
  }

  async write(galley, writer) {
    while (this.running) {
      const id = this.nextId++
      try {
        const answer = await fetch(`${galley.url}/rest/v1/events`, {
          method: 'POST',
          headers: { apikey: galley.env.SECRET_KEY, 'content-type': 'application/json' },
          body: JSON.stringify({ id, writer }),
        })
        const body = await answer.text()
        if (answer.status === 201) this.acknowledged.push(id)
        else this.refused.push({ id, status: answer.status, retryAfter: answer.headers.get('retry-after'), body })
      } catch (error) {
        this.unknown.push(id) // the connection broke: may or may not have been written
        await new Promise((wake) => setTimeout(wake, 10))
      }
    }
  }

  async stop() {
    this.running = false
    await this.done
  }
}

async function idsIn(galley) {
  const { rows } = await galley.sql('select id::int8 as id from events order by id')
  return new Set(rows.map((row) => Number(row.id)))
}

describe('kill -9 of the program under load', () => {
  let galley
  before(async () => {
    galley = await Galley.start()
    await galley.sql(table)
    await galley.knows('events')
  })
  after(() => galley?.stop())

  test('ten times: no acknowledged write is lost and no postgres is left', async () => {
    const acknowledged = []
    let firstId = 1
    for (let round = 0; round < 10; round++) {
      const load = new Load(galley, 8, firstId)
      await eventually('some writes', () => load.acknowledged.length > 20 + round * 10)
      const family = await postgresOf(galley.env.DATA_DIR)
      assert.ok(family.length > 1, 'postgres runs')
      await galley.kill('SIGKILL')
      await load.stop()
      acknowledged.push(...load.acknowledged)
      firstId = load.nextId + 1
      await eventually('postgres is gone', async () => {
        for (const pid of family) {
          try {
            process.kill(pid, 0)
            return false
          } catch {
            // gone
          }
        }
        return true
      }, 10)
      await galley.launch()
      const present = await idsIn(galley)
      const lost = acknowledged.filter((id) => !present.has(id))
      assert.deepEqual(lost, [], `round ${round}`)
    }
    assert.ok(acknowledged.length > 500)
  })
})

describe('PostgreSQL killed under load', () => {
  let galley
  before(async () => {
    galley = await Galley.start()
    await galley.sql(table)
    await galley.knows('events')
  })
  after(() => galley?.stop())

  for (const victim of ['postmaster', 'a backend']) {
    test(`${victim}: 503 with Retry-After or an outcome named unknown, then healthy by itself`, async () => {
      const load = new Load(galley, 8, (await idsIn(galley)).size * 1000 + 1_000_000)
      await eventually('some writes', () => load.acknowledged.length > 100)
      if (victim === 'postmaster') {
        const [postmaster] = await postgresOf(galley.env.DATA_DIR)
        process.kill(postmaster, 'SIGKILL')
      } else {
        const { rows } = await galley.sql(
          "select pid from pg_stat_activity where usename = 'authenticator' and backend_type = 'client backend' limit 1")
        process.kill(rows[0].pid, 'SIGKILL')
      }
      await eventually('the fault shows', () => load.refused.length + load.unknown.length > 0)
      const before = load.acknowledged.length
      await eventually('writes go on', () => load.acknowledged.length > before + 100)
      await load.stop()
      assert.equal(load.unknown.length, 0, 'every request gets an answer')
      for (const { status, retryAfter, body } of load.refused) {
        assert.ok(status === 503 || status === 500 || status === 504, `${status} ${body}`)
        if (status === 503) assert.ok(Number(retryAfter) >= 1, `Retry-After: ${retryAfter}`)
        assert.ok(JSON.parse(body).code, body)
      }
      await eventually('ready again', async () => (await fetch(`${galley.url}/health/ready`)).ok)
      const present = await idsIn(galley)
      assert.deepEqual(load.acknowledged.filter((id) => !present.has(id)), [])
    })
  }
})

describe('stopping', () => {
  test('SIGTERM finishes requests in flight and stops PostgreSQL', async () => {
    const galley = await Galley.start()
    await galley.sql(`create function slow() returns int language sql as 'select 1 from pg_advisory_xact_lock(4711), pg_sleep(1)';
      grant execute on function slow() to service_role;`)
    await eventually('the function is known', async () => (await galley.client(galley.env.SECRET_KEY).rpc('slow')).data === 1)
    const family = await postgresOf(galley.env.DATA_DIR)
    // The client sends nothing before somebody asks for the answer.
    const inFlight = galley.client(galley.env.SECRET_KEY).rpc('slow').then((answer) => answer)
    const running = `select from pg_locks where locktype = 'advisory' and objid = 4711`
    await eventually('the request is in PostgreSQL', async () => (await galley.sql(running)).rowCount > 0)
    const stopped = galley.kill('SIGTERM')
    assert.deepEqual((await inFlight).data, 1)
    await stopped
    for (const pid of family) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
    await galley.launch()
    assert.equal((await galley.client(galley.env.SECRET_KEY).rpc('slow')).data, 1)
    await galley.stop()
  })

  test('a second program on the same folder says so and leaves the first alone', async () => {
    const galley = await Galley.start()
    const second = new Galley()
    Object.assign(second, { dir: galley.dir, port: galley.port + 1, databasePort: galley.databasePort + 1, settings: {} })
    await assert.rejects(second.launch(), /already/i)
    assert.ok((await fetch(`${galley.url}/health/ready`)).ok)
    await galley.stop()
  })
})
