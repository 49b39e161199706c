// A plan, and the eligibility forms, save themselves field by field: after a pause, and when a field or the page is left. What cannot be sent is kept in
// this browser until the server says that it has it. Without this file a button saves the whole section.
const PAUSE = 1_200;
const RETRY_AFTER = 15_000;
/** What may go out while a page is being left: browsers send 64 KiB then, of everything that is on its way. */
const MOST_ON_LEAVING = 16_000;

const sprite = (name) => `<svg class="pt ${name}" aria-hidden="true" viewBox="0 0 24 24"><use href="#p-${name}"/></svg>`;
const clock = () => new Date().toLocaleTimeString(document.documentElement.dataset.english ?? 'en-GB', { hour: '2-digit', minute: '2-digit' });

// What is kept on this device: by plan and field, the same in every sign-in. In a frame without storage: while the page is open.
const PREFIX = 'coachline.plan:';
const shelf = {
  get(key) { try { return JSON.parse(localStorage.getItem(PREFIX + key)); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(PREFIX + key, JSON.stringify(value)); } catch { /* full, or none here */ } },
  remove(key) { try { localStorage.removeItem(PREFIX + key); } catch { /* none here */ } },
  keys(plan) { try { return Object.keys(localStorage).filter((key) => key.startsWith(`${PREFIX}${plan}:`)).map((key) => key.slice(PREFIX.length)); } catch { return []; } },
};

async function sendAnswer(address, text, version) {
  const body = new URLSearchParams({ text, version });
  return fetch(address, { method: 'POST', body, headers: { accept: 'application/json' }, keepalive: String(body).length < MOST_ON_LEAVING });
}

// A section -----------------------------------------------------------------------
const form = document.querySelector('form[data-plan]');
const fields = form ? [...form.querySelectorAll('[data-field]')].map(openField) : [];
if (form) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    for (const field of fields) void field.save();
  });
  addEventListener('online', () => { for (const field of fields) field.retry(); });
  setInterval(() => { for (const field of fields) field.retry(); }, RETRY_AFTER);
  const leave = () => { for (const field of fields) field.leave(); };
  addEventListener('pagehide', leave);
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') leave(); });
}

