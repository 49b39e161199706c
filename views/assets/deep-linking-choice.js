// The chooser: finds while one types, counts what is chosen, and sends once. Without this file the form does all of it.
const form = document.querySelector('[data-choice]');
const search = form.querySelector('[data-search]');
const found = form.querySelector('[data-found]');
const count = form.querySelector('[data-count]');
const things = [...form.querySelectorAll('[data-words]')];
const all = things.length;
let isSent = false;

// A page that was searched without a script holds less than everything: then the button stays, which asks the server.
if (search.value === '') {
  search.addEventListener('input', filter);
  search.addEventListener('keydown', (event) => { if (event.key === 'Enter') event.preventDefault(); });
}

form.addEventListener('change', tally);
tally();

// A second press would find the request answered, and the first answer would be lost on its way.
for (const each of document.querySelectorAll('form[data-choice], #cancel')) {
  each.addEventListener('submit', (event) => {
    if (event.submitter?.formMethod === 'get') return;
    if (isSent) event.preventDefault();
    isSent = true;
  });
}
addEventListener('pageshow', () => { isSent = false; });

function filter() {
  let matches = 0;
  for (const thing of things) {
    const isMatch = isFound(thing.dataset.words, search.value);
    if (isMatch) matches += 1;
    thing.hidden = !isMatch && !thing.querySelector('input').checked;
  }
  for (const group of form.querySelectorAll('[data-group]')) group.hidden = !group.querySelector('[data-words]:not([hidden])');
  if (search.value.trim() === '') found.textContent = '';
  else if (matches === 0) found.textContent = `Nothing matches “${search.value.trim()}”. Try fewer words, or empty the search.`;
  else found.textContent = `${matches} of ${all} match.`;
}

/** As server/domain/content-items.ts does: every word, and a number only as a whole. */
function isFound(words, text) {
  const numbers = new Set(words.match(/\d+/g));
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim().split(/\s+/).every((word) => (/^\d+$/.test(word) ? numbers.has(word) : words.includes(word)));
}

function tally() {
  const chosen = things.filter((thing) => thing.querySelector('input').checked).length;
  count.textContent = chosen === 0 ? 'Nothing chosen yet' : chosen === 1 ? 'One chosen' : `${chosen} chosen`;
}
