/** Owns the embedded PostgreSQL of a data folder until it is ended: for tests that kill an owner. Argument: the options as JSON. */
import { startEmbeddedPostgres } from '../../server/embedded-postgres.ts';

const options = JSON.parse(process.argv[2] ?? '{}');
const { url, stop } = await startEmbeddedPostgres({ log: (line) => console.error(line), ...options });
console.log(url);
process.on('SIGTERM', () => stop().then(() => process.exit(0)));
setInterval(() => {}, 60_000);
