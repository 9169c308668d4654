// Bad input gets a clear typed error in the protocol's own shape, and changes nothing.
import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { request } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { Galley } from '../lib/galley.mjs'

describe('bad input', () => {
  let galley
  before(async () => {
    galley = await Galley.start()
    await galley.sql(`
      create table items (id int primary key, name text, price numeric, made date, tags text[], detail jsonb);
      insert into items values (1, 'one', 1.5, '2026-01-01', '{a}', '{"k": 1}');
      create policy "everybody" on items using (true) with check (true);
      grant all on items to anon, authenticated, service_role;`)
    await galley.knows('items')
  })
  after(() => galley?.stop())

  /** Sends a request as it stands, without a client's tidying of the path. */
  function raw(method, path, { headers = {}, body, key = galley.env.PUBLISHABLE_KEY } = {}) {
    return new Promise((resolve, reject) => {
      const sent = request(
        { host: '127.0.0.1', port: galley.port, method, path, headers: { ...(key && { apikey: key }), ...headers } },
        (answer) => {
          const chunks = []
          answer.on('data', (chunk) => chunks.push(chunk))
          answer.on('error', reject)
          answer.on('end', () => {
            const text = Buffer.concat(chunks).toString()
            let json
            try {
              json = JSON.parse(text)
            } catch {
              json = undefined
            }
            resolve({ status: answer.statusCode, headers: answer.headers, text, json })
          })
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  }
  const json = { 'content-type': 'application/json' }

  async function refused(answer, status, code) {
    assert.equal(answer.status, status, answer.text)
    assert.ok(answer.json, `no JSON: ${answer.text}`)
    if (code) assert.equal(answer.json.code, code, answer.text)
    assert.equal(typeof answer.json.message, 'string')
    assert.doesNotMatch(answer.text, /select |insert into|pgrst_source|java\.|Exception|\/\.s\.PGSQL/i)
    const { rows } = await galley.sql('select count(*)::int as n from items')
    assert.equal(rows[0].n, 1)
  }

  const cases = [
    ['unknown table', 'GET', '/rest/v1/nothing', {}, 404, 'PGRST205'],
    ['unknown column in select', 'GET', '/rest/v1/items?select=nope', {}, 400, '42703'],
    ['unknown column in a filter', 'GET', '/rest/v1/items?nope=eq.1', {}, 400, '42703'],
    ['unknown column in order', 'GET', '/rest/v1/items?order=nope', {}, 400, '42703'],
    ['unknown column in a payload', 'POST', '/rest/v1/items', { headers: json, body: '{"id":2,"nope":1}' }, 400, 'PGRST204'],
    ['unknown operator', 'GET', '/rest/v1/items?id=what.1', {}, 400, 'PGRST100'],
    ['unknown function', 'POST', '/rest/v1/rpc/nothing', { headers: json, body: '{}' }, 404, 'PGRST202'],
    ['unknown embed', 'GET', '/rest/v1/items?select=id,others(id)', {}, 400, 'PGRST200'],
    ['unknown cast', 'GET', '/rest/v1/items?select=id::nope', {}, 400, '42704'],
    ['unknown schema', 'GET', '/rest/v1/items', { headers: { 'accept-profile': 'pg_catalog' } }, 406, 'PGRST106'],
    ['a word where a number belongs', 'GET', '/rest/v1/items?id=eq.one', {}, 400, '22P02'],
    ['a number out of range', 'GET', '/rest/v1/items?id=eq.99999999999', {}, 400, '22003'],
    ['a date that is none', 'POST', '/rest/v1/items', { headers: json, body: '{"id":2,"made":"2026-02-30"}' }, 400, '22008'],
    ['an array that is none', 'GET', '/rest/v1/items?tags=cs.{', {}, 400, '22P02'],
    ['limit that is none', 'GET', '/rest/v1/items?limit=ten', {}, 400, 'PGRST100'],
    ['offset beyond the rows with a count', 'GET', '/rest/v1/items?offset=100', { headers: { prefer: 'count=exact' } }, 416, 'PGRST103'],
    ['malformed JSON', 'POST', '/rest/v1/items', { headers: json, body: '{"id":2' }, 400, 'PGRST102'],
    ['JSON with a tail', 'POST', '/rest/v1/items', { headers: json, body: '{"id":2} {"id":3}' }, 400, 'PGRST102'],
    ['a scalar for a row', 'POST', '/rest/v1/items', { headers: json, body: '7' }, 400, 'PGRST102'],
    ['rows with different keys', 'POST', '/rest/v1/items', { headers: json, body: '[{"id":2},{"name":"x"}]' }, 400, 'PGRST102'],
    ['malformed UTF-8 in a body', 'POST', '/rest/v1/items', { headers: json, body: Buffer.from('{"id":2,"name":"\xff\xfe"}', 'latin1') }, 400, 'PGRST102'],
    ['malformed UTF-8 in a filter', 'GET', '/rest/v1/items?name=eq.%ff%fe', {}, 400, null],
    ['malformed percent-encoding', 'GET', '/rest/v1/items?name=eq.%zz', {}, 400, null],
    ['malformed percent-encoding in the path', 'GET', '/rest/v1/%zz', {}, 400, null],
    ['NUL in a value', 'GET', '/rest/v1/items?name=eq.%00', {}, 400, null],
    ['unknown media type in', 'POST', '/rest/v1/items', { headers: { 'content-type': 'application/x-nothing' }, body: 'x' }, 400, 'PGRST102'],
    ['unknown media type out', 'GET', '/rest/v1/items', { headers: { accept: 'application/x-nothing' } }, 406, 'PGRST107'],
    ['unknown method', 'BREW', '/rest/v1/items', {}, 405, null],
    ['unbalanced parentheses', 'GET', '/rest/v1/items?or=(id.eq.1', {}, 400, 'PGRST100'],
    ['deeply nested logic', 'GET', `/rest/v1/items?or=${'(and'.repeat(2000)}`, {}, 400, null],
    ['deeply nested JSON', 'POST', '/rest/v1/items', { headers: json, body: '['.repeat(100_000) }, 400, null],
    ['a URL of 64 KB', 'GET', `/rest/v1/items?name=eq.${'x'.repeat(65_536)}`, {}, 414, null],
  ]
  for (const [name, method, path, options, status, code] of cases) {
    test(name, async () => refused(await raw(method, path, options), status, code))
  }

  test('a body of 100 MB is refused without being read', async () => {
    const before = Number(/^VmRSS:\s+(\d+)/m.exec(await (await import('node:fs/promises')).readFile(`/proc/${galley.process.pid}/status`, 'utf8'))[1])
    const answer = await raw('POST', '/rest/v1/items', { headers: json, body: Buffer.alloc(100 * 1024 * 1024, 0x20) }).catch((error) => error)
    // The server may answer and close while the client still sends: either way nothing is written.
    if (answer instanceof Error) assert.match(answer.code, /EPIPE|ECONNRESET/)
    else await refused(answer, 413, null)
    const after = Number(/^VmRSS:\s+(\d+)/m.exec(await (await import('node:fs/promises')).readFile(`/proc/${galley.process.pid}/status`, 'utf8'))[1])
    assert.ok(after - before < 80 * 1024, `grew by ${after - before} KiB`)
  })

  test('SQL meta-characters in every name and value position', async () => {
    const attack = `x'"; drop table items; --`
    const e = encodeURIComponent(attack)
    const positions = [
      ['GET', `/rest/v1/${e}`],
      ['GET', `/rest/v1/items?select=${e}`],
      ['GET', `/rest/v1/items?select=id::${e}`],
      ['GET', `/rest/v1/items?select=a:${e}`],
      ['GET', `/rest/v1/items?select=detail->>${e}`],
      ['GET', `/rest/v1/items?select=id,${e}(id)`],
      ['GET', `/rest/v1/items?select=id,items!${e}(id)`],
      ['GET', `/rest/v1/items?${e}=eq.1`],
      ['GET', `/rest/v1/items?detail->>${e}=eq.1`],
      ['GET', `/rest/v1/items?id=eq.${e}`],
      ['GET', `/rest/v1/items?id=${e}.1`],
      ['GET', `/rest/v1/items?id=in.(${e})`],
      ['GET', `/rest/v1/items?name=in.("${e}")`],
      ['GET', `/rest/v1/items?name=fts(${e}).x`],
      ['GET', `/rest/v1/items?name=like.${e}`],
      ['GET', `/rest/v1/items?tags=cs.{${e}}`],
      ['GET', `/rest/v1/items?or=(name.eq.${e},id.eq.2)`],
      ['GET', `/rest/v1/items?order=${e}`],
      ['GET', `/rest/v1/items?limit=${e}`],
      ['GET', `/rest/v1/rpc/${e}?${e}=1`],
      ['POST', `/rest/v1/items?on_conflict=${e}`, '{"id":1}'],
      ['POST', `/rest/v1/items?columns=${e}`, '{"id":9}'],
      ['POST', '/rest/v1/items', JSON.stringify({ [attack]: 1 })],
      ['PATCH', `/rest/v1/items?name=eq.${e}`, JSON.stringify({ name: attack })],
      ['DELETE', `/rest/v1/items?name=eq.${e}`],
    ]
    for (const [method, path, body] of positions) {
      const answer = await raw(method, path, { headers: { ...json, 'accept-profile': 'public', 'content-profile': 'public' }, body })
      assert.ok(answer.status < 500, `${method} ${path}: ${answer.status} ${answer.text}`)
      assert.doesNotMatch(answer.json?.message ?? '', /syntax error/i, `${method} ${path}`)
    }
    for (const header of ['accept-profile', 'prefer', 'range', 'accept', 'x-request-id']) {
      const answer = await raw('GET', '/rest/v1/items', { headers: { [header]: attack } })
      assert.ok(answer.status < 500, `${header}: ${answer.status} ${answer.text}`)
    }
    const { rows } = await galley.sql('select id, name from items')
    assert.deepEqual(rows, [{ id: 1, name: 'one' }])
  })

  describe('tokens', () => {
    const ask = (token, key = galley.env.PUBLISHABLE_KEY) =>
      raw('GET', '/rest/v1/items', { key, headers: token ? { authorization: `Bearer ${token}` } : {} })
    const claims = { sub: '11111111-1111-4111-8111-111111111111', role: 'authenticated', aud: 'authenticated' }
    const bad = {
      'no key at all': () => ask(null, null),
      'an unknown key': () => ask(null, 'sb_publishable_0000000000000000000000_00000000'),
      'a key cut short': () => ask(null, galley.env.SECRET_KEY.slice(0, -1)),
      'no token but words': () => ask('not a token'),
      expired: () => ask(galley.token({ ...claims, exp: Math.floor(Date.now() / 1000) - 3600 })),
      'not yet valid': () => ask(galley.token({ ...claims, nbf: Math.floor(Date.now() / 1000) + 3600 })),
      unsigned: () => ask(galley.token(claims, { header: { alg: 'none', typ: 'JWT' } }).replace(/[^.]*$/, '')),
      'unsigned in other letters': () => ask(galley.token(claims, { header: { alg: 'nOnE', typ: 'JWT' } }).replace(/[^.]*$/, '')),
      'signed with another secret': () => ask(galley.token(claims, { secret: 'another secret of at least 32 characters' })),
      'signed by a key of its own': () => {
        const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
        const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
        const signed = `${part({ alg: 'ES256', typ: 'JWT', jwk: publicKey.export({ format: 'jwk' }) })}.${part({ ...claims, exp: 4e9 })}`
        return ask(`${signed}.${sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`)
      },
      'an all-zero ES256 signature': () => {
        const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
        return ask(`${part({ alg: 'ES256', typ: 'JWT' })}.${part({ ...claims, exp: 4e9 })}.${Buffer.alloc(64).toString('base64url')}`)
      },
    }
    for (const [name, send] of Object.entries(bad)) {
      test(`${name}: 401`, async () => {
        const answer = await send()
        assert.equal(answer.status, 401, answer.text)
        assert.ok(answer.json?.message)
        assert.doesNotMatch(answer.text, /"name":"one"/)
      })
    }
    for (const role of ['postgres', 'supabase_admin', 'authenticator', 'no_such_role', 'pg_read_all_data']) {
      test(`the role ${role} is not to be had by a token`, async () => {
        const answer = await ask(galley.token({ ...claims, role }))
        assert.ok([401, 403].includes(answer.status), answer.text)
        assert.doesNotMatch(answer.text, /"name":"one"/)
      })
    }
    test('a good token still works', async () => {
      assert.deepEqual((await ask(galley.token(claims))).json?.map((row) => row.name), ['one'])
    })
  })
})
