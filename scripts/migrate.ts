// Brings the database up to date (`npm start` does so too).
import { loadConfig } from '../server/config.ts';
import { openDatabase, openMigratedOrm } from '../server/open-database.ts';

const database = await openDatabase(loadConfig(process.env), 'command', (line) => process.stderr.write(`${line}\n`));
try {
  await (await openMigratedOrm(database.url, { poolSize: 2 })).close();
  process.stdout.write('The database is up to date.\n');
} finally {
  await database.stop();
}
