// The page as it will be, beside the text; each scrolls along with the other, heading by heading.
export function livePreview(form, surface, words, narrow) {
  const pane = form.querySelector("[data-preview-pane]");
  const body = pane.querySelector(".text");
  let asked = null;
  let timer = 0;
  let stale = true;
  // Who is scrolled by hand leads; the other's own scrolling then means nothing.
  let leader = null;

  async function refresh() {
    asked?.abort();
    asked = new AbortController();
    const data = new FormData();
    data.set("text", surface.text());
    data.set("csrf_token", form.querySelector("[name=csrf_token]").value);
    try {
      const answer = await fetch(form.dataset.preview, {
        method: "POST", body: data, signal: asked.signal, credentials: "same-origin",
      });
      if (!answer.ok) throw new Error(String(answer.status));
      // The server has passed it through the gate; nothing else is ever put here.
      body.innerHTML = await answer.text();
      stale = false;
      if (leader !== pane) follow();
    } catch (error) {
      if (error.name !== "AbortError") body.textContent = words.preview_failed;
    }
  }

  // Where the same place is in the text and in the preview: top, headings, end.
  function stops() {
    const { scrollHeight, clientHeight } = surface.scroller;
    const from = surface.headingTops();
    // Those of the text alone: what blocks draw has no id of that kind.
    const drawn = [...body.querySelectorAll(':is(h1, h2, h3, h4, h5, h6)[id^="h-"]')];
    const start = pane.getBoundingClientRect().top - pane.scrollTop;
    const to = drawn.map((one) => one.getBoundingClientRect().top - start);
    const ends = [scrollHeight - clientHeight, pane.scrollHeight - pane.clientHeight];
    const pairs = from.length === to.length ? from.map((top, at) => [top, to[at]]) : [];
    return [[0, 0], ...pairs.filter(([top, drop]) => top > 0 && top < ends[0] && drop < ends[1]), ends];
  }

  // What `here` on one side is on the other; sides: 0 is the text, 1 the preview.
  function across(here, side) {
    const all = stops();
    const next = all.findIndex((stop) => stop[side] > here);
    const [low, high] = next < 1 ? [all.at(-2), all.at(-1)] : [all[next - 1], all[next]];
    const share = high[side] > low[side] ? Math.min((here - low[side]) / (high[side] - low[side]), 1) : 0;
    return low[1 - side] + share * (high[1 - side] - low[1 - side]);
  }

  function follow() {
    if (pane.hidden || !surface.scroller) return;
    if (leader === pane) surface.scroller.scrollTop = across(pane.scrollTop, 1);
    else pane.scrollTop = across(surface.scroller.scrollTop, 0);
  }
  for (const event of ["wheel", "touchstart", "pointerdown", "keydown", "focusin"]) {
    pane.addEventListener(event, () => { leader = pane; }, { passive: true });
    surface.element.addEventListener(event, () => { leader = surface.element; }, { passive: true });
  }

  surface.onChange(() => {
    stale = true;
    if (pane.hidden) return;
    clearTimeout(timer);
    timer = setTimeout(refresh, 450);
  });
  let frame = 0;
  const soon = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(follow);
  };
  surface.onScroll(() => leader !== pane && soon());
  pane.addEventListener("scroll", () => leader === pane && soon(), { passive: true });

  function show(open) {
    pane.hidden = !open;
    form.classList.toggle("shows-preview", open);
    if (open && stale) refresh();
    // One column: what was opened is brought to where one looks.
    if (narrow && open) form.querySelector("[data-body]").scrollIntoView({ block: "start" });
  }
  // A preview that scrolls is reached by the keyboard too.
  if (!narrow) pane.tabIndex = 0;
  return { show, isOpen: () => !pane.hidden };
}
