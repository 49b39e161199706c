// Administration from the command line; works while the server runs and while it does not. See contract.md's table.
import { parseArgs } from 'node:util';
import type { Pool } from 'pg';
import { loadConfig } from '../server/config.ts';
import type { Config } from '../server/config.ts';
import { isDatabaseAway } from '../server/database.ts';
import { sqlPool } from '../server/orm.ts';
import type { Orm } from '../server/orm.ts';
import { addPlatform, approveDeployment, ensureOrganisation } from '../server/features/platforms/actions.ts';
import { listPlatforms } from '../server/features/platforms/queries.ts';
import { makeAdministratorLink } from '../server/features/people/actions.ts';
import { makeRegistrationLink } from '../server/features/registration/actions.ts';
import { isUsableAddress } from '../server/lti/dynamic-registration.ts';
import { openDatabase, openMigratedOrm } from '../server/open-database.ts';
import type { OpenDatabase } from '../server/open-database.ts';

type Tools = { config: Readonly<Config>; sql: Pool; now: Temporal.Instant };
type Options = Record<string, string | undefined>;
type Outcome = { json: object; words: string };

type Command = {
  required: readonly string[];
  optional: readonly string[];
  /** Says what is wrong with the values, or null. */
  check?: (options: Options) => string | null;
  run: (options: Options, tools: Tools) => Promise<Outcome>;
};

/** Wrong arguments: exit 2. */
class UsageError extends Error {}
/** It could not be done, for a reason an operator can read: exit 1. */
class CommandError extends Error {}

const commands: Record<string, Command> = {
  'platform:add': {
    required: ['name', 'issuer', 'client-id', 'auth-url', 'token-url', 'jwks-url', 'deployment'],
    optional: ['organisation'],
    check: (options) => webAddressProblem(options, ['issuer', 'auth-url', 'token-url', 'jwks-url']) ?? lengthProblem(options, ['client-id', 'deployment', 'name']),
    run: async (options, { config, sql, now }) => {
      const outcome = await addPlatform(sql, {
        name: need(options, 'name'), issuer: need(options, 'issuer'), clientId: need(options, 'client-id'),
        authenticationUrl: need(options, 'auth-url'), tokenUrl: need(options, 'token-url'), keysetUrl: need(options, 'jwks-url'),
        deploymentId: need(options, 'deployment'), organisation: organisationOf(options),
      }, now);
      if (!outcome.added) throw new CommandError('This issuer and client id are registered already; nothing was changed. See platform:list.');
      const json = { id: outcome.id, loginUrl: `${config.publicUrl}/lti/login/${outcome.id}`, launchUrl: `${config.publicUrl}/lti/launch`, jwksUrl: `${config.publicUrl}/lti/jwks` };
      return { json, words: `Registered as ${json.id}.\nLogin URL:   ${json.loginUrl}\nLaunch URL:  ${json.launchUrl}\nKey set URL: ${json.jwksUrl}` };
    },
  },
  'platform:list': {
    required: [], optional: [],
    run: async (_options, { sql }) => {
      const platforms = await listPlatforms(sql);
      const lines = platforms.map(({ id, name, issuer, clientId, deployments }) => `${id}  ${name}  ${issuer}  client ${clientId}  deployments ${deployments.join(', ') || 'none'}`.replace(/\p{Cc}/gu, '?'));   // a platform chose these words, and a terminal would obey some
      return { json: { platforms }, words: lines.join('\n') || 'No platform is registered yet.' };
    },
  },
  'platform:link': {
    required: [], optional: ['organisation'],
    run: async (options, { config, sql, now }) => {
      const token = await makeRegistrationLink(sql, { organisationId: await ensureOrganisation(sql, organisationOf(options), now) }, now);
      const url = `${config.publicUrl}/lti/register/${token}`;
      return { json: { url }, words: `Good once, for one hour. Paste it into the LMS, where it registers an LTI tool by a link:\n${url}` };
    },
  },
  'deployment:approve': {
    required: ['platform', 'deployment'], optional: ['organisation'],
    check: (options) => lengthProblem(options, ['deployment']),
    run: async (options, { sql, now }) => {
      const platform = need(options, 'platform');
      const organisation = organisationOf(options);
      const outcome = uuid.test(platform)
        ? await approveDeployment(sql, { registrationId: platform, deploymentId: need(options, 'deployment'), organisation }, now)
        : { approved: false as const, reason: 'unknown-platform' as const };
      if (!outcome.approved) {
        throw new CommandError(outcome.reason === 'unknown-platform' ? `No platform has the id ${platform}. See platform:list.` : 'This deployment belongs to another organisation already.');
      }
      return { json: { id: outcome.id }, words: `Deployment ${need(options, 'deployment')} is approved for the organisation ${organisation}.` };
    },
  },
  'admin:link': {
    required: ['email'], optional: ['organisation'],
    check: ({ email = '' }) => (/^[^\s@]+@[^\s@]+$/.test(email) && email.length <= 255 ? null : `--email ${email} is not an e-mail address`),
    run: async (options, { config, sql, now }) => {
      const { organisation } = options;
      const organisationId = organisation === undefined ? null : await ensureOrganisation(sql, organisation, now);
      const token = await makeAdministratorLink(sql, { email: need(options, 'email').toLowerCase(), organisationId }, now);
      const url = `${config.publicUrl}/sign-in/${token}`;
      return { json: { url }, words: `Good once, for fifteen minutes:\n${url}` };
    },
  },
};

