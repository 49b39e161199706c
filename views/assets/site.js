// Small helpers of every page. Each page reads and works without this file.
const root = document.documentElement;

// Appearance: shown at once, remembered by the server. Without this file the buttons submit their form.
for (const form of document.querySelectorAll('form[data-appearance]')) {
  form.addEventListener('submit', (event) => {
    const chosen = event.submitter;
    if (!chosen) return;
    event.preventDefault();
    if (chosen.value === 'auto') delete root.dataset.theme; else root.dataset.theme = chosen.value;
    for (const button of form.querySelectorAll('button')) button.setAttribute('aria-pressed', String(button === chosen));
    document.querySelector('meta[name="color-scheme"]').content = chosen.value === 'auto' ? 'light dark' : chosen.value;
    fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form, chosen)), redirect: 'manual', keepalive: true }).catch(() => {});
  });
}

// Printing needs a script, so its button is only there when scripts are.
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}

// A moment in the reader's own zone, where that differs from the zone the page names. Its place is kept free.
for (const place of document.querySelectorAll('[data-your-time]')) {
  const moment = new Date(place.dataset.yourTime);
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const words = (timeZone) => moment.toLocaleString(root.dataset.english ?? 'en-GB', { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit', timeZone });
  try {
    if (own && words(own) !== words(place.dataset.zone)) place.textContent = `Your time: ${words(own)} (${own.split('/').pop().replaceAll('_', ' ')}).`;
  } catch { /* a zone this browser does not know */ }
}

// The reader's own time zone is the likely one of a new cohort, until somebody chooses.
for (const select of document.querySelectorAll('select[data-own-zone]')) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (own && [...select.options].some((option) => option.value === own)) select.value = own;
}

// A form that was not saved says so at the top; the keyboard starts there.
document.querySelector('.notice[role="alert"][tabindex]')?.focus();

// Course code and the like: one press copies.
for (const button of document.querySelectorAll('[data-copy]')) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = 'Copied';
    } catch {
      button.textContent = 'Select it and copy by hand';   // some platforms forbid it in their frames
    }
  });
}
