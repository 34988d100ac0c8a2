// Words that have a page, offered below the text while one rests from writing: one key or tap links
// them. What was left is not offered again, and after some that were left nothing is.
const RESTS = 1500;
const SHORTEST = 20;
const PATIENCE = 3;

const box = document.querySelector("[data-near-links]");
const form = box?.closest("form[data-editor]");

// The paragraph that one is in, {at, text}; null in a head, a heading, a table, a block or code.
export function paragraphAt(whole, cursor) {
  const head = whole.startsWith("---\n") ? whole.indexOf("\n---", 3) + 4 : 0;
  if (cursor < head) return null;
  const blank = /\n[ \t]*\n/g;
  let [at, end] = [head, whole.length];
  for (const found of whole.slice(head).matchAll(blank)) {
    const from = head + found.index;
    if (from + found[0].length <= cursor) at = from + found[0].length;
    else if (from >= cursor) {
      end = from;
      break;
    } else return null;
  }
  const text = whole.slice(at, end);
  const fences = whole.slice(0, at).match(/^(`{3,}|~{3,})/gm)?.length ?? 0;
  return fences % 2 || /^\s*(#{1,6}\s|\||:{3,}|`{3,}|~{3,})/m.test(text) ? null : { at, text };
}

function begin({ surface, narrow }) {
  const said = box.querySelector("p");
  const left = new Set();
  let patience = PATIENCE;
  let asked = "";
  let timer = 0;
  let offered = null;

  if (narrow) form.querySelector(".edit-dock").prepend(box);
  else form.querySelector(".edit-write").append(box);

  const isLinked = (whole, path) => [`[[${path}|`, `[[${path}]]`, `](/${path})`].some((one) => whole.includes(one));
  const here = () => paragraphAt(surface.text(), surface.selection().to);

  // Where the words of the offer stand now; -1 where one has changed them, or is elsewhere.
  function placeOf(offer) {
    const paragraph = offer && here();
    if (!paragraph || isLinked(surface.text(), offer.path)) return -1;
    const near = paragraph.text.startsWith(offer.words, offer.at) ? offer.at : paragraph.text.indexOf(offer.words);
    return near < 0 ? -1 : paragraph.at + near;
  }
  function show(offer) {
    offered = offer;
    // Said once: what stays as it is interrupts nobody.
    const words = offer ? box.dataset.words.replace("{words}", offer.words).replace("{title}", offer.title) : "";
    if (said.textContent !== words) said.textContent = words;
    box.hidden = !offer;
  }
  async function ask() {
    const paragraph = here();
    if (!patience || !paragraph || paragraph.text.trim().length < SHORTEST || paragraph.text === asked) return;
    asked = paragraph.text;
    const data = new FormData();
    data.set("csrf_token", form.querySelector("[name=csrf_token]")?.value ?? "");
    data.set("path", box.dataset.path);
    data.set("text", paragraph.text.slice(0, 2000));
    const answer = await fetch(box.dataset.url, {
      method: "POST", body: data, credentials: "same-origin", headers: { Accept: "application/json" },
    }).catch(() => null);
    const found = answer?.ok ? (await answer.json().catch(() => null))?.links ?? [] : [];
    if (asked === paragraph.text) show(found.find((one) => !left.has(one.path) && placeOf(one) >= 0) ?? null);
  }
  function take() {
    const at = placeOf(offered);
    if (at >= 0) {
      const { words, path } = offered;
      patience = PATIENCE;
      surface.amend(at, at + words.length, `[[${path}|${words}]]`);
    }
    show(null);
    surface.focus();
  }
  function leave() {
    left.add(offered.path);
    patience -= 1;
    show(null);
    surface.focus();
  }
  function rest() {
    clearTimeout(timer);
    timer = setTimeout(ask, RESTS);
    if (offered && placeOf(offered) < 0) show(null);
  }

  box.querySelector("[data-take]").addEventListener("click", take);
  box.querySelector("[data-leave]").addEventListener("click", leave);
  // A text keeps its cursor while a button is pressed.
  box.addEventListener("pointerdown", (event) => event.target.closest("button") && event.preventDefault());
  surface.onChange(rest);
  surface.onCursor(() => offered && placeOf(offered) < 0 && show(null));
  surface.element.addEventListener("keydown", (event) => {
    if (!offered) return;
    if (event.altKey && event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      take();
    } else if (event.key === "Escape") leave();
  }, true);
}

if (form?.editor) begin(form.editor);
else form?.addEventListener("editor:ready", () => begin(form.editor), { once: true });
