// The page on which faculty choose what goes into a course, the one that takes the choice back to the LMS, and those for
// when nothing can be chosen.
import { isFound } from '../../domain/content-items.ts';
import type { ChoiceRefusal, Opening, Place } from '../../domain/content-items.ts';
import { clockTime, inWords, list, longDate, plural, sentence, zoneName, zonePlace } from '../../format.ts';
import type { English } from '../../format.ts';
import type { LmsProfile } from '../../lti/lms-profiles.ts';
import type { Page } from '../../plugins/views.ts';
import type { Choosable, ChoosableKind } from './choosable.ts';

type At = (path: string) => string;

export type ChoiceInput = {
  at: At;
  /** In which dates and times are told. */
  english?: English;
  requestId: string;
  /** Null where the LMS does not say. */
  courseTitle: string | null;
  lms: Pick<LmsProfile, 'name' | 'lineItems' | 'deepLinking'>;
  place: Place;
  cohort: { id: string; name: string; timeZone: string } | null;
  choosable: readonly Choosable[];
  /** What the course holds: `null` since we cannot know when, else the moment at which it was chosen here. By key. */
  held: ReadonlyMap<string, Temporal.Instant | null>;
  /** The key of what this place holds now, when an item is chosen anew. */
  present: string | null;
  search: string;
  /** As the form stands: what was ticked, and how the rest was set. */
  form: { items: readonly string[]; opening: Opening | null; withDates: boolean };
  /** started, joined: the reader comes from giving the course its cohort. nothing: nothing was ticked (send with 422). */
  notice?: 'started' | 'joined' | 'nothing' | undefined;
};

/** The hint where several may be chosen, and where one may. */
const kindWords: Record<ChoosableKind, { heading: string; hint: string; hintOfOne: string }> = {
  week: { heading: 'Weeks', hint: 'One link for each that you tick, in this order', hintOfOne: 'The link opens the week that you choose' },
  workshop: { heading: 'Workshops', hint: 'When and where each is; they stay right when a day moves', hintOfOne: 'The link opens the workshop that you choose' },
  assignment: { heading: 'Assignments', hint: 'What learners do with their teams, and tell of; the weeks lead to them too', hintOfOne: 'The link opens the assignment that you choose' },
  plan: { heading: 'Coaching plan', hint: 'Written all along, graded at the end', hintOfOne: 'Written all along, graded at the end' },
  programme: { heading: 'Everything behind one link', hint: 'For a course that wants no list', hintOfOne: 'For a course that wants no list' },
};

/**
 * `GET /deep-linking/ID`: everything that can be chosen. `?search=` shows what it finds, and what is ticked already.
 * The form posts to `…/choice`; Cancel to `…/cancellation`.
 */
export function choicePage(input: ChoiceInput) {
  const { at, english = 'en-GB', requestId, courseTitle, lms, place, cohort, choosable, held, present, search, form, notice } = input;
  const course = courseTitle ?? 'your course';
  const found = choosable.filter((thing) => isFound(thing.words, search));
  const shown = choosable.filter((thing) => found.includes(thing) || form.items.includes(thing.key));
  const presentTitle = choosable.find(({ key }) => key === present)?.title ?? null;
  const graded = choosable.some((thing) => thing.graded !== null);
  return {
    template: 'deep-linking/choice',
    data: {
      title: 'Choose for the course',
      kicker: [courseTitle, cohort?.name].filter(Boolean).join(', ') || 'Your course',
      heading: presentTitle !== null ? 'Choose what this link opens' : place.takesMany ? 'Choose what goes into the course' : 'Choose one thing for the course',
      lede: presentTitle !== null
        ? `It opens “${presentTitle}” now. Choose again, and ${lms.name} changes the link.`
        : `Each thing you choose becomes a link in ${course}. Learners press it and stand in the right place here.`,
      notice: !cohort ? null
        : notice === 'started' ? `${cohort.name} is started. Its dates go along with what you choose now.`
        : notice === 'joined' ? `This course is now part of ${cohort.name}. Its dates go along with what you choose now.` : null,
      problems: notice === 'nothing'
        ? { heading: 'Nothing is chosen yet', items: [{ href: `#item-${shown[0]?.key ?? ''}`, text: place.takesMany ? 'Tick what you want in the course, or cancel.' : 'Choose one, or cancel.' }].filter(() => shown.length > 0) }
        : { heading: '', items: [] },
      here: at(`/deep-linking/${requestId}`),
      action: at(`/deep-linking/${requestId}/choice`),
      cancelAction: at(`/deep-linking/${requestId}/cancellation`),
      cohortId: cohort?.id ?? '',
      whole: place.takesMany ? wholeWords(choosable, held) : null,
      oneOnly: !place.takesMany && presentTitle === null,
      inputType: place.takesMany ? 'checkbox' : 'radio',
      search,
      found: search === '' ? '' : found.length === 0 ? `Nothing matches “${search}”. Try fewer words, or empty the search.` : `${sentence(plural(found.length, 'match', 'matches'))} for “${search}”${shown.length > found.length ? ', and what you ticked' : ''}.`,
      groups: groupsOf(shown, input),
      opening: openingWords(place, form.opening, lms.name),
      dates: cohort
        ? { checked: form.withDates, words: `Learners can open each week from its first day, ${clockTime(midnight(cohort.timeZone), english)} ${zonePlace(cohort.timeZone)} time. ${choosable.some(({ dates }) => dates?.dueAt) ? 'A knowledge check is due by the end of its week. ' : ''}Nothing closes after that.` }
        : null,
      gradebook: graded ? gradebookWords(place, lms) : null,
      count: form.items.length === 0 ? 'Nothing chosen yet' : form.items.length === 1 ? 'One chosen' : `${form.items.length} chosen`,
      single: presentTitle !== null || !place.takesMany,
    },
  } satisfies Page;
}

