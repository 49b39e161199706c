// A post is kept in this browser from its first letter until the server has said that it has it, and sent again until
// then; its form has a key, so that it stands there once. Names after an @ can be chosen while they are typed. Without
// this file the form posts itself, and the list of people does.
const RETRY_AFTER = 15_000;
/** A server that takes a post and says nothing is asked again, like one that is away. */
const GIVE_UP_AFTER = 20_000;
/** What may go out while a page is being left: browsers send 64 KiB then. */
const MOST_ON_LEAVING = 60_000;
const MOST_SUGGESTED = 5;

const sprite = (name) => `<svg class="pt ${name}" aria-hidden="true" viewBox="0 0 24 24"><use href="#p-${name}"/></svg>`;
const clock = () => new Date().toLocaleTimeString(document.documentElement.dataset.english ?? 'en-GB', { hour: '2-digit', minute: '2-digit' });

// What is kept on this device: by its writer, the place that it goes to and the key of its form, the same in every sign-in.
// `sends`: somebody has pressed Post; `tried`: it was sent under its key at least once. Another window may
// have changed what is kept, or have taken it up: a page takes away and writes over only the words that it wrote or read
// there itself. In a frame without storage nothing is kept but what stands on the open page.
const PREFIX = 'coachline.discussion:';
const shelf = {
  set({ mark, place, key }, entry) { try { localStorage.setItem(`${PREFIX}${mark} ${place} ${key}`, JSON.stringify(entry)); return true; } catch { return false; } },
  text({ mark, place, key }) { try { return JSON.parse(localStorage.getItem(`${PREFIX}${mark} ${place} ${key}`))?.text ?? null; } catch { return null; } },
  remove({ mark, place, key }, text) {
    if (shelf.text({ mark, place, key }) !== text) return false;
    try { localStorage.removeItem(`${PREFIX}${mark} ${place} ${key}`); return true; } catch { return false; }
  },
  list(mark) {
    try {
      return Object.keys(localStorage).filter((name) => name.startsWith(`${PREFIX}${mark} `)).map((name) => {
        const [, place, key] = name.slice(PREFIX.length).split(' ');
        return { text: '', mention: [], label: place, ...JSON.parse(localStorage.getItem(name)), mark, place, key };
      });
    } catch { return []; }
  },
};

/** An answer of ours, read, or null when it was not ours: a visit that has ended, a proxy that speaks for a server that is away. */
async function send(address, { text, key, mention }) {
  const fields = new URLSearchParams([['text', text], ...(key ? [['key', key]] : []), ...mention.map((id) => ['mention', id])]);
  const answer = await fetch(address, { method: 'POST', body: fields, headers: { accept: 'application/json' }, redirect: 'manual', keepalive: String(fields).length < MOST_ON_LEAVING, signal: AbortSignal.timeout(GIVE_UP_AFTER) });
  const isOurs = (answer.headers.get('content-type') ?? '').startsWith('application/json');
  const body = await answer.text();
  return { ok: answer.ok && isOurs, isAway: answer.status >= 500 || answer.status === 429, told: isOurs ? JSON.parse(body) : null };
}

// The form of a post --------------------------------------------------------------
const form = document.querySelector('form[data-post]');
if (form) openForm();
if (form?.querySelector('[data-suggestions]')) openSuggestions();

