// The self-test of a connection, as an administrator who launched it from the LMS reads it.
import { fullDate, plural, sentence, timeAndZone } from '../../format.ts';
import type { English } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';

type Finding = { group: 'launch' | 'browser' | 'keys' | 'roster' | 'grades' | 'notices'; name: string; state: 'good' | 'attention' | 'problem' | 'skipped'; happened: string; toDo: string | null };

export type SelfTestInput = {
  at: (path: string) => string;
  english?: English;
  platformName: string;
  courseTitle: string | null;
  /** For whom the test score is sent; null while nobody learns here. */
  learnerName: string | null;
  hasLearner: boolean;
  /** What the launch showed; with the rest once the test was run. */
  findings: readonly Finding[];
  /** When the rest was tried; null when it was not yet. */
  ranAt: Temporal.Instant | null;
  timeZone: string;
};

const groups: { group: Finding['group']; heading: string; text: string }[] = [
  { group: 'launch', heading: 'The launch', text: 'What your own launch brought along' },
  { group: 'browser', heading: 'The browser', text: 'Cookies, or what the platform keeps for us' },
  { group: 'keys', heading: 'Keys', text: 'With which launches are checked' },
  { group: 'roster', heading: 'Participants', text: 'Names and Role Provisioning Services' },
  { group: 'grades', heading: 'Grade book', text: 'Assignment and Grade Services' },
  { group: 'notices', heading: 'Notices', text: 'Platform Notification Service' },
];
const points = { good: 'done', attention: 'attention', problem: 'error', skipped: 'open' } as const;
const stateWords = { good: 'Works', attention: 'Look at this', problem: 'Does not work', skipped: 'Not tried' } as const;

/** `GET /self-test`. */
export function selfTestPage({ at, english = 'en-GB', platformName, courseTitle, learnerName, hasLearner, findings, ranAt, timeZone }: SelfTestInput) {
  const problems = findings.filter(({ state }) => state === 'problem').length;
  const attention = findings.filter(({ state }) => state === 'attention').length;
  const moment = ranAt?.toZonedDateTimeISO(timeZone);
  return {
    template: 'self-test/self-test',
    data: {
      title: 'Self-test',
      kicker: [platformName, courseTitle].filter((part) => part !== null).join(', '),
      heading: problems > 0 ? sentence(`${plural(problems, 'thing')} ${problems === 1 ? 'does' : 'do'} not work`)
        : attention > 0 ? `It works, with ${plural(attention, 'thing')} to look at` : ranAt === null ? 'The launch works' : 'Everything works',
      ran: moment ? `Tried on ${fullDate(moment, english)}, ${timeAndZone(moment, english)}` : null,
      action: at('/self-test'),
      learner: hasLearner ? learnerName ?? 'the first learner of this course' : null,
      platforms: at('/admin/platforms'),
      groups: groups.map(({ group, heading, text }) => ({
        id: group, heading, text,
        findings: findings.filter((finding) => finding.group === group).map(({ name, state, happened, toDo }) => ({ name, happened, toDo, point: points[state], state: stateWords[state] })),
      })).filter((group) => group.findings.length > 0),
    },
  } satisfies Page;
}

/** The same address for those who did not launch: a self-test tells what an LMS does, so it begins there. */
export function launchFirstPage({ at, publicUrl }: { at: (path: string) => string; publicUrl: string }) {
  return { template: 'self-test/launch-first', data: { title: 'Self-test', address: `${publicUrl}/self-test`, platforms: at('/admin/platforms') } } satisfies Page;
}
