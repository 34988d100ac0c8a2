"""From a need to a dossier, by everyone who has a part in it: filmed by ``make pictures``."""

import os
from collections.abc import Callable
from typing import Any

import pytest

from tests.guides.film import SCREEN, Film
from tests.journeys.browsing import Open, Site, mailed
from wiki.web.antispam import FASTEST

pytestmark = pytest.mark.skipif(not os.environ.get("WIKI_PICTURES"), reason="make pictures")
_ANSWER = r"(/-/introductions/[\w.-]+)(?=\s)"


class Actor:
    """Somebody who is filmed while they use the wiki."""

    def __init__(self, film: Film, page: Any, site: Site) -> None:
        self.film, self.page, self.site = film, page, site

    def goto(self, path: str) -> None:
        self.page.goto(self.site.url + path)

    def press(self, words: str, within: str = "main") -> None:
        found = self.page.locator(f"{within} :is(a, button):visible", has_text=words)
        self.film.press(self.page, found.first)

    def fill(self, name: str, words: str) -> None:
        self.page.fill(f"main [name={name}]", words)

    def shoot(self, selector: str = "", seconds: float = 2.6) -> None:
        target = self.page.locator(selector).first if selector else None
        self.film.shoot(self.page, target, seconds)


@pytest.fixture
def act(browse: Open, new_starter: Site, language: str) -> Callable[..., Actor]:
    if language != "fr":
        pytest.skip("one film, told in both languages")
    film = Film()

    def act(name: str = "") -> Actor:
        watched = browse(SCREEN)
        if name:
            new_starter.cookie(watched.page.context, name)
        return Actor(film, watched.page, new_starter)

    return act


@pytest.mark.timeout(600)
def test_two_minutes_of_a_wiki(act: Callable[..., Actor], new_starter: Site) -> None:
    visitor, owner = act(), act("agronome")
    film: Film = visitor.film
    film.say(
        "Un wiki où des projets rencontrent les personnes qu’il leur faut",
        "A wiki where projects meet the people they need",
    )
    visitor.goto("/")
    visitor.shoot(seconds=4)
    project = need(owner)
    answer(visitor, owner, new_starter, project)
    evening(owner, act("programme"), project)
    dossier(act("programme"))
    film.say(
        "Et l’histoire continue : chaque page est un fichier dans git, rien ne se perd",
        "And the story goes on: each page is a file in git, nothing is lost",
    )
    visitor.goto("/")
    visitor.shoot(seconds=4)
    assert 90 < film.seconds < 140
    assert film.save("film.webp") < 2_000_000


def need(owner: Actor) -> str:
    """A project is presented, and says what it lacks; its address."""
    owner.film.say(
        "Quelqu’un présente son projet : un nom, une phrase",
        "Somebody presents a project: a name, a sentence",
    )
    owner.goto("/")
    owner.press("Présenter un projet")
    owner.shoot()
    owner.fill("title", "Four à pain du quartier")
    owner.fill("summary", "Un four commun, allumé le samedi par qui veut cuire.")
    owner.fill("territory", "Bretagne")
    owner.press("Créer")
    owner.film.say(
        "La page est là. Ce qui manque se dit en une ligne",
        "The page is there. What it lacks is said in one line",
    )
    project = str(owner.page.url).removeprefix(owner.site.url)
    owner.shoot(seconds=3)
    owner.press("Dire ce qu")
    owner.fill("what", "Une maçonne qui connaît la brique réfractaire, une matinée")
    owner.fill("keywords", "maçonnerie")
    owner.fill("places", "Bretagne")
    owner.press("Le dire")
    owner.shoot()
    owner.goto(project)
    owner.shoot(".space-now", seconds=3)
    return project


