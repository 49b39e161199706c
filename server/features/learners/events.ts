// What a learner's page tells of the past: the facts, and each in words, with the page that has more of it.
import type { AttendanceMark } from '../../domain/attendance.ts';
import type { Assignment } from '../../domain/completion.ts';
import { resultWords } from '../../domain/knowledge-check.ts';
import type { Result } from '../../domain/knowledge-check.ts';
import type { MailState } from '../../domain/mail-log.ts';
import type { MailKind } from '../../domain/mail-timing.ts';
import { improvementTools } from '../../domain/tools-assessment.ts';
import type { AssessmentMoment } from '../../domain/tools-assessment.ts';
import { oneLine } from '../../domain/typed-text.ts';
import { plural, sentence } from '../../format.ts';
import { mailStateWords } from '../../mail-words.ts';

/**
 * What happened. `roll` stands at the beginning of its day, not when it was taken. `visit` is a day, without detail.
 * `by` is null where the LMS withholds the name, and for who came by an administrator's link. `words` are the first ones.
 */
export type LearnerEvent = { at: Temporal.Instant } & (
  | { kind: 'visit' }
  | { kind: 'sections'; week: number; count: number }
  | { kind: 'check-begun'; week: number }
  | ({ kind: 'check'; week: number } & Result)
  | { kind: 'assignment'; assignment: string; words: string }
  | { kind: 'roll'; key: string; day: number; mark: AttendanceMark }
  | { kind: 'submission' | 'withdrawal'; submissionId: string; number: number }
  | { kind: 'decision'; submissionId: string; number: number; decision: 'returned' | 'released'; passed: boolean | null; points: number | null; maximum: number; by: string | null }
  | { kind: 'pace'; change: 'more-time' | 'pause' | 'resume'; extensionDays: number; by: string | null }
  | { kind: 'eligibility'; step: 'submitted' | 'accepted' | 'returned'; by: string | null; words: string | null }
  | { kind: 'tools'; moment: AssessmentMoment; answered: number }
  | { kind: 'mail'; mailId: string; mail: MailKind | 'sign-in'; subject: string; state: MailState }
  /** `words` is null where faculty took the post away. */
  | { kind: 'post'; postId: string; week: number; isReply: boolean; words: string | null }
  | { kind: 'journal'; week: number; words: string }
);

/** As many letters of what somebody wrote as are read for its first words. */
export const lettersRead = 240;

/** Whether learners share entries of their journal with readers of this role. */
export const readsJournals = (role: string): boolean => role === 'faculty' || role === 'assistant';

/** What decides where an event leads, and what it is called. */
export type EventPlace = {
  at: (path: string) => string;
  personId: string;
  /** To who has left nobody writes, so that page is not there. */
  isHere: boolean;
  reader: 'administrator' | 'faculty' | 'assistant';
  /** The workshops of the programme, by key. */
  workshops: ReadonlyMap<string, { title: string; days: number }>;
  /** The assignments of the programme, by key. */
  assignments: ReadonlyMap<string, Assignment>;
};

/** `href`: where more of it stands. `quote`: the first words of what somebody wrote. */
export type EventLine = { point: string; words: string; href: string | null; quote: string | null };

