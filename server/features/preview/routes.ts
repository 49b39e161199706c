// What only the live preview has: the news of a change, and a list of everything that can be read. The rest of it is what
// learners read, by the features that they read it from (app.ts). Only `npm run dev` registers this.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Preview } from '../../plugins/preview.ts';
import type { Services } from '../../services.ts';
import { everythingPage, notInPreviewPage } from './pages.ts';

export const preview: FastifyPluginAsyncTypebox<Services & { preview: Preview }> = async (app, { programmes, preview: live }) => {
  const open = new Set<() => void>();
  app.addHook('preClose', async () => { for (const end of open) end(); });

  app.get('/events', { config: { access: 'public' } }, async (_request, reply) => {
    const news = eventsOf(live, open);
    reply.raw.once('close', news.end);
    return reply.type('text/event-stream').header('cache-control', 'no-store').send(news.stream);
  });

  app.get('/everything', { config: { access: 'public' } }, async ({ at }, reply) => reply.page(everythingPage({ at, programme: programmes.current.programme })));

  app.get('/*', { config: { access: 'public' } }, async ({ at }, reply) => reply.code(404).page(notInPreviewPage({ at })));
};

/** Server-sent events: how things stand now, and at each change. `open` holds what ends each stream. */
function eventsOf(live: Preview, open: Set<() => void>): { stream: ReadableStream<Uint8Array>; end: () => void } {
  let end = () => {};
  const bytes = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => {
      const tell = (state: object) => controller.enqueue(bytes.encode(`data: ${JSON.stringify(state)}\n\n`));
      controller.enqueue(bytes.encode('retry: 500\n'));
      tell(live.state());
      const unsubscribe = live.subscribe(tell);
      end = () => {
        if (!open.delete(end)) return;
        unsubscribe();
        controller.close();
      };
      open.add(end);
    },
    cancel: () => end(),
  });
  return { stream, end: () => end() };
}
