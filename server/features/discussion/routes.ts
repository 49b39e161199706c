// The discussion of each week: learners, faculty, assistants and administrators of a cohort among themselves.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { deviceMark } from '../../device-mark.ts';
import type { ProgrammeWeek } from '../../content/programme.ts';
import { decideMending, decideRemoval, longestReason, readPost } from '../../domain/discussion.ts';
import type { Post, WriterRole } from '../../domain/discussion.ts';
import { oneLine } from '../../domain/typed-text.ts';
import { staff } from '../../plugins/access.ts';
import { NotFound } from '../../plugins/errors.ts';
import { openWeeks } from '../../plugins/open-weeks.ts';
import type { Services } from '../../services.ts';
import { mend, post as addPost, remove, removeMark, setMark } from './actions.ts';
import type { Writer } from './actions.ts';
import { formProblem, mendingPage, removalPage, replyPage, threadPage, threadsPage } from './pages.ts';
import type { DiscussionFacts, RefusedPost } from './pages.ts';
import { findPageOfPost, findPost, listParticipants, listThreads, readThread } from './queries.ts';
import type { Thread } from './queries.ts';
import { MarkParams, MendingForm, PostForm, PostParams, RemovalForm, ThreadQuery, WeekParams } from './schemas.ts';

/** Who takes part. Mentors and guests do not. */
const takePart = [...staff, 'learner'] as const;
/** `writer` is null where nothing is kept: a test learner's posts, and administrators who came by a link of ours. */
type Place = { facts: DiscussionFacts; week: ProgrammeWeek; thread: Thread; writer: Writer | null };
type WeekRequest = FastifyRequest<{ Params: { week: number } }>;

