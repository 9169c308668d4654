// PostGraphile on the database of the bench, for one caller: `server.mjs PORT`, with libpq's environment and the caller's claims in CLAIMS.
// Prints nothing; answers at /graphql.
import { createServer } from 'node:http'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'

const pgSettings = { role: 'authenticated', 'request.jwt.claims': process.env.CLAIMS }
const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ schemas: ['public'] })],
  grafast: { context: () => ({ pgSettings }), explain: false },
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false },
})
const server = createServer()
await instance.createServ(grafserv).addTo(server)
server.listen(Number(process.argv[2]), '127.0.0.1')
