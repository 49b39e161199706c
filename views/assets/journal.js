// An entry saves itself: after a pause, and when the field or the page is left. What cannot be sent is kept in this
// browser until the server says that it has it. Without this file a button saves it.
const PAUSE = 1_200;
const RETRY_AFTER = 15_000;
/** What may go out while a page is being left: browsers send 64 KiB then. */
const MOST_ON_LEAVING = 60_000;

const sprite = (name) => `<svg class="pt ${name}" aria-hidden="true" viewBox="0 0 24 24"><use href="#p-${name}"/></svg>`;
const clock = () => new Date().toLocaleTimeString(document.documentElement.dataset.english ?? 'en-GB', { hour: '2-digit', minute: '2-digit' });

// What is kept on this device: by journal and week, the same in every sign-in. In a frame without storage: while the page is open.
const PREFIX = 'coachline.journal:';
const shelf = {
  get(key) { try { return JSON.parse(localStorage.getItem(PREFIX + key)); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(PREFIX + key, JSON.stringify(value)); } catch { /* full, or none here */ } },
  remove(key) { try { localStorage.removeItem(PREFIX + key); } catch { /* none here */ } },
  keys(mark) { try { return Object.keys(localStorage).filter((key) => key.startsWith(`${PREFIX}${mark}.`)).map((key) => key.slice(PREFIX.length)); } catch { return []; } },
};

async function sendEntry(address, text, version) {
  const body = new URLSearchParams({ text, version });
  return fetch(address, { method: 'POST', body, headers: { accept: 'application/json' }, redirect: 'manual', keepalive: String(body).length < MOST_ON_LEAVING });
}

// An entry ---------------------------------------------------------------------------
const form = document.querySelector('form[data-journal]');
if (form) openEntry();

