// The button that opens a window works once: afterwards the page says so.
document.querySelector('[data-window]')?.addEventListener('click', (event) => {
  event.currentTarget.hidden = true;
  document.querySelector('[data-after]').textContent = 'Coachline is open in another window. You can go on there.';
});
