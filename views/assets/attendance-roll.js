// A roll is saved as it is taken: each mark at once, and what cannot be sent waits on this device until it can. Without
// this file the same form is saved by its button.
const roll = document.querySelector('form[data-roll]');
const RETRY_AFTER = 10_000;
const GIVE_UP_AFTER = 15_000;   // sent twice does no harm: a mark that stands already is the same mark
const KEPT = `coachline.roll:${roll?.dataset.keep}`;
const KEYS_OFF = 'coachline.roll-keys-off';

const sprite = (name) => `<svg class="pt ${name}" aria-hidden="true" viewBox="0 0 24 24"><use href="#p-${name}"/></svg>`;
const rows = [...(roll?.querySelectorAll('[data-learner]') ?? [])];
const byId = new Map(rows.map((row) => [row.dataset.learner, row]));
const radiosOf = (row) => [...row.querySelectorAll('input[type="radio"]')];
const seenOf = (row) => row.querySelector('input[type="hidden"]');
const nameOf = (row) => row.querySelector('legend').textContent;
const wordOf = (row, mark) => row.querySelector(`input[type="radio"][value="${mark}"]`)?.parentElement.textContent ?? '';

// What is not saved yet: learner → { wanted, seen, gentle }. `gentle` comes from "All present" and yields to any other mark.
const waiting = new Map();
const asked = new Map();   // the same, where somebody else has marked otherwise and the reader has not decided yet
let isSending = false;
let timer;

if (roll) start();

function start() {
  roll.addEventListener('change', ({ target }) => { if (target.type === 'radio') mark(target.closest('[data-learner]'), target.value); });
  roll.addEventListener('submit', (event) => {
    event.preventDefault();
    if (event.submitter?.matches('[data-all]')) markRest();
    else if (waiting.size > 0) void send();
    else say('saved', 'Everything is saved.');
  });
  for (const row of rows) row.addEventListener('keydown', onKey);
  addEventListener('online', () => void send());
  // Marks of a visit before this one that never arrived: sent now, against what the page shows.
  try {
    for (const [id, wish] of JSON.parse(localStorage.getItem(KEPT) ?? '[]')) if (byId.has(id)) { waiting.set(id, wish); show(byId.get(id), wish.wanted); }
    if (waiting.size > 0) void send();
  } catch { /* nothing readable was kept */ }
  startKeys();
}

function mark(row, wanted) {
  show(row, wanted);
  const seen = seenOf(row).value;
  if (wanted === seen && !isSending) waiting.delete(row.dataset.learner); else waiting.set(row.dataset.learner, { wanted, seen });
  note(row, '');
  asked.delete(row.dataset.learner);
  remember();
  void send(`${nameOf(row)}: ${wordOf(row, wanted).toLowerCase()}.`);
}

/** "All present": everybody who has no mark; then the keyboard stands at the first learner. */
function markRest() {
  for (const row of rows) {
    if (radiosOf(row).some(({ checked }) => checked)) continue;
    show(row, 'present');
    waiting.set(row.dataset.learner, { wanted: 'present', seen: '', gentle: true });
  }
  remember();
  void send();
  focusRow(rows[0]);
}

// Saving ------------------------------------------------------------------------
async function send(words = '') {
  if (isSending || waiting.size === 0) { if (waiting.size === 0) remember(); return; }
  isSending = true;
  clearTimeout(timer);
  say('saving', 'Saving');
  const sent = new Map(waiting);
  const body = new URLSearchParams();
  for (const [id, { wanted, seen }] of sent) { body.set(`mark-${id}`, wanted); body.set(`seen-${id}`, seen); }
  try {
    // Goes on when the page is left, where the browser allows it: at most 64 KiB.
    const keepalive = body.toString().length < 60_000;
    const answer = await fetch(roll.action, { method: 'POST', body, headers: { accept: 'application/json' }, redirect: 'manual', keepalive, signal: AbortSignal.timeout(GIVE_UP_AFTER) });
    const isOurs = (answer.headers.get('content-type') ?? '').startsWith('application/json');
    if (answer.status >= 500 || answer.status === 429) hold('Coachline cannot save just now.');
    else if (isOurs) settle(await answer.json(), sent, words);
    else say('refused', answer.status === 401 ? 'Your visit has ended. Open this roll again from your course: the marks are kept on this device.' : 'This was not saved. Open this roll again from your course.');
  } catch {
    hold('No connection.');
  }
  isSending = false;
  if (waiting.size > 0 && roll.querySelector('[data-save]').dataset.is === 'saved') void send();
}

