// Files with the unmodified client: what works, and what row level security refuses.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import * as tus from 'tus-js-client'
import { Galley, root } from '../lib/galley.mjs'

const alice = '6f1b1d3e-0000-4000-8000-00000000000a'
const bob = '6f1b1d3e-0000-4000-8000-00000000000b'
let galley, admin, ofAlice, ofBob, visitor

before(async () => {
  galley = await Galley.start({ settings: { 'storage.fsync': 'false', 'storage.file-size-limit': '8MiB' } })
  // As a migration of a user does it, by the developer's login.
  await galley.sql(`
    insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true), ('papers', 'papers', false);
    create policy "own papers" on storage.objects for all to authenticated
      using (bucket_id = 'papers' and (storage.foldername(name))[1] = (select auth.uid()::text))
      with check (bucket_id = 'papers' and (storage.foldername(name))[1] = (select auth.uid()::text));
    create policy "papers are known" on storage.buckets for select to authenticated using (id = 'papers');`)
  admin = galley.client(galley.env.SECRET_KEY).storage
  ofAlice = galley.clientOf(alice).storage
  ofBob = galley.clientOf(bob).storage
  visitor = galley.client().storage
})
after(() => galley?.stop())

/** The data of an answer that must be none of an error. */
async function ok(answer) {
  const { data, error } = await answer
  assert.equal(error, null, error?.message)
  return data
}

/** The error of an answer that must be one: its status in the body, its HTTP status, its code. */
async function refused(answer, statusCode, message) {
  const { data, error } = await answer
  assert.equal(data, null)
  assert.equal(error.statusCode, statusCode, error.message)
  if (message) assert.match(error.message, message)
  return error
}

test('buckets are created, listed, changed, emptied and deleted', async () => {
  await ok(admin.createBucket('made', { public: true, fileSizeLimit: '1MB', allowedMimeTypes: ['image/*'] }))
  const bucket = await ok(admin.getBucket('made'))
  assert.deepEqual(
    [bucket.id, bucket.public, bucket.file_size_limit, bucket.allowed_mime_types],
    ['made', true, 1000000, ['image/*']],
  )
  await refused(admin.createBucket('made'), '409', /already exists/)
  await refused(admin.createBucket('a/b'), '400', /Bucket name invalid/)
  await refused(ofAlice.createBucket('hers'), '403', /row-level security/)
  assert.deepEqual((await ok(ofAlice.listBuckets())).map((each) => each.id), ['papers'])
  assert.deepEqual((await ok(admin.listBuckets({ search: 'ade', sortColumn: 'name' }))).map((each) => each.id), ['made'])
  await ok(admin.updateBucket('made', { public: false, allowedMimeTypes: null }))
  assert.equal((await ok(admin.getBucket('made'))).public, false)
  await ok(admin.from('made').upload('x.txt', 'x'))
  await refused(admin.deleteBucket('made'), '409', /not empty/)
  await ok(admin.emptyBucket('made'))
  await ok(admin.deleteBucket('made'))
  await refused(admin.getBucket('made'), '404', /Bucket not found/)
})

test('every kind of body is uploaded and comes back', async () => {
  const files = admin.from('avatars')
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7) % 251))
  const bodies = {
    text: 'grüße',
    buffer: bytes,
    blob: new Blob([bytes], { type: 'image/png' }),
    file: new File([bytes], 'name.png', { type: 'image/png' }),
    stream: Readable.from([bytes.subarray(0, 1000), bytes.subarray(1000)]),
  }
  for (const [name, body] of Object.entries(bodies)) {
    const stored = await ok(files.upload(`kinds/${name}`, body, { cacheControl: '60', metadata: { kind: name } }))
    assert.equal(stored.path, `kinds/${name}`)
    assert.equal(stored.fullPath, `avatars/kinds/${name}`)
    assert.match(stored.id, /^[0-9a-f-]{36}$/)
    const back = Buffer.from(await (await ok(files.download(`kinds/${name}`))).arrayBuffer())
    assert.ok(back.equals(name === 'text' ? Buffer.from('grüße') : bytes), name)
    const info = await ok(files.info(`kinds/${name}`))
    assert.equal(info.size, back.length)
    assert.equal(info.cacheControl, 'max-age=60')
    assert.deepEqual(info.metadata, { kind: name })
  }
  assert.equal((await ok(files.info('kinds/blob'))).contentType, 'image/png')
  const form = new FormData()
  form.append('file', new Blob(['in a form'], { type: 'text/css' }), 'x.css')
  await ok(files.upload('kinds/form', form))
  assert.equal(await (await ok(files.download('kinds/form'))).text(), 'in a form')
})

