// The one door through which we call platforms. An address comes from whoever registers a platform or sends a token,
// so nothing here may reach our own network, wait for ever, or read without end.
import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';

export type OutboundOptions = {
  /** Whether http, loopback and private addresses are allowed, as they are for a practice LMS on this machine. */
  allowLocal: boolean;
  /** Canvas and some Moodle sites refuse calls that do not say who calls. */
  userAgent: string;
  /** For the whole call: name, connection, headers and body. */
  timeoutMs?: number;
  /** The largest body that is read, in bytes. */
  maxBytes: number;
  /** Only tests name another resolver than the system's. */
  resolve?: Resolve;
};

export type OutboundRequest = {
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: string;
  maxBytes?: number;
};

/** Why there is no answer. `detail` holds a system error code or a status, never anything the far side wrote. */
export type OutboundFailure = {
  ok: false;
  reason: 'bad-url' | 'private-address' | 'timeout' | 'too-large' | 'redirect' | 'status' | 'network' | 'not-json';
  status?: number;
  detail?: string;
};

/** An answer of any status but a redirect. Its body is not to be trusted. */
export type OutboundAnswer = { ok: true; status: number; headers: http.IncomingHttpHeaders; body: Buffer };

export type Outbound = {
  /** Sends one request. Redirects are not followed: they are the failure `redirect`. Never throws. */
  request(request: OutboundRequest): Promise<OutboundAnswer | OutboundFailure>;
  /** GETs a 2xx answer that is JSON, whatever its content type says (Moodle serves JSON as text/html). */
  fetchJson(url: string): Promise<{ ok: true; json: unknown } | OutboundFailure>;
};

type Resolve = (hostname: string, options: dns.LookupAllOptions, callback: (error: NodeJS.ErrnoException | null, addresses: dns.LookupAddress[]) => void) => void;

export function createOutbound({ allowLocal, userAgent, timeoutMs = 10_000, maxBytes, resolve = dns.lookup }: OutboundOptions): Outbound {
  return { request, fetchJson };

  async function fetchJson(url: string): Promise<{ ok: true; json: unknown } | OutboundFailure> {
    const answer = await request({ method: 'GET', url, headers: { accept: 'application/json, application/jwk-set+json, */*;q=0.1' } });
    if (!answer.ok) return answer;
    if (answer.status < 200 || answer.status > 299) return failure('status', { status: answer.status });
    try {
      return { ok: true, json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(answer.body)) as unknown };
    } catch {
      return failure('not-json');
    }
  }

  async function request({ method, url: address, headers, body, maxBytes: limit = maxBytes }: OutboundRequest): Promise<OutboundAnswer | OutboundFailure> {
    const url = URL.parse(address);
    if (!url || !(url.protocol === 'https:' || (allowLocal && url.protocol === 'http:'))) return failure('bad-url');
    if (url.username !== '' || url.password !== '') return failure('bad-url', { detail: 'user name or password' });
    // The lookup below is not asked about literal addresses. (URL has already made 0x7f.1 and 2130706433 plain.)
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (net.isIP(literal) && !isAllowed(literal, allowLocal)) return failure('private-address');
    return send(url, { method, headers, body, limit });
  }

  function send(url: URL, { method, headers, body, limit }: { method: string; headers: Record<string, string> | undefined; body: string | undefined; limit: number }): Promise<OutboundAnswer | OutboundFailure> {
    return new Promise((settle) => {
      const timer = setTimeout(() => finish(failure('timeout')), timeoutMs);
      let outgoing: http.ClientRequest | undefined;
      /** The first outcome counts; the connection ends with it, whatever state it is in. */
      const finish = (outcome: OutboundAnswer | OutboundFailure) => {
        clearTimeout(timer);
        settle(outcome);
        outgoing?.destroy();
      };
      const failed = (error: NodeJS.ErrnoException) => {
        finish(error instanceof PrivateAddressError ? failure('private-address') : failure('network', error.code === undefined ? {} : { detail: error.code }));
      };

      try {
        outgoing = (url.protocol === 'https:' ? https : http).request(url, {
          method,
          headers: { ...headers, 'user-agent': userAgent, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
          // A connection of its own for every call: each is checked, and none is a stale one that the far side has just closed.
          agent: false,
          lookup: checkedLookup,
        });
      } catch (error) {
        // A header or method that HTTP does not allow.
        return failed(error as NodeJS.ErrnoException);
      }
      outgoing.on('error', failed);
      outgoing.on('upgrade', () => finish(failure('network', { detail: 'upgrade' })));
      outgoing.on('response', (incoming) => {
        incoming.on('error', failed);
        const status = incoming.statusCode ?? 0;
        if (status >= 300 && status <= 399) return finish(failure('redirect', { status }));
        if (Number(incoming.headers['content-length'] ?? 0) > limit) return finish(failure('too-large'));
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > limit) finish(failure('too-large'));
          else chunks.push(chunk);
        });
        incoming.on('end', () => finish({ ok: true, status, headers: incoming.headers, body: Buffer.concat(chunks) }));
      });
      outgoing.end(body);
    });
  }

  /**
   * Used by the socket itself while it connects, so the address that is checked is the one that is used:
   * a name that resolves differently a moment later (DNS rebinding) gains nothing.
   */
  function checkedLookup(hostname: string, options: dns.LookupOptions, callback: Parameters<net.LookupFunction>[2]): void {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const allowed = addresses.filter(({ address }) => isAllowed(address, allowLocal));
      const [first] = allowed;
      if (!first) return callback(new PrivateAddressError(), '', 0);
      if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  }
}

