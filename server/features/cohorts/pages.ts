// What faculty see of their cohort, the forms that start, join and change one, and the page while there is none.
import { attentionLevels, attentionRule } from '../../domain/attention.ts';
import type { AttentionContext, AttentionLevel, LearnerFacts } from '../../domain/attention.ts';
import { calendarWeek, weekDates } from '../../domain/calendar.ts';
import type { CohortCalendar } from '../../domain/calendar.ts';
import type { Assignment, CompletionPolicy } from '../../domain/completion.ts';
import { rosterState } from '../../domain/roster.ts';
import type { RosterSyncFacts } from '../../domain/roster.ts';
import { dateRange, fromToday, fullDate, inWords, longDate, plural, sentence, timeAndZone, toPutRight, zoneGroups, zonePlace } from '../../format.ts';
import type { English } from '../../format.ts';
import { attentionWords, levelWords, weekCell, withheldName } from '../../learner-words.ts';
import { wordsOf } from '../../lti/service-problem.ts';
import type { Page } from '../../plugins/views.ts';

const LEARNERS_PER_PAGE = 50;

/** A learner's progress, as one row of the cohort. The name is null where the LMS withholds it. */
export type LearnerProgress = LearnerFacts & { personId: string; name: string | null };

export type CohortInput = {
  at: (path: string) => string;
  /** How days are told to this reader. */
  english?: English;
  now: Temporal.Instant;
  /** Where this page stands: `/cohort` for the course's own, `/cohorts/ID` among all. */
  path: string;
  reader: 'faculty' | 'assistant' | 'administrator' | 'operator';
  cohort: CohortCalendar & { name: string; programmeTitle: string };
  /** The weeks of the programme with the number of sections each has. */
  weeks: { number: number; sectionsTotal: number }[];
  /** What completing asks; null where the material says nothing of it. */
  completion?: CompletionPolicy | null;
  /** The assignments of the material; absent for none. */
  assignments?: readonly Assignment[];
  /** All of them, in any order: who needs help first can only be told over everybody. */
  learners: LearnerProgress[];
  /** From 1; a page beyond the last shows the last. */
  page: number;
  /** On their way to the grade books; null for a cohort that is not this course's own. */
  scores?: { total: number; waiting: number; refused: number } | null;
  /** Eligibility forms that wait for a decision; null for a cohort that is not this course's own. */
  formsWaiting?: number | null;
  /** Coaching plans that wait for a grade; null for a cohort that is not this course's own. */
  plansWaiting?: number | null;
  /** Shown to faculty and administrators only, whatever is passed. */
  joinCode: string;
  /** Courses of the organisation that share this cohort. */
  courses: CohortCourse[];
  /** A line over the page when the reader comes from an action: the cohort was started, joined or changed just now. */
  notice?: 'started' | 'joined' | 'changed' | null;
};

export type CohortCourse = {
  title: string;
  platform: string;
  /** What people call the LMS. */
  lms: string;
  /** Whether the LMS offers a list of the people in this course. */
  offersRoster: boolean;
  /** What became of the last reading of it; null before the first. */
  roster: (RosterSyncFacts & { completedAt: Temporal.Instant | null; reason: string | null; members: number | null }) | null;
  /** Whether the reader came from this course: its people are a page of theirs. */
  isOwn: boolean;
};

