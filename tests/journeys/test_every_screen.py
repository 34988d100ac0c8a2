"""Every kind of page, on a desk and a phone, light and dark: accessible, in its place, quiet.

The site's policy stands while axe looks: a style or a script that it stops is told in the console,
and that is a fault when the browser closes.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.journeys.browsing import DESK, PHONE, Open

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
    "my applications": "/-/applications/mine",
    "proposing": "/-/applications/new?to=evenements/cafe-d-exemple",
}
#: what depends on colours and widths; the rest of axe's rules is asked once
_AGAIN = {"runOnly": {"type": "rule", "values": ["color-contrast", "scrollable-region-focusable"]}}
# Of what is well axe need not say where it stands: that takes longer than to look.
_ASK = """options => axe.run(
  document, {resultTypes: ["violations"], selectors: false, ...options}
).then(found => found.violations.map(
  one => one.id + ": " + one.nodes.slice(0, 4).map(node => node.html.slice(0, 160)).join(" | ")))"""


def looked_at(watched: Any, path: str) -> list[str]:
    """What axe finds in the page at ``path``, and where it does not fit, in all four looks."""
    page = watched.page
    wrong: list[str] = []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="light")
        answer = watched.goto(path)
        if "script-src 'self'" not in answer.headers["content-security-policy"]:
            wrong.append("no policy")
        if (titles := page.locator("h1").count()) != 1:
            wrong.append(f"{titles} titles")
        if watched.wide() > 0:
            wrong.append(f"{size['width']}: {watched.wide()} pixels too wide")
        page.evaluate(AXE.read_text("utf-8"))
        wrong += [f"{size['width']} light: {one}" for one in page.evaluate(_ASK, {})]
        page.emulate_media(color_scheme="dark")
        wrong += [f"{size['width']} dark: {one}" for one in page.evaluate(_ASK, _AGAIN)]
    return wrong


@pytest.mark.parametrize("half", [0, 1])
def test_what_a_visitor_sees(browse: Open, half: int) -> None:
    visitor = browse(reduced_motion="reduce")
    found = {
        name: wrong
        for name, path in list(VISITED.items())[half::2]
        if (wrong := looked_at(visitor, path))
    }
    assert found == {}


def test_what_a_writer_sees(browse: Open) -> None:
    writer = browse(reduced_motion="reduce").log_in("anne")
    found = {name: wrong for name, path in WRITTEN.items() if (wrong := looked_at(writer, path))}
    assert found == {}
