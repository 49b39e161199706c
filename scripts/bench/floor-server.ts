/**
 * The least that any launch can do, on a Fastify with nothing registered: an answer to the login, one RS256 check and
 * one statement that signs in, one statement that reads the sign-in, and the page, ready made. A process of its own;
 * its argument is a `FloorSettings` as JSON, and it sends `{ port }` to its parent when it listens.
 */
import Fastify from 'fastify';
import { createPublicKey, hash, randomBytes, verify } from 'node:crypto';
import type { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { Pool } from 'pg';

export type FloorSettings = {
  databaseUrl: string;
  jwk: webcrypto.JsonWebKey;
  authorizationUrl: string;
  /** Address → file with the page's bytes. A signed-in page is served under `/in/SIGNIN`, the same without one under `/bare`. */
  pages: Record<string, string>;
};

const { databaseUrl, jwk, authorizationUrl, pages } = JSON.parse(process.argv[2] ?? '{}') as FloorSettings;
const pool = new Pool({ connectionString: databaseUrl, max: 10, idleTimeoutMillis: 0 });
const key = createPublicKey({ key: jwk, format: 'jwk' });
const app = Fastify();

// In a database of its own beside the real ones, in the same PostgreSQL.
await pool.query('create table if not exists floor_sign_in (id varchar(32) primary key, secret_hash bytea not null, person varchar(255) not null, created_at timestamptz(3) not null)');

app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
  done(null, new URLSearchParams(String(body)));
});

app.get('/lti/login', (_request, reply) => {
  const secret = () => randomBytes(32).toString('base64url');
  reply.redirect(`${authorizationUrl}?state=${secret()}&nonce=${secret()}`, 302);
});

app.post('/lti/launch', async (request, reply) => {
  const token = (request.body as URLSearchParams).get('id_token') ?? '';
  const end = token.lastIndexOf('.');
  if (!verify('sha256', Buffer.from(token.slice(0, end)), key, Buffer.from(token.slice(end + 1), 'base64url'))) return reply.code(401).send('no');
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, string>;
  const id = randomBytes(12).toString('base64url');
  const secret = randomBytes(32).toString('base64url');
  await pool.query({
    name: 'sign-in', text: 'insert into floor_sign_in (id, secret_hash, person, created_at) values ($1, $2, $3, now())',
    values: [id, hash('sha256', secret, 'buffer'), claims['sub']],
  });
  const target = new URL(claims['https://purl.imsglobal.org/spec/lti/claim/target_link_uri'] ?? '').pathname;
  return reply.header('set-cookie', `__Host-in-${id}=${secret}; Path=/; HttpOnly; Secure; SameSite=None; Partitioned`).redirect(`/in/${id}${target}`, 303);
});

for (const [address, file] of Object.entries(pages)) {
  const html = readFileSync(file, 'utf8');
  app.get<{ Params: { id: string } }>(`/in/:id${address}`, async (request, reply) => {
    const { id } = request.params;
    const { rows: [row] } = await pool.query<{ secret_hash: Buffer }>({ name: 'read', text: 'select secret_hash, person from floor_sign_in where id = $1', values: [id] });
    const secret = request.headers.cookie?.split(`__Host-in-${id}=`)[1] ?? '';
    if (!row?.secret_hash.equals(hash('sha256', secret, 'buffer'))) return reply.code(401).send('no');
    return reply.type('text/html; charset=utf-8').send(html);
  });
  app.get(`/bare${address}`, (_request, reply) => reply.type('text/html; charset=utf-8').send(html));
}

await app.listen({ port: 0, host: '127.0.0.1' });
process.send?.({ port: (app.server.address() as AddressInfo).port });
// Ends with its parent, however that ends.
process.on('disconnect', () => process.exit(0));
