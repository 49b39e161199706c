// One press is enough: the LMS may take a while to answer, and a second press would only be refused.
const form = document.querySelector('[data-registration]');
form.addEventListener('submit', () => {
  form.querySelector('[data-connect]').disabled = true;
  form.querySelector('[data-words]').textContent = 'Connecting. Your LMS may take a few seconds to answer.';
});
// Back to this page from the browser's own memory: the button works again.
addEventListener('pageshow', () => { form.querySelector('[data-connect]').disabled = false; });
