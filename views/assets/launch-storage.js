// A launch whose cookie did not come back: fetches what login kept in the platform and posts it on as proof.
// LTI Client-Side postMessages 1.0 and LTI Platform Storage 0.1: https://www.imsglobal.org/spec/lti-pm-s/v0p1
const PATIENCE = 2_000;
const PARENT_AFTER = 700;

const form = document.querySelector('[data-launch]');
const { storage } = JSON.parse(form.dataset.launch);

void main();

async function main() {
  const secret = await fetchFromPlatform(storage);
  // Without it the server says what to do, and keeps that it happened.
  if (secret === null) form.querySelector('[data-problem]').value = 'none';
  else form.querySelector('[data-secret]').value = secret;
  form.submit();
}

/** Resolves to the value, or null when the platform has none or does not answer in time. Only its exact origin is heard. */
function fetchFromPlatform({ target, origin, key }) {
  const messageId = crypto.getRandomValues(new Uint32Array(4)).join('-');
  return new Promise((resolve) => {
    const settle = (outcome) => { removeEventListener('message', hear); resolve(outcome); };
    const hear = ({ origin: from, data }) => {
      if (from !== origin || data?.subject !== 'lti.get_data.response' || data.message_id !== messageId) return;
      if (!data.error && data.key === key && typeof data.value === 'string' && data.value !== '') settle(data.value);
      else if (target === '_parent') settle(null);   // a forwarding frame may err where the parent knows
    };
    addEventListener('message', hear);
    const message = { subject: 'lti.get_data', message_id: messageId, key };
    post(frameNamed(target), message, origin);
    if (target !== '_parent') setTimeout(() => post(parent, message, origin), PARENT_AFTER);
    setTimeout(() => settle(null), PATIENCE);
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