function openField(block) {
  const key = block.dataset.field;
  const control = document.getElementById(key);
  const line = block.querySelector('.save');
  const address = `${form.dataset.fields}/${key}/answer`;
  const section = form.dataset.fields.split('/').at(-2);
  const shelfKey = `${form.dataset.plan}:${section}.${key}`;
  let version = Number(block.dataset.version);
  let saved = control.value;      // what the server has, as far as this page knows
  let other = null;               // what somebody else saved meanwhile; nothing is sent until a person has chosen
  let isSending = false;
  let isWaiting = false;          // for the server to be reached again
  let since = null;
  let timer;

  control.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  control.addEventListener('change', save);
  control.addEventListener('blur', save);

  // What was kept here before is shown again, and sent when nobody changed the field meanwhile.
  const kept = shelf.get(shelfKey);
  if (kept && typeof kept.text === 'string') {
    if (kept.text === control.value) shelf.remove(shelfKey);
    else if (kept.version === version) { control.value = kept.text; void save(); }
    else { const there = control.value; control.value = kept.text; differ(there, version); }
  }

  async function save() {
    clearTimeout(timer);
    const text = control.value;
    if (isSending || other !== null || text === saved) return;
    isSending = true;
    shelf.set(shelfKey, { text, version });
    say('saving', 'Saving');
    try {
      const answer = await sendAnswer(address, text, version);
      if (answer.ok) {
        ({ version } = await answer.json());
        saved = text;
        isWaiting = false;
        since = null;
        wrong(null);
        if (control.value === text) { shelf.remove(shelfKey); say('saved', `Saved ${clock()}`); }
      } else if (answer.status === 409) {
        const there = await answer.json();
        differ(there.text, there.version);
      } else if (answer.status === 422) {
        isWaiting = false;
        wrong((await answer.json()).problem);
      } else if (answer.status >= 500) wait('Coachline cannot save just now.');
      else {
        isWaiting = false;
        say('refused', 'Not saved: your visit may have ended. The text is kept on this device. Open Coachline again from your course, then this section: it is saved then.');
      }
    } catch {
      wait('No connection.');
    }
    isSending = false;
    // Typed while it was on its way, and the pause is over already.
    if (!isWaiting && other === null && control.value !== text && saved === text) timer = setTimeout(save, PAUSE);
  }

  function wait(why) {
    isWaiting = true;
    since ??= clock();
    say('offline', `${why} Kept on this device since ${since}; it is saved as soon as Coachline can be reached.`);
  }

  /** Both texts stand on the page, and the person chooses. */
  function differ(text, theirVersion) {
    other = text;
    version = theirVersion;
    isWaiting = false;
    shelf.set(shelfKey, { text: control.value, version: -1 });   // of no version: it asks again after a reload
    block.querySelector('.both')?.remove();
    const both = document.createElement('div');
    both.className = 'both';
    both.id = `${key}-both`;
    both.innerHTML = `<p class="msg">${sprite('error')}<span>Another window or device saved something else here. Yours stands above and is not saved; this is what is saved:</span></p><blockquote class="quote typed"></blockquote><p class="cluster"><button class="btn compact" type="button">Save mine</button><button class="btn compact" type="button">Use what is saved</button></p>`;
    both.querySelector('blockquote').textContent = text === '' ? 'Nothing: the field was emptied.' : text;
    const [mine, theirs] = both.querySelectorAll('button');
    mine.addEventListener('click', () => settle(text, () => { saved = text; void save(); }));
    theirs.addEventListener('click', () => settle(text, () => { control.value = text; saved = text; shelf.remove(shelfKey); say('saved', 'This is what is saved'); }));
    line.before(both);
    control.setAttribute('aria-invalid', 'true');
    describe(both.id, true);
    say('refused', 'Not saved: choose which text stays.');
  }

  function settle(text, then) {
    other = null;
    block.querySelector('.both')?.remove();
    control.setAttribute('aria-invalid', 'false');
    describe(`${key}-both`, false);
    then();
    if (control.value === text && saved === text) { shelf.remove(shelfKey); say('saved', 'This is what is saved'); }
    control.focus();
  }

  function wrong(words) {
    const id = `${key}-m`;
    document.getElementById(id)?.remove();
    control.setAttribute('aria-invalid', String(words !== null));
    describe(id, words !== null);
    if (words === null) return;
    const message = document.createElement('p');
    message.className = 'msg';
    message.id = id;
    message.innerHTML = sprite('error');
    message.append(words);
    line.before(message);
    say('refused', 'Not saved. The text is kept on this device.');
  }

  function describe(id, isThere) {
    const ids = new Set((control.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean));
    if (isThere) ids.add(id); else ids.delete(id);
    if (ids.size > 0) control.setAttribute('aria-describedby', [...ids].join(' ')); else control.removeAttribute('aria-describedby');
  }

  function say(is, words) {
    line.dataset.is = is;
    line.innerHTML = { saved: sprite('done'), offline: sprite('offline'), refused: sprite('error') }[is] ?? '';
    line.append(words);
  }

  return {
    save,
    retry() { if (isWaiting) void save(); },
    /** Perhaps nobody is there any more for the answer: the text is on the shelf then, and the next visit finds out. */
    leave() { if (other === null && control.value !== saved) { shelf.set(shelfKey, { text: control.value, version }); void save(); } },
  };
}

// The plan at a glance: what is kept here of any section is sent, or pointed at ------------------
const notice = document.querySelector('[data-kept]');
if (notice) {
  void sendKept();
  addEventListener('online', () => void sendKept());
}

async function sendKept() {
  const left = new Set();
  for (const shelfKey of shelf.keys(notice.dataset.kept)) {
    const [section, field] = shelfKey.slice(shelfKey.indexOf(':') + 1).split('.');
    const { text, version } = shelf.get(shelfKey) ?? {};
    let isKept = false;
    try {
      isKept = version >= 0 && (await sendAnswer(`${notice.dataset.address}/${section}/fields/${field}/answer`, text, version)).ok;
    } catch { /* no connection: the section says so too */ }
    if (isKept) shelf.remove(shelfKey); else left.add(section);
  }
  const list = notice.querySelector('ul');
  list.replaceChildren(...[...left].flatMap((section) => {
    const link = document.querySelector(`[data-plan-section="${CSS.escape(section)}"] a`);
    if (!link) return [];
    const item = document.createElement('li');
    item.append(link.cloneNode(true));
    return [item];
  }));
  notice.hidden = list.children.length === 0;
}

// Files: said before they are sent what is too large, and that it takes a while ------------------
const upload = document.querySelector('form[data-upload]');
if (upload) {
  const line = upload.querySelector('.save');
  const input = upload.querySelector('input[type="file"]');
  const tooLarge = () => [...input.files].filter(({ size }) => size > Number(upload.dataset.upload)).map(({ name }) => `“${name}”`);
  const tell = (is, icon, words) => { line.dataset.is = is; line.innerHTML = icon; line.append(words); };
  input.addEventListener('change', () => {
    const names = tooLarge();
    if (names.length > 0) tell('refused', sprite('error'), `Too large to be added: ${names.join(', ')}`);
    else { line.textContent = ''; delete line.dataset.is; }
  });
  upload.addEventListener('submit', (event) => {
    if (tooLarge().length > 0) { event.preventDefault(); input.focus(); return; }
    if (input.files.length > 0) tell('saving', '', 'Sending. Keep this page open.');
  });
}
