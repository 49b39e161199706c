// Listens in this window for a tool's storage messages and answers each to the origin it came from.
import { answerMessage, emptyStorage } from './storage-messages.js';

/** `tell` is called with one line for people about each message that was answered. */
export function listenForTools({ toolOrigins, frame, tell }) {
  let stored = emptyStorage;
  window.addEventListener('message', (event) => {
    const answer = answerMessage(stored, event, { toolOrigins, frame });
    stored = answer.stored;
    if (!answer.reply) return;
    event.source?.postMessage(answer.reply, event.origin);
    const { error } = answer.reply;
    tell(`${event.data.subject}${event.data.key ? ` ${event.data.key}` : ''} from ${event.origin}: ${error ? error.code : 'answered'}`);
  });
}
