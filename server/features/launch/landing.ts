// Which of our pages a good launch opens.
import type { CourseRole } from '../../domain/roles.ts';
import { staff } from '../../plugins/access.ts';
import type { NewSignIn } from './actions.ts';
import type { ReviewRow } from './queries.ts';

export type Arrival = {
  role: CourseRole;
  /** The path that the link means. */
  target: string;
  inCourse: boolean;
  /** Where a message of another kind leads (choosing content, reviewing work, privacy); null for a link. */
  destination: string | null;
};

/** The path inside the sign-in. Staff who come to the front door want to see how everybody is getting on. */
export function landingPath({ role, target, inCourse, destination }: Arrival): string {
  const isStaff = staff.some((name) => name === role);
  const linked = role === 'guest' ? `/programme${inCourse ? '' : '?guest=no-course'}` : isStaff && target === '/' ? '/cohort' : target;
  return destination ?? linked;
}

/** The address to send the browser to. */
export function landing({ id, ticket }: NewSignIn, path: string): string {
  return ticket === null ? `/in/${id}${path}` : `/lti/arrival/${id}?${new URLSearchParams({ ticket, to: path }).toString()}`;
}

/** The page that shows one learner's work, by the column's own mark or by what its link opens; null when it grades nothing of ours. */
export function reviewTarget({ resourceId, tag, linkTarget, personId }: ReviewRow): string | null {
  const week = (tag === 'knowledge-check' ? /^week-(\d{1,2})$/.exec(resourceId ?? '') : null) ?? /^\/weeks\/(\d{1,2})$/.exec(linkTarget ?? '');
  if (tag === 'attendance' || linkTarget === '/attendance') return '/attendance';
  if (week) return `/weeks/${week[1]}/check/of/${personId}`;
  return tag === 'coaching-plan' || linkTarget === '/plan' ? `/grading/of/${personId}` : null;
}
