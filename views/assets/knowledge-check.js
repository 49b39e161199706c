// A question is answered in place: the explanation comes into the page and takes the focus. An answer that cannot be sent
// is kept on this device until it can. Without this file the form works by a page load.
const RETRY_AFTER = 15_000;
const sprite = (name) => `<svg class="pt ${name}" aria-hidden="true" viewBox="0 0 24 24"><use href="#p-${name}"/></svg>`;
let isSending = false;
let timer;

addEventListener('submit', (event) => {
  if (!event.target.matches('form[data-answer]')) return;
  event.preventDefault();
  void send(event.target);
});
addEventListener('online', () => { if (timer) retry(); });

async function send(form) {
  if (isSending) return;
  isSending = true;
  clearTimeout(timer);
  timer = undefined;
  say(form, 'saving', 'Saving');
  const body = new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(form.action, { method: 'POST', body });
    if (answer.status >= 500) keep(form, body, 'Coachline cannot save just now.');
    else {
      forget(form);
      if (answer.ok) show(await answer.text(), answer.url);
      else form.submit();   // a refusal is a page of its own
    }
  } catch {
    keep(form, body, 'No connection.');
  }
  isSending = false;
}

/** The address is that of the question, answered: going back leads to the page before it. */
function show(html, url) {
  const page = new DOMParser().parseFromString(html, 'text/html');
  document.querySelector('main').replaceWith(page.querySelector('main'));
  document.title = page.title;
  history.replaceState(null, '', `${url}#explanation`);
  const explanation = document.getElementById('explanation');
  explanation?.focus({ preventScroll: true });
  explanation?.scrollIntoView();
}

function keep(form, body, why) {
  try { localStorage.setItem(keyOf(form), body.toString()); } catch { /* a frame without storage: kept while the page is open */ }
  say(form, 'offline', `${why} Your answer is kept on this device; it will be sent when you are back.`);
  timer = setTimeout(retry, RETRY_AFTER);
}

function retry() {
  const form = document.querySelector('form[data-answer]');
  if (form) void send(form);
}

function forget(form) {
  try { localStorage.removeItem(keyOf(form)); } catch { /* nothing was kept */ }
}

const keyOf = (form) => `coachline.answer:${new URL(form.action).pathname}`;

function say(form, is, words) {
  const line = form.querySelector('.save');
  line.dataset.is = is;
  line.innerHTML = is === 'offline' ? sprite('offline') : '';
  line.append(words);
}

/** Puts an answer back into the form's fields. */
function fill(form, body) {
  for (const [name, value] of body) {
    for (const field of form.querySelectorAll(`[name="${name}"]`)) {
      if (field.type === 'radio' || field.type === 'checkbox') field.checked ||= field.value === value;
      else if (field.tagName !== 'SELECT' || [...field.options].some((option) => option.value === value)) field.value = value;
    }
  }
}

// A point of the chart is its box in the list: a press marks it, and the chart shows what is marked.
addEventListener('click', (event) => {
  const box = event.target.closest?.('form[data-answer] [data-point]') && boxOf(event.target.dataset.point);
  if (!box) return;
  box.checked = !box.checked;
  box.dispatchEvent(new Event('change', { bubbles: true }));
});
addEventListener('change', ({ target }) => {
  if (target.name !== 'points') return;
  // Some points, or none: the one takes the other back.
  if (target.checked) for (const box of target.form.elements.points) if ((box.value === 'none') !== (target.value === 'none')) box.checked = false;
  showMarks();
});
const boxOf = (point) => document.querySelector(`form[data-answer] [name="points"][value="${point}"]`);
function showMarks() {
  for (const dot of document.querySelectorAll('form[data-answer] [data-point]')) dot.classList.toggle('marked', boxOf(dot.dataset.point)?.checked === true);
}
showMarks();

// What could not be sent from this page before is sent now.
try {
  const form = document.querySelector('form[data-answer]');
  const kept = form && localStorage.getItem(keyOf(form));
  if (kept) {
    fill(form, new URLSearchParams(kept));
    showMarks();
    if (form.checkValidity()) void send(form);
  }
} catch { /* nothing readable was kept */ }
