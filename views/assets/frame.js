// In a frame of an LMS: says how tall the page is, so that there is one scroll bar and not two, and keeps what somebody
// came for in sight. Only the exact origins that may frame this page are spoken to, and of nothing but its height and
// its place. An LMS that knows none of these messages does nothing, and nothing here waits for it.
// Source: Canvas's doc/api/lti_window_post_message.md; Sakai knows the same names.
(() => {   // the scripts of a page share their names
  const SETTLES_AFTER = 100;
  const FOLLOWS_FOR = 1_500;

  const allowed = document.body.dataset.frameOrigins.split(' ');
  // Where the browser tells whose frame we are in, only that one is spoken to; elsewhere a message to another is not delivered.
  const [framing] = location.ancestorOrigins ?? [];
  const listeners = framing === undefined ? allowed : allowed.filter((origin) => origin === framing);

  if (parent !== window && listeners.length > 0) {
    tellHeight();
    if (performance.getEntriesByType('navigation')[0]?.type === 'navigate') keepInSight();
  }

  function tellHeight() {
    const shell = document.querySelector('.shell');   // as tall as its content in a frame, not as the window: see site.css
    let told = 0;
    let timer;
    const tell = () => {
      // The frame may have a border of its own, which would leave a scroll bar for the sake of one pixel.
      const height = Math.ceil(shell.getBoundingClientRect().height) + 2;
      if (height === told || shell.offsetHeight === 0) return;
      told = height;
      say({ subject: 'lti.frameResize', height });
    };
    new ResizeObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(tell, SETTLES_AFTER);
    }).observe(shell);
    tell();
  }

  /** In a tall frame the LMS's own page is scrolled: after a link at its foot the next page would open in its middle. */
  function keepInSight() {
    const top = document.querySelector('.shell > header');
    // Browsers scroll to what an address names within the frame, and not in the page around it; an element asked to come into view does both.
    const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    if (target) {
      target.scrollIntoView();
      // Once more when the frame has grown to the height that it was told.
      const again = () => target.scrollIntoView();
      addEventListener('resize', again, { once: true });
      setTimeout(() => removeEventListener('resize', again), FOLLOWS_FOR);
      return;
    }
    // On the way in from the LMS the page is where the LMS put it.
    if (!document.referrer.startsWith(`${location.origin}/`)) return;
    top.scrollIntoView({ block: 'nearest' });
    // Where the browser does not let a frame scroll the page around it, Canvas does it when asked.
    addEventListener('message', ({ source, origin, data }) => {
      if (source !== parent || !listeners.includes(origin) || data?.subject !== 'lti.fetchWindowSize.response') return;
      if (data.scrollY > (data.offset?.top ?? 0)) say({ subject: 'lti.scrollToTop' });
    });
    say({ subject: 'lti.fetchWindowSize' });
  }

  function say(message) {
    for (const origin of listeners) parent?.postMessage(message, origin);   // none where the LMS has just taken the frame away
  }
})();
