// What an administrator does beside registering tools: copying courses, sending notices, asking about a person's data.
import type { FastifyInstance } from 'fastify';
import { beginLaunch, findPlace, toolOf } from './course-routes.ts';
import type { PlaceParams } from './course-routes.ts';
import { messagesPanel } from './grade-book-page.ts';
import { html, nothing } from './html.ts';
import type { Html } from './html.ts';
import { layout, queryOf, show } from './layout.ts';
import { toolFrame } from './pages.ts';
import type { Platform } from './platform.ts';
import { readSwitches } from './switches.ts';

export function serveAdministration(app: FastifyInstance, platform: Platform): void {
  const { notices } = platform;

  app.post<{ Params: PlaceParams }>('/as/:person/courses/:course/copies', async (request, reply) => {
    const { person, course } = findPlace(platform, request.params);
    if (!person || !course || course.members[person.id] === 'learner') return reply.callNotFound();
    const copy = await notices.copyCourse(course.id);
    const told = notices.sent.filter(({ type }) => type === 'LtiContextCopyNotice').at(-1);
    const notice = `This is the copy. ${told ? `The tool was told and answered ${told.status ?? 'nothing'}.` : 'No tool asked to be told of copies.'}`;
    return reply.redirect(`/as/${person.id}/courses/${copy.id}?${new URLSearchParams({ notice }).toString()}`, 303);
  });

  app.get('/administration/notices', async (_request, reply) => show(reply, noticesPage(platform)));

  app.post('/administration/notices', async (_request, reply) => {
    await notices.send({ type: 'LtiHelloWorldNotice' });
    return reply.redirect('/administration/notices', 303);
  });

  app.get('/administration/data-privacy', async (request, reply) => show(reply, privacyPage(platform, queryOf(request))));

  app.get('/administration/data-privacy/launch', async (request, reply) => {
    const query = queryOf(request);
    const place = administratorOf(platform);
    const forPerson = platform.findPerson(query.get('person') ?? '')?.id;
    return beginLaunch(reply, platform, readSwitches(query), {
      ...place, clientId: toolOf(platform, query.get('tool') ?? '').clientId,
      message: { type: query.get('name') === 'long' ? 'LtiDataPrivacyLaunchRequest' : 'DataPrivacyLaunchRequest', ...(forPerson !== undefined && { forPerson }) },
    });
  });
}

/** Somebody who administers, with a course in which they do. */
function administratorOf({ courses, people }: Platform): { person: string; course: string } {
  for (const { id, members } of courses) {
    const [person] = Object.entries(members).find(([, role]) => role === 'administrator') ?? [];
    if (person !== undefined) return { person, course: id };
  }
  return { person: people[0]!.id, course: courses[0]!.id };
}

function noticesPage({ notices, profile }: Platform): Html {
  return layout({
    title: 'Notices',
    body: html`
      <h1>Notices</h1>
      <p>What this LMS tells tools without anybody being there. ${profile.offersNotices ? nothing : html`<strong>${profile.title} has no such service.</strong>`}</p>
      <h2>Who wants which</h2>
      ${notices.handlers.length === 0 ? html`<p>No tool has said where notices go.</p>` : html`<ul>${notices.handlers.map(({ clientId, type, url }) => html`
        <li>${type} to <code>${url}</code> (client ID ${clientId})</li>`)}</ul>`}
      <form method="post" action="/administration/notices"><p><button class="button">Send LtiHelloWorldNotice</button></p></form>
      <h2>Sent so far</h2>
      ${notices.sent.length === 0 ? html`<p>None.</p>` : html`<ol>${notices.sent.map(({ type, url, status }) => html`<li>${type} to <code>${url}</code>: ${status ?? 'no answer'}</li>`)}</ol>`}`,
  });
}

function privacyPage(platform: Platform, query: URLSearchParams): Html {
  const tool = toolOf(platform, query.get('tool') ?? '');
  const asks = query.has('name');
  return layout({
    title: 'Data privacy', wide: true, ...(asks && { script: 'launch.js' }), trail: [{ href: '/administration/tools', text: 'Tools' }],
    body: html`
      <h1>Data privacy</h1>
      <p>An administrator asks ${tool.name} about the data that it keeps of a person.</p>
      <form method="get" action="/administration/data-privacy">
        <input type="hidden" name="tool" value="${tool.clientId}">
        <div class="choices">
          <p><label for="person">About</label> <select id="person" name="person"><option value="">Nobody in particular</option>
            ${platform.people.slice(0, 40).map(({ id, name }) => html`<option value="${id}"${query.get('person') === id ? html` selected` : nothing}>${name}</option>`)}</select></p>
          <p><label for="name">Message type</label> <select id="name" name="name"><option value="short">DataPrivacyLaunchRequest</option>
            <option value="long"${query.get('name') === 'long' ? html` selected` : nothing}>LtiDataPrivacyLaunchRequest</option></select></p>
        </div>
        <p class="actions"><button class="button">Ask ${tool.name}</button></p></form>
      ${asks ? html`${toolFrame(`/administration/data-privacy/launch?${query.toString()}`, 'The person’s data', tool, readSwitches(query).storage)}${messagesPanel}` : nothing}`,
  });
}