test('row level security decides on every way', async () => {
  const path = `${alice}/letter.txt`
  const mine = ofAlice.from('papers')
  await ok(mine.upload(path, 'dear'))
  assert.equal(await (await ok(mine.download(path))).text(), 'dear')

  const other = ofBob.from('papers')
  await refused(other.upload(`${alice}/forged.txt`, 'x'), '403', /row-level security/)
  await refused(other.upload(path, 'x', { upsert: true }), '403', /row-level security/)
  await refused(other.update(path, 'x'), '403', /row-level security/)
  await refused(other.download(path), '404')
  await refused(other.info(path), '404')
  await refused(other.createSignedUrl(path, 60), '404')
  await refused(other.createSignedUploadUrl(`${alice}/forged.txt`), '403')
  await refused(other.copy(path, `${bob}/stolen.txt`), '404')
  await refused(other.move(path, `${bob}/stolen.txt`), '404')
  await refused(mine.move(path, `${bob}/gift.txt`), '403', /row-level security/)
  assert.deepEqual(await ok(other.remove([path])), [])
  assert.deepEqual(await ok(other.list(alice)), [])
  assert.equal((await other.exists(path)).data, false)
  await refused(visitor.from('papers').download(path), '404')
  await refused(visitor.from('papers').upload('x.txt', 'x'), '403', /row-level security/)

  assert.equal(await (await ok(mine.download(path))).text(), 'dear')
  assert.equal((await mine.exists(path)).data, true)
})

test('public files need no key, private ones do whatever the address', async () => {
  await ok(admin.from('avatars').upload('pub.txt', 'open'))
  await ok(admin.from('papers').upload('priv.txt', 'closed'))
  const open = visitor.from('avatars').getPublicUrl('pub.txt', { download: 'a b.txt' }).data.publicUrl
  const answer = await fetch(open)
  assert.equal(await answer.text(), 'open')
  assert.match(answer.headers.get('content-disposition'), /^attachment; filename=a%20b\.txt; filename\*=UTF-8''a%20b\.txt$/)
  for (const route of ['public/', '', 'authenticated/', 'info/', 'info/public/', 'sign/']) {
    const denied = await fetch(`${galley.url}/storage/v1/object/${route}papers/priv.txt`)
    assert.equal(denied.status, 400, route)
    assert.doesNotMatch(await denied.text(), /closed/)
  }
})

test('signed addresses open what they were signed for', async () => {
  const mine = ofAlice.from('papers')
  await ok(mine.upload(`${alice}/signed.txt`, 'signed'))
  const { signedUrl } = await ok(mine.createSignedUrl(`${alice}/signed.txt`, 60, { download: true }))
  const answer = await fetch(signedUrl)
  assert.equal(await answer.text(), 'signed')
  assert.ok(answer.headers.get('expires'))
  assert.equal((await fetch(signedUrl.replace('signed.txt', 'letter.txt'))).status, 400)

  const many = await ok(mine.createSignedUrls([`${alice}/signed.txt`, `${alice}/none.txt`], 60))
  assert.equal(await (await fetch(many[0].signedUrl)).text(), 'signed')
  assert.equal(many[1].signedUrl, null)
  assert.match(many[1].error, /does not exist/)

  const upload = await ok(mine.createSignedUploadUrl(`${alice}/later.txt`))
  await ok(visitor.from('papers').uploadToSignedUrl(`${alice}/later.txt`, upload.token, new Blob(['later'])))
  assert.equal(await (await ok(mine.download(`${alice}/later.txt`))).text(), 'later')
  await refused(visitor.from('papers').uploadToSignedUrl(`${alice}/later.txt`, upload.token, 'again'), '409')
  await refused(visitor.from('papers').uploadToSignedUrl(`${alice}/else.txt`, upload.token, 'x'), '400')
  const { rows } = await galley.sql(`select owner_id from storage.objects where name = '${alice}/later.txt'`)
  assert.equal(rows[0].owner_id, alice)
})

test('lists show folders and files, by offset and by cursor', async () => {
  const files = admin.from('avatars')
  for (const name of ['l/a.txt', 'l/b/1.txt', 'l/b/2.txt', 'l/c.txt', 'l/B_.txt', 'l/x%y.txt']) {
    const { error } = await files.upload(name, name)
    assert.equal(Boolean(error), name.includes('%'))
  }
  const page = await ok(files.list('l'))
  assert.deepEqual(page.map((each) => each.name), ['a.txt', 'b', 'B_.txt', 'c.txt'])
  assert.equal(page[1].id, null)
  assert.equal(page[0].metadata.size, 7)
  assert.deepEqual((await ok(files.list('l', { limit: 2, offset: 1 }))).map((each) => each.name), ['b', 'B_.txt'])
  assert.deepEqual((await ok(files.list('l', { search: 'c' }))).map((each) => each.name), ['c.txt'])
  assert.deepEqual(await ok(files.list('l', { search: '%' })), [])
  assert.deepEqual(await ok(files.list('_')), [])
  assert.deepEqual(
    (await ok(files.list('l', { sortBy: { column: 'created_at', order: 'desc' } }))).map((each) => each.name),
    ['b', 'B_.txt', 'c.txt', 'a.txt'],
  )
  const seen = []
  for (let cursor, more = true; more; ) {
    const part = await ok(files.listV2({ prefix: 'l/', limit: 1, cursor, with_delimiter: true }))
    seen.push(...part.folders.map((each) => each.name), ...part.objects.map((each) => each.name))
    more = part.hasNext
    cursor = part.nextCursor
  }
  assert.deepEqual(seen, ['l/B_.txt', 'l/a.txt', 'l/b/', 'l/c.txt'])
})