export const discussion: FastifyPluginAsyncTypebox<Services> = async (app, { sql, programmes, queues }) => {
  app.addHook('preHandler', async (request, reply) => {
    const { viewer, at, params } = request;
    if (!viewer.cohort) return reply.redirect(at('/'), 303);   // what there is before a cohort is said at home
    const { week } = params as { week?: number };
    // Why a week is locked is said by the week.
    if (week !== undefined && !(openWeeks(request, await programmes.find(viewer.cohort.programmeVersionId))?.mayOpen(week) ?? false)) return reply.redirect(at(`/weeks/${week}`), 303);
  });

  app.get('/discussion', { config: { access: takePart, withProgress: true } }, async (request, reply) => {
    const { facts, mayOpen, cohortId } = await factsOf(request);
    return reply.page(threadsPage({ facts, mayOpen, threads: await listThreads(sql, cohortId, facts.personId) }));
  });

  app.get('/discussion/weeks/:week', { schema: { params: WeekParams, querystring: ThreadQuery }, config: { access: takePart, withProgress: true } }, async (request, reply) => {
    const { page = 1, notice } = request.query;
    return reply.page(await thread(await placeOf(request), page, { isTest: notice === 'test' }));
  });

  app.post('/discussion/weeks/:week/posts', { schema: { params: WeekParams, body: PostForm }, config: { access: takePart, withProgress: true } }, async (request, reply) => write(request, reply, request.body, null));

  // Where mails and a learner's page lead: by then other posts may have come before it.
  app.get('/discussion/weeks/:week/posts/:post', { schema: { params: PostParams }, config: { access: takePart, withProgress: true } }, async (request, reply) => {
    const { thread: of } = await placeOf(request);
    return back(request, reply, of, request.params.post);
  });

  app.get('/discussion/weeks/:week/posts/:post/replies', { schema: { params: PostParams }, config: { access: takePart, withProgress: true } }, async (request, reply) => {
    const place = await placeOf(request);
    const post = await findPost(sql, place.thread, request.params.post);
    if (!place.facts.mayWrite || post.removed || post.parentId !== null) return back(request, reply, place.thread, post.parentId ?? post.id);
    return reply.page(await replyTo(place, post));
  });

  app.post('/discussion/weeks/:week/posts/:post/replies', { schema: { params: PostParams, body: PostForm }, config: { access: takePart, withProgress: true } }, async (request, reply) => {
    const place = await placeOf(request);
    const post = await findPost(sql, place.thread, request.params.post);
    if (post.parentId !== null) throw new NotFound();   // one level
    return write(request, reply, request.body, post);
  });

  app.get('/discussion/weeks/:week/posts/:post/mending', { schema: { params: PostParams }, config: { access: takePart, withProgress: true } }, async (request, reply) => {
    const { facts, week, thread: of, post } = await ownPost(request);
    if (decideMending(judged(post), facts.personId, request.now) !== 'yes') return back(request, reply, of, post.id);
    return reply.page(mendingPage({ facts, week, post, typed: post.text }));
  });

  app.post('/discussion/weeks/:week/posts/:post/mending', { schema: { params: PostParams, body: MendingForm }, config: { access: takePart, withProgress: true } }, async (request, reply) => {
    const { facts, week, thread: of, post, writer } = await ownPost(request);
    const { text, problem: wrong } = readPost(request.body.text);
    const problem = wrong ?? (decideMending(judged(post), facts.personId, request.now) === 'late' ? 'late' : null);
    if (problem) return isScript(request) ? tell(reply, problem, text) : reply.code(codeOf(problem)).page(mendingPage({ facts, week, post, typed: text, problem }));
    await mend({ pool: sql, queues }, writer, { id: post.id, text }, await listParticipants(sql, writer.cohortId), request.now);
    return arrive(request, reply, await addressOf(request, of, post.id));
  });

  app.get('/discussion/weeks/:week/posts/:post/removal', { schema: { params: PostParams }, config: { access: takePart, withProgress: true } }, async (request, reply) => {
    const { facts, week, post } = await removable(request);
    return reply.page(removalPage({ facts, week, post }));
  });

  app.post('/discussion/weeks/:week/posts/:post/removal', { schema: { params: PostParams, body: RemovalForm }, config: { access: takePart, withProgress: true } }, async (request, reply) => {
    const { facts, week, thread: of, post, writer, decision } = await removable(request);
    const reason = decision === 'own' ? null : oneLine(request.body.reason);
    const problem = reason === null ? null : reason === '' ? 'empty' : reason.length > longestReason ? 'too-long' : null;
    if (problem) return reply.code(422).page(removalPage({ facts, week, post, typed: reason ?? '', problem }));
    await remove(sql, request.viewer, writer, { id: post.id, reason }, request.now);
    return back(request, reply, of, post.id);
  });

  app.post('/discussion/weeks/:week/posts/:post/marks/:mark', { schema: { params: MarkParams }, config: { access: ['faculty', 'assistant'], withProgress: true } }, async (request, reply) => {
    const { writer, thread: of } = await placeOf(request);
    const post = await findPost(sql, of, request.params.post);
    if (writer) await setMark(sql, writer, post.id, request.params.mark, request.now);
    return back(request, reply, of, post.id);
  });

  app.post('/discussion/weeks/:week/posts/:post/marks/:mark/removal', { schema: { params: MarkParams }, config: { access: ['faculty', 'assistant'], withProgress: true } }, async (request, reply) => {
    const { writer, thread: of } = await placeOf(request);
    const post = await findPost(sql, of, request.params.post);
    if (writer) await removeMark(sql, post.id, request.params.mark);
    return back(request, reply, of, post.id);
  });

  /** A new post or a reply: kept once, or refused with everything that was typed. The script of the page is told so in JSON. */
  async function write(request: WeekRequest, reply: FastifyReply, form: { text?: string; key: string; mention?: string[] }, parent: Post | null) {
    const place = await placeOf(request);
    const chosen = (form.mention ?? []).map((id) => id.toLowerCase());
    const { text, problem } = readPost(form.text);
    const refuse = async (because: RefusedPost['because']) => {
      const refused = { text, chosen, because };
      // Where there is nothing left to reply to, the words can still be posted on their own.
      if (isScript(request)) return tell(reply, because, text, because === 'gone' ? `weeks/${place.week.number}/posts` : null);
      return reply.code(codeOf(because)).page(parent && because !== 'gone' ? await replyTo(place, parent, refused) : await thread(place, 1, { refused }));
    };
    if (!place.facts.mayWrite) throw new NotFound();
    if (problem) return refuse(problem);
    if (parent?.removed) return refuse('gone');
    if (!place.writer) return arrive(request, reply, request.at(`/discussion/weeks/${place.week.number}?notice=test`));
    const made = await addPost({ pool: sql, queues }, place.writer, { text, key: form.key, chosen, parent }, await listParticipants(sql, place.writer.cohortId), request.now);
    return made.outcome === 'posted' ? arrive(request, reply, await addressOf(request, place.thread, made.id)) : refuse(made.outcome);
  }

  async function thread({ facts, week, thread: of }: Place, page: number, more: { refused?: RefusedPost; isTest?: boolean }) {
    const [shown, participants] = await Promise.all([readThread(sql, of, page, facts.now), facts.mayWrite ? listParticipants(sql, of.cohortId) : []]);
    return threadPage({ facts, week, page, participants, key: randomUUID(), ...shown, ...more });
  }

  async function replyTo({ facts, week, thread: of }: Place, post: Post, refused?: RefusedPost) {
    return replyPage({ facts, week, post, participants: await listParticipants(sql, of.cohortId), key: randomUUID(), ...(refused && { refused }) });
  }

  /** To the discussion, at the post. */
  async function back(request: WeekRequest, reply: FastifyReply, of: Thread, postId: string) {
    return reply.redirect(await addressOf(request, of, postId), 303);
  }

  async function addressOf({ at, params }: WeekRequest, of: Thread, postId: string): Promise<string> {
    const page = await findPageOfPost(sql, of, postId);
    return at(`/discussion/weeks/${params.week}${page === 1 ? '' : `?page=${page}`}#post-${postId}`);
  }

  async function ownPost(request: FastifyRequest<{ Params: { week: number; post: string } }>) {
    const place = await placeOf(request);
    const post = await findPost(sql, place.thread, request.params.post);
    if (!place.writer || post.removed || post.authorId !== place.writer.personId) throw new NotFound();
    return { ...place, writer: place.writer, post };
  }

  async function removable(request: FastifyRequest<{ Params: { week: number; post: string } }>) {
    const place = await placeOf(request);
    const post = await findPost(sql, place.thread, request.params.post);
    const decision = decideRemoval(judged(post), place.facts.personId, place.facts.role === 'faculty');
    if (!place.writer || decision === 'no') throw new NotFound();
    return { ...place, writer: place.writer, post, decision };
  }

  async function placeOf(request: WeekRequest): Promise<Place> {
    const { facts, cohortId } = await factsOf(request);
    const { week: number } = request.params;
    const week = facts.programme.weeks.find((candidate) => candidate.number === number);
    if (!week) throw new NotFound();
    const { personId, role } = facts;
    return { facts, week, thread: { cohortId, week: number, personId }, writer: personId === null ? null : { cohortId, week: number, personId, role } };
  }

  async function factsOf(request: FastifyRequest) {
    const { viewer: { cohort, personId, testUser, english, role }, at, now } = request;
    if (!cohort) throw new NotFound();
    const programme = await programmes.find(cohort.programmeVersionId);
    const own = testUser ? null : personId;
    const facts: DiscussionFacts = { at, english, now, cohort, programme, personId: own, role: role as WriterRole, mayWrite: testUser || own !== null, mark: own === null ? null : deviceMark('discussion', { cohortId: cohort.id, personId: own }) };
    return { facts, cohortId: cohort.id, mayOpen: openWeeks(request, programme)?.mayOpen ?? (() => false) };
  }
};

/** The script of the page asks for JSON, so that a browser's own error page never takes the place of what somebody wrote. */
const isScript = ({ headers }: FastifyRequest): boolean => headers.accept === 'application/json';

/** It stands there. A script learns where, and gets the key of its next post. */
function arrive(request: FastifyRequest, reply: FastifyReply, address: string) {
  return isScript(request) ? reply.send({ address, key: randomUUID() }) : reply.redirect(address, 303);
}

/** Why not, for a script. `place`: where the words can go instead. */
function tell(reply: FastifyReply, because: RefusedPost['because'], text: string, place: string | null = null) {
  return reply.code(codeOf(because)).send({ problem: formProblem(because, text), key: randomUUID(), place });
}

/** What was typed can be mended (422), or something else has changed meanwhile (409). */
const codeOf = (because: RefusedPost['because']): 409 | 422 => (because === 'empty' || because === 'too-long' ? 422 : 409);

const judged = ({ authorId, postedAt, removed }: Post) => ({ authorId, postedAt, isRemoved: removed !== null });
