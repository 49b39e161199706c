// Every page of the practice LMS, as functions from what it shows to HTML.
import { html, nothing } from './html.ts';
import type { Html } from './html.ts';
import { storageFrameName } from './assets/storage-messages.js';
import type { LaunchFault } from './claims.ts';
import type { Platform, RegisteredTool } from './platform.ts';
import { coursesCrumb, layout, roleIn } from './layout.ts';
import { profileNames, profiles } from './profiles.ts';
import type { Course, CourseLink, CourseRole, Period, Person } from './school.ts';
import { switchesQuery, usualSwitches } from './switches.ts';
import type { StorageKind, Switches } from './switches.ts';

const faultWords: Record<LaunchFault, string> = {
  'none': 'None: a good launch',
  'unknown-deployment': 'Unknown deployment id',
  'wrong-key-id': 'Wrong key id',
  'student-view': 'Student view (a test user)',
  'no-context': 'No course in the launch',
  'guest': 'A guest without a course role',
  'mentor': 'A mentor',
};

const storageWords: Record<StorageKind, string> = {
  parent: 'In this page',
  frame: 'In a named frame, as Canvas does',
  silent: 'Offered, but never answers',
  off: 'Not offered',
};

/** What a tool may use inside its frame: the list that LMSs usually give. */
const frameFeatures = ['autoplay', 'camera', 'clipboard-write', 'display-capture', 'encrypted-media', 'fullscreen', 'geolocation', 'microphone'];

export function frontPage({ issuer, people, courses, tools, authorizationUrl, tokenUrl, jwksUrl, profile }: Platform): Html {
  const tool = tools[0]!;
  const firstWho = (role: CourseRole) => courses.flatMap(({ id, members }) =>
    people.filter((person) => members[person.id] === role).map((person) => ({ person, course: id })))[0];
  const doors = ([['learner', 'a learner'], ['faculty', 'faculty'], ['administrator', 'administrator']] as const).flatMap(([role, word]) => {
    const who = firstWho(role);
    return who ? [html`<li><a class="door" href="/as/${who.person.id}/courses/${who.course}/links/week-1">
      <strong>Launch week 1 as ${word}</strong> <span><bdi>${who.person.name}</bdi></span></a></li>`] : [];
  });
  const groups: [title: string, roles: CourseRole[]][] = [
    ['Learners', ['learner']], ['Faculty and assistants', ['faculty', 'assistant']], ['Administrators', ['administrator']],
  ];
  return layout({
    title: 'Practice LMS',
    body: html`
      <h1>Practice LMS</h1>
      <p class="lead">A small learning management system on your own machine. Be anyone in it, and launch ${tool.name} as they would.</p>
      <ul class="doors">${doors}</ul>
      <h2>Sign in as</h2>
      <p>The person is part of the address, so two tabs can be two people.</p>
      ${groups.map(([title, roles]) => html`<section><h3>${title}</h3><ul class="people">
        ${people.filter(({ id }) => roles.includes(courses[0]!.members[id]!)).slice(0, 40).map(personCard)}</ul></section>`)}
      <h2>Which LMS this is</h2>
      <form method="get" action="/"><p>Each has habits of its own in launches, grades and rosters. What you choose holds for everybody here.</p>
        <p class="actions"><label for="profile">Play</label> <select id="profile" name="profile">${profileNames.map((name) => html`
          <option value="${name}"${name === profile.name ? html` selected` : nothing}>${profiles[name].title}</option>`)}</select> <button class="button">Play this LMS</button></p></form>
      <details class="panel"><summary>What an administrator registers at the tool</summary>
        <dl class="facts">
          <dt>Issuer</dt><dd><code>${issuer}</code></dd>
          <dt>Authorisation address</dt><dd><code>${authorizationUrl}</code></dd>
          <dt>Token address</dt><dd><code>${tokenUrl}</code></dd>
          <dt>Key set</dt><dd><code>${jwksUrl}</code></dd>
          <dt>Client ID</dt><dd><code>${tool.clientId}</code></dd>
          <dt>Deployment id</dt><dd><code>${tool.deploymentIds[0]!}</code></dd>
          <dt>Tool’s login address</dt><dd><code>${tool.loginUrl}</code></dd>
          <dt>Tool’s redirect address</dt><dd><code>${tool.redirectUris[0]!}</code></dd>
        </dl></details>
      <h2>Behind the scenes</h2>
      <ul class="links wide">
        <li><a href="/administration/tools">Administration: tools, registering one by a link, data privacy</a></li>
        <li><a href="/administration/notices">Notices sent to tools</a></li>
        <li><a href="/faults">Faults: make the services of this LMS go wrong</a></li>
      </ul>`,
  });
}

