// The page on which people make the services of this LMS go wrong.
import type { FastifyInstance } from 'fastify';
import { serviceFaults, serviceFaultWords } from './faults.ts';
import type { Faults } from './faults.ts';
import { html, nothing } from './html.ts';
import type { Html } from './html.ts';
import { formOf, layout, show } from './layout.ts';
import { serviceNames } from './services.ts';
import type { ServiceName } from './services.ts';

const serviceWords: Record<ServiceName, string> = {
  'token': 'Access tokens', 'line-items': 'Grade columns, all of a course', 'line-item': 'One grade column', 'scores': 'Scores',
  'results': 'Results', 'memberships': 'Roster', 'notice-handlers': 'Notice handlers',
};

export function serveFaultsPage(app: FastifyInstance, faults: Faults): void {
  app.get('/faults', async (_request, reply) => show(reply, faultsPage(faults)));

  app.post('/faults', async (request, reply) => {
    const form = formOf(request);
    for (const service of serviceNames) {
      const wanted = serviceFaults.find((fault) => fault === form.get(service));
      if (wanted) faults.at[service] = wanted;
    }
    return reply.redirect('/faults', 303);
  });
}

function faultsPage(faults: Faults): Html {
  return layout({
    title: 'Faults',
    body: html`
      <h1>Faults</h1>
      <p>Here the services of this LMS are made to go wrong, each by itself, to see how a tool copes. They do so until you set them back or the LMS stops.</p>
      <form method="post" action="/faults"><div class="choices">
        ${serviceNames.map((service) => html`<p><label for="${service}">${serviceWords[service]} (${faults.calls[service]} calls so far)</label>
          <select id="${service}" name="${service}">${serviceFaults.map((fault) => html`
            <option value="${fault}"${faults.at[service] === fault ? html` selected` : nothing}>${serviceFaultWords[fault]}</option>`)}</select></p>`)}
        </div><p class="actions"><button class="button">Set</button></p></form>
      <h2>What went wrong so far</h2>
      ${faults.struck.length === 0 ? html`<p>Nothing yet.</p>` : html`<ol>${faults.struck.slice(-30).map(({ service, fault, status }) => html`
        <li>${serviceWords[service]}: ${serviceFaultWords[fault]} (${status ?? 'no answer'})</li>`)}</ol>`}
      ${faults.strays.length === 0 ? nothing : html`<p class="notice error">A tool followed a link to another origin ${faults.strays.length} times. It should not.</p>`}`,
  });
}