function openForm() {
  const { kept: mark } = form.dataset;
  const text = form.elements.namedItem('text');
  const keyField = form.elements.namedItem('key');
  const people = [...form.querySelectorAll('input[name="mention"]')];
  const line = form.querySelector('.save');
  const [button, change] = form.querySelectorAll('button.main, button[data-change]');
  let { place } = form.dataset;
  let isSending = false;
  let isWaiting = false;      // for the server to be reached again
  let isKept = false;         // on this device, and not on this page alone
  let written = null;         // the words that this page kept last, or took up
  let isTried = false;        // sent under the key that the form has now
  let since = null;
  const where = () => ({ mark, place, key: keyField?.value });
  const typed = () => ({ text: text.value, key: keyField?.value, mention: people.filter(({ checked }) => checked).map(({ value }) => value) });

  form.addEventListener('input', () => keep(false));
  form.addEventListener('submit', (event) => { event.preventDefault(); void post(); });
  change.addEventListener('click', () => {
    release();
    keep(false);
    say('', 'Not posted yet. Change it, then post it.');
    text.focus();
  });
  addEventListener('online', retry);
  setInterval(retry, RETRY_AFTER);

  // What was kept here before is shown again, and sent where somebody had pressed Post. A page that shows why a post was refused has its words.
  const [before] = mark && text.value === '' ? shelf.list(mark).filter((entry) => isOfThisPage(entry)).toSorted((a, b) => Number(b.sends === true) - Number(a.sends === true)) : [];
  if (before) {
    text.value = before.text;
    for (const box of people) box.checked = before.mention.includes(box.value);
    const list = form.querySelector('details');
    if (list && before.mention.length > 0) list.open = true;
    // What may have arrived already goes under its key, so that it stands there once. Any other draft moves to the key of
    // this page: the window that it was typed in may be open yet, and has its own.
    if (before.place === place && (before.sends || before.tried || before.key === keyField.value)) {
      keyField.value = before.key;
      written = before.text;
      isTried = before.sends === true || before.tried === true;
      isKept = true;
    } else {
      keep(false);
      if (isKept) shelf.remove(before, before.text);
    }
    if (before.sends && before.place === place) void post();
    else say('offline', 'You wrote this before and did not post it. It is kept on this device until you do, or empty the field.');
  }

  /** Its own; and a reply to a post that was taken away, which has no page of its own any more. */
  function isOfThisPage(entry) {
    if (entry.place === place) return true;
    const [, week, id] = /^(weeks\/\d+\/posts)\/([\w-]+)\/replies$/.exec(entry.place) ?? [];
    const post = week === place ? document.getElementById(`post-${id}`) : null;
    return post !== null && !post.querySelector('a[href$="/replies"]');
  }

  function keep(sends) {
    if (!mark) return;
    const there = shelf.text(where());
    if (there !== null && there !== written && there !== text.value) isKept = false;   // another window's by now
    else if (text.value === '' && !sends) forget();
    else {
      isKept = shelf.set(where(), { text: text.value, mention: typed().mention, sends, tried: isTried, label: form.dataset.label });
      written = text.value;
    }
  }

  function forget() {
    if (mark) shelf.remove(where(), written);
    written = null;
  }

  async function post() {
    if (isSending) return;
    isSending = true;
    change.disabled = true;
    isTried = true;
    hold();
    keep(true);
    say('saving', 'Sending');
    try {
      const { ok, isAway, told } = await send(form.action, typed());
      if (ok) return arrive(told);
      if (told?.problem) refuse(told);
      else if (isAway) wait('Coachline cannot take it just now.');
      else {
        release();
        say('refused', `Not posted: your visit may have ended. Your words are kept ${isKept ? 'on this device. Open the discussion again from your course: they are posted then.' : 'on this page. Copy them, and open the discussion again from your course.'}`);
      }
    } catch {
      wait('No connection.');
    }
    isSending = false;
  }

  function retry() { if (isWaiting) void post(); }

  /** It stands there: nothing is kept any more, and the page is read anew, at the post. */
  function arrive({ address, key }) {
    forget();
    if (keyField) {
      keyField.value = key;   // a page that comes back from the browser's own memory begins anew
      text.value = '';
      for (const box of people) box.checked = false;
    }
    say('saved', 'Posted');
    const to = new URL(address, location.href);
    if (to.pathname !== location.pathname || to.search !== location.search) return location.assign(to);
    history.scrollRestoration = 'manual';
    history.replaceState(null, '', to);
    location.reload();
  }

  function refuse({ problem, key, place: other }) {
    release();
    forget();
    isTried = false;
    if (keyField) keyField.value = key;
    if (other) {
      form.action = form.action.slice(0, form.action.indexOf('/discussion/') + '/discussion/'.length) + other;
      place = other;
      button.textContent = 'Post it on its own';
    }
    keep(false);
    wrong(problem);
    say('refused', `Not posted.${isKept && text.value !== '' ? ' Your words are kept on this device.' : ''}`);
    text.focus();
  }

  function wait(why) {
    isWaiting = true;
    since ??= clock();
    change.hidden = false;
    change.disabled = false;
    button.removeAttribute('aria-disabled');   // to try at once
    say('offline', `${why} Kept on this ${isKept ? 'device' : 'page'} since ${since}; it is posted as soon as Coachline can be reached.`);
  }

  /** While it is on its way nobody changes it: what arrives is what stands there. */
  function hold() {
    text.readOnly = true;
    for (const box of people) box.disabled = true;
    button.setAttribute('aria-disabled', 'true');
    wrong(null);
  }

  function release() {
    isWaiting = false;
    since = null;
    change.hidden = true;
    text.readOnly = false;
    for (const box of people) box.disabled = false;
    button.removeAttribute('aria-disabled');
  }

  function wrong(words) {
    document.getElementById('text-m')?.remove();
    const ids = (text.getAttribute('aria-describedby') ?? '').split(' ').filter((id) => id !== '' && id !== 'text-m');
    if (words !== null) ids.push('text-m');
    if (ids.length > 0) text.setAttribute('aria-describedby', ids.join(' ')); else text.removeAttribute('aria-describedby');
    text.setAttribute('aria-invalid', String(words !== null));
    if (words === null) return;
    const message = document.createElement('p');
    message.className = 'msg';
    message.id = 'text-m';
    message.innerHTML = sprite('error');
    const span = document.createElement('span');
    span.textContent = words;
    message.append(span);
    text.after(message);
  }

  function say(is, words) {
    line.dataset.is = is;
    line.innerHTML = { saved: sprite('done'), offline: sprite('offline'), refused: sprite('error') }[is] ?? '';
    const span = document.createElement('span');
    span.textContent = words;
    line.append(span);
  }
}

