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
  try { localStorage.setItem(keyOf(form), body.get('choice')); } catch { /* a frame without storage: kept while the page is open */ }
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

// What could not be sent from this page before is sent now.
try {
  const form = document.querySelector('form[data-answer]');
  const kept = form && localStorage.getItem(keyOf(form));
  const choice = kept && [...form.elements.choice].find(({ value }) => value === kept);
  if (choice) {
    choice.checked = true;
    void send(form);
  }
} catch { /* nothing readable was kept */ }