/** `GET /cohort` and `GET /cohorts/ID`: every learner by week, those who need help first. `?page=N` for more than fifty. */
export function cohortPage({ at, english = 'en-GB', path, now, reader, cohort, weeks, completion = null, assignments = [], learners, page, joinCode, courses, scores = null, formsWaiting = null, plansWaiting = null, notice = null }: CohortInput) {
  const today = now.toZonedDateTimeISO(cohort.timeZone).toPlainDate();
  const thisWeek = calendarWeek(cohort, now);
  const rows = rankLearners(learners, { weeks, cohort, now, completion, assignments });
  const count = (level: AttentionLevel) => rows.filter((row) => row.attention.level === level).length;
  const counts = { total: rows.length, came: learners.filter(({ lastSeenAt }) => lastSeenAt !== null).length, today: count('today'), week: count('week'), thisWeek };

  const pages = Math.max(1, Math.ceil(rows.length / LEARNERS_PER_PAGE));
  const shownPage = Math.min(Math.max(1, page), pages);
  const first = (shownPage - 1) * LEARNERS_PER_PAGE;
  const address = (number: number) => at(number === 1 ? path : `${path}?page=${number}`);
  const last = weekDates(cohort, weeks.length).to;

  return {
    template: 'cohorts/cohort',
    data: {
      title: cohort.name,
      kicker: [cohort.name, thisWeek === 0 ? null : thisWeek > weeks.length ? 'finished' : `week ${thisWeek} of ${weeks.length}`, longDate(today, english)].filter((part) => part !== null).join(', '),
      heading: cohortHeading({ ...counts, startsOn: cohort.startsOn, english }),
      line: cohortLine({ ...counts, rosterIsOffered: courses.some(({ offersRoster }) => offersRoster) }),
      notice: notice === 'started' ? { heading: `${cohort.name} is started`, text: 'Learners who open Coachline from this course are part of it from now on.' }
        : notice === 'joined' ? { heading: `This course is now part of ${cohort.name}`, text: 'Its learners share the calendar and the weeks of this cohort.' }
        : notice === 'changed' ? { heading: 'The settings are saved', text: 'Everybody in the cohort sees them from now on.' } : null,
      grades: scores && { href: at('/scores'), ...gradesWords(scores) },
      weekNumbers: weeks.map(({ number }) => number),
      learners: rows.slice(first, first + LEARNERS_PER_PAGE).map(({ learner, name, attention }) => ({
        name,
        // Learners have a page in the course of the reader alone.
        href: path === '/cohort' ? at(`/learners/${learner.personId}`) : null,
        ...levelWords[attention.level],
        reason: attentionWords(attention, today, english),
        // Only in the reader's own cohort, and of those who need somebody.
        write: path === '/cohort' && (attention.level === 'today' || attention.level === 'week') ? at(`/mail/nudges/${learner.personId}`) : null,
        weeks: weeks.map((week) => weekCell(week, learner.sectionsDone.get(week.number) ?? 0, attention)),
      })),
      csv: path === '/cohort' ? at('/cohort.csv') : null,
      pager: pages === 1 ? null : {
        words: `Learners ${first + 1} to ${Math.min(first + LEARNERS_PER_PAGE, rows.length)} of ${rows.length}`,
        previous: shownPage > 1 ? address(shownPage - 1) : null,
        following: shownPage < pages ? address(shownPage + 1) : null,
      },
      dates: dateRange(cohort.startsOn, last, english),
      startedOn: fullDate(cohort.startsOn, english),
      endsOn: fullDate(last, english),
      timeZone: `${zonePlace(cohort.timeZone)} time (${cohort.timeZone})`,
      programmeTitle: cohort.programmeTitle,
      settings: reader === 'assistant' ? null : at(`${path}/settings`),
      // Workshops are those of the reader's own course; another cohort's are scheduled from a course of its own.
      workshops: path === '/cohort' ? { all: at('/workshops'), schedule: reader === 'assistant' ? null : at('/cohort/workshops') } : null,
      material: reader === 'assistant' || path !== '/cohort' ? null : at('/cohort/material'),
      pace: reader === 'assistant' || path !== '/cohort' ? null : at('/cohort/pace'),
      plans: plansWaiting === null ? null : { href: at('/grading'), point: plansWaiting > 0 ? 'attention' : 'done', words: plansWaiting > 0 ? `${sentence(plural(plansWaiting, 'plan waits', 'plans wait'))} for a grade` : 'None waits for a grade' },
      journal: reader === 'faculty' && path === '/cohort' ? at('/journal/shared') : null,
      forms: formsWaiting === null ? null : { href: at('/eligibility/forms'), point: formsWaiting > 0 ? 'attention' : 'done', words: formsWaiting > 0 ? `${sentence(plural(formsWaiting, 'form waits', 'forms wait'))} for a decision` : 'None waits for a decision' },
      joinCode: reader === 'assistant' ? null : joinCode,
      courses: courses.map((course) => ({ title: course.title, platform: course.platform, people: course.isOwn ? at('/roster') : null, roster: rosterWords(course, { now, timeZone: cohort.timeZone, english }) })),
    },
  } satisfies Page;
}

