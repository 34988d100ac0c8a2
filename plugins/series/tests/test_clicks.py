"""One whole evening as those who prepare it live it: each press, and each field filled, is counted.

``docs/fr/soiree.md`` tells these steps and their number; a test holds it to them.
"""

import importlib
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from wiki.api.pages import edit_head
from wiki.api.people import get_person
from wiki.api.reading import get_page, get_title
from wiki.people.store.values import utc_now
from wiki.reading import Reader
from wiki.testing import sign_in

if TYPE_CHECKING:
    from wiki.instance import Instance

ROOT = Path(__file__).parents[3]
GUIDE = ROOT / "docs" / "fr" / "soiree.md"
#: applications, and those of them that are selected
APPLIED, SELECTED = 10, 8
MOST = 37


class Counted:
    """A browser whose presses and fields are counted, by the step that they belong to."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.steps: dict[str, int] = {}
        self._step = ""

    def step(self, name: str) -> None:
        self._step = name
        self.steps[name] = 0

    def press(self, role: str, name: str, nth: int = 0) -> None:
        self._add()
        main = self.page.locator("main")
        with self.page.expect_navigation():
            main.get_by_role(role, name=name, exact=False).nth(nth).click()

    def fill(self, label: str, words: str) -> None:
        self._add()
        self.page.get_by_role("textbox", name=label).fill(words)

    def tick(self, label: str) -> None:
        self._add()
        self.page.locator("main").get_by_label(label).first.check()

    def open(self, summary: str) -> None:
        self._add()
        self.page.locator("main summary", has_text=summary).click()

    def check(self, name: str) -> None:
        self._add()
        self.page.locator(f"main [name={name}]").first.check()

    def add(self) -> None:
        self._add()

    def _add(self) -> None:
        self.steps[self._step] += 1


@pytest.fixture
def team(
    kits: "Instance",
    person: Callable[..., Any],
    log_in: Callable[..., Any],
    serve_web: Callable[..., Any],
    chromium: Any,
) -> Iterator[Counted]:
    """Awa's browser, at her account; the wiki's clock is the real one."""
    kits.private.now = utc_now
    awa = person("Awa Diop", page="personnes/awa", role="programme")
    server = serve_web(kits.settings.instance)
    context = chromium.new_context(
        base_url=server.url, viewport={"width": 1280, "height": 900}, locale="fr-FR"
    )
    page = context.new_page()
    sign_in(context, server.url, log_in(awa))
    yield Counted(page)
    context.close()


class Owners:
    """The teams that propose: what they do is not the organisers' work."""

    def __init__(self, instance: "Instance", person: Callable[..., Any]) -> None:
        self._instance = instance
        self._people = [person(f"Porteur {number}") for number in range(APPLIED)]
        load = "wiki_plugins.applications."
        self._applying = importlib.import_module(f"{load}submission")
        self._calls = importlib.import_module(f"{load}calls")
        self._programme = importlib.import_module(f"{load}programme.entries")
        self._consent = importlib.import_module(f"{load}programme.consent")
        self._rows: list[Any] = []

    def propose(self, event: str) -> None:
        for number, one in enumerate(self._people):
            reader = Reader(self._instance, get_person(self._instance.private, one.id))
            draft = self._applying.Draft(title=f"Projet {number:02}", summary="Une phrase")
            call = self._calls.call_at(reader, event)
            self._rows.append(self._applying.apply_new(reader, call, draft))

    def agree(self) -> None:
        """Those that are selected say yes: their space stays closed, and they are named."""
        for one, row in list(zip(self._people, self._rows, strict=True))[:SELECTED]:
            reader = Reader(self._instance, get_person(self._instance.private, one.id))
            words = self._consent.Words(get_title(reader, row.project), "Une phrase à nous")
            assert self._programme.agree(reader, row, words)


def test_an_evening_takes_few_presses(
    team: Counted, kits: "Instance", person: Callable[..., Any], write: Callable[..., str]
) -> None:
    page, owners = team.page, None
    page.goto("/-/series")
    team.step("Commencer la série")
    team.press("link", "Commencer une série")
    team.tick("Carrefour d’un territoire")
    team.fill("Comment s’appelle-t-elle", "Carrefour de Bretagne")
    team.fill("Territoire", "Bretagne")
    team.fill("Thèmes", "agriculture")
    team.fill("Lieu habituel", "Médiathèque, Rennes")
    team.press("button", "Commencer la série")
    team.step("Créer la soirée")
    team.press("link", "Préparer la prochaine soirée")
    team.press("button", "Créer la soirée")
    page.wait_for_url("**/-/events/prepare/**")
    event = page.url.partition("/-/events/prepare/")[2].partition("#")[0]
    owners = Owners(kits, person)
    owners.propose(event)

    team.step("Répondre aux candidatures")
    team.press("link", "Candidatures")
    for number in range(SELECTED):
        team.press("button", f"Retenir : Projet {number:02}")
    for number in range(SELECTED, APPLIED):
        team.tick(f"Projet {number:02}")
    team.open("Ou pas cette fois")
    team.check("reasons")
    team.check("doors")
    team.press("button", "Pas cette fois")
    team.press("link", "Prévenir les")
    team.press("button", "Envoyer 10 lettres")
    owners.agree()

    page.reload()
    team.step("Mettre au programme")  # the yes of a team does it
    team.step("Annoncer")
    team.press("link", "Carrefour de Bretagne")
    expect(page.get_by_text("Une phrase à nous")).to_have_count(SELECTED)
    team.press("link", "Préparer la soirée")
    team.press("link", "Annoncer")
    team.press("button", "Annoncer")
    page.get_by_text("Annoncée le").wait_for()
    team.step("Imprimer la feuille d’accueil")
    team.press("link", "Préparer la soirée")
    team.press("link", "Inscription")
    team.press("link", "Liste à imprimer")

    # The evening takes place: it was yesterday.
    found = get_page(Reader(kits), event)
    assert len(found.head.links("programme")) == SELECTED
    day = (utc_now() - timedelta(days=1)).date().isoformat()
    gone = {"starts": f"{day}T18:30", "ends": f"{day}T21:30", "candidatures": None}
    write({found.file: edit_head(found.text, gone)})
    page.goto("/-/account")
    team.step("Lire le dernier compte")
    team.add()  # the menu under one's name
    team.add()  # “My evenings”
    page.goto("/-/series")
    team.press("link", "Carrefour de Bretagne")
    team.press("link", "Ce que les projets sont devenus")

    assert sum(team.steps.values()) <= MOST, team.steps
    told = re.findall(r"^\| (.+?) \| (\d+) \|", GUIDE.read_text("utf-8"), re.M)
    assert [(name, int(count)) for name, count in told] == [
        *team.steps.items(),
        ("**En tout**", sum(team.steps.values())),
    ]
