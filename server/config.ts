// The environment, read once and checked: the only reader of process.env besides the scripts that call it.
import { BlockList, isIP } from 'node:net';

export type Config = {
  port: number;
  host: string;
  /** Origin of ours as browsers and LMSs know it, without a trailing slash. */
  publicUrl: string;
  practiceLmsPort: number;
  /** Null: the embedded PostgreSQL under `dataDir`. */
  databaseUrl: string | null;
  dataDir: string;
  jobs: boolean;
  smtpUrl: string | null;
  mailFrom: string | null;
  metricsToken: string | null;
  /** Addresses or networks of proxies, as Fastify's trustProxy takes them; null trusts none. */
  trustProxy: string[] | null;
  logLevel: LogLevel;
  /** Whether platforms may live on http, loopback or private addresses. */
  allowLocalPlatforms: boolean;
  secretKey: string | null;
  production: boolean;
};

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
type LogLevel = (typeof logLevels)[number];

/** Of SECRET_KEY and of the one kept in DATA_DIR, in characters. */
export const shortestSecretKey = 32;

/** A wrong environment. The message is one line for a person, and names every wrong variable. */
export class ConfigError extends Error {}

/**
 * The configuration of contract.md from environment variables; empty ones count as unset.
 * @throws ConfigError naming every variable that is wrong, in one line.
 */
export function loadConfig(env: Record<string, string | undefined>): Readonly<Config> {
  const wrong: string[] = [];
  const read = <T>(name: string, fallback: T, parse: (value: string) => T | undefined, wanted: string): T => {
    const value = env[name]?.trim();
    if (!value) return fallback;
    const parsed = parse(value);
    if (parsed !== undefined) return parsed;
    wrong.push(`${name} must be ${wanted}`);
    return fallback;
  };

  const production = env['NODE_ENV'] === 'production';
  const port = read('PORT', 3000, parsePort, 'a port number from 0 to 65535');
  const config: Config = {
    port,
    host: read('HOST', '127.0.0.1', (value) => (/^[\w.:-]+$/.test(value) ? value : undefined), 'an address or host name'),
    publicUrl: read('PUBLIC_URL', `http://localhost:${port}`, parseOrigin, 'an http(s) address without a path, such as https://coachline.example.org'),
    practiceLmsPort: read('PRACTICE_LMS_PORT', 3001, parsePort, 'a port number from 0 to 65535'),
    databaseUrl: read('DATABASE_URL', null, parseDatabaseUrl, 'a postgresql:// address'),
    dataDir: read('DATA_DIR', '.data', (value) => value, 'a folder'),
    jobs: read('JOBS', true, (value) => ({ on: true, off: false })[value], 'on or off'),
    smtpUrl: read('SMTP_URL', null, parseSmtpUrl, 'an smtp:// or smtps:// address with a host and no path, such as smtps://user:password@mail.example.org (characters such as % and @ in a password are written %25 and %40)'),
    mailFrom: read('MAIL_FROM', null, (value) => (/^[^\r\n]+@[^\r\n]+$/.test(value) ? value : undefined), 'a mail address'),
    metricsToken: read('METRICS_TOKEN', null, (value) => (value.length >= 16 ? value : undefined), 'at least 16 characters long'),
    trustProxy: read('TRUST_PROXY', null, parseProxies, 'addresses or networks separated by commas, such as 10.0.0.0/8'),
    logLevel: read('LOG_LEVEL', 'info', (value) => logLevels.find((level) => level === value), `one of ${logLevels.join(', ')}`),
    allowLocalPlatforms: read('ALLOW_LOCAL_PLATFORMS', !production, (value) => ({ true: true, false: false })[value], 'true or false'),
    secretKey: read('SECRET_KEY', null, (value) => (value.length >= shortestSecretKey ? value : undefined), `at least ${shortestSecretKey} characters long`),
    production,
  };
  if (config.smtpUrl && !config.mailFrom && !wrong.some((line) => line.startsWith('MAIL_FROM'))) wrong.push('MAIL_FROM must be set when SMTP_URL is set');
  // Over plain http our cookies are not kept and tokens can be read on the way; only this machine itself may.
  if (production && config.publicUrl.startsWith('http:') && !/^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::|$)/.test(config.publicUrl)) {
    wrong.push('PUBLIC_URL must begin with https:// when NODE_ENV=production');
  }
  if (production && config.databaseUrl && !config.secretKey && !wrong.some((line) => line.startsWith('SECRET_KEY'))) {
    wrong.push('SECRET_KEY must be set when NODE_ENV=production and DATABASE_URL is set');
  }
  if (wrong.length > 0) throw new ConfigError(`Coachline cannot start: ${wrong.join('; ')}.`);
  return Object.freeze(config);
}

/** Where mail goes and whom it is from; null where no mail server is set. */
export function smtpSettings({ smtpUrl, mailFrom }: Pick<Config, 'smtpUrl' | 'mailFrom'>): { url: string; from: string } | null {
  return smtpUrl !== null && mailFrom !== null ? { url: smtpUrl, from: mailFrom } : null;
}

function parsePort(value: string): number | undefined {
  const port = Number(value);
  return /^\d{1,5}$/.test(value) && port <= 65535 ? port : undefined;
}

function parseOrigin(value: string): string | undefined {
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) return undefined;
  return url.pathname === '/' && !url.search && !url.hash ? url.origin : undefined;
}

function parseDatabaseUrl(value: string): string | undefined {
  return /^postgres(ql)?:$/.test(URL.parse(value)?.protocol ?? '') ? value : undefined;
}

function parseSmtpUrl(value: string): string | undefined {
  const url = URL.parse(value);
  if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === '' || !/^\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '') return undefined;
  try {
    decodeURIComponent(url.username + url.password);
    return value;
  } catch {
    return undefined;
  }
}

function parseProxies(value: string): string[] | undefined {
  const proxies = value.split(',').map((part) => part.trim()).filter(Boolean);
  return proxies.every(isAddressOrNetwork) ? proxies : undefined;
}

function isAddressOrNetwork(value: string): boolean {
  const [address = '', bits] = value.split('/');
  const family = isIP(address);
  if (!family) return false;
  if (bits === undefined) return true;
  try {
    new BlockList().addSubnet(address, Number(bits), family === 6 ? 'ipv6' : 'ipv4');
    return /^\d{1,3}$/.test(bits);
  } catch {
    return false;
  }
}
