// Starts the program as a user would, in a folder of its own, and hands out its address and keys.
import { spawn, execFile } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createClient } from '@supabase/supabase-js'
import pg from 'pg'
import WebSocket from 'ws'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const launcher = join(root, 'galley')
const run = promisify(execFile)

/** Waits until `condition` gives something truthy and returns it; fails after `seconds`. */
export async function eventually(what, condition, seconds = 30) {
  const deadline = Date.now() + seconds * 1000
  let last
  for (;;) {
    try {
      last = await condition()
      if (last) return last
    } catch (error) {
      last = error
    }
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s, last: ${last?.message ?? last}`)
    await new Promise((wake) => setTimeout(wake, 20))
  }
}

/** A port of the loopback interface that nothing listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

/** A temporary project folder that the database's unprivileged user can reach too. */
export async function projectFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'galley-e2e-'))
  await chmod(folder, 0o755)
  return folder
}

export class Galley {
  static async start({ dir, port, databasePort, settings = {} } = {}) {
    const galley = new Galley()
    galley.ownsFolder = !dir
    galley.dir = dir ?? (await projectFolder())
    galley.port = port ?? (await freePort())
    galley.databasePort = databasePort ?? (await freePort())
    galley.settings = settings
    await galley.launch()
    return galley
  }

  /** Starts the process (again) and waits until it is ready. */
  async launch() {
    const settings = { 'postgres.port': this.databasePort, ...this.settings }
    const flags = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`])
    this.output = ''
    this.process = spawn(launcher, ['dev', '--dir', this.dir, '--port', String(this.port), ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.process.stdout.on('data', (text) => (this.output += text))
    this.process.stderr.on('data', (text) => (this.output += text))
    this.exited = new Promise((resolve) => this.process.once('exit', (code, signal) => resolve({ code, signal })))
    const ready = eventually('ready', async () => (await fetch(`${this.url}/health/ready`)).ok, 60)
    const failed = this.exited.then(({ code, signal }) => {
      throw new Error(`ended with ${code ?? signal} before it was ready`)
    })
    await Promise.race([ready, failed]).catch((error) => {
      ready.catch(() => {})
      throw new Error(`${error.message}\n${this.output}`)
    })
    failed.catch(() => {})
    this.env = await this.status()
  }

  get url() {
    return `http://127.0.0.1:${this.port}`
  }

  async status() {
    const { stdout } = await run(launcher, ['status', '--dir', this.dir, '-o', 'env'])
    return Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => /^([A-Z_0-9]+)="?(.*?)"?$/.exec(line).slice(1)),
    )
  }

  /** A client as an application makes it. */
  client(key = this.env.PUBLISHABLE_KEY, options = {}) {
    return createClient(this.url, key, { 
      auth: { persistSession: false, autoRefreshToken: false },
      realtime: { transport: WebSocket }, // Node 20 has none of its own
      ...options,
    })
  }

  /** A client that carries a signed-in user's token, as auth would have issued it. */
  clientOf(sub, claims = {}) {
    const token = this.token({ sub, role: 'authenticated', aud: 'authenticated', ...claims })
    return this.client(this.env.PUBLISHABLE_KEY, { accessToken: async () => token })
  }

  token(claims, { secret = this.env.JWT_SECRET, header = { alg: 'HS256', typ: 'JWT' } } = {}) {
    const now = Math.floor(Date.now() / 1000)
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const signed = `${part(header)}.${part({ iat: now, exp: now + 3600, ...claims })}`
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
  }

  /** Runs SQL as the developer does: over the printed database URL. */
  async sql(text) {
    const connection = new pg.Client({ connectionString: this.env.DB_URL })
    await connection.connect()
    try {
      return await connection.query(text)
    } finally {
      await connection.end()
    }
  }

  /** Waits until the API knows a relation: DDL reaches it by notification. */
  async knows(relation) {
    await eventually(`${relation} in the schema cache`, async () => {
      const { error } = await this.client(this.env.SECRET_KEY).from(relation).select('*').limit(0)
      if (error) throw new Error(JSON.stringify(error))
      return true
    })
  }

  /** Ends the process with a signal and waits for it. */
  async kill(signal = 'SIGTERM') {
    this.process.kill(signal)
    return this.exited
  }

  async stop() {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.kill('SIGTERM')
    if (this.ownsFolder) await rm(this.dir, { recursive: true, force: true })
  }
}
