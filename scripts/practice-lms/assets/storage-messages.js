// LTI Platform Storage: what one message from a tool does to what is stored, and what it is answered.
// Pure, so that it is tested without a browser. Rules: 1EdTech LTI Client Side postMessages 0.1 and LTI postMessage Storage 0.1.

/** What D2L and Canvas allow one tool to keep: this many keys, and characters in keys and values together. */
export const storageLimits = { keys: 500, characters: 4096 };

/** The name of the frame that stores when the page's own window does not, as Canvas calls it. */
export const storageFrameName = 'post_message_forwarding';

/** Nothing stored yet. */
export const emptyStorage = new Map();

/**
 * @param stored what is stored: by origin, then by key; never changed
 * @param message { origin, data } of the message event
 * @param window { toolOrigins, frame? }: with `frame`, this window only says which frame to ask
 * @returns { stored, reply? }; no reply to what is not an LTI message
 */
export function answerMessage(stored, { origin, data }, { toolOrigins, frame }) {
  if (typeof data !== 'object' || data === null || typeof data.subject !== 'string' || !data.subject.startsWith('lti.')) return { stored };
  const reply = (rest) => ({ subject: `${data.subject}.response`, message_id: data.message_id, ...rest });
  const refuse = (code, message) => ({ stored, reply: reply({ error: { code, message } }) });

  if (typeof data.message_id !== 'string' || data.message_id === '') return refuse('bad_request', 'message_id is missing.');
  if (!toolOrigins.includes(origin)) return refuse('wrong_origin', 'No tool of this platform lives at this origin.');

  if (data.subject === 'lti.capabilities') {
    const where = frame === undefined ? {} : { frame };
    const supported = [{ subject: 'lti.capabilities' }, { subject: 'lti.put_data', ...where }, { subject: 'lti.get_data', ...where }];
    return { stored, reply: reply({ supported_messages: supported }) };
  }
  if (frame !== undefined || !['lti.put_data', 'lti.get_data'].includes(data.subject)) {
    return refuse('unsupported_subject', frame === undefined ? 'This message is not known here.' : `Ask the frame ${frame}.`);
  }
  if (typeof data.key !== 'string' || data.key === '') return refuse('bad_request', 'key must be a string that is not empty.');

  const own = stored.get(origin) ?? new Map();
  if (data.subject === 'lti.get_data') return { stored, reply: reply({ key: data.key, value: own.get(data.key) ?? null }) };

  const changed = new Map(own);
  // A value of null, or none, forgets the key.
  if (data.value === null || data.value === undefined) changed.delete(data.key);
  else if (typeof data.value !== 'string') return refuse('bad_request', 'value must be a string.');
  else changed.set(data.key, data.value);
  const characters = [...changed].reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (changed.size > storageLimits.keys || characters > storageLimits.characters) {
    return refuse('storage_exhaustion', `A tool may keep ${storageLimits.keys} keys and ${storageLimits.characters} characters.`);
  }
  return { stored: new Map(stored).set(origin, changed), reply: reply({ key: data.key, value: data.value ?? null }) };
}
