// Under which name a browser keeps what a learner typed and it could not send.
import { hash } from 'node:crypto';

/** The same in every sign-in of one person in one cohort, and nobody else's; it tells neither. @param what is kept: never changed, or browsers no longer find it */
export function deviceMark(what: 'plan' | 'journal' | 'eligibility' | 'discussion' | 'assignments', { cohortId, personId }: { cohortId: string; personId: string }): string {
  return hash('sha256', `${what} ${cohortId} ${personId}`, 'hex').slice(0, 16);
}