function wholeWords(choosable: readonly Choosable[], held: ChoiceInput['held']) {
  const parts = choosable.filter(({ whole }) => whole);
  const missing = parts.filter(({ key }) => !held.has(key));
  const some = missing.length > 0 && missing.length < parts.length;
  return {
    words: missing.length === parts.length ? `${sentence(plural(parts.length, 'link'))}, in order: ${partsWords(parts)}.`
      : some ? `${sentence(inWords(parts.length - missing.length))} of ${plural(parts.length, 'link')} ${parts.length - missing.length === 1 ? 'is' : 'are'} in the course already.`
      : `All ${plural(parts.length, 'link')} are in the course already.`,
    missing: some ? `Add the ${missing.length === 1 ? 'one that is' : `${inWords(missing.length)} that are`} missing` : null,
    all: missing.length === parts.length ? 'Add the whole programme' : `Add all ${inWords(parts.length)} again`,
  };
}

/** "twelve weeks, seven workshops and the coaching plan". */
function partsWords(parts: readonly Choosable[]): string {
  const count = (kind: ChoosableKind) => parts.filter((part) => part.kind === kind).length;
  return list([
    ...(count('week') > 0 ? [plural(count('week'), 'week')] : []),
    ...(count('workshop') > 0 ? [plural(count('workshop'), 'workshop')] : []),
    ...(count('plan') > 0 ? ['the coaching plan'] : []),
  ]);
}

function groupsOf(shown: readonly Choosable[], { english = 'en-GB', place, cohort, held, present, form }: ChoiceInput) {
  return [...new Set(shown.map(({ kind }) => kind))].map((kind) => ({
    kind,
    heading: kindWords[kind].heading,
    hint: place.takesMany ? kindWords[kind].hint : kindWords[kind].hintOfOne,
    things: shown.filter((thing) => thing.kind === kind).map(({ key, title, text, words, outlineOnly, graded, dates }) => ({
      key, title, text, words, outlineOnly,
      checked: form.items.includes(key),
      facts: [
        graded && `${sentence(graded.what)}, graded: ${plural(graded.scoreMaximum, 'point')}.`,
        cohort && dates && `Opens on ${longDate(dates.opensAt.toZonedDateTimeISO(cohort.timeZone), english)}${dates.dueAt ? `, due by ${moment(dates.dueAt.toZonedDateTimeISO(cohort.timeZone), english)}` : ''}.`,
      ].filter((fact) => typeof fact === 'string').join(' '),
      held: key === present ? 'What this link opens now' : held.has(key) ? heldWords(held.get(key) ?? null, cohort?.timeZone ?? 'UTC', english) : null,
    })),
  }));
}

function heldWords(chosenAt: Temporal.Instant | null, timeZone: string, english: English): string {
  return chosenAt === null ? 'Already in the course' : `Already in the course: added on ${longDate(chosenAt.toZonedDateTimeISO(timeZone), english)}`;
}

const moment = (time: Temporal.ZonedDateTime, english: English): string => `${longDate(time, english)}, ${clockTime(time, english)} ${zoneName(time)}`;

/** When a week opens, as a time of day; the day itself does not matter. */
const midnight = (timeZone: string): Temporal.ZonedDateTime => Temporal.PlainDate.from('2026-01-01').toZonedDateTime(timeZone);

function openingWords({ openings: [usual, other] }: Place, chosen: Opening | null, lmsName: string) {
  if (usual && other) return { choices: [{ value: usual, label: 'Inside the course page', checked: (chosen ?? usual) === usual }, { value: other, label: 'In a new window', checked: chosen === other }], words: null };
  const words = usual === 'iframe' ? 'Links open inside the course page: this place takes nothing else.'
    : usual === 'window' ? 'Links open in a new window: this place takes nothing else.'
    : `${sentence(lmsName)} decides how links open.`;
  return { choices: [], words };
}

