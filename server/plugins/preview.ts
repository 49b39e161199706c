// The live preview of `npm run dev`: pages that show what the content folder holds now bring a script that shows the next
// change; and everybody may read the programme as a learner does, without an LMS. Nothing calls this under `npm start`.
import type { FastifyInstance } from 'fastify';
import type { Programme } from '../content/programme.ts';
import { progressOf } from './progress.ts';
import type { Programmes } from './programmes.ts';
import { publicChrome } from './views.ts';
import type { ViewerCohort } from './sign-in.ts';

/** `version` changes with whatever a page shows. `problems`: lines that say what is wrong with the files now; the pages stay meanwhile. */
export type PreviewState = { version: string; problems: readonly string[] };

export type Preview = {
  state: () => PreviewState;
  /** Calls at each change, until the returned function is called. */
  subscribe: (tell: (state: PreviewState) => void) => () => void;
};

export const previewPath = '/preview';

/** Pages of this scope bring the script: all, or those that were opened with `?material=current`. Register after `chrome`. */
export function previewScript(app: FastifyInstance, preview: Preview, which: 'all' | 'current-material'): void {
  app.addHook('preHandler', async ({ query }, { locals }) => {
    const shows = which === 'all' || (query as { material?: unknown }).material === 'current';
    if (locals && shows) locals.chrome = { ...locals.chrome, preview: preview.state().version };
  });
}

/**
 * Makes everybody in this scope a learner of whom nothing is kept, in a cohort that is nobody's, has every week behind it
 * and reads what the folder holds now. What its features may do is what an LMS's test learner may.
 */
export function previewReader(app: FastifyInstance, { programmes }: { programmes: Programmes }): void {
  for (const name of ['viewer', 'progress', 'facts', 'at']) app.decorateRequest(name);
  app.addHook('onRequest', async (request) => {
    const { programme, id } = programmes.current;
    request.viewer = {
      signInId: '', role: 'learner', testUser: true, personId: null, administratorId: null, name: null, organisation: null, context: null, returnUrl: null, english: 'en-GB',
      cohort: cohortOf(programme, id, request.now),
    };
    request.progress = { ...progressOf({}), done: requiredOf(programme, request.params as { week?: number | string }) };
    request.facts = [];
    request.at = (path) => `${previewPath}${path}`;
  });
  app.addHook('preHandler', async (request, reply) => {
    const path = request.url.replace(/\?.*$/, '');
    const places: [string, string][] = [['Home', ''], ['Everything', '/everything'], ['Cards', '/cards'], ['Glossary', '/glossary'], ['Programme', '/programme']];
    reply.locals = {
      chrome: {
        ...publicChrome,
        home: previewPath, base: previewPath, back: request.url,
        nav: places.map(([label, place]) => ({ label, href: `${previewPath}${place}`, current: path === `${previewPath}${place}` })),
        banner: 'A live preview of the course material: what you save is shown here at once. Nothing you do here is recorded.',
      },
    };
  });
}

/** The material of any cohort of this scope is what the folder holds now. */
export function currentMaterial(programmes: Programmes): Programmes {
  return { get current() { return programmes.current; }, folder: programmes.folder, find: async () => programmes.current.programme, history: async () => [programmes.current.programme] };
}

/** In its last week, so that every week is open. No row has its id. */
function cohortOf({ weeks }: Programme, programmeVersionId: string, now: Temporal.Instant): ViewerCohort {
  const today = now.toZonedDateTimeISO('Europe/London').toPlainDate();
  const startsOn = today.subtract({ weeks: Math.max(0, weeks.length - 1), days: today.dayOfWeek - 1 });
  return { id: '00000000-0000-0000-0000-000000000000', name: 'Live preview', startsOn, timeZone: 'Europe/London', breaks: [], programmeVersionId };
}

/** Weeks that others wait for count as done, but for the one that is read. */
function requiredOf({ weeks }: Programme, { week }: { week?: number | string }): Map<number, Set<string>> {
  const required = new Set(weeks.flatMap(({ requires = [] }) => requires));
  return new Map(weeks.filter(({ number }) => required.has(number) && number !== Number(week)).map(({ number, material }) => [number, new Set(material?.sections.map(({ key }) => key))]));
}
