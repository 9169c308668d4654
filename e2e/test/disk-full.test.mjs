// The disk under the data folder fills up: writes are refused with a clear error, and resume by themselves once there is space.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Galley, eventually, projectFolder } from '../lib/galley.mjs'

const isRoot = process.getuid() === 0
const mount = (...args) => (isRoot ? execFileSync('mount', args) : execFileSync('sudo', ['-n', 'mount', ...args]))
const unmount = (dir) => (isRoot ? execFileSync('umount', ['-l', dir]) : execFileSync('sudo', ['-n', 'umount', '-l', dir]))

let galley, folder

before(async () => {
  folder = await projectFolder()
  await mkdir(join(folder, 'small'))
  mount('-t', 'tmpfs', '-o', `size=256m,mode=0755,uid=${process.getuid()}`, 'tmpfs', join(folder, 'small'))
  galley = await Galley.start({ dir: join(folder, 'small') })
  await galley.sql(`
    create table blobs (id bigint primary key, body text not null);
    alter table blobs alter body set storage external;
    grant all on blobs to service_role;`)
  await galley.knows('blobs')
})

after(async () => {
  await galley?.stop()
  unmount(join(folder, 'small'))
  await rm(folder, { recursive: true, force: true })
})

/** Takes every byte that is left. */
function fill(file) {
  const block = Buffer.alloc(64 * 1024)
  const handle = openSync(file, 'w')
  try {
    for (;;) writeSync(handle, block)
  } catch (error) {
    assert.equal(error.code, 'ENOSPC')
  } finally {
    closeSync(handle)
  }
}

test('writes are refused while the disk is full and resume when it is not', async () => {
  const body = 'x'.repeat(8000)
  const acknowledged = []
  let id = 0
  const insert = async () => {
    const rows = Array.from({ length: 100 }, () => ({ id: ++id, body }))
    const answer = await fetch(`${galley.url}/rest/v1/blobs`, {
      method: 'POST',
      headers: { apikey: galley.env.SECRET_KEY, 'content-type': 'application/json' },
      body: JSON.stringify(rows),
    })
    if (answer.status === 201) acknowledged.push(...rows.map((row) => row.id))
    return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: await answer.text() }
  }
  assert.equal((await insert()).status, 201)

  const filler = join(galley.dir, 'filler')
  fill(filler)
  let refusal
  for (let n = 0; n < 500 && !refusal; n++) {
    const answer = await insert()
    if (answer.status !== 201) refusal = answer
  }
  assert.ok(refusal, 'a write is refused')
  for (let n = 0; n < 20; n++) {
    const answer = await insert()
    if (answer.status === 201) continue // a small hole was left
    assert.ok([500, 503, 507].includes(answer.status), `${answer.status} ${answer.body}`)
    assert.ok(JSON.parse(answer.body).code, answer.body)
    assert.doesNotMatch(answer.body, /\/tmp\/|base\/\d+/, 'no path of the server in the answer')
  }

  rmSync(filler)
  await eventually('writes resume', async () => (await insert()).status === 201, 60)
  const { data } = await galley.client(galley.env.SECRET_KEY).from('blobs').select('id').gte('id', 1).limit(1)
  assert.equal(data.length, 1)
  const { rows } = await galley.sql('select id::int8 as id from blobs')
  const present = new Set(rows.map((row) => Number(row.id)))
  assert.deepEqual(acknowledged.filter((one) => !present.has(one)), [])
})