const byName = new Intl.Collator('en');

/** Learners with what is known of their need, those who need help first, then by name. */
export function rankLearners<Learner extends LearnerProgress>(learners: readonly Learner[], context: AttentionContext) {
  const rule = attentionRule(context);
  return learners
    .map((learner) => ({ learner, name: learner.name ?? withheldName, attention: rule(learner) }))
    .toSorted((a, b) => attentionLevels.indexOf(a.attention.level) - attentionLevels.indexOf(b.attention.level) || byName.compare(a.name, b.name));
}

export type CohortFormValues = { name: string; startsOn: string; timeZone: string; code: string; cohort: string };
export type CohortFormField = keyof CohortFormValues;

export type StartInput = {
  at: (path: string) => string;
  english?: English;
  reader: 'faculty' | 'administrator';
  /** What the LMS calls the course; null when it does not say. */
  courseTitle: string | null;
  programmeTitle: string;
  /**
   * What stands in the fields: on the first visit a proposed name, the next Monday (`nextMonday`, as YYYY-MM-DD)
   * and a likely zone; after a refused post what was typed.
   */
  values: Partial<CohortFormValues>;
  /** By field; empty on the first visit. Send with 422 when there are any. */
  errors: Partial<Record<CohortFormField, string>>;
  /** The organisation's cohorts, for administrators; their value is posted as `cohort`. */
  cohorts: { id: string; name: string; startsOn: Temporal.PlainDate; learners: number }[];
};

/**
 * `GET /cohort/start`. Two forms: `POST /cohort` with name, startsOn, timeZone starts one;
 * `POST /cohort/link` with code (faculty) or cohort (administrators) joins one.
 */
export function startPage({ at, english = 'en-GB', reader, courseTitle, programmeTitle, values, errors, cohorts }: StartInput) {
  const problems = problemsOf(errors);
  return {
    template: 'cohorts/start',
    data: {
      title: 'Start a cohort',
      kicker: courseTitle ?? 'Your course',
      programmeTitle,
      problems: { heading: toPutRight(problems.length), items: problems },
      startAction: at('/cohort'),
      joinAction: at('/cohort/link'),
      fields: cohortFields({ ...values, name: values.name ?? (errors.name ? '' : courseTitle ?? '') }, errors, problems.length === 0),
      joinsByCode: reader === 'faculty',
      code: { value: values.code ?? '', error: errors.code ?? null },
      cohort: { value: values.cohort ?? '', error: errors.cohort ?? null },
      cohorts: cohorts.map(({ id, name, startsOn, learners }) => ({ id, name, detail: `From ${fullDate(startsOn, english)}, ${plural(learners, 'learner')}` })),
    },
  } satisfies Page;
}

export type CopyInput = {
  at: (path: string) => string;
  english?: English;
  courseTitle: string | null;
  /** What it was copied from. */
  copy: { originTitle: string | null; cohort: { name: string; startsOn: Temporal.PlainDate }; mayJoin: boolean };
  /** Nothing was chosen. Send with 422. */
  missing?: boolean;
};

/** `GET /cohort/start` in a course that the LMS copied from one of ours: asked once. */
export function copyPage({ at, english = 'en-GB', courseTitle, copy: { originTitle, cohort, mayJoin }, missing = false }: CopyInput) {
  return {
    template: 'cohorts/copy',
    data: {
      title: 'A copied course',
      kicker: courseTitle ?? 'Your course',
      action: at('/cohort/copy'),
      origin: originTitle ?? 'another course',
      cohortName: cohort.name,
      cohortDetail: `From ${fullDate(cohort.startsOn, english)}`,
      mayJoin,
      missing,
      problems: { heading: toPutRight(missing ? 1 : 0), items: missing ? [{ href: '#decision', text: 'Choose what this course is.' }] : [] },
    },
  } satisfies Page;
}

