// A browser with a WebAuthn authenticator in software: what navigator.credentials is in a page, for tests under Node.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

const sha256 = (bytes) => createHash('sha256').update(bytes).digest()
const exactly = (buffer) => new Uint8Array(buffer).buffer

/** What the client expects of a browser's answer. */
class PublicKeyCredential {
  constructor(id, response) {
    this.rawId = exactly(id)
    this.id = id.toString('base64url')
    this.type = 'public-key'
    this.response = response
    this.authenticatorAttachment = 'platform'
  }

  getClientExtensionResults() {
    return {}
  }
}

export class Authenticator {
  constructor(origin) {
    this.origin = origin
    this.keys = new Map()
    this.count = 0
  }

  /** Puts the browser in place; the function that comes back takes it away again. */
  install() {
    const page = { location: new URL(this.origin), PublicKeyCredential }
    const globals = {
      window: page,
      document: {},
      PublicKeyCredential,
      navigator: { credentials: { create: (o) => this.create(o.publicKey), get: (o) => this.get(o.publicKey) } },
    }
    const before = Object.keys(globals).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)])
    for (const [name, value] of Object.entries(globals)) {
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
    }
    return () => {
      for (const [name, descriptor] of before) {
        if (descriptor) Object.defineProperty(globalThis, name, descriptor)
        else delete globalThis[name]
      }
    }
  }

  async create({ challenge, rp, user, excludeCredentials = [] }) {
    if (excludeCredentials.some(({ id }) => this.keys.has(Buffer.from(id).toString('base64url')))) {
      throw new DOMException('there is one already', 'InvalidStateError')
    }
    const id = randomBytes(32)
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.keys.set(id.toString('base64url'), { privateKey, rpId: rp.id, user: Buffer.from(user.id) })
    const { x, y } = publicKey.export({ format: 'jwk' })
    const cose = Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ])
    const data = Buffer.concat([this.data(rp.id, 0x45), Buffer.alloc(16), Buffer.from([0, id.length]), id, cose])
    const text = (value) => Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)])
    const object = Buffer.concat([
      Buffer.from([0xa3]),
      text('fmt'),
      text('none'),
      text('attStmt'),
      Buffer.from([0xa0]),
      text('authData'),
      Buffer.from([0x58, data.length]),
      data,
    ])
    return new PublicKeyCredential(id, {
      clientDataJSON: exactly(this.clientData('webauthn.create', challenge)),
      attestationObject: exactly(object),
    })
  }

  async get({ challenge, rpId, allowCredentials = [] }) {
    const allowed = allowCredentials.map(({ id }) => Buffer.from(id).toString('base64url'))
    const found = [...this.keys].find(([id, key]) => key.rpId === rpId && (allowed.length === 0 || allowed.includes(id)))
    if (!found) throw new DOMException('there is none', 'NotAllowedError')
    const [id, { privateKey, user }] = found
    this.count += 1
    const data = this.data(rpId, 0x05)
    const client = this.clientData('webauthn.get', challenge)
    return new PublicKeyCredential(Buffer.from(id, 'base64url'), {
      clientDataJSON: exactly(client),
      authenticatorData: exactly(data),
      signature: exactly(sign('sha256', Buffer.concat([data, sha256(client)]), privateKey)),
      userHandle: exactly(user),
    })
  }

  data(rpId, flags) {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(this.count)
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), count])
  }

  clientData(type, challenge) {
    return Buffer.from(
      JSON.stringify({ type, challenge: Buffer.from(challenge).toString('base64url'), origin: this.origin, crossOrigin: false }),
    )
  }
}
