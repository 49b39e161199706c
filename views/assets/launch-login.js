// A login inside a frame: keeps the secret in the platform, tries whether a cookie is kept, and goes on by itself.
// LTI Client-Side postMessages 1.0 and LTI Platform Storage 0.1: https://www.imsglobal.org/spec/lti-pm-s/v0p1
const PATIENCE = 2_000;
const PARENT_AFTER = 700;

const page = document.querySelector('[data-launch]');
const { authenticationUrl, storage } = JSON.parse(page.dataset.launch);

void main();

async function main() {
  const keepsCookie = tryCookie();
  const stored = storage !== null && await storeInPlatform(storage);
  if (keepsCookie || stored) location.replace(authenticationUrl);
  else offerWindow();
}

/** Whether this frame keeps a partitioned cookie; the real one is HttpOnly and cannot be seen from here. */
function tryCookie() {
  const name = '__Host-keeps';
  const attributes = '; Path=/; Secure; SameSite=None; Partitioned';
  try {
    document.cookie = `${name}=1${attributes}`;
    const kept = document.cookie.includes(`${name}=1`);
    document.cookie = `${name}=; Max-Age=0${attributes}`;
    return kept;
  } catch {
    return false;   // a sandboxed frame throws
  }
}

/** Resolves to whether the platform said that it keeps the value. Only its exact origin is spoken to and heard. */
function storeInPlatform({ target, origin, key, value }) {
  const messageId = crypto.getRandomValues(new Uint32Array(4)).join('-');
  return new Promise((resolve) => {
    const settle = (outcome) => { removeEventListener('message', hear); resolve(outcome); };
    const hear = ({ origin: from, data }) => {
      if (from !== origin || data?.subject !== 'lti.put_data.response' || data.message_id !== messageId) return;
      settle(!data.error && data.value === value);
    };
    addEventListener('message', hear);
    const message = { subject: 'lti.put_data', message_id: messageId, key, value };
    post(frameNamed(target), message, origin);
    // Canvas names a forwarding frame; where that one is silent, the parent may answer.
    if (target !== '_parent') setTimeout(() => post(parent, message, origin), PARENT_AFTER);
    setTimeout(() => settle(false), PATIENCE);
  });
}

function frameNamed(target) {
  if (target === '_parent') return parent;
  try {
    return parent.frames[target] ?? null;
  } catch {
    return null;
  }
}

function post(frame, message, origin) {
  try {
    frame?.postMessage(message, origin);
  } catch { /* not an origin that this browser accepts: the time-out answers */ }
}

function offerWindow() {
  page.dataset.is = 'stopped';
  page.querySelector('[data-heading]').textContent = 'One press more';   // as short as what stood there, so that the words below do not jump
  page.querySelector('[data-words]').textContent = 'Your browser keeps nothing for Coachline inside this frame. It works in a window of its own.';
  page.querySelector('[data-otherwise]').hidden = true;
  page.querySelector('[data-on]').hidden = true;
  const link = page.querySelector('[data-window]');
  link.classList.add('main');
  link.addEventListener('click', () => {
    const words = page.querySelector('[data-words]');
    words.style.minBlockSize = `${words.offsetHeight}px`;   // fewer words, and nothing below them jumps
    words.textContent = 'Coachline is open in another window. You can go on there.';
  });
}