function gradebookWords({ takesColumns }: Place, lms: ChoiceInput['lms']): string {
  if (takesColumns && lms.deepLinking.makesLineItems) return 'What is graded brings its column along. Results appear there by themselves.';
  return lms.lineItems.mayCreate
    ? 'This place takes no column along with a link. Coachline makes it with the first result, if it may.'
    : `${sentence(lms.name)} gives each link its column by itself. Results appear there if it is switched on.`;
}

/** `GET /deep-linking/ID` in a course without a cohort: start one first, or go on without dates. */
export function noCohortPage({ at, requestId, courseTitle, mayStart }: { at: At; requestId: string; courseTitle: string | null; mayStart: boolean }) {
  return {
    template: 'deep-linking/no-cohort',
    data: {
      title: 'No cohort yet',
      kicker: courseTitle ?? 'Your course',
      start: mayStart ? at('/cohort/start') : null,
      goOn: at(`/deep-linking/${requestId}?without=true`),
      cancelAction: at(`/deep-linking/${requestId}/cancellation`),
    },
  } satisfies Page;
}

/** What content item types are called (Deep Linking 2.0, section 3); others go by their own name. */
const typeWords: Record<string, string> = { link: 'plain web links', file: 'files', html: 'pieces of text', image: 'pictures', ltiAssetProcessor: 'tools that check what is handed in' };

/** Rule 65: the place takes other things than links to us. */
export function noLinksPage({ at, requestId, acceptTypes, lmsName, reference }: { at: At; requestId: string; acceptTypes: readonly string[]; lmsName: string; reference: string }) {
  const taken = acceptTypes.map((type) => typeWords[type] ?? `“${type.slice(0, 60)}”`).slice(0, 6);
  return {
    template: 'deep-linking/no-links',
    data: {
      title: 'Nothing fits here',
      takes: taken.length > 0 ? `It takes ${list(taken)} only.` : 'It does not say that it takes anything.',
      lmsName,
      cancelAction: at(`/deep-linking/${requestId}/cancellation`),
      reference,
    },
  } satisfies Page;
}

export type AnswerInput = {
  /** The address that the LMS gave. */
  returnUrl: string;
  /** Name and value of the one field. */
  field: { name: string; value: string };
  /** How many things go to the course; none for a choice that was cancelled. */
  count: number;
  courseTitle: string | null;
};

/** The answer to a choice: a form that sends itself to the LMS. The button is for browsers without JavaScript. */
export function answerPage({ returnUrl, field, count, courseTitle }: AnswerInput) {
  return {
    template: 'deep-linking/answer',
    data: {
      title: 'Back to your course',
      returnUrl,
      field,
      words: count === 0 ? 'Nothing was chosen, so nothing changes in the course.' : `${sentence(plural(count, 'link'))} ${count === 1 ? 'goes' : 'go'} into ${courseTitle ?? 'your course'}.`,
    },
  } satisfies Page;
}

const refusalWords: Record<Exclude<ChoiceRefusal, 'takes_no_links'>, { kicker: string; heading: string; what: string; todo: string }> = {
  answered: {
    kicker: 'Sent before',
    heading: 'This choice was made already',
    what: 'Each time you choose, your LMS takes one answer, and it has had this one.',
    todo: 'Close this page and look into your course. If something is missing there, add content from the course once more and choose again.',
  },
  expired: {
    kicker: 'Nothing was added',
    heading: 'This page waited too long',
    what: 'A choice must be made within two hours, because your LMS does not wait for ever. Nothing was changed in the course.',
    todo: 'Close this page, add content from your course once more, and choose again.',
  },
  altered: {
    kicker: 'Nothing was added',
    heading: 'This choice does not fit this course',
    what: 'What was sent is not what the page offered: it may have been open since before the course’s cohort or its programme changed. Nothing was changed in the course.',
    todo: 'Choose again from the page as it is now.',
  },
  address: {
    kicker: 'Nothing was added',
    heading: 'Your LMS named no safe way back',
    what: 'The address to which the choice should go is not one that Coachline may send people to. Nothing was changed in the course.',
    todo: 'Please tell your LMS administrator, and give them the reference number on this page.',
  },
};

/** Rules 63 and 66: the choice is not taken. `again` leads back to the chooser while that is open. */
export function refusedChoicePage({ reason, again, reference }: { reason: keyof typeof refusalWords; again: string | null; reference: string }) {
  return { template: 'deep-linking/refused', data: { title: refusalWords[reason].heading, ...refusalWords[reason], again: reason === 'altered' ? again : null, reference } } satisfies Page;
}
