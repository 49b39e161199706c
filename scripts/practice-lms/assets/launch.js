// Opens the tool's frame once this page, or the storage frame beside it, listens: a message sent before that is lost.
import { listenForTools } from './platform-storage.js';
import { storageFrameName } from './storage-messages.js';

const toolFrame = document.querySelector('iframe[data-tool]');
const storageFrame = document.querySelector(`iframe[name=${storageFrameName}]`);
const { toolOrigins, storage } = toolFrame.dataset;
const openTool = () => {
  toolFrame.hidden = false;
  toolFrame.src = toolFrame.dataset.src;
};

if (storage === 'parent' || storage === 'frame') {
  listenForTools({
    toolOrigins: toolOrigins.split(' '),
    frame: storage === 'frame' ? storageFrameName : undefined,
    tell: showMessage,
  });
}
window.addEventListener('storage-message', (event) => showMessage(event.detail));

if (storageFrame) {
  storageFrame.addEventListener('load', () => {
    // The empty document that a frame begins with has a load of its own in some browsers.
    if (storageFrame.contentWindow.location.pathname === storageFrame.dataset.src) openTool();
  });
  storageFrame.src = storageFrame.dataset.src;
} else {
  openTool();
}

function showMessage(line) {
  const list = document.querySelector('[data-messages]');
  const item = document.createElement('li');
  item.textContent = line;
  list.append(item);
  document.querySelector('[data-no-messages]').hidden = true;
}