export function personPage(person: Person, courses: readonly Course[]): Html {
  return layout({
    title: 'Your courses', person,
    body: html`
      <h1>Your courses</h1>
      <ul class="cards">${courses.map(({ id, title, label, members }) => html`<li><a href="/as/${person.id}/courses/${id}">
        <strong>${title}</strong> <span>${label} · you are ${roleIn(members, person)}</span></a></li>`)}</ul>`,
  });
}

export function coursePage(person: Person, course: Course, { tool, notice = '' }: { tool: RegisteredTool; notice?: string }): Html {
  const [home, ...weeks] = course.links.filter(({ clientId }) => clientId === undefined);
  const chosen = course.links.filter(({ clientId }) => clientId !== undefined);
  const here = `/as/${person.id}/courses/${course.id}`;
  const teaches = course.members[person.id] !== 'learner';
  const item = ({ id, title }: CourseLink) => html`<li><a href="${here}/links/${id}">${title}</a></li>`;
  const chosenItem = (link: CourseLink) => html`<li><a href="${here}/links/${link.id}"><strong>${link.title}</strong> <span>${aboutLink(link)}</span></a>
    ${teaches ? html`<a class="beside" href="${here}/deep-linking?editing=${link.id}">Choose “${link.title}” anew</a>` : nothing}</li>`;
  return layout({
    title: course.title, person, trail: [coursesCrumb(person)],
    body: html`
      <h1>${course.title}</h1>
      ${notice === '' ? nothing : html`<p class="notice" role="status">${notice}</p>`}
      <p>You are ${roleIn(course.members, person)} in this course. Every entry opens in the tool.</p>
      <ul class="links wide">${home ? item(home) : nothing}</ul>
      ${weeks.length === 0 ? nothing : html`<h2>Week by week</h2><ol class="links">${weeks.map(item)}</ol>`}
      ${chosen.length === 0 ? nothing : html`<h2>Chosen from the tool</h2><ul class="cards">${chosen.map(chosenItem)}</ul>`}
      <h2>Around the course</h2>
      <ul class="links wide">
        <li><a href="${here}/grade-book">${teaches ? 'Grade book' : 'Your grades'}</a></li>
        ${teaches ? html`<li><a href="${here}/deep-linking">Choose content from ${tool.name}</a></li>` : nothing}
      </ul>
      ${teaches ? html`<form method="post" action="${here}/copies">
        <p>A copy has the links and their columns, faculty and no learners. The tool is told by a notice, if it asked for those.</p>
        <p><button class="button">Copy this course</button></p></form>` : nothing}`,
  });
}

/** What a chosen link brought with it, in a line. */
function aboutLink({ text, available, submission, custom, window }: CourseLink): string {
  const period = (words: string, { startDateTime, endDateTime }: Period) => `${words} ${startDateTime ? `from ${startDateTime}` : ''} ${endDateTime ? `until ${endDateTime}` : ''}`.trim();
  return [
    text, available && period('open', available), submission && period('to hand in', submission),
    custom && `custom: ${Object.entries(custom).map(([name, value]) => `${name}=${value}`).join(', ')}`, window && 'opens in a window',
  ].filter(Boolean).join(' · ');
}

export function launchPage({ person, course, link, tool, switches, blockingHelp }: {
  person: Person; course: Course; link: CourseLink; tool: RegisteredTool; switches: Switches; blockingHelp: { lms: string; tool: string };
}): Html {
  const here = `/as/${person.id}/courses/${course.id}/links/${link.id}`;
  const launchUrl = `${here}/launch${switchesQuery(switches)}`;
  const inFrame = switches.place === 'iframe';
  return layout({
    title: `${link.title}, ${course.title}`, person, wide: true,
    trail: [coursesCrumb(person), { href: `/as/${person.id}/courses/${course.id}`, text: course.title }],
    script: inFrame ? 'launch.js' : undefined,
    body: html`
      <h1>${link.title}</h1>
      <p><bdi>${person.name}</bdi>, ${roleIn(course.members, person)} in ${course.title}, opens “${link.title}” in ${tool.name}.
        ${switches.fault === 'none' ? nothing : html`<strong class="tag">Fault: ${faultWords[switches.fault]}</strong>`}</p>
      ${inFrame ? toolFrame(launchUrl, link.title, tool, switches.storage)
        : html`<p class="window-launch"><a class="button" href="${launchUrl}" target="_blank" rel="opener">Open ${link.title} in a new window</a></p>`}
      <div class="panels">
        ${switchesForm(here, switches)}
        ${blockingNote(blockingHelp)}
        ${inFrame ? html`<details class="panel"><summary>Messages from the tool</summary>
          <p data-no-messages>None so far. A tool that keeps something in the LMS’s page shows here.</p>
          <ol class="messages" data-messages aria-live="polite"></ol></details>` : nothing}
      </div>`,
  });
}

