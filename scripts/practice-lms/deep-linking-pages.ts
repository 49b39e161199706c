// Choosing content in the tool: the page with the tool's frame, what is asked of it, and where its answer arrives.
import type { FastifyInstance } from 'fastify';
import { beginLaunch, findPlace, toolOf } from './course-routes.ts';
import type { PlaceParams } from './course-routes.ts';
import { presentItem } from './deep-linking.ts';
import type { DeepLinkingResponse, DeepLinkingSettings } from './deep-linking.ts';
import { messagesPanel } from './grade-book-page.ts';
import { html, nothing } from './html.ts';
import type { Html } from './html.ts';
import { courseCrumb, coursesCrumb, formOf, layout, queryOf, show } from './layout.ts';
import { refusalPage, toolFrame } from './pages.ts';
import type { Platform } from './platform.ts';
import type { Course, Person } from './school.ts';
import { readSwitches } from './switches.ts';

const itemTypes = ['ltiResourceLink', 'link', 'html', 'file', 'image'];
const yesOrNo = { accept_multiple: 'Several items', accept_lineitem: 'Grade columns with items', auto_create: 'Keep items without asking' } as const;

export function serveDeepLinking(app: FastifyInstance, platform: Platform): void {
  app.get<{ Params: PlaceParams }>('/as/:person/courses/:course/deep-linking', async (request, reply) => {
    const { person, course } = findTeaching(request.params);
    if (!person || !course) return reply.callNotFound();
    return show(reply, choicePage(platform, person, course, queryOf(request)));
  });

  app.get<{ Params: PlaceParams }>('/as/:person/courses/:course/deep-linking/launch', async (request, reply) => {
    const { person, course } = findTeaching(request.params);
    if (!person || !course) return reply.callNotFound();
    const query = queryOf(request);
    const editing = course.links.find(({ id }) => id === query.get('editing'))?.id;
    return beginLaunch(reply, platform, readSwitches(query), {
      person: person.id, course: course.id, clientId: toolOf(platform, query.get('tool') ?? '').clientId,
      message: { type: 'LtiDeepLinkingRequest', settings: settingsIn(query), ...(editing !== undefined && { editing }) },
    });
  });

  // The tool's answer comes through the browser, in the frame (Deep Linking 2.0, 3.2).
  app.post<{ Params: { id: string } }>('/deep-linking-returns/:id', async (request, reply) => {
    const place = platform.deepLinking.placeOf(request.params.id);
    const response = await platform.deepLinking.receive(request.params.id, formOf(request).get('JWT') ?? '');
    if (!place) return show(reply.code(404), refusalPage('Nobody is choosing here', response.problem ?? ''));
    return show(reply.code(response.problem === null ? 200 : 400), answerPage(place.person, place.course, response));
  });

  /** Learners choose nothing for a course. */
  function findTeaching(params: PlaceParams): { person?: Person; course?: Course } {
    const { person, course } = findPlace(platform, params);
    return person && course && course.members[person.id] !== 'learner' ? { person, course } : {};
  }
}

/** The settings that a form names; a form that was sent has `asked`, because a box without a tick sends nothing. */
function settingsIn(query: URLSearchParams): Partial<DeepLinkingSettings> {
  if (!query.has('asked')) return {};
  const text = (name: 'title' | 'text') => (query.get(name) ? { [name]: query.get(name)! } : {});
  return {
    accept_types: query.getAll('accept_types'),
    accept_multiple: query.has('accept_multiple'),
    accept_lineitem: query.has('accept_lineitem'),
    auto_create: query.has('auto_create'),
    ...(query.get('data') === 'none' && { data: null }),
    ...text('title'), ...text('text'),
  };
}

function choicePage(platform: Platform, person: Person, course: Course, query: URLSearchParams): Html {
  const here = `/as/${person.id}/courses/${course.id}/deep-linking`;
  const tool = toolOf(platform, query.get('tool') ?? '');
  const editing = course.links.find(({ id }) => id === query.get('editing'));
  const asked: Partial<DeepLinkingSettings> = { accept_types: platform.profile.deepLinking.accepts, accept_multiple: true, accept_lineitem: true, auto_create: false, ...presentItem(editing), ...platform.deepLinking.settings, ...settingsIn(query) };
  const tick = (name: string, value: string, words: string, checked: boolean) => html`<label><input type="checkbox" name="${name}" value="${value}"${checked ? html` checked` : nothing}> ${words}</label>`;
  const title = editing ? `Choose “${editing.title}” anew` : `Choose content from ${tool.name}`;
  return layout({
    title, person, wide: true, script: 'launch.js', trail: [coursesCrumb(person), courseCrumb(person, course)],
    body: html`
      <h1>${title}</h1>
      <p>${tool.name} shows what it has, and what you choose becomes a link in ${course.title} (LtiDeepLinkingRequest).</p>
      ${toolFrame(`${here}/launch?${query.toString()}`, 'What there is to choose', tool, readSwitches(query).storage)}
      <details class="panel"><summary>What this LMS asks for</summary>
        <form method="get" action="${here}">
          <input type="hidden" name="asked" value="yes">
          ${editing ? html`<input type="hidden" name="editing" value="${editing.id}">` : nothing}
          ${query.get('tool') ? html`<input type="hidden" name="tool" value="${tool.clientId}">` : nothing}
          <div class="choices">
            <fieldset><legend>Types of items</legend>${itemTypes.map((type) => tick('accept_types', type, type, asked.accept_types?.includes(type) ?? false))}</fieldset>
            <fieldset><legend>What else</legend>
              ${Object.entries(yesOrNo).map(([name, words]) => tick(name, 'yes', words, asked[name as keyof typeof yesOrNo] ?? false))}
              ${tick('data', 'none', 'Send no data to bring back', asked.data === null)}</fieldset>
            <fieldset><legend>Words for the item</legend>
              <label>Title <input type="text" name="title" value="${asked.title ?? ''}"></label>
              <label>Text <input type="text" name="text" value="${asked.text ?? ''}"></label></fieldset>
          </div>
          <p class="actions"><button class="button">Ask this way</button></p>
        </form></details>
      ${messagesPanel}`,
  });
}

/** What came of an answer; it stands in the frame in which the tool was. */
function answerPage(person: Person, course: Course, { problem, items, links, message, errorMessage }: DeepLinkingResponse): Html {
  const summary = problem === null ? links.length === 0 ? 'No link was made' : `${links.length === 1 ? 'One link is' : `${links.length} links are`} in the course` : 'The tool’s answer was refused';
  return layout({
    title: summary, bare: true,
    body: html`
      <h1>${summary}</h1>
      ${problem === null ? nothing : html`<p class="notice error">${problem}</p>`}
      ${errorMessage === null ? nothing : html`<p class="notice error"><strong>The tool reports a problem:</strong> ${errorMessage}</p>`}
      ${message === null ? nothing : html`<p class="notice"><strong>The tool says:</strong> ${message}</p>`}
      ${items.map((item) => html`<section><h2>${item.title ?? item.type}</h2><pre tabindex="0"><code>${JSON.stringify(item, null, 2)}</code></pre></section>`)}
      <p><a class="button" href="/as/${person.id}/courses/${course.id}" target="_top">Go on with the course</a></p>`,
  });
}
