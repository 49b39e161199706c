// A platform that is a function: every call is written down, and answered as the test says. It gives out a token by itself.
import { generateKeyPairSync } from 'node:crypto';
import { createAccessTokens } from '../../server/lti/access-tokens.ts';
import type { Outbound, OutboundAnswer, OutboundFailure, OutboundRequest } from '../../server/lti/outbound.ts';
import { createPlatformServices } from '../../server/lti/services-http.ts';
import type { PlatformServices, ServiceRegistration } from '../../server/lti/services-http.ts';

export const keyPair = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const signingKey = { kid: 'our-key', privateKey: keyPair.privateKey };

export const registration: ServiceRegistration = {
  id: 'r1',
  issuer: 'https://lms.example',
  clientId: 'client-1',
  authenticationUrl: 'https://lms.example/auth',
  tokenUrl: 'https://lms.example/token',
  keysetUrl: 'https://lms.example/keys',
  tokenAudience: null,
  productFamilyCode: null,
  grantedScopes: null,
};

type Answer = OutboundAnswer | OutboundFailure;

export function answer(status: number, body: unknown = '', headers: Record<string, string> = {}): OutboundAnswer {
  return { ok: true, status, headers, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) };
}

export type FakePlatform = {
  outbound: Outbound;
  services: PlatformServices;
  /** Calls of services, in order. */
  calls: OutboundRequest[];
  /** Calls of the token address, in order. */
  tokenCalls: OutboundRequest[];
  later(duration: Temporal.DurationLike): void;
};

/** @param serve what a service answers; @param giveToken what the token address answers, its number counting from 1 */
export function fakePlatform(
  serve: (request: OutboundRequest, number: number) => Answer | Promise<Answer>,
  giveToken: (request: OutboundRequest, number: number) => Answer | Promise<Answer> = (_request, number) => answer(200, { access_token: `token-${number}`, token_type: 'Bearer', expires_in: 3600 }),
): FakePlatform {
  let now = Temporal.Instant.from('2026-03-02T09:00:00Z');
  const calls: OutboundRequest[] = [];
  const tokenCalls: OutboundRequest[] = [];
  const outbound: Outbound = {
    async request(request) {
      if (request.url === registration.tokenUrl) return giveToken(request, tokenCalls.push(request));
      return serve(request, calls.push(request));
    },
    fetchJson: () => { throw new Error('not asked for'); },
  };
  const tokens = createAccessTokens({ outbound, signingKey: async () => signingKey, now: () => now });
  return { outbound, services: createPlatformServices({ outbound, tokens, allowLocal: false }), calls, tokenCalls, later: (duration) => { now = now.add(duration); } };
}