/** The frame a tool opens in, with the frame that stores for it when that is asked for. Works without JavaScript, which then stores nothing. */
export function toolFrame(launchUrl: string, what: string, tool: RegisteredTool, storage: StorageKind): Html {
  const toolOrigin = new URL(tool.url).origin;
  const allow = frameFeatures.map((feature) => `${feature} ${toolOrigin}`).join('; ');
  const title = `${what} in ${tool.name}`;
  return html`
    ${storage === 'frame' ? html`<iframe name="${storageFrameName}" title="Storage for the tool" data-src="/storage-frame" hidden></iframe>` : nothing}
    <iframe class="tool" title="${title}" allow="${allow}" data-tool data-src="${launchUrl}" data-storage="${storage}" data-tool-origins="${toolOrigin}" hidden></iframe>
    <noscript><iframe class="tool" title="${title}" allow="${allow}" src="${launchUrl}"></iframe></noscript>`;
}

function switchesForm(action: string, switches: Switches): Html {
  const radios = (name: Exclude<keyof Switches, 'tool'>, legend: string, choices: [value: string, words: string][]) => html`
    <fieldset><legend>${legend}</legend>${choices.map(([value, words]) => html`<label>
      <input type="radio" name="${name}" value="${value}"${switches[name] === value ? html` checked` : nothing}> ${words}</label>`)}</fieldset>`;
  const changed = switchesQuery(switches) !== '';
  return html`
    <details class="panel"${changed ? html` open` : nothing}><summary>How to launch, and faults</summary>
      <form method="get" action="${action}">
        ${switches.tool === '' ? nothing : html`<input type="hidden" name="tool" value="${switches.tool}">`}
        <div class="choices">
          ${radios('place', 'Open', [['iframe', 'In the page'], ['window', 'In a window']])}
          ${radios('login', 'Login initiation', [['get', 'By GET'], ['post', 'By POST']])}
          ${radios('storage', 'Platform storage', Object.entries(storageWords))}
          ${radios('fault', 'Faults', Object.entries(faultWords))}
        </div>
        <p class="actions"><button class="button">Launch this way</button>
          ${changed ? html` <a href="${action}">Back to the usual launch</a>` : nothing}</p>
      </form></details>`;
}

function blockingNote({ lms, tool }: { lms: string; tool: string }): Html {
  return html`
    <details class="panel"><summary>How to try a browser that blocks third-party cookies</summary>
      <p>This LMS is at <code>${lms}</code> and the tool at <code>${tool}</code>. To a browser ${lms === tool
        ? 'that is one site, so nothing is third-party here: give the tool another host name.'
        : 'these are two sites, so in the frame the tool’s cookies are third-party cookies.'}</p>
      <h2>Chrome, Edge, Chromium</h2>
      <p>Start a fresh one from a terminal, and open this page in it:</p>
      <pre tabindex="0"><code>chromium --user-data-dir=/tmp/no-third-party-cookies --test-third-party-cookie-phaseout</code></pre>
      <p>The launch should work in the frame as before. The tool’s cookies come back because they are partitioned: DevTools, under
        Application, Cookies, shows a partition key with this LMS’s address. Cookies of a tool without that would be gone.</p>
      <h2>Firefox</h2>
      <p>Settings, Privacy and Security, Enhanced Tracking Protection, Custom, Cookies: “All cross-site cookies”.
        Then the tool keeps no cookie in the frame at all: expect it to try this page’s storage (see “Messages from the tool”)
        and to offer a window of its own.</p>
      <h2>Safari</h2>
      <p>It blocks third-party cookies from the start (Settings, Privacy, “Prevent cross-site tracking”), and keeps secure cookies
        over https alone. Over plain http expect no launch in the frame, only an offer that says so; put both behind https to try it fully.</p>
      <p>To see what is left without the LMS’s help, set “Platform storage” to “Not offered” and launch again.</p>
    </details>`;
}

