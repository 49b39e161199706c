// Asks the LMS to close this frame or window (LTI Dynamic Registration 1.0, 3.7): to its exact origins, never to '*'.
const PATIENCE = 1_500;

const page = document.querySelector('[data-registration]');
const words = page.querySelector('[data-words]');
const { origins, closesByItself } = JSON.parse(page.dataset.registration);
const openers = [window.opener, parent === window ? null : parent].filter((other) => other !== null);

if (openers.length > 0) {
  page.querySelector('[data-button]').hidden = false;
  page.querySelector('[data-close]').addEventListener('click', askToClose);
  if (closesByItself) askToClose();
}

function askToClose() {
  for (const other of openers) {
    for (const origin of originsOf(other)) other.postMessage({ subject: 'org.imsglobal.lti.close' }, origin);
  }
  words.textContent = 'Going back to your LMS.';
  setTimeout(() => { words.textContent = 'Your LMS did not close this page. You can close it yourself: all is done.'; }, PATIENCE);
}

/** Where the browser tells whose frame we are in, only that one is spoken to; a message to any other is not delivered. */
function originsOf(other) {
  const [framing] = other === parent ? location.ancestorOrigins ?? [] : [];
  return framing === undefined ? origins : origins.filter((origin) => origin === framing);
}
