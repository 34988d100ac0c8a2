"""The pages of a new wiki, on a desk and a phone, light and dark: accessible, in place, quiet.

Pages of all other routes are looked at in tests/screens/test_axe.py.
"""

import pytest

from tests.journeys.browsing import Open
from tests.journeys.looking import Looking

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
