// Files beside a plan: added, downloaded and taken away. In a scope of its own, the only one that takes uploads.
import multipart from '@fastify/multipart';
import type { MultipartFile } from '@fastify/multipart';
import createError from '@fastify/error';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { evidenceLimits, fileName } from '../../domain/evidence.ts';
import { staff } from '../../plugins/access.ts';
import { NotFound } from '../../plugins/errors.ts';
import type { Services } from '../../services.ts';
import { BrokenUpload, createUploads } from '../../uploads.ts';
import { removeEvidence, takeEvidence } from './actions-evidence.ts';
import { overviewPage } from './pages.ts';
import type { PlanFacts, SentFile } from './pages.ts';
import { findEvidenceFor } from './queries.ts';
import type { PlanOfLearner, PlanOverview } from './queries.ts';
import { EvidenceParams } from './schemas.ts';

const UnreadableUpload = createError('COACHLINE_UNREADABLE_UPLOAD', 'The upload broke off or could not be read.', 400);

/** More than the limit, so that files over it are named one by one; beyond it none is looked at. */
const mostAtOnce = 2 * evidenceLimits.files;
const multipartLimits = { fileSize: evidenceLimits.fileBytes, files: mostAtOnce, fields: 10, parts: mostAtOnce + 10, fieldSize: 1000, headerPairs: 50 };

/** What a learner works on; `learner` is null for a test learner, of whom nothing is kept. */
type Work = { facts: PlanFacts; learner: PlanOfLearner | null };
type Options = { services: Services; workOf: (request: FastifyRequest) => Promise<Work>; overviewOf: (learner: PlanOfLearner | null) => Promise<PlanOverview> };

export const evidenceRoutes: FastifyPluginAsyncTypebox<Options> = async (app, { services: { sql, config, clock }, workOf, overviewOf }) => {
  const tools = { pool: sql, uploads: createUploads(config.dataDir) };
  await app.register(multipart, { throwFileSizeLimit: false, limits: multipartLimits });
  app.addHook('onReady', async () => { await tools.uploads.sweep(clock()); });

  app.post('/plan/evidence', { config: { access: ['learner'], bodySeconds: 15 * 60 } }, async (request, reply) => {
    const work = await workOf(request);
    const files = work.learner ? await takeFiles(request, work.learner) : [];
    if (!work.learner || (files.length > 0 && files.every(({ refused }) => refused === null))) return reply.redirect(request.at('/plan#evidence'), 303);
    return reply.code(files.some(({ refused }) => refused === 'too-large') ? 413 : 422).page(overviewPage({ facts: work.facts, ...(await overviewOf(work.learner)), problem: { kind: 'files', files } }));
  });

  app.post('/plan/evidence/:evidence/removal', { schema: { params: EvidenceParams }, config: { access: ['learner'] } }, async (request, reply) => {
    const { learner } = await workOf(request);
    if (learner) await removeEvidence(tools, learner, request.params.evidence, request.now);
    return reply.redirect(request.at('/plan#evidence'), 303);
  });

  // Never shown by us, only saved: whatever a browser makes of it, it is not a page of ours.
  app.get('/plan/evidence/:evidence', { schema: { params: EvidenceParams }, config: { access: [...staff, 'learner'] } }, async (request, reply) => {
    const file = await findEvidenceFor(sql, request.viewer, request.params.evidence);
    const stream = await tools.uploads.read(file.id);
    if (!stream) {
      request.log.error({ evidence: file.id }, 'a piece of evidence is not in the uploads folder');
      throw new NotFound();
    }
    reply.header('content-security-policy', "default-src 'none'; sandbox").header('cross-origin-resource-policy', 'same-origin');
    reply.header('content-disposition', attachment(file.name)).header('content-length', file.bytes);
    return reply.type(file.mediaType.startsWith('text/') ? `${file.mediaType}; charset=utf-8` : file.mediaType).send(stream);
  });

  /** Takes the files of an upload one after the other, and says of each what became of it. */
  async function takeFiles(request: FastifyRequest, learner: PlanOfLearner): Promise<SentFile[]> {
    const sent: SentFile[] = [];
    if (!request.isMultipart()) return sent;
    try {
      for await (const part of partsOf(request)) {
        if (part === 'too-many') { sent.push({ name: 'Further files', refused: 'too-many' }); continue; }
        if (!part.filename) { part.file.resume(); continue; }   // how a form says that no file was chosen
        const name = fileName(part.filename);
        const outcome = await takeEvidence(tools, learner, { name, stream: part.file, isCut: () => part.file.truncated }, request.now);
        sent.push({ name, refused: outcome.outcome === 'kept' ? null : outcome.reason });
      }
      return sent;
    } catch (error) {
      // What nobody reads any more would keep the connection busy.
      request.raw.unpipe();
      request.raw.resume();
      throw error instanceof BrokenUpload ? new UnreadableUpload() : error;
    }
  }
};

/** What is wrong with the body is its sender's affair and no error of ours; what fails while a file is kept is ours, and goes on as it is. */
async function* partsOf(request: FastifyRequest): AsyncGenerator<MultipartFile | 'too-many'> {
  try {
    yield* request.files();
  } catch (error) {
    if (error instanceof Error && 'code' in error && /^FST_(FILES|PARTS|FIELDS)_LIMIT$/.test(String(error.code))) yield 'too-many';
    else throw new UnreadableUpload();
  }
}

/** RFC 6266: the name as it is, and one in plain letters for what cannot read it. */
function attachment(name: string): string {
  const plain = name.normalize('NFKD').replace(/[^\x20-\x7e]/g, '').replace(/["\\%]/g, '_') || 'file';
  const encoded = encodeURIComponent(name).replace(/['()*!]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
