// The page as it will be, beside the text, and scrolling along with it from heading to heading.
export function livePreview(form, surface, words, narrow) {
  const pane = form.querySelector("[data-preview-pane]");
  const body = pane.querySelector(".text");
  let asked = null;
  let timer = 0;
  let stale = true;

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
      follow();
    } catch (error) {
      if (error.name !== "AbortError") body.textContent = words.preview_failed;
    }
  }

  function follow() {
    if (pane.hidden || !surface.scroller) return;
    const { scrollTop, scrollHeight, clientHeight } = surface.scroller;
    const from = surface.headingTops();
    // Those of the text alone: what blocks draw has no id of that kind.
    const drawn = [...body.querySelectorAll(':is(h1, h2, h3, h4, h5, h6)[id^="h-"]')];
    const start = pane.getBoundingClientRect().top - pane.scrollTop;
    const to = drawn.map((one) => one.getBoundingClientRect().top - start);
    const ends = [scrollHeight - clientHeight, pane.scrollHeight - pane.clientHeight];
    const pairs = from.length === to.length ? from.map((top, at) => [top, to[at]]) : [];
    const stops = [[0, 0], ...pairs.filter(([top]) => top > 0 && top < ends[0]), ends];
    const next = stops.findIndex(([top]) => top > scrollTop);
    const [[a, x], [b, y]] = next < 1 ? [stops.at(-2), stops.at(-1)] : [stops[next - 1], stops[next]];
    const share = b > a ? Math.min((scrollTop - a) / (b - a), 1) : 0;
    pane.scrollTop = x + share * (y - x);
  }

  surface.onChange(() => {
    stale = true;
    if (pane.hidden) return;
    clearTimeout(timer);
    timer = setTimeout(refresh, 450);
  });
  let frame = 0;
  surface.onScroll(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(follow);
  });

  function show(open) {
    pane.hidden = !open;
    form.classList.toggle("shows-preview", open);
    if (open && stale) refresh();
  }
  show(!narrow);
  return { show, isOpen: () => !pane.hidden };
}
