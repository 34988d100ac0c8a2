// What one sees of the page on a phone: the keyboard covers a part of it without resizing it, and the
// bars take another. Windows and menus stand in what is left, and so does the line one writes.

const bars = { top: null, bottom: null };
const callbacks = [];

// How much of the page's foot is covered by a keyboard.
function covered() {
  const seen = window.visualViewport;
  return seen ? Math.max(0, window.innerHeight - seen.height - seen.offsetTop) : 0;
}

// The part of the page, in its own coordinates, that neither a keyboard nor the bars cover.
export function space() {
  const seen = window.visualViewport;
  const top = seen?.offsetTop ?? 0;
  const height = seen?.height ?? window.innerHeight;
  // The bar at the top is where it is once one has scrolled to it.
  return { top: top + (bars.top?.offsetHeight ?? 0), bottom: top + height - (bars.bottom?.offsetHeight ?? 0), left: 0, right: window.innerWidth };
}

// As CodeMirror counts: from the edges of what is seen, as if that began at the top of the page.
export function margins() {
  const { top, bottom } = space();
  return { top: top + 8, bottom: (window.visualViewport?.height ?? window.innerHeight) - bottom + 8 };
}

// Scrolls the page until what stands at `box` is seen.
export function bring(box) {
  const { top, bottom } = space();
  const by = box.bottom > bottom - 8 ? Math.min(box.bottom - bottom + 8, box.top - top - 8) : box.top < top + 8 ? box.top - top - 8 : 0;
  if (by) window.scrollBy({ top: by, behavior: "instant" });
}

// Calls back when something else is seen: a keyboard comes or goes, a bar grows.
export function onSeen(callback) { callbacks.push(callback); }

// Follows the keyboard, with a bar that stays at the top and one that stays above it.
export function follow(top, bottom) {
  Object.assign(bars, { top, bottom });
  const root = document.documentElement;
  let last = "";
  const tell = () => {
    const seen = window.visualViewport?.height ?? window.innerHeight;
    const now = `${covered()} ${seen} ${bottom.offsetHeight}`;
    if (now === last) return;
    last = now;
    root.style.setProperty("--covered", `${covered()}px`);
    root.style.setProperty("--seen", `${seen}px`);
    for (const callback of callbacks) callback();
  };
  window.visualViewport?.addEventListener("resize", tell);
  window.visualViewport?.addEventListener("scroll", tell);
  new ResizeObserver(tell).observe(bottom);
  tell();
}
