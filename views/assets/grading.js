// The rubric: levels bring their points, the draft is saved as one goes, and single keys help those who want them.
// Without this file the form is saved by its button, and the server fills in the points of a level.
const SAVE_AFTER = 1_000;
const RETRY_AFTER = 15_000;
const KEYS_OFF = 'coachline.grading.keys-off';

const form = document.getElementById('rubric');
const criteria = [...form.querySelectorAll('[data-criterion]')];
const sprite = (name) => `<svg class="pt ${name}" aria-hidden="true" viewBox="0 0 24 24"><use href="#p-${name}"/></svg>`;

// A level and its points --------------------------------------------------------
for (const criterion of criteria) {
  const points = criterion.querySelector('[data-points]');
  criterion.addEventListener('change', ({ target }) => {
    const level = criterion.querySelector('[data-place]:checked');
    if (level && (target.matches('[data-place]') || (target === points && points.value.trim() === ''))) points.value = level.dataset.middle;
    draw(criterion);
  });
  points.addEventListener('input', () => draw(criterion));
}

/** What stands at a criterion. Points are judged as they are typed; the server judges them again. */
function draw(criterion) {
  const level = criterion.querySelector('[data-place]:checked');
  const points = criterion.querySelector('[data-points]');
  const typed = points.value.trim();
  const isWithin = typed === '' || (level && /^\d{1,6}$/.test(typed) && Number(typed) >= Number(level.dataset.from) && Number(typed) <= Number(level.dataset.to));
  mark(points, isWithin ? null : level?.dataset.outside ?? criterion.dataset.levelFirst);
  criterion.querySelector('[data-points-label]').textContent = level ? `Points, ${level.dataset.from} to ${level.dataset.to}` : 'Points';
  criterion.querySelector('[data-count]').textContent = `${typed} of ${criterion.dataset.maximum}`.trim();
}

/** Shows what is wrong with a field, in its message below; null for nothing. */
function mark(field, words) {
  const message = document.getElementById(field.dataset.message);
  field.setAttribute('aria-invalid', String(words !== null));
  message.hidden = words === null;
  message.querySelector('span').textContent = words ?? '';
}

// The draft ---------------------------------------------------------------------
const kept = form.dataset.draft && `coachline.grading:${new URL(form.dataset.draft, location.href).pathname}`;
const status = document.querySelector('[data-saved]');
const note = document.querySelector('[data-note]');
let changes = 0;   // counted, so that what is typed while a save is on its way is saved after it
let saved = 0;
let isSending = false;
let isOver = false;   // decided, withdrawn, or changed in another window: saving on would only ask again
let afterSending = null;
let timer;

if (form.dataset.draft) {
  form.addEventListener('input', () => changed(SAVE_AFTER));
  form.addEventListener('change', ({ target }) => { if (!target.matches('textarea')) changed(0); });   // text has said so as it was typed
  form.addEventListener('submit', (event) => {
    const isSave = !event.submitter || event.submitter.formAction === new URL(form.dataset.draft, location.href).href;
    if (isSave && !isOver) {
      event.preventDefault();
      changes += 1;
      void save();
    } else if (!navigator.onLine) {
      event.preventDefault();
      wait('No connection, so nothing was decided.');
    } else if (isSending) {
      event.preventDefault();   // the version that is on its way comes first, or the decision would look like another window's
      afterSending = () => form.requestSubmit(event.submitter);
    } else {
      isOver = true;   // the form itself carries what was typed
      clearTimeout(timer);
      forget();
    }
  });
  addEventListener('online', () => void save());
  // Leaving the page: the last words go along.
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') void save(); });
  takeUp();
}

function changed(after) {
  if (isOver) return;
  changes += 1;
  remember();
  say('saving', 'Not saved yet');
  schedule(after);
}

function schedule(after) {
  clearTimeout(timer);
  timer = setTimeout(() => { timer = undefined; void save(); }, after);
}

async function save() {
  if (isSending || isOver || saved === changes) return;
  isSending = true;
  clearTimeout(timer);
  timer = undefined;
  const sent = changes;
  let isKept = false;
  say('saving', 'Saving');
  try {
    const answer = await fetch(form.dataset.draft, { method: 'POST', headers: { accept: 'application/json' }, body: new URLSearchParams(new FormData(form)), keepalive: document.visibilityState === 'hidden' });   // what is kept alive may not be long
    if (answer.status >= 500) wait('Coachline cannot save just now.');
    else if (answer.status === 200 || answer.status === 422) {
      take(await answer.json(), sent);
      isKept = true;
    } else if (answer.status === 409) stop(await answer.json());
    else say('refused', 'Not saved', 'Open Coachline again from your course; what you wrote is kept on this device.');
  } catch {
    wait('No connection.');
  }
  isSending = false;
  const decide = isKept || isOver ? afterSending : null;   // what could not be sent is not decided about either
  afterSending = null;
  if (decide) decide();
  else if (isKept && saved !== changes && timer === undefined) schedule(0);
}

