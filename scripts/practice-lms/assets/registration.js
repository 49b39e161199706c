// Closes the frame of a registration when the tool says that it is done, and shows the tools that are there now.
// https://www.imsglobal.org/spec/lti-dr/v1p0 (section 3.7): the message counts from the tool's own frame and origin alone.
const frame = document.querySelector('iframe[data-tool-origin]');
window.addEventListener('message', ({ source, origin, data }) => {
  if (source !== frame.contentWindow || origin !== frame.dataset.toolOrigin) return;
  if (data?.subject === 'org.imsglobal.lti.close') location.assign('/administration/tools');
});