function gradesWords({ total, waiting, refused }: { total: number; waiting: number; refused: number }): { point: string; words: string } {
  if (refused > 0) return { point: 'attention', words: sentence(`${plural(refused, 'score')} ${refused === 1 ? 'was' : 'were'} not accepted`) };
  if (waiting > 0) return { point: 'part', words: sentence(`${plural(waiting, 'score')} on ${waiting === 1 ? 'its' : 'their'} way`) };
  return total === 0 ? { point: 'open', words: 'No score yet' } : { point: 'done', words: total === 1 ? 'The one score has arrived' : `All ${total} scores have arrived` };
}

export type SettingsValues = Pick<CohortFormValues, 'name' | 'startsOn' | 'timeZone'>;

export type SettingsInput = {
  at: (path: string) => string;
  english?: English;
  /** Where the cohort's page stands: `/cohort` or `/cohorts/ID`. */
  path: string;
  cohortName: string;
  /** What stands in the fields: what is saved, or after a refused post what was typed. */
  values: Partial<SettingsValues>;
  /** What was saved when the form was made. It is sent along, so that nobody overwrites what they have not seen. */
  loaded: Partial<SettingsValues>;
  /** By field; send with 422 when there are any. */
  errors: Partial<Record<keyof SettingsValues, string>>;
  /** What somebody else saved in the meantime; null for nothing. Send with 409, and with `loaded` the same as this. */
  saved?: SettingsValues | null;
  /** Whether attendance has a column in the grade books. `cohort` is its id where this is not the cohort of the reader's course. */
  attendance: { isOn: boolean; cohort: string | null };
};

/** `GET /cohort/settings` and `GET /cohorts/ID/settings`; the form posts to its own address. */
export function settingsPage({ at, english = 'en-GB', path, cohortName, values, loaded, errors, saved = null, attendance }: SettingsInput) {
  const problems = problemsOf(errors);
  const labels = { name: 'Name', startsOn: 'First day of week 1', timeZone: 'Time zone' };
  return {
    template: 'cohorts/settings',
    data: {
      title: 'Settings of the cohort',
      kicker: cohortName,
      problems: { heading: toPutRight(problems.length), items: problems },
      action: at(`${path}/settings`),
      back: at(path),
      // Its own form: features/attendance writes that column, and sends everybody's scores when it is switched on.
      attendance: { ...attendance, action: at('/attendance/column') },
      fields: cohortFields(values, errors, false),
      loaded: { name: loaded.name ?? '', startsOn: loaded.startsOn ?? '', timeZone: loaded.timeZone ?? '' },
      differences: saved === null ? [] : (['name', 'startsOn', 'timeZone'] as const)
        .filter((field) => saved[field] !== values[field])
        .map((field) => ({ label: labels[field], saved: settingWords(field, saved[field], english), typed: settingWords(field, values[field] ?? '', english) })),
    },
  } satisfies Page;
}

function settingWords(field: keyof SettingsValues, value: string, english: English): string {
  return field === 'startsOn' ? fullDate(Temporal.PlainDate.from(value), english) : value;
}

/** The three fields that the forms for starting and for changing a cohort share. */
function cohortFields(values: Partial<SettingsValues>, errors: SettingsInput['errors'], proposesOwnZone: boolean) {
  return {
    name: { value: values.name ?? '', error: errors.name ?? null },
    startsOn: { value: values.startsOn ?? '', error: errors.startsOn ?? null },
    timeZone: { likely: values.timeZone ?? 'Europe/London', groups: zoneGroups(), error: errors.timeZone ?? null, proposesOwnZone },
  };
}

/** What is wrong in a form, in the order of its fields, each a link to its field. */
function problemsOf(errors: Partial<Record<CohortFormField, string>>): { href: string; text: string }[] {
  const fields: CohortFormField[] = ['name', 'startsOn', 'timeZone', 'code', 'cohort'];
  return fields.flatMap((field) => (errors[field] ? [{ href: `#${field}`, text: errors[field] }] : []));
}

export type CohortsInput = {
  at: (path: string) => string;
  english?: English;
  now: Temporal.Instant;
  organisationName: string;
  /** Newest first. */
  cohorts: { id: string; name: string; startsOn: Temporal.PlainDate; timeZone: string; learners: number }[];
};

