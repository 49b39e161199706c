// When the door of an online workshop opens while the page is there, its button comes by itself. Without this file one
// opens the page again at the time it names.
const LONGEST = 24 * 3_600_000;   // a timer holds no more than 24 days, and nobody keeps a page that long
const AGAIN = 15_000;

for (const day of document.querySelectorAll('[data-door]')) {
  const wait = Date.parse(day.dataset.door) - Date.now();
  if (wait < LONGEST) setTimeout(openDoor, Math.max(0, wait) + 1_000, day, 20);
}

/** Asks for the page anew until it holds the button: this device's clock may be ahead of the server's. */
async function openDoor(day, tries) {
  try {
    const answer = await fetch(location.href, { cache: 'no-store' });
    if (!answer.ok) return;
    const there = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById(day.id);
    const button = there?.querySelector('[data-join]');
    if (button) {
      const place = day.querySelector('[data-place]');
      place.textContent = there.querySelector('[data-place]').textContent;   // it has the role of a status: told aloud
      place.closest('p').after(button);
      return;
    }
    if (!there?.matches('[data-door]')) return;
  } catch { /* no connection just now */ }
  if (tries > 0) setTimeout(openDoor, AGAIN, day, tries - 1);
}
