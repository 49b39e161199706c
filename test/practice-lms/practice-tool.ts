// A tool as these tests need one: it has a key, asks for tokens and calls services. Nothing of Coachline's is in it.
import { randomUUID } from 'node:crypto';
import { newSigningKey } from '../../scripts/practice-lms/platform.ts';
import { signToken } from '../../scripts/practice-lms/keys.ts';
import type { SigningKey, TokenAlgorithm } from '../../scripts/practice-lms/keys.ts';
import { startPracticeLms } from '../../scripts/practice-lms/server.ts';
import type { PracticeLms, PracticeLmsOptions } from '../../scripts/practice-lms/server.ts';

export type AssertionChanges = { change?: (claims: Record<string, unknown>, header: Record<string, unknown>) => void; key?: SigningKey; alg?: TokenAlgorithm };

export type PracticeTool = {
  lms: PracticeLms;
  key: SigningKey;
  /** What the tool publishes; a test may change it. */
  keys: unknown[];
  /** Signs claims with the tool's key. */
  sign: (claims: Record<string, unknown>, changes?: AssertionChanges) => string;
  assertion: (changes?: AssertionChanges) => string;
  /** Posts to the token endpoint; `form` replaces fields, undefined leaves one out. */
  askToken: (scope: string | undefined, changes?: AssertionChanges & { form?: Record<string, string | undefined>; headers?: Record<string, string> }) => Promise<Response>;
  /** An access token. Throws when none is given. */
  token: (...scopes: string[]) => Promise<string>;
  /** Calls a service with a token of these scopes. */
  call: (method: string, url: string, options: { scopes: string[]; accept?: string; contentType?: string; body?: unknown; token?: string }) => Promise<Response>;
};

/** Starts the LMS with a tool whose keys it gets without HTTP. */
export async function startWithTool(options: Partial<PracticeLmsOptions> = {}): Promise<PracticeTool> {
  const key = await newSigningKey('tool-key-1');
  const tool = { key, keys: [key.publicJwk] } as unknown as PracticeTool;
  const lms = await startPracticeLms({ toolUrl: 'http://localhost:3000', fetchToolKeys: async () => ({ keys: [...tool.keys] }), ...options });
  const clientId = lms.platform.tools[0]!.clientId;
  const sign: PracticeTool['sign'] = (claims, { change, key: signer = key, alg = 'RS256' } = {}) => {
    const header: Record<string, unknown> = { typ: 'JWT', alg, kid: signer.kid };
    change?.(claims, header);
    return signToken(header, claims, signer, alg);
  };
  const assertion: PracticeTool['assertion'] = (changes) => {
    const iat = Math.floor(lms.platform.clock().epochMilliseconds / 1000);
    return sign({ iss: clientId, sub: clientId, aud: lms.platform.tokenUrl, iat, exp: iat + 300, jti: randomUUID() }, changes);
  };
  const askToken: PracticeTool['askToken'] = (scope, { form = {}, headers = {}, ...changes } = {}) => {
    const fields = {
      grant_type: 'client_credentials', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion(changes), scope, ...form,
    };
    const body = new URLSearchParams(Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined));
    return fetch(`${lms.url}/token`, { method: 'POST', body: body.toString(), headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } });
  };
  const token: PracticeTool['token'] = async (...scopes) => {
    const answer = await (await askToken(scopes.join(' '))).json() as { access_token?: string };
    if (answer.access_token === undefined) throw new Error(JSON.stringify(answer));
    return answer.access_token;
  };
  const call: PracticeTool['call'] = async (method, url, { scopes, accept, contentType, body, token: given }) => fetch(url, {
    method, redirect: 'manual',
    headers: {
      authorization: `Bearer ${given ?? await token(...scopes)}`,
      ...(accept !== undefined && { accept }), ...(contentType !== undefined && { 'content-type': contentType }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return Object.assign(tool, { lms, sign, assertion, askToken, token, call });
}

/** The address that a Link header names as the next page. */
export function nextOf(answer: Response): string | null {
  return /<([^>]+)>;\s*rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] ?? null;
}