function take(answer, sent) {
  saved = sent;
  for (const field of document.querySelectorAll('[data-version]')) field.value = answer.version;
  const set = (name, words) => { document.querySelector(`[data-${name}]`).textContent = words; };
  set('total', answer.total);
  set('of', answer.of);
  set('marked', answer.marked);
  document.querySelector('[data-standing]').replaceChildren(...[answer.verdict, ...answer.missing].filter((words) => words !== '').map((words) => Object.assign(document.createElement('p'), { textContent: words })));
  // Points have said so themselves; what else the server found is shown here.
  for (const { field, words } of answer.problems) if (!field.startsWith('#p-') && document.querySelector(field)?.dataset.message) mark(document.querySelector(field), words);
  if (saved === changes) {
    forget();
    if (answer.problems.length > 0) say('refused', answer.saved, 'What is marked is not saved yet.'); else say('saved', answer.saved);
  } else remember();
}

function wait(why) {
  say('offline', 'Not sent yet', `${why} What you wrote is kept on this device and sent when you are back.`);
  schedule(RETRY_AFTER);
}

/** Nothing goes on by itself from here: the page says what happened, and leads on. */
function stop({ because, words, page }) {
  isOver = true;
  say('refused', 'Not saved', `${words} `);
  const way = document.createElement(because === 'conflict' ? 'button' : 'a');
  way.textContent = because === 'conflict' ? 'Show both' : 'Show what happened';
  way.className = 'btn compact';
  if (because === 'conflict') Object.assign(way, { type: 'submit', formAction: form.dataset.draft }).setAttribute('form', 'rubric');
  else { way.href = page; forget(); }
  note.append(way);
}

/** A word or two in the dock, and above it, over the page and moving nothing, what there is to explain. */
function say(is, words, explanation = '') {
  status.dataset.is = is;
  status.innerHTML = { saved: sprite('done'), offline: sprite('offline'), refused: sprite('error') }[is] ?? '';
  status.append(words);
  note.textContent = explanation;
  note.hidden = explanation === '';
}

// What could not be sent stays on this device, with the version that it was written on.
function remember() {
  try { localStorage.setItem(kept, new URLSearchParams(new FormData(form)).toString()); } catch { /* a frame without storage: kept while the page is open */ }
}
function forget() {
  try { localStorage.removeItem(kept); } catch { /* nothing was kept */ }
}
function takeUp() {
  try {
    const fields = localStorage.getItem(kept);
    if (!fields) return;
    for (const [name, value] of new URLSearchParams(fields)) {
      for (const field of form.elements) {
        if (field.name !== name) continue;
        if (field.type === 'radio') field.checked = field.value === value; else field.value = value;
      }
    }
    for (const criterion of criteria) draw(criterion);
    changed(0);
  } catch { /* nothing readable was kept */ }
}

// Single keys: only while the rubric has the focus, never in a text field, and never when they are switched off (WCAG 2.1.4).
const keysOn = form.querySelector('[data-keys-on]');
try { keysOn.checked = localStorage.getItem(KEYS_OFF) === null; } catch { /* on unless remembered otherwise */ }
keysOn.addEventListener('input', (event) => event.stopPropagation());   // not a change of the draft
keysOn.addEventListener('change', (event) => {
  event.stopPropagation();
  try { if (keysOn.checked) localStorage.removeItem(KEYS_OFF); else localStorage.setItem(KEYS_OFF, '1'); } catch { /* for this page only */ }
});

form.addEventListener('keydown', (event) => {
  if (!keysOn.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.matches('textarea, input:not([type="radio"], [type="checkbox"])')) return;
  const here = event.target.closest('[data-criterion]');
  const place = here ? criteria.indexOf(here) : -1;
  const key = event.key.toLowerCase();
  const level = here && /^[1-9]$/.test(key) && here.querySelector(`[data-place="${key}"]`);
  if (level) {
    level.focus();
    level.click();
  } else if (key === 'j' || key === 'k') enter(key === 'j' ? criteria[place + 1] ?? document.getElementById('whole') : criteria[Math.max(0, place - 1)]);
  else if (key === 'c' && here) here.querySelector('textarea').focus();
  else return;
  event.preventDefault();
});

/** The level that is chosen, or the first: there the arrows and the digits work at once. */
function enter(where) {
  (where.querySelector('[data-place]:checked') ?? where.querySelector('[data-place]') ?? where).focus();
}
