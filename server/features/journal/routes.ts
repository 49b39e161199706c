// The reflection journal: private to its learner, but for the entries that they share with faculty.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deviceMark } from '../../device-mark.ts';
import type { ProgrammeWeek } from '../../content/programme.ts';
import { readEntry } from '../../domain/journal.ts';
import type { Entry } from '../../domain/journal.ts';
import { NotFound } from '../../plugins/errors.ts';
import { openWeeks } from '../../plugins/open-weeks.ts';
import type { Services } from '../../services.ts';
import { makePrivate, saveEntry, shareEntry } from './actions.ts';
import { entryPage, journalPage, problemWords, sharedPage } from './pages.ts';
import type { EntryInput, JournalFacts } from './pages.ts';
import { listEntries, listReaders, listShared } from './queries.ts';
import type { JournalOfLearner } from './queries.ts';
import { EntryForm, SharedQuery, WeekParams } from './schemas.ts';

/** What a learner writes in. `learner` is null for a test learner, of whom nothing is kept. */
type Work = { cohortId: string; facts: JournalFacts; learner: JournalOfLearner | null; entries: ReadonlyMap<number, Entry>; mayOpen: (week: number) => boolean };
type Form = { work: Work; week: ProgrammeWeek; text: string; problem: 'too-long' | null };
type Refusal = NonNullable<EntryInput['refused']>['because'];
type WeekRequest = FastifyRequest<{ Params: { week: number }; Body: { text?: string; version: number } }>;

export const journal: FastifyPluginAsyncTypebox<Services> = async (app, { sql, programmes }) => {
  // What there is before a cohort is said at home.
  app.addHook('preHandler', async ({ viewer, at }, reply) => (viewer.cohort ? undefined : reply.redirect(at('/'), 303)));

  app.get('/journal', { config: { access: ['learner'], withProgress: true } }, async (request, reply) =>
    reply.page(journalPage(await workOf(request))));

  app.get('/journal/shared', { schema: { querystring: SharedQuery }, config: { access: ['faculty', 'assistant'] } }, async (request, reply) => {
    const { at, viewer: { cohort, english }, query: { page = 1, learner = null } } = request;
    if (!cohort) throw new NotFound();
    const [programme, shared] = await Promise.all([programmes.find(cohort.programmeVersionId), listShared(sql, cohort.id, { page, learner })]);
    return reply.page(sharedPage({ at, english, cohort, programme, page, learner, ...shared }));
  });

  app.get('/journal/weeks/:week', { schema: { params: WeekParams }, config: { access: ['learner'], withProgress: true } }, async (request, reply) => {
    const work = await workOf(request);
    const week = findWeek(work, request.params.week);
    if (!isOpen(work, week)) return reply.redirect(request.at(`/weeks/${week.number}`), 303);   // it says when it opens
    return reply.page(await pageOf(work, week));
  });

  // The script asks for JSON: 200 when it is on the disk, 409 with the other text when somebody was quicker.
  app.post('/journal/weeks/:week/entry', { schema: { params: WeekParams, body: EntryForm }, config: { access: ['learner'], withProgress: true } }, async (request, reply) => {
    const form = await writing(request);
    const isScript = request.headers.accept === 'application/json';
    if (form.problem && isScript) return reply.code(422).send({ problem: problemWords(form.problem, form.text) });
    const saved = await save(request, form);
    if (!isScript || saved.outcome === 'too-long') return settle(request, reply, form, saved.outcome);
    return saved.outcome === 'stored' ? { version: saved.version } : reply.code(409).send({ version: saved.version, text: saved.text });
  });

  app.post('/journal/weeks/:week/sharing', { schema: { params: WeekParams, body: EntryForm }, config: { access: ['learner'], withProgress: true } }, async (request, reply) => {
    const form = await writing(request);
    const { learner } = form.work;
    if (form.problem || !learner) return settle(request, reply, form, form.problem ?? 'stored');
    const { outcome } = await shareEntry(sql, request.viewer, learner, { week: form.week.number, text: form.text, version: request.body.version }, request.now);
    return settle(request, reply, form, outcome);
  });

  // First private, then saved: whatever becomes of the words in the form, nobody else reads the entry any more.
  app.post('/journal/weeks/:week/sharing/removal', { schema: { params: WeekParams, body: EntryForm }, config: { access: ['learner'], withProgress: true } }, async (request, reply) => {
    const form = await writing(request);
    if (form.work.learner) await makePrivate(sql, request.viewer, form.work.learner, { week: form.week.number }, request.now);
    return settle(request, reply, form, (await save(request, form)).outcome);
  });

  /** The form of a week that is open, read. */
  async function writing(request: WeekRequest): Promise<Form> {
    const work = await workOf(request);
    const week = findWeek(work, request.params.week);
    if (!isOpen(work, week)) throw new NotFound();
    return { work, week, ...readEntry(request.body.text) };
  }

  async function save({ body, now }: WeekRequest, { work: { learner }, week, text, problem }: Form) {
    if (problem) return { outcome: problem };
    if (!learner) return { outcome: 'stored' as const, version: body.version };
    return saveEntry(sql, learner, { week: week.number, text, version: body.version }, now);
  }

  /** Back to the entry; where it was refused, with what was typed and with what is saved. */
  async function settle(request: WeekRequest, reply: FastifyReply, { week, text }: Form, outcome: 'stored' | Refusal) {
    if (outcome === 'stored') return reply.redirect(request.at(`/journal/weeks/${week.number}`), 303);
    return reply.code(outcome === 'changed' ? 409 : 422).page(await pageOf(await workOf(request), week, { typed: text, because: outcome }));
  }

  async function pageOf({ cohortId, facts, entries }: Work, week: ProgrammeWeek, refused?: EntryInput['refused']) {
    return entryPage({ facts, week, entry: entries.get(week.number) ?? null, readers: await listReaders(sql, cohortId), ...(refused && { refused }) });
  }

  async function workOf(request: FastifyRequest): Promise<Work> {
    const { viewer: { cohort, personId, testUser, english }, at } = request;
    if (!cohort) throw new NotFound();
    const programme = await programmes.find(cohort.programmeVersionId);
    const learner = testUser || personId === null ? null : { cohortId: cohort.id, personId };
    return {
      cohortId: cohort.id,
      facts: { at, english, cohort, programme, mark: learner && deviceMark('journal', learner) },
      learner,
      entries: learner ? await listEntries(sql, learner) : new Map<number, Entry>(),
      mayOpen: openWeeks(request, programme)?.mayOpen ?? (() => false),
    };
  }
};

/** What was written stays open, whatever the calendar says later. */
function isOpen({ entries, mayOpen }: Work, { number }: ProgrammeWeek): boolean {
  return entries.has(number) || mayOpen(number);
}

function findWeek({ facts: { programme } }: Work, number: number): ProgrammeWeek {
  const week = programme.weeks.find((candidate) => candidate.number === number);
  if (!week) throw new NotFound();
  return week;
}
