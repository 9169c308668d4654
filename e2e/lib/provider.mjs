// A real OpenID Connect provider in a process of its own: `node provider.mjs`. Prints its issuer when it listens; stops with its
// input. Its login form takes any name, which becomes the subject; the address follows from it.
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

const [redirectUri] = process.argv.slice(2)
const server = createServer()
await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
const issuer = `http://127.0.0.1:${server.address().port}`
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'galley',
      client_secret: 'a-secret-of-galley',
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'client_secret_post',
    },
  ],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  scopes: ['openid', 'email', 'profile'],
  pkce: { required: () => true, methods: ['S256'] },
  cookies: { keys: ['some key'] },
  features: { devInteractions: { enabled: true } },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      email: `${id.replace(/^unverified-/, '')}@example.com`,
      email_verified: !id.startsWith('unverified-'),
      name: `Name of ${id}`,
    }),
  }),
})
server.on('request', provider.callback())
console.log(`issuer ${issuer}`)
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