/** Whether we may connect to this IP address. */
export function isAllowed(address: string, allowLocal: boolean): boolean {
  const plain = address.replace(/%.*$/, '');   // a zone such as fe80::1%eth0
  const kind = net.isIP(plain);
  if (kind === 0) return false;
  const embedded = kind === 6 ? embeddedIPv4(plain) : null;
  if (embedded) return isAllowed(embedded, allowLocal);
  const { never, local } = kind === 6 ? ipv6 : ipv4;
  const family = kind === 6 ? 'ipv6' : 'ipv4';
  return !never.check(plain, family) && (allowLocal || !local.check(plain, family));
}

class PrivateAddressError extends Error {}

/**
 * Addresses of no public host (IANA special-purpose registries). `local` ones may be allowed, for a platform on this
 * machine or in this house; `never` holds link-local addresses, cloud metadata, and what no server has.
 * One list per family, because BlockList compares the families with each other in ways that surprise.
 */
const ipv4 = {
  local: blockList('ipv4', ['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']),
  never: blockList('ipv4', [
    '0.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3',
    '100.100.100.200/32', '168.63.129.16/32',   // metadata of Alibaba Cloud and of Azure
  ]),
};
const ipv6 = {
  local: blockList('ipv6', ['::1/128', 'fc00::/7']),
  never: blockList('ipv6', [
    '::/128', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20', '5f00::/16', 'fe80::/10', 'fec0::/10', 'ff00::/8',
    'fd00:ec2::254/128',   // metadata of AWS
  ]),
};

function blockList(family: net.IPVersion, subnets: readonly string[]): net.BlockList {
  const list = new net.BlockList();
  for (const subnet of subnets) {
    const [address = '', prefix] = subnet.split('/');
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/** The IPv4 address inside a mapped (::ffff:0:0/96), compatible (::/96) or NAT64 (64:ff9b::/96) one, else null. */
function embeddedIPv4(address: string): string | null {
  // URL writes every spelling of an IPv6 address in the one way that RFC 5952 asks for.
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  if (canonical === '::' || canonical === '::1') return null;
  const [head = '', tail] = canonical.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...front, ...Array<string>(8 - front.length - back.length).fill('0'), ...back].map((group) => parseInt(group, 16));
  if (!['0:0:0:0:0:65535', '0:0:0:0:0:0', '100:65435:0:0:0:0'].includes(groups.slice(0, 6).join(':'))) return null;
  const [high = 0, low = 0] = groups.slice(6);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function failure(reason: OutboundFailure['reason'], more: { status?: number; detail?: string } = {}): OutboundFailure {
  return { ok: false, reason, ...more };
}
