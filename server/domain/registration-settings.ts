// What an administrator may set of a connected platform: its name, whether it is on, who else may frame our pages.
import { oneLine } from './typed-text.ts';

export type RegistrationRequest = { name?: string; frameOrigins?: string };
export type RegistrationDecision =
  | { good: true; settings: { name: string; frameOrigins: string[] } }
  | { good: false; errors: { name?: string; frameOrigins?: string[] } };

const longestName = 255;
/** They stand in a header of every page. */
const mostOrigins = 20;
const longestOrigin = 300;

/**
 * Checks what somebody typed. Says what is wrong with the name, and with each wrong line of the origins.
 * @param allowLocal whether addresses of this machine and of private networks may be plain http (ALLOW_LOCAL_PLATFORMS)
 */
export function decideRegistration({ name, frameOrigins }: RegistrationRequest, { allowLocal }: { allowLocal: boolean }): RegistrationDecision {
  const errors: { name?: string; frameOrigins?: string[] } = {};
  const givenName = oneLine(name);
  if (givenName === '') errors.name = 'Give the platform a name that your colleagues know it by.';
  else if (givenName.length > longestName) errors.name = `Shorten the name to ${longestName} letters or fewer.`;

  const lines = (frameOrigins ?? '').split(/\r\n|\r|\n/).map((line) => line.trim()).filter((line) => line !== '');
  const read = lines.slice(0, mostOrigins).map((line) => readOrigin(line, allowLocal));
  if (lines.length > mostOrigins) errors.frameOrigins = [`Keep ${mostOrigins} addresses at most; there are ${lines.length}.`];
  else if (read.some((line) => 'wrong' in line)) errors.frameOrigins = read.flatMap((line) => ('wrong' in line ? [line.wrong] : []));

  if (Object.keys(errors).length > 0) return { good: false, errors };
  const origins = read.flatMap((line) => ('origin' in line ? [line.origin] : []));
  return { good: true, settings: { name: givenName, frameOrigins: [...new Set(origins)] } };
}

/** One line as an origin (RFC 6454: scheme, host, port), in the one spelling that browsers compare. */
function readOrigin(line: string, allowLocal: boolean): { origin: string } | { wrong: string } {
  const wrong = (words: string) => ({ wrong: `“${line.length > 60 ? `${line.slice(0, 60)}…` : line}”: ${words}` });
  if (line.length > longestOrigin) return wrong('this is too long for an address of a host.');
  if (line.includes('*')) return wrong('write each host on a line of its own; * does not stand for several.');
  const url = URL.parse(line);
  if (!url || !/^https?:$/.test(url.protocol)) return wrong('begin with https:// and the name of the host, such as https://moodle.example.org.');
  // A host name may hold a semicolon or a comma, which mean something in the header.
  if (!/^(?:[\w.-]+|\[[\da-f:.]+\])$/.test(url.hostname)) return wrong('this is not the name of a host.');
  if (url.username !== '' || url.password !== '') return wrong('leave out the user name and the password.');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return wrong(`leave out what follows the host: ${url.origin}`);
  if (url.protocol === 'http:' && !(allowLocal && isLocal(url.hostname))) return wrong('begin with https://; plain http is not safe enough.');
  return { origin: url.origin };
}

/** This machine or a private network (RFC 1918, RFC 6761), as URL spells their addresses. */
function isLocal(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]'
    || /^(?:127|10)(?:\.\d+){3}$/.test(hostname) || /^192\.168(?:\.\d+){2}$/.test(hostname) || /^172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2}$/.test(hostname);
}
