// What every page has around it, and how pages are sent.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { html, nothing } from './html.ts';
import type { Html } from './html.ts';
import type { Course, CourseRole, Person } from './school.ts';

const roleWords: Record<CourseRole, string> = {
  learner: 'a learner', faculty: 'faculty', assistant: 'a teaching assistant', administrator: 'an administrator',
};

export type Crumb = { href: string; text: string };

export function layout({ title, body, person, trail = [], script, bare = false, wide = false }: {
  title: string; body: Html; person?: Person; trail?: readonly Crumb[]; script?: string | undefined; bare?: boolean; wide?: boolean;
}): Html {
  const header = html`<header class="top"><a class="brand" href="/">Practice LMS</a>
    ${person ? html`<p class="who"><span>Signed in as <a href="/as/${person.id}"><bdi>${person.name}</bdi></a></span> <a href="/">Change person</a></p>` : nothing}</header>`;
  const crumbs = trail.length === 0 ? nothing : html`<nav class="trail" aria-label="Where you are"><ol>
    ${trail.map(({ href, text }) => html`<li><a href="${href}">${text}</a></li>`)}</ol></nav>`;
  return html`<!doctype html>
<html lang="en-GB">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${title === 'Practice LMS' ? title : `${title} · Practice LMS`}</title>
  <link rel="stylesheet" href="/assets/practice-lms.css">
  <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
  ${script === undefined ? nothing : html`<script type="module" src="/assets/${script}"></script>`}
</head>
<body${wide ? html` class="wide"` : nothing}>
${bare ? nothing : header}
<main>${crumbs}${body}</main>
</body>
</html>`;
}

export function coursesCrumb({ id }: Person): Crumb {
  return { href: `/as/${id}`, text: 'Courses' };
}

export function roleIn(members: Course['members'], { id }: Person): string {
  return roleWords[members[id]!];
}

export function courseCrumb(person: Person, course: Course): Crumb {
  return { href: `/as/${person.id}/courses/${course.id}`, text: course.title };
}

export function show(reply: FastifyReply, page: Html): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('content-security-policy', 'default-src \'none\'; script-src \'self\'; style-src \'self\'; img-src \'self\'; frame-src *; form-action *; base-uri \'none\'')
    .send(page.text);
}

export function queryOf(request: FastifyRequest): URLSearchParams {
  return new URL(request.url, 'http://localhost').searchParams;
}

/** The fields of a posted form. */
export function formOf(request: FastifyRequest): URLSearchParams {
  return request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
}
