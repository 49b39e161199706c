// The job process, for installations whose web servers run with JOBS=off.
import { pino } from 'pino';
import { loadConfig, smtpSettings } from './config.ts';
import { startJobs } from './jobs/schedule.ts';
import { openDatabase, openMigratedOrm } from './open-database.ts';
import { readSecretKey } from './sealing.ts';
import { stopWithGrace } from './stopping.ts';

try {
  const config = loadConfig(process.env);
  const log = pino({ level: config.logLevel });
  const database = await openDatabase(config, 'worker', (line) => log.warn(line));
  // Whoever starts first after an upgrade brings the schema up to date.
  await (await openMigratedOrm(database.url, { poolSize: 1 })).close();
  const jobs = await startJobs({ databaseUrl: database.url, secretKey: readSecretKey(config), allowLocalPlatforms: config.allowLocalPlatforms, publicUrl: config.publicUrl, smtp: smtpSettings(config), log });
  log.info('the worker runs');
  stopWithGrace(log, async () => jobs.stop());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
