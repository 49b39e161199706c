// Names after an @: while one is typed, the people that it may mean stand under the field, to be chosen by pointer or by
// Tab and Enter. Without this file the list of people does, and a name that is written out is found when it is posted.
const MOST = 5;
const form = document.querySelector('form[data-post]');
if (form) {
  const text = form.elements.namedItem('text');
  const people = [...form.querySelectorAll('input[name="mention"]')];
  const place = form.querySelector('[data-suggestions]');
  const status = place.querySelector('[role="status"]');

  for (const moved of ['input', 'keyup', 'click']) text.addEventListener(moved, suggest);
  place.addEventListener('keydown', ({ key }) => { if (key === 'Escape') { show([]); text.focus(); } });

  // What cannot be sent now stays in the field; the browser's own error page would put it out of sight.
  form.addEventListener('submit', (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    const line = form.querySelector('.save');
    line.dataset.is = 'offline';
    line.innerHTML = '<svg class="pt offline" aria-hidden="true" viewBox="0 0 24 24"><use href="#p-offline"/></svg>';
    line.append('No connection. Your words stay here: post them when you are back.');
  });

  function suggest() {
    const typed = /(?:^|[^\p{L}\p{N}.])@([\p{L}][^\n@]{0,40})$/u.exec(text.value.slice(0, text.selectionStart))?.[1];
    if (typed === undefined) return show([]);
    const start = typed.toLowerCase();
    const isMeant = ({ dataset: { name, short } }) => name.toLowerCase() !== start && [name, short, ...name.split(' ')].some((part) => part.toLowerCase().startsWith(start));
    show(people.filter(isMeant).slice(0, MOST), typed.length);
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
    show([]);
    text.focus();
  }
}