/** The administrator's list of tools, and the form that registers one by its link. */
export function toolsPage({ tools, people, courses }: Platform): Html {
  const course = courses[0]!;
  const learner = people.find(({ id }) => course.members[id] === 'learner') ?? people[0]!;
  return layout({
    title: 'Tools',
    body: html`
      <h1>Tools</h1>
      <ul class="cards">${tools.map(({ clientId, name, deploymentIds }) => html`<li>
        <a href="/as/${learner.id}/courses/${course.id}/links/week-1${switchesQuery({ ...usualSwitches, tool: clientId })}">
          <strong>Launch ${name}</strong> <span>Client ID ${clientId} · deployment ${deploymentIds.join(', ')}</span></a></li>`)}</ul>
      <h2>Data privacy</h2>
      <p>An administrator asks the tool about the data it keeps of a person. No course is part of that launch.</p>
      <ul class="cards">${tools.map(({ clientId, name }) => html`<li><a href="/administration/data-privacy?tool=${clientId}">
        <strong>Ask ${name} about a person’s data</strong> <span>Client ID ${clientId}</span></a></li>`)}</ul>
      <h2>Register a tool by its link</h2>
      <p>The people who run the tool give you the link: it is good once. What you register here is forgotten when this LMS stops.</p>
      <form method="get" action="/administration/tools/registration">
        <p class="actions"><label for="link">Registration link</label>
          <input type="url" id="link" name="link" required autocomplete="off" placeholder="https://tool.example/register/…"> <button class="button">Register</button></p>
      </form>`,
  });
}

/** The tool's own registration page in a frame, until it says that it is done. */
export function registrationPage({ frameUrl, toolOrigin }: { frameUrl: string; toolOrigin: string }): Html {
  return layout({
    title: 'Register a tool', wide: true, script: 'registration.js', trail: [{ href: '/administration/tools', text: 'Tools' }],
    body: html`
      <h1>Register a tool</h1>
      <iframe class="tool" title="The tool’s registration page" src="${frameUrl}" data-tool data-tool-origin="${toolOrigin}"></iframe>
      <p><a href="/administration/tools">Back to the tools</a></p>`,
  });
}

/** A form that sends itself, or by its button: the login by POST and every answer to the tool (OAuth form_post). */
export function postingPage({ action, fields, heading }: { action: string; fields: Record<string, string>; heading: string }): Html {
  return layout({
    title: heading, bare: true, script: 'submit.js',
    body: html`
      <h1>${heading}</h1>
      <form method="post" action="${action}" autocomplete="off">
        ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
        <p>If nothing happens, go on by hand.</p>
        <p><button class="button">Continue</button></p>
      </form>`,
  });
}

/** Where `launch_presentation.return_url` points: shows the tool's message (LTI Core 1.3, 5.4.4). */
export function returnPage(person: Person, course: Course, { message, error }: { message?: string; error?: string }): Html {
  return layout({
    title: 'Back from the tool', bare: true,
    body: html`
      <h1>Back in ${course.title}</h1>
      ${error ? html`<p class="notice error"><strong>The tool reports a problem:</strong> ${error}</p>` : nothing}
      ${message ? html`<p class="notice"><strong>The tool says:</strong> ${message}</p>` : nothing}
      ${error || message ? nothing : html`<p>The tool sent you back without a message.</p>`}
      <p><a class="button" href="/as/${person.id}/courses/${course.id}" target="_top">Go on with the course</a></p>`,
  });
}

export function refusalPage(heading: string, reason: string): Html {
  return layout({
    title: heading, bare: true,
    body: html`<h1>${heading}</h1><p>${reason}</p><p><a href="/" target="_top">To the front page</a></p>`,
  });
}

/** The frame that stores for tools: nobody sees it. */
export function storageFramePage(toolOrigins: readonly string[]): Html {
  return html`<!doctype html><html lang="en-GB" data-tool-origins="${toolOrigins.join(' ')}"><head><meta charset="utf-8">
    <title>Storage for the tool</title><script type="module" src="/assets/storage-frame.js"></script></head>
    <body><h1>Storage for the tool</h1></body></html>`;
}

function personCard({ id, name, email }: Person): Html {
  const [first] = new Intl.Segmenter().segment(name.replace(/^Dr /, ''));
  return html`<li><a href="/as/${id}"><span class="initial" aria-hidden="true">${first!.segment}</span>
    <span class="words"><strong><bdi>${name}</bdi></strong> <span>${email}</span></span></a></li>`;
}
