"""axe, and an eye for what is too wide: pages on a desk and a phone, by day and by night.

The site's policy stands while axe looks: a style or a script that it stops is told in the console,
and that is a fault when the browser closes.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

from tests.journeys.browsing import DESK, PHONE, Watched
from wiki.testing import settled

AXE = Path(__file__).parents[2] / "wiki/frontend/node_modules/axe-core/axe.min.js"
#: pages that are others on a phone from the moment they are opened; the rest follow their window
ADAPT = "form[data-editor], .facets details"
#: beside the rules that axe has on (WCAG 2.0 to 2.2, A and AA, and best practice), the one of
#: WCAG 2.2 that it leaves out, and that of names that are not what is read
_RULES = {
    "rules": {"target-size": {"enabled": True}, "label-content-name-mismatch": {"enabled": True}}
}
#: what depends on colours, and what on the size too; the other rules see the same in either
_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
_SIZES = {"runOnly": {"type": "rule", "values": ["color-contrast", "target-size"]}}
# Of what is well axe need not say where it stands: that takes longer than to look. Style sheets are
# here already: it would ask for each of them again.
_ASK = """([within, options]) => axe.run(
  within === null ? document : {include: window.alone[within].filter(one => one.isConnected)},
  {resultTypes: ["violations"], selectors: false, preload: false, ...options}
).then(found => found.violations.map(
  one => one.id + ": " + one.nodes.slice(0, 4).map(node => node.html.slice(0, 160)).join(" | ")))"""
#: how many titles the page has; one that its writer put into the text beside it is theirs
_TITLES = """() => {
  const all = [...document.querySelectorAll("h1")];
  return all.filter(one => !one.closest(".text")).length || all.length;
}"""
#: has a page that asks again each second stay as it is while it is looked at
_STAY = """() =>
  document.addEventListener("htmx:beforeRequest", asked => asked.preventDefault())"""
_POLICY = re.compile(r"script-src 'self'|default-src 'none'")
_SEEN = 'new Set([...document.querySelectorAll("body *")].filter(one => one.checkVisibility()))'
_NOTE = f"() => {{ window.seen = {_SEEN}; }}"
#: what only the desk of ``_NOTE`` shows, and what only the screen of now does; how much that is
_COMPARE = f"""frame => {{
  const now = {_SEEN}, before = window.seen ?? new Set();
  const only = (some, others) => [...some].filter(one => !others.has(one)
    && (others.has(one.parentElement) || !some.has(one.parentElement))
    && (frame || !one.closest(".site-header")));
  window.alone = {{desk: only(before, now), phone: only(now, before)}};
  return [window.alone.desk.length, window.alone.phone.length];
}}"""


@cache
def axe() -> str:
    """axe, as it is given to a page."""
    return AXE.read_text("utf-8")


class Looking:
    """Looks at pages in one browser: each of their parts by day and by night, at both sizes."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched
        self._page = watched.page
        self._wrong: list[str] = []
        self._framed = False

    def wrong(self, path: str) -> list[str]:
        """What axe finds in the page at ``path``, and where it does not fit.

        By day on a desk; by night on a phone by what depends on either, and by all rules what only
        a phone shows. What only one of them shows, in the other colours, too.
        """
        self._wrong = []
        self._turn(DESK, "light")
        self._open(path)
        self._fits("desk")
        self._ask("desk by day")
        self._page.evaluate(_NOTE)
        self._turn(PHONE, "dark")
        if self._page.locator(ADAPT).count():
            self._open(path)
        self._fits("phone")
        # The frame of the site is the same around each page.
        desk, phone = self._page.evaluate(_COMPARE, not self._framed)
        self._framed = True
        self._ask("phone by night", None, _SIZES)
        if phone:
            self._turn(PHONE, "light")
            self._ask("phone by day", "phone")
        if desk:
            self._turn(DESK, "dark")
            self._ask("desk by night", "desk", _COLOURS)
        return self._wrong

    def _turn(self, size: dict[str, int], light: str) -> None:
        self._page.set_viewport_size(size)
        self._page.emulate_media(color_scheme=light)

    def _open(self, path: str) -> None:
        answer = self._watched.goto(path)
        # What is made to be framed elsewhere may have no script at all.
        if not _POLICY.search(answer.headers["content-security-policy"]):
            self._wrong.append("no policy")
        self._page.evaluate(_STAY)
        settled(self._page).evaluate(axe())

    def _fits(self, screen: str) -> None:
        if (titles := self._page.evaluate(_TITLES)) != 1:
            self._wrong.append(f"{titles} titles")
        if (wide := self._watched.wide()) > 0:
            self._wrong.append(f"{screen}: {wide} pixels too wide")

    def _ask(self, look: str, within: str | None = None, options: Any = None) -> None:
        found = self._page.evaluate(_ASK, [within, options or _RULES])
        self._wrong += [f"{look}: {one}" for one in found]
