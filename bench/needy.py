"""A wiki of 10,000 needs beside 10,000 offers, made once and kept: projects, and people who offer.

Each text is two lines of made-up French, no two alike, as long as those of people (130 characters):
what an encoder takes depends on it.
"""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from bench.corpus import KINDS, NEEDED, PLACES, REGIONS, THEMES, THINGS, VERBS
from bench.worlds import ACCOUNTS, FOLDER, PASSWORD, World, email
from wiki.config import load_settings
from wiki.instance import Instance, close_instance, open_instance
from wiki.pages.words import slug
from wiki.parts.creation import add_parts
from wiki.people.accounts import add_person, set_page, set_role
from wiki.people.person import at_machine
from wiki.repository.importing import stream_commits
from wiki.repository.objects import EMPTY, Author
from wiki.repository.repository import Repository

NEEDS = 10_000
#: needs of a project; offers of a person, who is matched by what they can do as well
_OF_ONE, _BY_ONE = 4, 2
_BATCH = 500
_WHEN = datetime(2026, 1, 5, 9, tzinfo=UTC)
_OFFERED = ("Je peux", "Nous savons", "Deux jours par mois pour", "J'aide volontiers à")


def needy_world(size: int = NEEDS) -> World:
    """The instance of ``size`` needs and as many offers; nothing is matched when it is new."""
    folder = FOLDER / f"needs-{size}"
    projects = [_project_path(number) for number in range(size // _OF_ONE)]
    spaces = tuple(projects[:ACCOUNTS])
    if not (folder / "ready").exists():
        begun = time.perf_counter()
        repository = Repository.create(folder / "content.git", folder / "lock")
        try:
            with stream_commits(repository, EMPTY) as imported:
                pages = list(_pages(size))
                for start in range(0, len(pages), _BATCH):
                    files = dict(pages[start : start + _BATCH])
                    imported.commit(
                        files, Author("Une porteuse", "1@people.invalid"), "Tout", _WHEN
                    )
            repository.upkeep.wait()
        finally:
            repository.close()
        add_parts(load_settings(folder, environ={}))
        instance = open_instance(load_settings(folder, environ={}))
        try:
            _accounts(instance)
            for name in instance.projections:
                instance.projections.catch_up(name)
        finally:
            close_instance(instance)
        (folder / "ready").touch()
        print(
            f"  … {size} needs and offers made in {time.perf_counter() - begun:.0f} s", flush=True
        )
    return World(folder, len(projects) * 3, tuple(projects[:50]), spaces)


def a_need(number: int) -> str:
    """What a need says, with no mark of its own."""
    chance = random.Random(f"need {number}")  # noqa: S311 - repeatable is the point
    return (
        f"Un {chance.choice(NEEDED)} pour {chance.choice(VERBS)} {_thing(chance)} "
        f"#{slug(chance.choice(THEMES))} #{slug(chance.choice(THINGS))}"
    )


def _pages(size: int) -> Iterator[tuple[str, bytes]]:
    yield "index.md", b"# Carrefour\n\nLes projets, et ceux qui les aident.\n"
    for number in range(size // _OF_ONE):
        yield f"{_project_path(number)}/index.md", _project(number).encode()
    for number in range(size // _BY_ONE):
        yield f"{_person_path(number)}.md", _person(number).encode()


def _project_path(number: int) -> str:
    return f"projets/projet-{number:05d}"


def _person_path(number: int) -> str:
    return f"personnes/personne-{number:05d}"


def _thing(chance: random.Random) -> str:
    return (
        f"le {chance.choice(THINGS)} {chance.choice(KINDS)} du {chance.choice(PLACES)} "
        f"de {chance.choice(REGIONS)}"
    )


def _project(number: int) -> str:
    chance = random.Random(f"project {number}")  # noqa: S311
    title = f"{chance.choice(THINGS).capitalize()} {chance.choice(KINDS)} {number}"
    needs = "\n".join(
        f"- [ ] {a_need(number * _OF_ONE + one)} {{#b-{number * _OF_ONE + one:08d}}}\n"
        f"  Nous voulons {chance.choice(VERBS)} {_thing(chance)} avec ceux qui y vivent."
        for one in range(_OF_ONE)
    )
    return (
        f"---\ntype: project\ntitle: {title}\nsummary: Pour {chance.choice(VERBS)} ensemble\n"
        f"themes: [{chance.choice(THEMES)}]\nterritory: {chance.choice(REGIONS)}\n"
        f"team: ['[[{_person_path(number)}]]']\n---\n\n"
        f"::: besoins\n{needs}\n\n:::\n\nPorté par [[{_person_path(number)}]].\n"
    )


def _person(number: int) -> str:
    chance = random.Random(f"person {number}")  # noqa: S311
    skills = ", ".join(chance.sample((*THEMES, *VERBS, *THINGS), 4))
    offers = "\n".join(
        f"- [ ] {chance.choice(_OFFERED)} {chance.choice(VERBS)} {_thing(chance)} "
        f"#{slug(chance.choice(THEMES))} dispo:ponctuelle {{#o-{number * _BY_ONE + one:08d}}}\n"
        f"  Quinze ans à {chance.choice(VERBS)} {_thing(chance)}."
        for one in range(_BY_ONE)
    )
    return (
        f"---\ntype: person\ntitle: Personne {number:05d}\nskills: [{skills}]\n"
        f"summary: Je m'occupe de {_thing(chance)}\nterritory: {chance.choice(REGIONS)}\n---\n\n"
        f"::: offres\n{offers}\n\n:::\n"
    )


def _accounts(instance: Instance) -> None:
    """People who can sign in, each with a page and a project; the first one is of the team."""
    for number in range(ACCOUNTS):
        person = add_person(
            instance.private, email=email(number), name=f"Membre {number}", password=PASSWORD
        )
        set_page(instance.private, person.id, _person_path(number), by="bench")
        if number == 0:
            set_role(instance.private, person.id, "admin", by=at_machine("bench"))
