// The audit log as its operator sees it: read by the API, verified by the command.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { eventually, Galley, root } from '../lib/galley.mjs'

let galley

before(async () => {
  galley = await Galley.start({ settings: { 'auth.email.enable-confirmations': 'false', 'auth.audit.chain-delay': '10ms' } })
})
after(() => galley?.stop())

const verify = (...options) =>
  new Promise((resolve) => {
    execFile(join(root, 'galley'), ['audit', 'verify', '--json', '--dir', galley.dir, ...options], (error, stdout) =>
      resolve({ code: error ? error.code : 0, report: JSON.parse(stdout || 'null') }),
    )
  })

test('the log is chained, and who tampers with it is found out', async () => {
  for (const name of ['anna', 'ben', 'carl']) {
    const { error } = await galley.client().auth.signUp({ email: `${name}@example.com`, password: 'secret-1' })
    assert.equal(error, null)
  }
  const { report } = await eventually('all chained', async () => {
    const result = await verify()
    assert.equal(result.code, 0)
    return result.report.verified === 6 && result
  })
  assert.equal(report.result, 'verified')
  assert.match(report.head, /^6:[0-9a-f]{64}$/)
  assert.equal((await verify('--head', report.head)).code, 0)

  await galley.sql(`update auth.audit_log_entries set ip_address = '10.0.0.1' where payload ->> 'actor_username' = 'ben@example.com'`)
  const broken = await verify()
  assert.equal(broken.code, 1)
  assert.equal(broken.report.first_broken.position, 3)
  assert.match(broken.report.first_broken.reason, /changed or made up/)

  await galley.sql('delete from auth.audit_log_entries')
  const empty = await verify('--head', report.head)
  assert.equal(empty.code, 1)
})

test('administrators read it', async () => {
  const { error } = await galley.client().auth.signInWithPassword({ email: 'ben@example.com', password: 'wrong-1' })
  assert.equal(error.code, 'invalid_credentials')
  const answer = await fetch(`${galley.url}/auth/v1/admin/audit?query=action:login_failed`, {
    headers: { apikey: galley.env.SECRET_KEY, authorization: `Bearer ${galley.env.SERVICE_ROLE_KEY}` },
  })
  const entries = await answer.json()
  assert.equal(entries.length, 1)
  assert.equal(entries[0].payload.actor_username, 'ben@example.com')
})
