// Pages are shown once they are whole (layouts/page.eta), so that nothing moves. One that is slow, or whose connection
// breaks on the way, is shown as far as it has come.
const PATIENCE = 1_500;
setTimeout(() => document.querySelector('link[rel="expect"]')?.remove(), PATIENCE);
