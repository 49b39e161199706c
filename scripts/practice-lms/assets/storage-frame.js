// The named frame that stores for tools, as Canvas has one; the page around it shows what happened.
import { listenForTools } from './platform-storage.js';

listenForTools({
  toolOrigins: document.documentElement.dataset.toolOrigins.split(' '),
  tell: (line) => window.parent.dispatchEvent(new CustomEvent('storage-message', { detail: line })),
});
