// The live preview of `npm run dev`: shows a page anew when the course material changes, where it was being read, and says
// what is wrong with a file until it is right. `npm start` never sends this file to a page.
// A module, because its names would meet those of the page's own script.
const { preview: version } = document.querySelector('script[data-preview]').dataset;
const memory = 'coachline.preview-place';
const MOST_LINES = 12;
const AWAY_AFTER = 3_000;
let source = null;
let panel = null;
let away = 0;

restorePlace();
listen();
// A browser holds few connections to one server: pages in the background do without.
document.addEventListener('visibilitychange', listen);

function listen() {
  source?.close();
  source = null;
  if (document.visibilityState === 'hidden') return;
  source = new EventSource('/preview/events');
  source.addEventListener('message', ({ data }) => {
    clearTimeout(away);
    const state = JSON.parse(data);
    if (state.version !== version) showAnew();
    else tell(state.problems.length === 0 ? null : 'The last change is not shown yet. Put this right:', state.problems);
  });
  // It starts again at a change of its own code, and is there again before anybody has read this.
  source.addEventListener('error', () => {
    clearTimeout(away);
    away = setTimeout(tell, AWAY_AFTER, 'The server is away. This page waits for it.', []);
  });
}

function showAnew() {
  source.close();
  keepPlace();
  location.reload();
}

/** What is told apart by its words: of a page that was changed above, or right here, enough stays to find the place again. */
function blocks() {
  return [...document.querySelectorAll('main :is(h1, h2, h3, p, li, dt, dd, blockquote, figcaption, tr, summary, legend, label):not(nav *)')]
    .map((element) => ({ element, words: `${element.localName} ${element.textContent.trim().slice(0, 200)}` }));
}

/** What stands in the window, and how far from its top. */
function keepPlace() {
  const shown = blocks().map(({ element, words }) => ({ words, top: element.getBoundingClientRect().top })).filter(({ top }) => top >= 0 && top < innerHeight);
  try { sessionStorage.setItem(memory, JSON.stringify({ path: location.pathname, shown })); } catch { /* a frame without storage: the browser's own memory of the place does */ }
}

function restorePlace() {
  let place = null;
  try {
    place = JSON.parse(sessionStorage.getItem(memory));
    sessionStorage.removeItem(memory);
  } catch { /* as above */ }
  if (place?.path !== location.pathname) return;
  addEventListener('load', () => document.fonts.ready.then(() => requestAnimationFrame(() => {
    const now = blocks();
    for (const { words, top } of place.shown) {
      const [found, ...others] = now.filter((one) => one.words === words);
      if (!found || others.length > 0) continue;
      scrollBy({ top: found.element.getBoundingClientRect().top - top, behavior: 'instant' });
      return;
    }
  })));
}

/** Over the page, not in it, so that nothing moves. Styled here: learners' style sheets know nothing of it. */
function tell(heading, lines) {
  panel?.remove();
  panel = null;
  if (heading === null) return;
  panel = document.createElement('section');
  panel.setAttribute('role', 'alert');
  panel.setAttribute('aria-labelledby', 'preview-h');
  panel.dataset.previewProblems = '';
  Object.assign(panel.style, { position: 'fixed', insetInline: '0', insetBlockEnd: '0', zIndex: '99', maxBlockSize: '50vh', overflow: 'auto', padding: '1rem 1.5rem', background: 'var(--paper)', color: 'var(--ink)', borderBlockStart: '4px solid var(--error)', boxShadow: '0 -4px 24px rgb(0 0 0 / .2)' });
  const title = document.createElement('h2');
  Object.assign(title, { id: 'preview-h', textContent: heading });
  const list = document.createElement('ul');
  Object.assign(list.style, { listStyle: 'none', margin: '0', padding: '0' });
  const shown = lines.slice(0, MOST_LINES);
  if (lines.length > MOST_LINES) shown.push(`And ${lines.length - MOST_LINES} more, which the terminal lists; many go with the first.`);
  for (const line of shown) {
    const item = document.createElement('li');
    const [, where, message] = /^(\S+:\d+): (.*)$/s.exec(line) ?? [null, '', line];
    const place = document.createElement('code');
    place.textContent = where;
    item.append(place, ` ${message}`);
    item.style.overflowWrap = 'anywhere';
    list.append(item);
  }
  panel.append(title, list);
  document.body.append(panel);
}
