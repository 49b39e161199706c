// What is typed about an assignment is kept in this browser until the server has it: a reload, or a ward without a
// connection, loses nothing. Without this file the form is a form.
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
    set(value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full, or none here */ } },
    remove() { try { localStorage.removeItem(key); } catch { /* none here */ } },
  };
  const saved = document.getElementById('two-texts') || control.getAttribute('aria-invalid') === 'true' ? null : control.value;

  const kept = shelf.get();
  if (typeof kept?.account === 'string' && saved !== null) {
    if (kept.account === saved) shelf.remove();
    else if (kept.version === version()) {
      control.value = kept.account;
      say('offline', 'What you had typed is here again. It is not saved yet.');
    } else differ(kept.account);
  }

  control.addEventListener('input', () => {
    if (control.value === saved) shelf.remove();
    else shelf.set({ account: control.value, version: version() });
  });
  form.querySelector('[data-forget]')?.addEventListener('click', () => shelf.remove());

  form.addEventListener('submit', async (event) => {
    const { submitter } = event;
    event.preventDefault();
    const isRemoval = submitter?.hasAttribute('formaction');
    const address = isRemoval ? submitter.formAction : form.action;   // without the attribute it would be this page
    say('saving', 'Saving');
    try {
      // A redirect is the answer of what was stored; anything else is a page that says why it was not.
      const answer = await fetch(address, { method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual' });
      if (answer.type !== 'opaqueredirect') {
        await answer.text();
        return sendAsForm(address);
      }
      if (!isRemoval) shelf.remove();
      else if (control.value !== saved) shelf.set({ account: control.value, version: version() + 1 });
      location.replace(form.dataset.after);
    } catch {
      say('offline', 'No connection. Your words are kept on this device: press the button again when you are back.');
    }
  });

  function sendAsForm(address) {
    form.action = address;
    form.submit();
  }

  /** Something newer is saved than what this device kept: both are there, and nothing is thrown away unseen. */
  function differ(account) {
    const box = document.createElement('div');
    box.className = 'both';
    box.innerHTML = '<p class="msg"><span>This device has kept something that was never saved, and something else was saved since:</span></p><blockquote class="quote typed"></blockquote><p class="cluster"><button class="btn compact" type="button">Take it into the field</button><button class="btn compact" type="button">Throw it away</button></p>';
    box.querySelector('blockquote').textContent = account;
    const [take, drop] = box.querySelectorAll('button');
    take.addEventListener('click', () => { control.value = account; shelf.set({ account, version: version() }); box.remove(); control.focus(); });
    drop.addEventListener('click', () => { shelf.remove(); box.remove(); control.focus(); });
    line.before(box);
  }

  function say(is, words) {
    line.dataset.is = is;
    line.innerHTML = is === 'offline' ? '<svg class="pt offline" aria-hidden="true" viewBox="0 0 24 24"><use href="#p-offline"/></svg>' : '';
    line.append(words);
  }
}
