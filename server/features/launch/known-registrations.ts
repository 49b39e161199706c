// Registrations that launches were good for, kept in memory, so that a token can be proven before anything is read.
import type { AttemptRow } from './queries.ts';

export type KnownRegistration = {
  id: string;
  /** PostgreSQL's `xmin` of the row: another one after every change. A launch is good only while it is the row's still. */
  revision: string;
  issuer: string;
  clientId: string;
  keysetUrl: string;
  institutionAdministrators: boolean;
  productFamilyCode: string | null;
  /** Origins that may frame us whatever the message says. */
  frameOrigins: readonly string[];
};

export type KnownRegistrations = {
  /** The registration that these claims, still unproven, say they are for. It may have changed: `completeLaunch` finds out. */
  find: (claims: Record<string, unknown>) => KnownRegistration | null;
  /** The registration of an attempt just read; kept once its launch is good. */
  of: (attempt: AttemptRow) => KnownRegistration;
  keep: (registration: KnownRegistration) => void;
};

const mostKept = 1_000;

/** One per process. Nothing here is ever out of date for good: whatever changed is read afresh by the launch that finds out. */
export function createKnownRegistrations(originsOf: (addresses: readonly string[]) => string[]): KnownRegistrations {
  const kept = new Map<string, KnownRegistration>();
  return {
    find: ({ iss, aud }) => {
      const audience: unknown = Array.isArray(aud) ? aud[0] : aud;
      return typeof iss === 'string' && typeof audience === 'string' ? kept.get(keyOf(iss, audience)) ?? null : null;
    },
    of: (attempt) => ({
      id: attempt.registration_id,
      revision: attempt.registration_revision,
      issuer: attempt.issuer,
      clientId: attempt.client_id,
      keysetUrl: attempt.keyset_url,
      institutionAdministrators: attempt.institution_administrators,
      productFamilyCode: attempt.product_family_code,
      frameOrigins: originsOf([attempt.issuer, attempt.authentication_url, ...attempt.registration_frame_origins]),
    }),
    keep: (registration) => {
      const [oldest] = kept.keys();
      if (kept.size >= mostKept && oldest !== undefined) kept.delete(oldest);
      kept.set(keyOf(registration.issuer, registration.clientId), registration);
    },
  };
}

const keyOf = (issuer: string, clientId: string): string => `${clientId} ${issuer}`;