def answer(visitor: Actor, owner: Actor, site: Site, project: str) -> None:
    """An expert without an account answers; both say yes."""
    film = visitor.film
    film.say(
        "Quelqu’un d’autre lit les besoins, et a une matinée",
        "Somebody else reads the needs, and has a morning",
    )
    visitor.press("Voir qui a besoin de quoi")
    visitor.shoot()
    row = visitor.page.locator(".row", has_text="brique").locator("a", has_text="Je peux aider")
    film.press(visitor.page, row.first)
    film.say(
        "Deux lignes suffisent, sans compte",
        "Two lines will do, without an account",
    )
    visitor.shoot()
    visitor.fill("words", "Je monte des fours depuis vingt ans. Samedi matin me va bien.")
    visitor.fill("name", "Une maçonne")
    visitor.fill("email", "maconne@example.net")
    visitor.page.wait_for_timeout(1000 * FASTEST)
    visitor.press("Je peux aider")
    visitor.shoot()
    visitor.goto(mailed(site, "maconne@example.net", _ANSWER))
    visitor.press("Oui, poser la question")
    film.say(
        "L’équipe reçoit un courriel : les adresses ne se croisent qu’après deux oui",
        "The team gets a mail: addresses cross after two yeses only",
    )
    owner.goto(mailed(site, "agronome@example.org", r"(?s)Une maçonne.*?" + _ANSWER))
    owner.shoot(seconds=3)
    owner.press("Oui, volontiers")
    owner.shoot(seconds=3)
    film.say(
        "Donner des nouvelles : l’histoire du projet s’écrit ligne après ligne",
        "Giving news: the story of the project is written line by line",
    )
    owner.goto(project)
    owner.press("Donner des nouvelles")
    owner.page.locator("main .form input[type=text], main .form textarea").first.fill(
        "La sole est posée, avec une maçonne rencontrée ici"
    )
    film.press(owner.page, owner.page.locator("main .form .actions button").first)
    owner.shoot(seconds=3)


def evening(owner: Actor, team: Actor, project: str) -> None:
    """A series, an evening, a project that applies."""
    team.film.say(
        "Une équipe prépare une soirée à partir d’un modèle",
        "A team prepares an evening, from a template",
    )
    team.goto("/-/series")
    team.press("Commencer une série")
    team.page.check("main [name=template][value$=carrefour]")
    team.fill("title", "Carrefour de Bretagne")
    team.fill("territory", "Bretagne")
    team.fill("place", "Médiathèque, Rennes")
    team.press("Commencer la série")
    team.shoot()
    team.press("Préparer la prochaine soirée")
    team.press("Créer la soirée")
    event = "/" + str(team.page.url).partition("/-/events/prepare/")[2].partition("#")[0]
    team.film.say(
        "Une page dit ce qui reste à faire, dans l’ordre",
        "One page says what is left to do, in order",
    )
    team.shoot(seconds=3.5)
    team.film.say(
        "Les projets se proposent depuis la page de la soirée",
        "Projects apply from the page of the evening",
    )
    owner.goto(event)
    owner.press("Proposer un projet")
    owner.page.check(f"main [name=project][value='{project.lstrip('/')}']")
    owner.page.locator("main [name=why]").first.fill(
        "Trouver une commune qui prête un coin de place"
    )
    owner.shoot()
    owner.press("Proposer", "main form")
    owner.shoot()
    team.film.say(
        "Toutes les équipes reçoivent une réponse",
        "All teams get an answer",
    )
    team.goto(f"/-/applications{event}")
    team.shoot(seconds=3)
    team.press("Retenir")
    team.shoot()


def dossier(team: Actor) -> None:
    """A dossier that gathers projects, and its booklet."""
    team.film.say(
        "Un dossier rassemble des projets autour d’une question",
        "A dossier gathers projects around a question",
    )
    team.goto("/-/dossiers")
    team.press("En ajouter")
    team.fill("title", "La radio hors des villes")
    team.page.get_by_label("Quelle question").fill(
        "Que fait-on quand il n’y a ni réseau mobile ni internet ?"
    )
    team.fill("themes", "IoT, agriculture")
    team.press("Commencer le dossier")
    team.shoot(seconds=3)
    team.film.say(
        "Ses listes restent justes d’elles-mêmes ; il s’imprime en livret",
        "Its lists stay true by themselves; it is printed as a booklet",
    )
    team.page.mouse.wheel(0, 700)
    team.shoot(seconds=3)
    team.page.click(".page-menu summary")
    team.press("Livret", ".page-menu")
    team.shoot(seconds=3)
    team.film.say(
        "Le réseau d’un coup d’œil : une carte des relations",
        "The network at a glance: a map of relations",
    )
    team.goto("/-/relations")
    team.page.wait_for_timeout(1500)
    team.shoot(seconds=3.5)
