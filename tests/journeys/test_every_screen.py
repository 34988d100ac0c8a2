"""Every kind of page, on a desk and a phone, light and dark: accessible, in its place, quiet.

The site's policy stands while axe looks: a style or a script that it stops is told in the console,
and that is a fault when the browser closes.
"""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.browsing import DESK, PHONE, Open, Watched

AXE = Path(__file__).parents[2] / "wiki/frontend/node_modules/axe-core/axe.min.js"
SPACE = "projets/lora-a-la-ferme"
VISITED = {
    "home": "/",
    "project": f"/{SPACE}",
    "specifications": f"/{SPACE}/cahier-des-charges",
    "person": "/personnes/une-agronome-de-plouha",
    "dossier": "/dossiers/des-capteurs-aux-champs",
    "event": "/evenements/carrefour-d-exemple",
    "wide page": "/essai-large",
    "english": "/en?lang=en",
    "needs": "/-/needs",
    "offers": "/-/offers",
    "projects": "/-/projects",
    "people": "/-/people",
    "what became of them": "/-/status/stories",
    "line by line": "/-/status",
    "how far they came": "/-/status/figures",
    "stories in a page": "/que-sont-ils-devenus",
    "search": "/-/search?q=capteurs",
    "nothing found": "/-/search?q=xyzzyq",
    "changes": "/-/changes",
    "follow by feed": f"/-/feed/{SPACE}",
    "calendar": "/-/calendar",
    "event to come": "/evenements/cafe-d-exemple",
    "history": f"/-/history/{SPACE}",
    "log in": "/-/login",
    "register": "/-/register",
    "reset": "/-/reset",
    "who sees it": f"/-/access/{SPACE}",
    "with a code": "/-/register?code=soiree",
    "missing": "/nulle/part",
    "what is missing in notes": "/-/notes/missing",
    "mind map": f"/-/notes/map/{SPACE}/cahier-des-charges",
}
WRITTEN = {
    "own project": f"/{SPACE}",
    "give news": f"/-/news/tell/{SPACE}",
    "labels": f"/-/labels/{SPACE}",
    "what readers say": f"/-/feedback/{SPACE}",
    "what one said": "/-/feedback/mine",
    "first messages": "/-/feedback/held",
    "one more hypothesis": f"/-/hypotheses/new/{SPACE}",
    "edit": f"/-/edit/{SPACE}",
    "new": "/-/new?type=project",
    "settings": f"/-/settings/{SPACE}",
    "account": "/-/account",
    "blame": f"/-/blame/{SPACE}",
    "files": f"/-/attach/{SPACE}",
    "rename": f"/-/rename/{SPACE}",
    "delete": f"/-/delete/{SPACE}",
    "who sees it": f"/-/access/{SPACE}",
    "as a visitor": f"/-/as-visitor/{SPACE}",
    "invite": f"/-/invite/{SPACE}",
    "invite to the wiki": "/-/invite",
    "administration": "/-/admin",
    "accounts": "/-/admin/people",
    "invitations": "/-/admin/invitations",
    "offers to take over": "/-/admin/handovers",
    "trail": "/-/admin/audit",
    "refused by browsers": "/-/admin/violations",
    "health": "/-/admin/health",
    "broken links": "/-/admin/content/broken",
    "figures of use": "/-/admin/figures",
    "my applications": "/-/applications/mine",
    "proposing": "/-/applications/new?to=evenements/cafe-d-exemple",
}
#: pages that are others on a phone from the moment they are opened; the rest follow their window
_ADAPT = "form[data-editor], .facets details"
#: what depends on colours; the other rules have seen whatever either size shows
_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
# Of what is well axe need not say where it stands: that takes longer than to look. Style sheets are
# here already: it would ask for each of them again.
_ASK = """([within, options]) => axe.run(
  within === null ? document : {include: window.alone[within]},
  {resultTypes: ["violations"], selectors: false, preload: false, ...options}
).then(found => found.violations.map(
  one => one.id + ": " + one.nodes.slice(0, 4).map(node => node.html.slice(0, 160)).join(" | ")))"""
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

        By day on a desk, by night on a phone; what only one of them shows, in the other colours.
        """
        self._wrong = []
        self._turn(DESK, "light")
        self._open(path)
        self._fits("desk")
        self._ask("desk by day")
        self._page.evaluate(_NOTE)
        self._turn(PHONE, "dark")
        if self._page.locator(_ADAPT).count():
            self._open(path)
        self._fits("phone")
        self._ask("phone by night")
        # The frame of the site is the same around each page.
        desk, phone = self._page.evaluate(_COMPARE, not self._framed)
        self._framed = True
        if phone:
            self._turn(PHONE, "light")
            self._ask("phone by day", "phone", _COLOURS)
        if desk:
            self._turn(DESK, "dark")
            self._ask("desk by night", "desk", _COLOURS)
        return self._wrong

    def _turn(self, size: dict[str, int], light: str) -> None:
        self._page.set_viewport_size(size)
        self._page.emulate_media(color_scheme=light)

    def _open(self, path: str) -> None:
        answer = self._watched.goto(path)
        if "script-src 'self'" not in answer.headers["content-security-policy"]:
            self._wrong.append("no policy")
        self._page.evaluate(axe())

    def _fits(self, screen: str) -> None:
        if (titles := self._page.locator("h1").count()) != 1:
            self._wrong.append(f"{titles} titles")
        if (wide := self._watched.wide()) > 0:
            self._wrong.append(f"{screen}: {wide} pixels too wide")

    def _ask(self, look: str, within: str | None = None, options: Any = None) -> None:
        found = self._page.evaluate(_ASK, [within, options or {}])
        self._wrong += [f"{look}: {one}" for one in found]


@pytest.mark.parametrize("half", [0, 1])
def test_what_a_visitor_sees(browse: Open, half: int) -> None:
    looking = Looking(browse(reduced_motion="reduce"))
    pages = list(VISITED.items())[half::2]
    found = {name: wrong for name, path in pages if (wrong := looking.wrong(path))}
    assert found == {}


def test_what_a_writer_sees(browse: Open) -> None:
    looking = Looking(browse(reduced_motion="reduce").log_in("anne"))
    found = {name: wrong for name, path in WRITTEN.items() if (wrong := looking.wrong(path))}
    assert found == {}