function settle({ learners, conflicts = [], tally, savedAt, refused }, sent, words) {
  if (refused) return say('refused', refused);
  for (const [id, wish] of sent) if (waiting.get(id) === wish) waiting.delete(id);
  for (const row of rows) {
    const id = row.dataset.learner;
    const kept = learners[id];
    if (!kept) { if (sent.has(id)) note(row, 'Not saved: no longer on this roll.'); continue; }
    const disagrees = conflicts.includes(id) && !sent.get(id)?.gentle;
    seenOf(row).value = kept.mark;
    if (waiting.has(id)) {
      // Chosen while this was on its way. What was stored just now is the reader's own; anything else they have not seen.
      if (sent.has(id) && !disagrees) waiting.get(id).seen = kept.mark;
      continue;
    }
    if (disagrees) {
      asked.set(id, sent.get(id));
      ask(row, kept, sent.get(id).wanted);
    } else if (!row.hasAttribute('data-asking')) show(row, kept.mark);
    tellWho(row, kept);
  }
  roll.querySelector('[data-tally]').textContent = tally;
  remember();
  say('saved', `${words ? `${words} ` : ''}Saved ${savedAt}.`);
}

/** Somebody else has said otherwise: both marks are shown, and the reader decides. */
function ask(row, kept, wanted) {
  note(row, `${kept.by}: ${wordOf(row, kept.mark).toLowerCase()}. You chose ${wordOf(row, wanted).toLowerCase()}.`, [
    [`Keep ${wordOf(row, kept.mark).toLowerCase()}`, () => { asked.delete(row.dataset.learner); remember(); show(row, kept.mark); note(row, ''); focusRow(row); }],
    [`Replace by ${wordOf(row, wanted).toLowerCase()}`, () => { mark(row, wanted); focusRow(row); }],
  ]);
}

function hold(why) {
  const marks = waiting.size === 1 ? 'One mark is' : `${waiting.size} marks are`;
  say('offline', `${why} ${marks} kept on this device and will be sent when you are back.`);
  timer = setTimeout(() => void send(), RETRY_AFTER);
}

function remember() {
  try {
    if (waiting.size + asked.size > 0) localStorage.setItem(KEPT, JSON.stringify([...asked, ...waiting])); else localStorage.removeItem(KEPT);
  } catch { /* a frame without storage: kept while the page is open */ }
}

// Drawing -----------------------------------------------------------------------
function show(row, wanted) {
  for (const radio of radiosOf(row)) radio.checked = radio.value === wanted;
}

function tellWho(row, { by }) {
  const place = row.querySelector('[data-by]');
  place.className = by ? '' : 'state';
  place.innerHTML = by ? '' : sprite('open');
  place.append(by || 'Not marked yet');
}

function note(row, words, choices = []) {
  const place = row.querySelector('[data-note]');
  row.toggleAttribute('data-asking', choices.length > 0);
  place.hidden = words === '';
  place.innerHTML = words === '' ? '' : sprite('attention');
  const text = document.createElement('span');
  text.append(words);
  for (const [label, act] of choices) {
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', className: 'btn plain compact', textContent: label });
    button.addEventListener('click', act);
    text.append(' ', button);
  }
  if (words !== '') place.append(text);
}

function say(is, words) {
  const line = roll.querySelector('[data-save]');
  line.dataset.is = is;
  line.innerHTML = { saved: sprite('done'), offline: sprite('offline'), refused: sprite('error') }[is] ?? '';
  line.append(words);
}

// The keyboard --------------------------------------------------------------------
function focusRow(row) {
  if (!row) return;
  const radios = radiosOf(row);
  (radios.find(({ checked }) => checked) ?? radios[0]).focus();
}

/** Only while a mark of a learner has the focus (WCAG 2.1.4), and letters and figures only as long as nobody switched them off. */
function onKey(event) {
  if (event.target.type !== 'radio' || event.altKey || event.ctrlKey || event.metaKey) return;
  const row = event.currentTarget;
  const place = rows.indexOf(row);
  const goal = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: rows.length - 1 }[event.key];
  const wanted = document.querySelector('[data-keys]').checked ? keyed(event.key, radiosOf(row)) : undefined;
  if (goal === undefined && wanted === undefined && event.key !== 'Enter') return;
  event.preventDefault();
  if (wanted !== undefined) { mark(row, wanted); focusRow(rows[place + 1] ?? row); }
  else if (goal !== undefined) focusRow(rows[goal]);
}

function keyed(key, radios) {
  return { p: 'present', l: 'late', e: 'left-early', x: 'excused', a: 'absent' }[key.toLowerCase()] ?? (/^[1-5]$/.test(key) ? radios[Number(key) - 1].value : undefined);
}

function startKeys() {
  const box = document.querySelector('[data-keys]');
  try { box.checked = localStorage.getItem(KEYS_OFF) === null; } catch { /* not remembered */ }
  box.addEventListener('change', () => {
    try { if (box.checked) localStorage.removeItem(KEYS_OFF); else localStorage.setItem(KEYS_OFF, '1'); } catch { /* not remembered */ }
  });
}
