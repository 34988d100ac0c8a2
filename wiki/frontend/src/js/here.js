// Who may edit a page may do so from wherever they have read to: the button stays in sight, and the
// editor opens at the passage that they see (editor/start.js).
const link = document.querySelector('.head-tools a[href^="/-/edit/"], .page-foot > a[href^="/-/edit/"]');
const PIECES = "p, li, h1, h2, h3, h4, h5, h6, td, th, pre, dt, dd, figcaption";
// What stands in the text and is none of it.
const ASIDE = ".chapter-menu, .chapter-told, nav, form";
const LONGEST = 200;

// Its words, without the links that stand beside those of a heading.
function wordsOf(piece) {
  const own = piece?.cloneNode(true);
  for (const one of own?.querySelectorAll(".anchor, .edit-section") ?? []) one.remove();
  return own?.textContent.trim().slice(0, LONGEST) ?? "";
}

// What stands a little below the top of the window, in its words, and the heading that it is under;
// null at the top of the page.
function passage() {
  if (scrollY < 80) return null;
  const pieces = [...document.querySelectorAll(`main .text :is(${PIECES})`)].filter((one) => !one.closest(ASIDE));
  const at = pieces.findIndex((one) => one.getBoundingClientRect().bottom > 0.2 * innerHeight && wordsOf(one) && !one.querySelector(PIECES));
  if (at < 0) return null;
  return { words: wordsOf(pieces[at]), heading: wordsOf(pieces.slice(0, at).reverse().find((one) => /^H[1-6]$/.test(one.tagName))) };
}

function remember() {
  try {
    const found = passage();
    if (found) sessionStorage.setItem("edit-at", JSON.stringify({ path: link.pathname, ...found, when: Date.now() }));
    else sessionStorage.removeItem("edit-at");
  } catch {
    // The editor opens at its beginning then.
  }
}

if (link && document.querySelector("main .text")) {
  const stays = link.cloneNode(true);
  stays.className = "button edit-here";
  stays.hidden = true;
  document.querySelector("main").append(stays);
  for (const one of [link, stays]) one.addEventListener("click", remember);
  new IntersectionObserver(([{ isIntersecting }]) => { stays.hidden = isIntersecting; }).observe(link);
}