/** The short name of the organisation that is meant (contract.md). */
const organisationOf = ({ organisation = 'default' }: Options): string => organisation;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

process.exitCode = await main(process.argv.slice(2));

/** Returns the exit code: 0 done, 2 wrong arguments, 1 anything else, with one line on stderr. */
async function main(words: string[]): Promise<number> {
  if (words[0] === 'help' || words.includes('--help')) {
    process.stdout.write(`${helpWords()}\n`);
    return 0;
  }
  try {
    const { command, options, asJson } = readCommand(words);
    const { json, words: text } = await withTools((tools) => command.run(options, tools));
    process.stdout.write(`${asJson ? JSON.stringify(json) : text}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${(error instanceof Error ? error.message : String(error)).replaceAll('\n', ' ')}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

function helpWords(): string {
  return [
    'npm run -s cli -- COMMAND [options]   (--json prints exactly one JSON object)',
    ...Object.entries(commands).map(([name, { required, optional }]) => `  ${[name, ...required.map((option) => `--${option} …`), ...optional.map((option) => `[--${option} …]`)].join(' ')}`),
  ].join('\n');
}

function readCommand([name = '', ...rest]: string[]): { command: Command; options: Options; asJson: boolean } {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new UsageError(`${name === '' ? 'Say which command' : `There is no command ${name}`}: ${Object.keys(commands).join(', ')}.`);
  const known = [...command.required, ...command.optional];
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      args: rest, strict: true, allowPositionals: false,
      options: { json: { type: 'boolean' }, ...Object.fromEntries(known.map((option) => [option, { type: 'string' as const }])) },
    }));
  } catch (error) {
    throw new UsageError(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { json, ...given } = values;
  const options = given as Options;
  const missing = command.required.filter((option) => !options[option]?.trim());
  if (missing.length > 0) throw new UsageError(`${name} needs ${missing.map((option) => `--${option}`).join(', ')}.`);
  const problem = command.check?.(options) ?? organisationProblem(options);
  if (problem) throw new UsageError(`${name}: ${problem}.`);
  return { command, options, asJson: json === true };
}

async function withTools<T>(work: (tools: Tools) => Promise<T>): Promise<T> {
  const config = loadConfig(process.env);
  const { database, orm } = await open(config);
  try {
    return await work({ config, sql: await sqlPool(orm), now: Temporal.Now.instant() });
  } finally {
    await orm.close().finally(() => database.stop());
  }
}

/**
 * Opens the database. Where it was another command's, that one may end just before our first connection: then the next
 * try starts the database for ourselves. Once connected we are its guest, and it waits for us.
 */
async function open(config: Readonly<Config>, triesLeft = 3): Promise<{ database: OpenDatabase; orm: Orm }> {
  const database = await openDatabase(config, 'command', (line) => process.stderr.write(`${line}\n`));
  try {
    return { database, orm: await openMigratedOrm(database.url, { poolSize: 2 }) };
  } catch (error) {
    await database.stop();
    if (config.databaseUrl !== null || triesLeft === 1 || !isDatabaseAway(error)) throw error;
  }
  return open(config, triesLeft - 1);
}

function need(options: Options, name: string): string {
  const value = options[name];
  if (value === undefined) throw new UsageError(`--${name} is missing.`);
  return value;
}

/** As the form on which an administrator connects a platform would refuse it. */
function webAddressProblem(options: Options, names: string[]): string | null {
  const { allowLocalPlatforms } = loadConfig(process.env);
  const wrong = names.find((name) => !isUsableAddress(options[name] ?? '', allowLocalPlatforms));
  if (wrong === undefined) return null;
  return `--${wrong} must be an ${allowLocalPlatforms ? 'http(s) address' : 'https address outside of private networks (for trying out, ALLOW_LOCAL_PLATFORMS=true takes others)'}`;
}

function lengthProblem(options: Options, names: string[]): string | null {
  const wrong = names.find((name) => (options[name]?.length ?? 0) > 255 || options[name]?.includes('\0'));
  return wrong === undefined ? null : `--${wrong} must be at most 255 characters long`;
}

function organisationProblem({ organisation }: Options): string | null {
  return organisation === undefined || /^[a-z0-9][a-z0-9-]{0,62}$/.test(organisation) ? null : '--organisation must be a short name of lower-case letters, digits and hyphens';
}