function openEntry() {
  const control = form.elements.namedItem('text');
  const versionField = form.elements.namedItem('version');
  const line = form.querySelector('.save');
  const shelfKey = `${form.dataset.journal}.${form.dataset.week}`;
  const address = form.getAttribute('action');
  // What the server has, as far as this page knows. A page that shows a conflict has not saved what stands in the field.
  let saved = document.getElementById('two-texts') || control.getAttribute('aria-invalid') === 'true' ? null : control.value;
  let theirs = null;          // what somebody else saved meanwhile: { text, version }; nothing is sent until a person has chosen
  let isSending = false;
  let isWaiting = false;      // for the server to be reached again
  let since = null;
  let timer;
  const version = () => Number(versionField.value);

  control.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(save, PAUSE); });
  control.addEventListener('change', save);
  form.addEventListener('submit', (event) => {
    // Sharing goes by a page of its own, with the words in the field; on this device they are kept until it has arrived.
    if (event.submitter?.hasAttribute('formaction')) {
      clearTimeout(timer);
      if (control.value !== saved) shelf.set(shelfKey, { text: control.value, version: version() });
      saved = control.value;
    } else if (saved !== null) {
      event.preventDefault();
      if (theirs) say('refused', 'Not saved: choose which text stays.');
      else if (control.value === saved) say('saved', 'Everything is saved.');
      else void save();
    }
  });
  // A conflict that the server's page shows: what is saved was chosen, so nothing is kept here any more.
  form.querySelector('.both a')?.addEventListener('click', () => shelf.remove(shelfKey));
  addEventListener('online', retry);
  setInterval(retry, RETRY_AFTER);
  addEventListener('pagehide', leave);
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') leave(); });

  // What was kept here before is shown again, and sent when nobody changed the entry meanwhile.
  const kept = shelf.get(shelfKey);
  if (kept && typeof kept.text === 'string' && saved !== null) {
    if (kept.text === control.value) shelf.remove(shelfKey);
    else if (kept.version === version()) { control.value = kept.text; void save(); }
    else { const there = control.value; control.value = kept.text; differ(there, version()); }
  }

  async function save() {
    clearTimeout(timer);
    const text = control.value;
    if (saved === null || isSending || theirs || text === saved) return;
    isSending = true;
    shelf.set(shelfKey, { text, version: version() });
    say('saving', 'Saving');
    try {
      const answer = await sendEntry(address, text, version());
      const isOurs = (answer.headers.get('content-type') ?? '').startsWith('application/json');
      if (answer.ok && isOurs) {
        versionField.value = (await answer.json()).version;
        saved = text;
        isWaiting = false;
        since = null;
        wrong(null);
        if (control.value === text) { shelf.remove(shelfKey); say('saved', `Saved ${clock()}`); }
      } else if (answer.status === 409 && isOurs) {
        const there = await answer.json();
        differ(there.text, there.version);
      } else if (answer.status === 422 && isOurs) {
        isWaiting = false;
        wrong((await answer.json()).problem);
      } else if (answer.status >= 500 || answer.status === 429) wait('Coachline cannot save just now.');
      else {
        isWaiting = false;
        say('refused', 'Not saved: your visit may have ended. The text is kept on this device. Open your journal again from your course: it is saved then.');
      }
    } catch {
      wait('No connection.');
    }
    isSending = false;
    // Typed while it was on its way, and the pause is over already.
    if (!isWaiting && !theirs && control.value !== text && saved === text) timer = setTimeout(save, PAUSE);
  }

  function retry() { if (isWaiting) void save(); }

  /** Perhaps nobody is there any more for the answer: the text is on the shelf then, and the next visit finds out. */
  function leave() {
    if (saved === null || theirs || control.value === saved) return;
    shelf.set(shelfKey, { text: control.value, version: version() });
    void save();
  }

  function wait(why) {
    isWaiting = true;
    since ??= clock();
    say('offline', `${why} Kept on this device since ${since}; it is saved as soon as Coachline can be reached.`);
  }

  /** Both texts stand on the page, and the person chooses. */
  function differ(text, theirVersion) {
    theirs = { text, version: theirVersion };
    isWaiting = false;
    shelf.set(shelfKey, { text: control.value, version: -1 });   // of no version: it asks again after a reload
    form.querySelector('.both')?.remove();
    const both = document.createElement('div');
    both.className = 'both';
    both.id = 'two-texts';
    both.innerHTML = `<p class="msg">${sprite('error')}<span>Another window or device saved something else here. Yours stands above and is not saved; this is what is saved:</span></p><blockquote class="quote typed"></blockquote><p class="cluster"><button class="btn compact" type="button">Save mine</button><button class="btn compact" type="button">Use what is saved</button></p>`;
    both.querySelector('blockquote').textContent = text === '' ? 'Nothing: the entry was emptied.' : text;
    const [mine, other] = both.querySelectorAll('button');
    mine.addEventListener('click', () => settle(control.value));
    other.addEventListener('click', () => settle(text));
    line.before(both);
    describe(both.id, true);
    say('refused', 'Not saved: choose which text stays.');
  }

  function settle(chosen) {
    saved = theirs.text;
    versionField.value = theirs.version;
    theirs = null;
    form.querySelector('.both')?.remove();
    describe('two-texts', false);
    control.value = chosen;
    if (chosen === saved) { shelf.remove(shelfKey); say('saved', 'This is what is saved'); } else void save();
    control.focus();
  }

  function wrong(words) {
    document.getElementById('text-m')?.remove();
    describe('text-m', words !== null);
    if (words === null) return;
    const message = document.createElement('p');
    message.className = 'msg';
    message.id = 'text-m';
    message.innerHTML = sprite('error');
    message.append(words);
    line.before(message);
    say('refused', 'Not saved. The text is kept on this device.');
  }

  function describe(id, isThere) {
    const ids = new Set((control.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean));
    if (isThere) ids.add(id); else ids.delete(id);
    control.setAttribute('aria-invalid', String(ids.size > 0));
    if (ids.size > 0) control.setAttribute('aria-describedby', [...ids].join(' ')); else control.removeAttribute('aria-describedby');
  }

  function say(is, words) {
    line.dataset.is = is;
    line.innerHTML = { saved: sprite('done'), offline: sprite('offline'), refused: sprite('error') }[is] ?? '';
    line.append(words);
  }
}

// The whole journal: what is kept here of any week is sent, or pointed at -------------------------
const notice = document.querySelector('[data-kept]');
if (notice) {
  void sendKept();
  addEventListener('online', () => void sendKept());
}

async function sendKept() {
  const left = [];
  for (const shelfKey of shelf.keys(notice.dataset.kept)) {
    const week = shelfKey.slice(shelfKey.lastIndexOf('.') + 1);
    const { text, version } = shelf.get(shelfKey) ?? {};
    let isSaved = false;
    try {
      const answer = version >= 0 ? await sendEntry(`${notice.dataset.address}/${week}/entry`, text, version) : null;
      isSaved = answer?.ok === true && (answer.headers.get('content-type') ?? '').startsWith('application/json');
    } catch { /* no connection: the entry says so too */ }
    if (isSaved) shelf.remove(shelfKey); else left.push(week);
  }
  const links = left.flatMap((week) => {
    const link = document.querySelector(`[data-week="${CSS.escape(week)}"] a`);
    if (!link) return [];
    const copy = document.createElement('a');
    copy.href = link.href;
    copy.textContent = `Week ${week}`;
    return [copy];
  });
  notice.querySelector('[data-weeks]').replaceChildren(...links.flatMap((link, index) => (index === 0 ? [link] : [', ', link])));
  notice.hidden = links.length === 0;
}