test('objects are copied, moved and removed', async () => {
  const files = admin.from('avatars')
  await ok(files.upload('from.txt', 'content', { metadata: { a: 1 }, contentType: 'text/plain' }))
  assert.equal((await ok(files.copy('from.txt', 'to.txt'))).path, 'avatars/to.txt')
  await refused(files.copy('from.txt', 'to.txt'), '409')
  await ok(files.move('from.txt', 'moved/there.txt'))
  await refused(files.download('from.txt'), '404')
  assert.equal(await (await ok(files.download('moved/there.txt'))).text(), 'content')
  await ok(files.move('moved/there.txt', 'there.txt', { destinationBucket: 'papers' }))
  assert.deepEqual((await ok(admin.from('papers').info('there.txt'))).metadata, { a: 1 })
  const gone = await ok(files.remove(['to.txt', 'from.txt']))
  assert.deepEqual(gone.map((each) => each.name), ['to.txt'])
  await refused(files.download('to.txt'), '404')
})

test('rules of buckets and of the service are kept', async () => {
  await ok(admin.createBucket('small', { public: false, fileSizeLimit: 1000, allowedMimeTypes: ['image/png'] }))
  const files = admin.from('small')
  await refused(files.upload('a.txt', 'x', { contentType: 'text/plain' }), '415')
  await refused(files.upload('a.png', Buffer.alloc(1001), { contentType: 'image/png' }), '413', /maximum allowed size/)
  await refused(files.upload('b.png', new Blob([Buffer.alloc(1001)], { type: 'image/png' })), '413')
  await ok(files.upload('a.png', Buffer.alloc(1000), { contentType: 'image/png' }))
  await refused(admin.from('avatars').upload('big', Buffer.alloc(9 << 20)), '413')
  await refused(admin.createBucket('large', { public: false, fileSizeLimit: '1GB' }), '413')
  await refused(admin.from('none').upload('a', 'x'), '404', /Bucket not found/)
})

test('uploads are resumed with tus-js-client', async () => {
  const content = Buffer.from(Array.from({ length: 700_000 }, (_, i) => (i * 31) % 253))
  const objectName = `${alice}/resumed.bin`
  const send = (token, name, stopAfter) =>
    new Promise((resolve, reject) => {
      const upload = new tus.Upload(content, {
        endpoint: `${galley.url}/storage/v1/upload/resumable`,
        headers: { apikey: galley.env.PUBLISHABLE_KEY, authorization: `Bearer ${token}` },
        chunkSize: 256 * 1024,
        uploadUrl: resumeFrom,
        retryDelays: null,
        metadata: { bucketName: 'papers', objectName: name, contentType: 'application/x-bytes', cacheControl: '3600' },
        onError: reject,
        onSuccess: () => resolve('done'),
        onChunkComplete: (_, accepted) => {
          if (stopAfter && accepted >= stopAfter) {
            resumeFrom = upload.url
            upload.abort().then(() => resolve('stopped'), reject)
          }
        },
      })
      upload.start()
    })
  let resumeFrom
  const token = galley.token({ sub: alice, role: 'authenticated', aud: 'authenticated' })
  assert.equal(await send(token, objectName, 300_000), 'stopped')
  assert.match(resumeFrom, /^http:\/\/127\.0\.0\.1:\d+\/storage\/v1\/upload\/resumable\//)
  assert.equal((await ofAlice.from('papers').exists(objectName)).data, false)
  assert.equal(await send(token, objectName), 'done')
  const back = Buffer.from(await (await ok(ofAlice.from('papers').download(objectName))).arrayBuffer())
  assert.ok(back.equals(content))
  resumeFrom = undefined
  await assert.rejects(send(token, `${bob}/forged.bin`), /row-level security/)
})

test('the scrubber reads everything and finds nothing wrong', async () => {
  const { stdout } = await promisify(execFile)(join(root, 'galley'), ['storage', 'scrub', '--dir', galley.dir])
  assert.match(stdout, /\d+ whole, 0 damaged, 0 missing, 0 nobody's/)
})

test('what was acknowledged outlives a killed process', async () => {
  await ok(ofAlice.from('papers').upload(`${alice}/durable.txt`, 'kept'))
  await galley.kill('SIGKILL')
  await galley.launch()
  const again = galley.clientOf(alice).storage.from('papers')
  assert.equal(await (await ok(again.download(`${alice}/durable.txt`))).text(), 'kept')
})