/** An event as its line. */
export function eventLine(event: LearnerEvent, { at, personId, isHere, reader, workshops, assignments }: EventPlace): EventLine {
  const line = (point: string, words: string, path: string | null = null, quote: string | null = null): EventLine => ({ point, words, href: path === null ? null : at(path), quote });
  switch (event.kind) {
    case 'visit': return line('open', 'Was here');
    case 'sections': return line('done', `${sentence(plural(event.count, 'section'))} of week ${event.week} finished`);
    case 'check-begun': return line('part', `Check of week ${event.week} begun, not finished yet`);
    case 'check': return line('done', `Check of week ${event.week} finished: ${resultWords(event)}`, `/weeks/${event.week}/check/of/${personId}`);
    case 'assignment': {
      const assignment = assignments.get(event.assignment);
      return line('done', assignment ? `Assignment of week ${assignment.week} done: ${assignment.title}` : 'An assignment done', assignment ? `/assignments/of/${personId}` : null, firstWords(event.words));
    }
    case 'roll': {
      const workshop = workshops.get(event.key);
      const day = workshop && workshop.days > 1 ? `, day ${event.day} of ${workshop.days}` : '';
      const { point, words } = markWords[event.mark];
      return line(point, `${workshop?.title ?? 'A workshop'}${day}: ${words}`, workshop ? `/attendance/${event.key}/${event.day}` : null);
    }
    case 'submission': return line('done', `Coaching plan handed in, version ${event.number}`, `/grading/submissions/${event.submissionId}`);
    case 'withdrawal': return line('open', `Coaching plan taken back, version ${event.number}`, `/grading/submissions/${event.submissionId}`);
    case 'decision': {
      const path = `/grading/submissions/${event.submissionId}`;
      if (event.decision === 'returned') return line('attention', `Coaching plan returned for revision${byWords(event)}, version ${event.number}`, path);
      const points = event.points === null ? '' : `: ${resultWords({ points: event.points, maximum: event.maximum })} points`;
      return line(event.passed ? 'done' : 'attention', `Coaching plan graded${byWords(event)}, version ${event.number}${points}, ${event.passed ? 'passed' : 'not passed'}`, path);
    }
    case 'pace': return line('part', `${paceWords(event)}${byWords(event)}`);
    case 'eligibility': return line(stepWords[event.step].point, `${stepWords[event.step].words}${event.step === 'submitted' ? '' : byWords(event)}`, `/eligibility/forms/${personId}`, event.words && firstWords(event.words));
    case 'tools': return line(event.answered < improvementTools.length ? 'part' : 'done', `Tools self-assessment ${event.moment === 'before' ? 'before the programme' : 'at its end'}: ${event.answered} of ${improvementTools.length} tools`, `/eligibility/forms/${personId}`);
    case 'mail': {
      const { point, words } = mailStateWords[event.state];
      // What is not on its way into the world is said; what went wrong is seen.
      return line(point === 'done' ? 'open' : point, `${mailWords[event.mail]}: ${event.subject}. ${words}`, mailPath(event, personId, isHere, reader));
    }
    case 'post': {
      const what = `${event.isReply ? 'Reply' : 'Post'} in the discussion of week ${event.week}`;
      const path = `/discussion/weeks/${event.week}/posts/${event.postId}`;
      return event.words === null ? line('attention', `${what}, taken away by faculty`, path) : line('done', what, path, firstWords(event.words));
    }
    case 'journal': return line('done', `Journal entry of week ${event.week} shared`, `/journal/shared?learner=${personId}#week-${event.week}`, firstWords(event.words));
  }
}

/** Administrators have the log; everybody else reads only what faculty wrote. */
function mailPath({ mailId, mail }: Extract<LearnerEvent, { kind: 'mail' }>, personId: string, isHere: boolean, reader: EventPlace['reader']): string | null {
  if (reader === 'administrator') return `/admin/mail/${mailId}`;
  return mail === 'nudge' && isHere ? `/mail/nudges/${personId}` : null;
}

const mailWords: Record<MailKind | 'sign-in', string> = {
  'week-opened': 'Mail about a new week',
  'due': 'Reminder by mail',
  'nudge': 'Mail from faculty',
  'reply': 'Mail about the discussion',
  'sign-in': 'Mail with a sign-in link',
};

const markWords: Record<AttendanceMark, { point: string; words: string }> = {
  'present': { point: 'done', words: 'present' },
  'late': { point: 'done', words: 'late' },
  'left-early': { point: 'done', words: 'left early' },
  'excused': { point: 'part', words: 'excused' },
  'absent': { point: 'attention', words: 'absent' },
};

const stepWords = {
  submitted: { point: 'part', words: 'Eligibility form handed in' },
  accepted: { point: 'done', words: 'Eligibility form accepted' },
  returned: { point: 'attention', words: 'Eligibility form returned' },
} as const;

function paceWords({ change, extensionDays }: Extract<LearnerEvent, { kind: 'pace' }>): string {
  switch (change) {
    case 'pause': return 'Pause begun';
    case 'resume': return 'Pause ended';
    case 'more-time': return extensionDays > 0 ? `More time given: ${plural(extensionDays, 'day')} after the end of each week` : 'No more time after the end of each week';
  }
}

const byWords = ({ by }: { by: string | null }): string => (by === null ? '' : `, by ${by}`);

const mostLetters = 160;

/** The beginning of a text, on one line, to the end of a word where there is one. */
function firstWords(text: string): string {
  const words = oneLine(text);
  if (words.length <= mostLetters && text.length < lettersRead) return words;
  return `${oneLine(words.slice(0, mostLetters).replace(/\s+\S{0,30}$/u, ''))}…`;
}
