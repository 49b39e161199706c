// The keys of the tools, fetched from where each publishes them, and the check of what a tool signed.
import { decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import type { JSONWebKeySet, JWK, JWTPayload } from 'jose';
import type { RegisteredTool } from './platform.ts';

/** Gets a key set's JSON from its address. Throws when it cannot. */
export type FetchToolKeys = (jwksUrl: string) => Promise<unknown>;

/** A signed token's claims, or in a few words why it is not believed. */
export type Verdict = { good: true; claims: JWTPayload; tool: RegisteredTool } | { good: false; reason: string; issuer: string | null };

export type ToolKeySets = {
  /** How often a key set was fetched. */
  fetches: number;
  /** Checks form, issuer, key and signature of what a tool signed; the claims are the caller's to judge. */
  verify(token: string, tools: readonly RegisteredTool[]): Promise<Verdict>;
  /** Forgets every key, as after a restart. */
  forget(): void;
};

export function createToolKeySets(fetchKeys: FetchToolKeys = fetchOverHttp): ToolKeySets {
  const keySets = new Map<string, JWK[]>();
  const toolKeySets: ToolKeySets = { fetches: 0, verify, forget: () => keySets.clear() };
  return toolKeySets;

  async function verify(token: string, tools: readonly RegisteredTool[]): Promise<Verdict> {
    const refuse = (reason: string, issuer: string | null = null): Verdict => ({ good: false, reason, issuer });
    let header: ReturnType<typeof decodeProtectedHeader>;
    let unproven: JWTPayload;
    try {
      header = decodeProtectedHeader(token);
      unproven = decodeJwt(token);
    } catch {
      return refuse('it is no signed JWT');
    }
    const tool = tools.find(({ clientId }) => clientId === unproven.iss);
    if (!tool) return refuse('iss is no client id of a tool that is registered here');
    if (header.alg !== 'RS256') return refuse('alg must be RS256', tool.clientId);
    if (typeof header.kid !== 'string' || header.kid === '') return refuse('kid is missing', tool.clientId);
    const jwk = await findKey(tool.jwksUrl, header.kid);
    if (!jwk) return refuse(`no key ${header.kid} in the tool's key set at ${tool.jwksUrl}`, tool.clientId);
    try {
      const key = await importJWK(jwk, 'RS256');
      // The times are judged by the LMS's own clock, afterwards.
      const { payload } = await jwtVerify(token, key, { algorithms: ['RS256'], currentDate: new Date((unproven.iat ?? unproven.exp ?? 0) * 1000), clockTolerance: Number.MAX_SAFE_INTEGER });
      return { good: true, claims: payload, tool };
    } catch {
      return refuse('the signature does not hold', tool.clientId);
    }
  }

  /** A key that is not known yet is fetched for: the tool may have turned to a new one. */
  async function findKey(jwksUrl: string, kid: string): Promise<JWK | undefined> {
    const known = keySets.get(jwksUrl)?.find((key) => key.kid === kid);
    if (known) return known;
    toolKeySets.fetches += 1;
    try {
      const { keys } = await fetchKeys(jwksUrl) as JSONWebKeySet;
      keySets.set(jwksUrl, keys);
      return keys.find((key) => key.kid === kid && key.kty === 'RSA');
    } catch {
      return undefined;
    }
  }
}

async function fetchOverHttp(jwksUrl: string): Promise<unknown> {
  const answer = await fetch(jwksUrl, { redirect: 'error', signal: AbortSignal.timeout(5000), headers: { accept: 'application/json' } });
  if (!answer.ok) throw new Error(`${jwksUrl} answered ${answer.status}`);
  return answer.json();
}
