"""When a page has come to rest: what is read or pressed then is not about to be another."""

from contextlib import suppress
from typing import Any

#: whether all that was asked for has come, and the layout is that of the look before
_RESTS = """() => {
  const editor = document.querySelector(".editor")?.shadowRoot;
  const all = [document, editor].flatMap(one => [...(one?.querySelectorAll("*") ?? [])]);
  const places = all.map(one => {
    const { x, y, width, height } = one.getBoundingClientRect();
    return [x, y, width, height].map(Math.round).join();
  }).join(";");
  const same = window.placesBefore === places;
  window.placesBefore = places;
  const asking = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added, [aria-busy=true]";
  return same && document.readyState === "complete" && document.fonts.status === "loaded"
    && !document.querySelector(asking) && !editor?.querySelector("[aria-busy=true]");
}"""


def settled(page: Any) -> Any:
    """``page``, once it rests: its fonts, what it asked for, its cards are there; nothing moves."""
    from playwright.sync_api import Error

    # Looked at from here: a page without scripts has no frames that it is told of.
    for _look in range(1500):
        # Where it is just being left, the next one is looked at.
        with suppress(Error):
            if page.locator("html").evaluate(_RESTS):
                return page
        page.wait_for_timeout(20)
    raise AssertionError(f"{page.url} does not come to rest")
