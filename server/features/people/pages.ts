// Pages about being signed in, and about what is kept of whoever is.
import { fullDate, inWords, plural, sentence } from '../../format.ts';
import type { English } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';

/**
 * `GET /signed-out`: holds no data, so that it may be shown to anybody. The answer of a sign-out also knows the way back
 * into the LMS (`wayBack`, with what happened in words for the LMS to show).
 */
export function signedOutPage({ wayBack = null }: { wayBack?: { href: string; label: string } | null } = {}) {
  return { template: 'people/signed-out', data: { title: 'Signed out', wayBack } } satisfies Page;
}

export type PrivacyInput = {
  /** Null where nothing is kept about the reader. */
  kept: {
    name: string | null; givenName: string | null; familyName: string | null; email: string | null; since: Temporal.Instant; platform: string;
    courses: { course: string; role: string; active: boolean; since: Temporal.Instant; lastSeenAt: Temporal.Instant | null }[];
    sectionsDone: number; answers: number; scores: number; assignments: number; journalEntries: number; posts: number; signIns: number;
  } | null;
  organisationName: string | null;
  /** Days are told in this zone. */
  timeZone: string;
  english?: English;
};

/** `GET /privacy`: what is kept about the reader, from where it came, where it goes, and whom to ask (LTI Data Privacy Launch). */
export function privacyPage({ kept, organisationName, timeZone, english = 'en-GB' }: PrivacyInput) {
  const day = (moment: Temporal.Instant) => fullDate(moment.toZonedDateTimeISO(timeZone), english);
  const withheld = 'not sent by your learning platform';
  return {
    template: 'people/privacy',
    data: {
      title: 'Your data in Coachline',
      keeper: organisationName ?? 'your organisation',
      kept: kept && {
        platform: kept.platform,
        facts: [
          { name: 'Name', value: kept.name ?? (`${kept.givenName ?? ''} ${kept.familyName ?? ''}`.trim() || withheld) },
          { name: 'E-mail', value: kept.email ?? withheld },
          { name: 'Known since', value: day(kept.since) },
        ],
        courses: kept.courses.map(({ course, role, active, since, lastSeenAt }) => ({
          course, role: sentence(role), since: day(since), seen: lastSeenAt === null ? 'never' : day(lastSeenAt), state: active ? null : 'no longer in the course',
        })),
        work: [
          `${sentence(plural(kept.sectionsDone, 'section'))} marked as read`,
          `${sentence(plural(kept.answers, 'answer'))} given in knowledge checks`,
          `${sentence(plural(kept.scores, 'result'))} that the grade book of your course is told`,
          `${sentence(plural(kept.assignments, 'account'))} of assignments done with your team`,
          `${sentence(plural(kept.journalEntries, 'entry', 'entries'))} in your journal`,
          `${sentence(plural(kept.posts, 'post'))} in the discussions of your cohort`,
          `${sentence(kept.signIns === 1 ? 'one visit' : `${inWords(kept.signIns)} visits`)} in the last thirty days`,
        ],
      },
    },
  } satisfies Page;
}