// After a post the page was read anew, and browsers would show the place where it was left.
if (history.scrollRestoration === 'manual') {
  history.scrollRestoration = 'auto';
  addEventListener('load', () => { const post = document.getElementById(location.hash.slice(1)); post?.scrollIntoView(); post?.focus(); });
}

// What is kept here of other places: sent where somebody had pressed Post, or pointed at --------------------
const notice = document.querySelector('[data-kept-posts]');
if (notice) {
  void sendKept();
  addEventListener('online', () => void sendKept());
}

async function sendKept() {
  const { keptPosts: mark, address } = notice.dataset;
  const posted = [];
  const left = [];
  for (const entry of shelf.list(mark)) {
    if (entry.place === form?.dataset.place) continue;
    let told = null;
    try {
      if (entry.sends) {
        const answer = await send(`${address}/${entry.place}`, entry);
        told = answer.told;
        if (answer.ok) { shelf.remove(entry, entry.text); posted.push([entry.label, told.address]); continue; }
      }
    } catch { /* no connection: its page says so too */ }
    if (told?.problem && shelf.remove(entry, entry.text)) {
      // Refused: it waits for its writer, where the words can still go.
      entry.place = told.place ?? entry.place;
      entry.key = told.key;
      shelf.set(entry, { text: entry.text, mention: entry.mention, sends: false, label: entry.label });
    }
    left.push([entry.label, entry.place.endsWith('/replies') ? `${address}/${entry.place}` : `${address}/${entry.place.replace(/\/posts$/, '#write')}`]);
  }
  list('[data-posted]', posted);
  list('[data-left]', left);
  notice.hidden = posted.length + left.length === 0;
}

function list(selector, links) {
  const part = notice.querySelector(selector);
  part.hidden = links.length === 0;
  part.querySelector('span').replaceChildren(...links.flatMap(([label, href], index) => {
    const link = document.createElement('a');
    Object.assign(link, { href, textContent: label });
    return index === 0 ? [link] : [', ', link];
  }));
}

// Names after an @ -------------------------------------------------------------------
function openSuggestions() {
  const text = form.elements.namedItem('text');
  const people = [...form.querySelectorAll('input[name="mention"]')];
  const place = form.querySelector('[data-suggestions]');
  const status = place.querySelector('[role="status"]');

  for (const moved of ['input', 'keyup', 'click']) text.addEventListener(moved, suggest);
  place.addEventListener('keydown', ({ key }) => { if (key === 'Escape') { show([]); text.focus(); } });

  function suggest() {
    const typed = text.readOnly ? undefined : /(?:^|[^\p{L}\p{N}.])@([\p{L}][^\n@]{0,40})$/u.exec(text.value.slice(0, text.selectionStart))?.[1];
    if (typed === undefined) return show([]);
    const start = typed.toLowerCase();
    const isMeant = ({ dataset: { name, short } }) => name.toLowerCase() !== start && [name, short, ...name.split(' ')].some((part) => part.toLowerCase().startsWith(start));
    show(people.filter(isMeant).slice(0, MOST_SUGGESTED), typed.length);
  }

  function show(found, length) {
    for (const button of place.querySelectorAll('button')) button.remove();
    status.textContent = found.length === 0 ? '' : found.length === 1 ? 'One person: press Tab to choose.' : `${found.length} people: press Tab to choose.`;
    for (const box of found) {
      const button = document.createElement('button');
      Object.assign(button, { type: 'button', className: 'btn compact', textContent: box.dataset.name });
      button.addEventListener('click', () => choose(box, length));
      place.append(button);
    }
  }

  function choose(box, length) {
    const end = text.selectionStart;
    box.checked = true;
    text.setRangeText(`${box.dataset.name} `, end - length, end, 'end');
    text.dispatchEvent(new Event('input', { bubbles: true }));
    show([]);
    text.focus();
  }
}