/** `GET /cohorts`: all cohorts of an administrator's organisation. */
export function cohortsPage({ at, english = 'en-GB', now, organisationName, cohorts }: CohortsInput) {
  return {
    template: 'cohorts/list',
    data: {
      title: 'Cohorts',
      kicker: organisationName,
      heading: cohorts.length === 0 ? 'No cohort has started yet' : sentence(plural(cohorts.length, 'cohort')),
      cohorts: cohorts.map((cohort) => {
        const week = calendarWeek(cohort, now);
        const today = now.toZonedDateTimeISO(cohort.timeZone).toPlainDate();
        return {
          href: at(`/cohorts/${cohort.id}`),
          name: cohort.name,
          detail: `${week === 0 ? 'Begins' : 'Began'} on ${fullDate(cohort.startsOn, english)}, ${fromToday(cohort.startsOn, today)}`,
          learners: plural(cohort.learners, 'learner'),
        };
      }),
    },
  } satisfies Page;
}

/** How well we know who is in a course: a shape and one sentence. */
function rosterWords({ roster, offersRoster, lms }: CohortCourse, { now, timeZone, english }: { now: Temporal.Instant; timeZone: string; english: English }): { point: string; words: string } {
  const moment = roster?.completedAt?.toZonedDateTimeISO(timeZone);
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  const day = moment ? fromToday(moment.toPlainDate(), today) : '';
  const lastRead = moment ? `${day === 'today' || day === 'yesterday' ? day : `on ${longDate(moment, english)}`} at ${timeAndZone(moment, english)}` : null;
  switch (rosterState(roster, { offered: offersRoster, now })) {
    case 'absent': return { point: 'open', words: `${sentence(lms)} offers no roster here: learners appear when they first come.` };
    case 'never': case 'waiting': return { point: 'part', words: lastRead ? `The roster is about to be read again; it was last read ${lastRead}.` : 'The roster has not been read yet.' };
    case 'reading': return { point: 'part', words: 'The roster is being read now.' };
    case 'complete': return { point: 'done', words: `Roster read ${lastRead ?? ''}: ${plural(roster?.members ?? 0, 'person', 'people')}.` };
    case 'again': case 'failed': return { point: 'attention', words: `The roster is not complete. ${wordsOf(roster?.reason ?? '', { name: lms }).happened}${lastRead ? ` It was last read to the end ${lastRead}.` : ''}` };
  }
}

/** `came`: of all learners those who have opened Coachline at least once; the others are known from the roster. */
type CohortCounts = { total: number; came: number; today: number; week: number; thisWeek: number };

function cohortHeading({ total, came, today, week, thisWeek, startsOn, english }: CohortCounts & { startsOn: Temporal.PlainDate; english: English }): string {
  if (thisWeek === 0) return `Your cohort begins on ${longDate(startsOn, english)}`;
  if (came === 0) return 'Nobody has come in yet';
  if (today > 0) return `${sentence(plural(today, 'learner'))} ${today === 1 ? 'needs' : 'need'} you today`;
  if (week > 0) return `${sentence(plural(week, 'learner'))} to ask this week`;
  return total === 1 ? 'Your learner is on course' : 'Everyone is on course';
}

function cohortLine({ total, came, today, week, thisWeek, rosterIsOffered }: CohortCounts & { rosterIsOffered: boolean }): string {
  if (total === 0) return `Learners appear here as soon as ${rosterIsOffered ? 'the roster of the course is read, or ' : ''}they open Coachline from the course.`;
  if (came === 0) return `${sentence(plural(total, 'learner'))} ${total === 1 ? 'is' : 'are'} in the course. Ask them to open Coachline once.`;
  if (thisWeek === 0) return came === total ? `${sentence(plural(total, 'learner'))} ${total === 1 ? 'has' : 'have'} come in already.` : `${sentence(inWords(came))} of ${plural(total, 'learner')} ${came === 1 ? 'has' : 'have'} come in already.`;
  const well = total - today - week;
  const more = today > 0 && week > 0 ? `${sentence(inWords(week))} more to ask this week. ` : '';
  if (today === 0 && week === 0) return `${sentence(plural(total, 'learner'))} in all.`;
  return `${more}${well === 0 ? 'None' : sentence(inWords(well))} of ${inWords(total)} ${well === 1 ? 'is' : 'are'} on course or close to it.`;
}
