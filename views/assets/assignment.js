// What is typed about an assignment is kept in this browser until the server has it: a reload, or a ward without a
// connection, loses nothing. Without this file the form is a form.
/** A server that says nothing is away. */
const GIVE_UP_AFTER = 20_000;

const sprite = (name) => `<svg class="pt ${name}" aria-hidden="true" viewBox="0 0 24 24"><use href="#p-${name}"/></svg>`;

const form = document.querySelector('form[data-account]');
if (form) keepAccount();

function keepAccount() {
  const control = form.elements.namedItem('account');
  const version = () => Number(form.elements.namedItem('version').value);
  const line = form.querySelector('.save');
  const key = `coachline.assignment:${form.dataset.account}.${form.dataset.key}`;
  // In a frame without storage: while the page is open.
  const shelf = {
    get() { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set(value) { try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; } },
    remove() { try { localStorage.removeItem(key); } catch { /* none here */ } },
  };
  let saved = document.getElementById('two-texts') || control.getAttribute('aria-invalid') === 'true' ? null : control.value;
  let sent = null;       // what was sent last: words that follow it are no other window's, whatever became of the answer
  let isSending = false;
  let isKept = false;    // on this device, and not on this page alone

  const kept = shelf.get();
  if (typeof kept?.account === 'string' && saved !== null) {
    if (kept.account === saved) shelf.remove();
    else if (kept.version === version() || isSame(kept.sent, saved)) {
      control.value = kept.account;
      keep();
      say('offline', 'What you had typed is here again. It is not saved yet.');
    } else differ(kept.account);
  }

  control.addEventListener('input', () => {
    if (control.value === saved && !isSending) shelf.remove();
    else keep();
  });
  form.querySelector('[data-forget]')?.addEventListener('click', () => shelf.remove());

  addEventListener('pageshow', () => { control.readOnly = false; });   // also one that comes back from the browser's own memory

  form.addEventListener('submit', async (event) => {
    const { submitter } = event;
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    const isRemoval = submitter?.hasAttribute('formaction');
    const address = isRemoval ? submitter.formAction : form.action;   // without the attribute it would be this page
    sent = control.value;
    keep();
    say('saving', 'Saving');
    try {
      // A redirect is the answer of what was stored; anything else is a page that says why it was not.
      const answer = await fetch(address, { method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual', signal: AbortSignal.timeout(GIVE_UP_AFTER) });
      if (answer.type === 'opaqueredirect') {
        if (control.value !== sent) await goOn(isRemoval);
        else {
          shelf.remove();
          leave(() => location.replace(form.dataset.after));
        }
      } else if (answer.status === 409 || answer.status === 422) {
        await answer.text();
        leave(() => sendAsForm(address));   // the page of the answer shows what was written
      } else refuse(answer.status);
    } catch {
      say('offline', isKept ? 'No connection. Your words are kept on this device: press the button again when you are back.' : 'No connection. Your words are kept on this page: leave it open, and press the button again when you are back.');
    }
    isSending = false;
  });

  function keep() {
    isKept = shelf.set({ account: control.value, version: version(), sent });
  }

  /** Nobody types into a page that is on its way out. */
  function leave(go) {
    control.readOnly = true;
    go();
  }

  function sendAsForm(address) {
    form.action = address;
    form.submit();
  }

  /** The server's own page of it would take the place of this one, and in a frame without storage of the words. */
  function refuse(status) {
    if (status === 429 || status >= 500) say('offline', `Not saved: Coachline cannot save just now. Your words are kept on this ${isKept ? 'device' : 'page: leave it open'}. Press the button again in a minute.`);
    else say('refused', `Not saved: your visit may have ended. Your words are kept ${isKept ? 'on this device. Open the assignment again from your course: they are here then, to be saved.' : 'on this page. Copy them, and open the assignment again from your course.'}`);
  }

  /** Typed while the rest was on its way: the page stays with its words, and learns from the server's what is saved by now. */
  async function goOn(isRemoval) {
    keep();
    try {
      const answer = await fetch(form.dataset.after, { signal: AbortSignal.timeout(GIVE_UP_AFTER) });
      const there = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('form[data-account]');
      // Where another window was quicker the version stays, so that the next press shows both texts.
      if (there && isSame(there.elements.namedItem('account').value, sent)) takeOver(there);
    } catch { /* the next press shows both texts */ }
    say('offline', isRemoval ? `Taken back. What you typed since is not saved yet: it is kept on this ${isKept ? 'device' : 'page'}.` : 'Saved, but without what you typed since: press the button again to save that too.');
  }

  function takeOver(there) {
    saved = there.elements.namedItem('account').value;
    form.elements.namedItem('version').value = there.elements.namedItem('version').value;
    form.querySelector('.state').replaceWith(there.querySelector('.state'));
    const choice = document.getElementById('two-texts');
    (choice ?? form.querySelector(':scope > .cluster')).replaceWith(there.querySelector(':scope > .cluster'));
    for (const told of document.querySelectorAll('.notice.error[role="alert"], #account-m')) told.remove();
    control.setAttribute('aria-invalid', 'false');
    control.setAttribute('aria-describedby', 'account-hint');
    keep();
  }

  /** The server takes away the blanks around an account. */
  function isSame(one, other) {
    return typeof one === 'string' && one.trim() === other.trim();
  }

  /** Something newer is saved than what this device kept: both are there, and nothing is thrown away unseen. */
  function differ(account) {
    const box = document.createElement('div');
    box.className = 'both';
    box.innerHTML = '<p class="msg"><span>This device has kept something that was never saved, and something else was saved since:</span></p><blockquote class="quote typed"></blockquote><p class="cluster"><button class="btn compact" type="button">Take it into the field</button><button class="btn compact" type="button">Throw it away</button></p>';
    box.querySelector('blockquote').textContent = account;
    const [take, drop] = box.querySelectorAll('button');
    take.addEventListener('click', () => { control.value = account; keep(); box.remove(); control.focus(); });
    drop.addEventListener('click', () => { shelf.remove(); box.remove(); control.focus(); });
    line.before(box);
  }

  function say(is, words) {
    line.dataset.is = is;
    line.innerHTML = is === 'offline' ? sprite('offline') : is === 'refused' ? sprite('error') : '';
    line.append(words);
  }
}
