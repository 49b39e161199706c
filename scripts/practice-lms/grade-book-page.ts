// The grade book of a course: for faculty every learner, for learners their own row; and the review of a submission from there.
import type { FastifyInstance } from 'fastify';
import { beginLaunch, findPlace, toolOf } from './course-routes.ts';
import type { PlaceParams } from './course-routes.ts';
import type { Cell, Column } from './grade-book.ts';
import { html, nothing } from './html.ts';
import type { Html } from './html.ts';
import { courseCrumb, coursesCrumb, layout, queryOf, show } from './layout.ts';
import { toolFrame } from './pages.ts';
import type { Platform } from './platform.ts';
import type { Course, Person } from './school.ts';
import { readSwitches, switchesQuery } from './switches.ts';

type ReviewParams = PlaceParams & { number: string; learner: string };

/** A big course shows so many rows: the page is for looking, not for counting. */
const longestPage = 200;

export function serveGradeBook(app: FastifyInstance, platform: Platform): void {
  app.get<{ Params: PlaceParams }>('/as/:person/courses/:course/grade-book', async (request, reply) => {
    const { person, course } = findPlace(platform, request.params);
    if (!person || !course) return reply.callNotFound();
    return show(reply, gradeBookPage(platform, person, course));
  });

  app.get<{ Params: ReviewParams }>('/as/:person/courses/:course/grade-book/:number/:learner', async (request, reply) => {
    const place = findReview(request.params);
    if (!place) return reply.callNotFound();
    const { person, course, column, learner } = place;
    const switches = readSwitches(queryOf(request));
    const tool = toolOf(platform, column.clientId);
    const launchUrl = `/as/${person.id}/courses/${course.id}/grade-book/${column.number}/${learner.id}/launch${switchesQuery(switches)}`;
    return show(reply, layout({
      title: 'Review a submission', person, wide: true, script: 'launch.js',
      trail: [coursesCrumb(person), courseCrumb(person, course), gradeBookCrumb(person, course)],
      body: html`
        <h1>Review a submission</h1>
        <p>The tool shows what <bdi>${learner.name}</bdi> handed in for “${column.facts.label}” (LtiSubmissionReviewRequest).</p>
        ${toolFrame(launchUrl, 'The submission', tool, switches.storage)}
        ${messagesPanel}`,
    }));
  });

  app.get<{ Params: ReviewParams }>('/as/:person/courses/:course/grade-book/:number/:learner/launch', async (request, reply) => {
    const place = findReview(request.params);
    if (!place) return reply.callNotFound();
    const { person, course, column, learner } = place;
    return beginLaunch(reply, platform, readSwitches(queryOf(request)), {
      person: person.id, course: course.id, clientId: column.clientId, message: { type: 'LtiSubmissionReviewRequest', forPerson: learner.id, column: column.number },
    });
  });

  /** A learner reviews nobody's submission but their own. */
  function findReview(params: ReviewParams): { person: Person; course: Course; column: Column; learner: Person } | null {
    const { person, course } = findPlace(platform, params);
    const column = course && platform.gradeBook.column(course.id, Number(params.number));
    const learner = platform.findPerson(params.learner);
    if (!person || !course || !column || !learner || !rowsOf(platform, person, course).includes(learner)) return null;
    return { person, course, column, learner };
  }
}

/** What a frame's page says beside it: scripts show there what the tool keeps in this page. */
export const messagesPanel = html`<details class="panel"><summary>Messages from the tool</summary>
  <p data-no-messages>None so far.</p><ol class="messages" data-messages aria-live="polite"></ol></details>`;

function gradeBookPage(platform: Platform, person: Person, course: Course): Html {
  const columns = platform.gradeBook.columns(course.id);
  const rows = rowsOf(platform, person, course);
  const teaches = course.members[person.id] !== 'learner';
  const here = `/as/${person.id}/courses/${course.id}/grade-book`;
  return layout({
    title: teaches ? 'Grade book' : 'Your grades', person, wide: true, trail: [coursesCrumb(person), courseCrumb(person, course)],
    body: html`
      <h1>${teaches ? 'Grade book' : 'Your grades'}</h1>
      <p>What tools made columns for in ${course.title}, and the scores that they sent.</p>
      ${columns.length === 0 ? html`<p class="notice">No tool has made a column yet.</p>` : html`
        <div class="scrolls" tabindex="0" role="region" aria-label="Grades"><table>
          <thead><tr><th scope="col">Learner</th>${columns.map(({ facts }) => html`<th scope="col">${facts.label} <span class="soft">of ${facts.scoreMaximum}${facts.tag ? `, ${facts.tag}` : ''}</span></th>`)}</tr></thead>
          <tbody>${rows.slice(0, longestPage).map((learner) => html`<tr><th scope="row"><bdi>${learner.name}</bdi></th>
            ${columns.map((column) => html`<td>${cellOf(column, learner, `${here}/${column.number}/${learner.id}`)}</td>`)}</tr>`)}</tbody>
        </table></div>
        ${rows.length > longestPage ? html`<p>The first ${longestPage} of ${rows.length} learners.</p>` : nothing}`}`,
  });
}

function cellOf(column: Column, learner: Person, reviewUrl: string): Html {
  const cell = column.cells.get(learner.sub);
  const review = canReview(column, cell) ? html` <a href="${reviewUrl}">${column.facts.submissionReview?.label ?? 'Review submission'}<span class="unseen"> of ${learner.name}, ${column.facts.label}</span></a>` : nothing;
  if (!cell) return html`–${review}`;
  return html`<strong>${cell.score ?? 'no score'}</strong> <span class="soft">${cell.activityProgress}, ${cell.gradingProgress}</span>
    ${cell.comment === null ? nothing : html`<p class="comment">${cell.comment}</p>`}
    <p class="soft">arrived ${String(cell.arrivedAt.round('second'))}</p>${review}`;
}

/** A column offers a review when the tool said so, for the states of work that it named (Submission Review 1.0, 3.1). */
function canReview({ facts: { submissionReview } }: Column, cell: Cell | undefined): boolean {
  if (!submissionReview) return false;
  return !submissionReview.reviewableStatus || submissionReview.reviewableStatus.includes(cell?.activityProgress ?? 'None');
}

function rowsOf(platform: Platform, person: Person, course: Course): Person[] {
  if (course.members[person.id] === 'learner') return [person];
  return Object.entries(course.members).filter(([, role]) => role === 'learner').map(([id]) => platform.findPerson(id)!);
}

function gradeBookCrumb(person: Person, course: Course) {
  return { href: `/as/${person.id}/courses/${course.id}/grade-book`, text: 'Grade book' };
}
