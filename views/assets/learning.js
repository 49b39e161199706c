// A week: sections marked as done are saved in place, and the place of reading is remembered.
// Without this file the same forms work by page loads.
const KEPT = `coachline.waiting:${location.pathname}`;
const RETRY_AFTER = 15_000;
const PLACE_AFTER = 2_000;

const sprite = (name) => `<svg class="pt ${name}" aria-hidden="true" viewBox="0 0 24 24"><use href="#p-${name}"/></svg>`;
const clock = () => new Date().toLocaleTimeString(document.documentElement.dataset.english ?? 'en-GB', { hour: '2-digit', minute: '2-digit' });
const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

// Marking a section -------------------------------------------------------------
const blocks = new Map([...document.querySelectorAll('[data-completion]')].map((block) => [block.dataset.completion, block]));
const waiting = new Map();   // section key → [address, since], for what could not be sent yet
let sending = Promise.resolve();   // one at a time: done and then not done must arrive in that order

for (const [key, block] of blocks) {
  for (const form of block.querySelectorAll('form')) {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const isDone = form === block.querySelector('form');
      show(key, isDone);
      focusAfter(block, isDone);
      sending = sending.then(() => send(key, form.getAttribute('action')));
    });
  }
}

async function send(key, address) {
  say(key, 'saving', 'Saving');
  try {
    // Any redirect means that it was kept: the page it leads to is not needed.
    const answer = await fetch(address, { method: 'POST', redirect: 'manual', keepalive: true });
    if (answer.ok || answer.type === 'opaqueredirect') {
      waiting.delete(key);
      say(key, 'saved', `Saved ${clock()}`);
    } else if (answer.status >= 500) {
      keep(key, address, 'Coachline cannot save just now.');
    } else {
      waiting.delete(key);
      show(key, address.endsWith('/removal'));   // as it was before
      say(key, 'refused', 'This was not saved. Open this week again from your course, then mark the section again.');
    }
  } catch {
    keep(key, address, 'No connection.');
  }
  remember();
}

function keep(key, address, why) {
  const since = waiting.get(key)?.[1] ?? clock();
  waiting.set(key, [address, since]);
  say(key, 'offline', `${why} Kept on this device since ${since}; it will be sent when you are back.`);
}

function sendWaiting() {
  for (const [key, [address]] of waiting) sending = sending.then(() => (waiting.get(key)?.[0] === address ? send(key, address) : undefined));
}

function remember() {
  try {
    if (waiting.size > 0) localStorage.setItem(KEPT, JSON.stringify([...waiting])); else localStorage.removeItem(KEPT);
  } catch { /* a frame without storage: kept while the page is open */ }
}

try {
  for (const [key, kept] of JSON.parse(localStorage.getItem(KEPT) ?? '[]')) {
    if (!blocks.has(key)) continue;
    waiting.set(key, kept);
    show(key, !kept[0].endsWith('/removal'));
  }
  sendWaiting();
} catch { /* nothing readable was kept */ }
addEventListener('online', sendWaiting);
setInterval(sendWaiting, RETRY_AFTER);

/** Draws a section as done or not: its form, its point, the rail and the count. */
function show(key, isDone) {
  const block = blocks.get(key);
  const [mark, unmark] = block.querySelectorAll('form');
  mark.hidden = isDone;
  unmark.hidden = !isDone;
  const step = document.querySelector(`[data-step="${CSS.escape(key)}"]`);
  step.dataset.line = isDone ? 'past' : 'ahead';
  drawPoint(step.querySelector('.pt'), isDone ? 'done' : 'open');
  drawPoint(document.getElementById(key).querySelector('header .pt'), isDone ? 'done' : 'open');
  step.querySelector('[data-words]').textContent = isDone ? 'done' : 'not done yet';

  const progress = document.querySelector('[data-progress]');
  const total = Number(progress.dataset.total);
  const done = document.querySelectorAll('[data-step][data-line="past"]').length;
  const count = `${NUMBERS[total] ?? total} section${total === 1 ? '' : 's'} done`;
  const begun = done === 0 ? 'none' : NUMBERS[done] ?? String(done);
  progress.textContent = done === total ? `All ${count}` : `${begun[0].toUpperCase()}${begun.slice(1)} of ${count}`;
}

function drawPoint(point, name) {
  point?.setAttribute('class', `pt ${name}`);
  point?.querySelector('use').setAttribute('href', `#p-${name}`);
}

/** The pressed button is gone: the keyboard goes on where the reader does. */
function focusAfter(block, isDone) {
  const [mark, unmark] = block.querySelectorAll('form');
  (isDone ? unmark.querySelector('a') ?? unmark.querySelector('button') : mark.querySelector('button'))?.focus({ preventScroll: true });
}

function say(key, is, words) {
  const line = blocks.get(key).querySelector('.save');
  line.dataset.is = is;
  line.innerHTML = { saved: sprite('done'), offline: sprite('offline'), refused: sprite('error') }[is] ?? '';
  line.append(words);
}

/** The rail follows the reader; a section that is done keeps its tick. */
function markHere(link, isHere) {
  if (isHere) link.setAttribute('aria-current', 'step'); else link.removeAttribute('aria-current');
  const step = link.closest('[data-step]');
  if (step.dataset.line === 'past') return;
  drawPoint(step.querySelector('.pt'), isHere ? 'current' : 'open');
  step.querySelector('[data-words]').textContent = isHere ? 'you are here' : 'not done yet';
}

// The place of reading ------------------------------------------------------------
const lesson = document.querySelector('[data-place]');
const steps = new Map([...document.querySelectorAll('[data-step] a')].map((link) => [link.hash.slice(1), link]));
if (lesson && 'IntersectionObserver' in window) {
  let place = null;
  let timer;
  // A line a third down the frame: the section that crosses it is the one being read. The document is named as the
  // root because in another site's frame the root is that site's window, and there the margin would not count.
  const observer = new IntersectionObserver((entries) => {
    const reading = entries.find((entry) => entry.isIntersecting)?.target.id;
    if (!reading) return;
    for (const [key, link] of steps) markHere(link, key === reading);
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (place === reading) return;
      place = reading;
      fetch(lesson.dataset.place, { method: 'POST', body: new URLSearchParams({ section: reading }), redirect: 'manual', keepalive: true }).catch(() => { place = null; });
    }, PLACE_AFTER);
  }, { root: document, rootMargin: '-33% 0px -66% 0px' });
  for (const section of lesson.querySelectorAll('[data-section]')) observer.observe(section);
}
