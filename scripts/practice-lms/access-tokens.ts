// The access tokens that the platform gave out: bound to one tool and its scopes, until they end or are taken back.
import { randomBytes } from 'node:crypto';

export type AccessToken = {
  readonly value: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Temporal.Instant;
  revoked: boolean;
};

/** One call of the token endpoint; `error` as OAuth names it, null when a token was given. */
export type TokenRequest = { at: Temporal.Instant; clientId: string | null; asked: readonly string[]; granted: readonly string[]; error: string | null };

export type AccessTokens = {
  /** For tests: what the tokens given from now on live. */
  lifetimeSeconds: number;
  /** For tests: the one audience that assertions must name; null is the token address, or what the LMS of the profile wants. */
  audience: string | null;
  /** Oldest first. */
  readonly issued: readonly AccessToken[];
  /** Every call of the token endpoint, oldest first. */
  readonly requests: TokenRequest[];
  issue(clientId: string, scopes: readonly string[]): AccessToken;
  /** The token of this value when it is still good. */
  find(value: string): AccessToken | undefined;
  /** Takes one back, or all: the tool meets 401 with its next call. */
  revoke(value?: string): void;
};

export function createAccessTokens(clock: () => Temporal.Instant): AccessTokens {
  const issued = new Map<string, AccessToken>();
  const tokens: AccessTokens = {
    lifetimeSeconds: 3600,
    audience: null,
    get issued() { return [...issued.values()]; },
    requests: [],
    issue(clientId, scopes) {
      const token: AccessToken = { value: randomBytes(24).toString('base64url'), clientId, scopes, expiresAt: clock().add({ seconds: tokens.lifetimeSeconds }), revoked: false };
      issued.set(token.value, token);
      return token;
    },
    find(value) {
      const token = issued.get(value);
      return token && !token.revoked && Temporal.Instant.compare(token.expiresAt, clock()) > 0 ? token : undefined;
    },
    revoke(value) {
      for (const token of issued.values()) if (value === undefined || token.value === value) token.revoked = true;
    },
  };
  return tokens;
}
