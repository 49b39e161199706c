// The button that opens a window works once: afterwards the page says so.
document.querySelector('[data-window]')?.addEventListener('click', (event) => {
  event.currentTarget.style.visibility = 'hidden';   // it keeps its place, so that nothing jumps
  document.querySelector('[data-after]').textContent = 'Coachline is open in another window. You can go on there.';
});
