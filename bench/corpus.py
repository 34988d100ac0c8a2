"""A wiki to measure on: made-up projects, people and their history, the same for the same seed.

    python bench/corpus.py FOLDER --pages 20000 --commits 25000

The words are French and mean little. What counts is the shape: spaces with their front matter,
needs, offers and history blocks, links between pages, a few keywords that many pages share, and a
history in which some pages change often and most hardly ever.
"""

import argparse
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from wiki.pages.words import slug
from wiki.repository.importing import stream_commits
from wiki.repository.objects import EMPTY, Author
from wiki.repository.repository import Repository

REGIONS = (
    *("Bretagne", "Normandie", "Occitanie", "Grand Est", "Île-de-France", "Nouvelle-Aquitaine"),
    *("Pays de la Loire", "Hauts-de-France", "Corse", "Centre-Val de Loire", "La Réunion"),
    *("Bourgogne-Franche-Comté", "Auvergne-Rhône-Alpes"),
)
THEMES = (
    *("agriculture", "objets connectés", "santé", "mobilité", "énergie", "éducation", "emploi"),
    *("logement", "alimentation", "culture", "handicap", "numérique", "eau", "déchets", "forêt"),
)
STATES = ("idée", "concept", "prototype", "pilote", "marché", "en-pause")
THINGS = (
    *("capteur", "atelier", "plateforme", "jardin", "réseau", "logiciel", "drone", "four", "vélo"),
    *("serre", "compost", "station", "carte", "épicerie", "fablab", "antenne", "bibliothèque"),
)
KINDS = (
    *("partagé", "solaire", "libre", "mobile", "ouvert", "rural", "connecté", "participatif"),
    *("itinérant", "sobre", "modulaire", "réparable", "collectif", "hivernal", "silencieux"),
)
VERBS = ("mesurer", "relier", "réparer", "partager", "cultiver", "apprendre", "réduire", "héberger")
NEEDED = ("expert", "lieu d'essai", "financement", "designer", "développeuse", "relais", "testeur")
PLACES = ("ferme", "commune", "école", "quartier", "vallée", "gare", "marché", "lycée", "port")
WHO = ("porteuse", "bénévole", "experte", "relais", "coordinateur")
_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
_START = datetime(2019, 1, 7, 9, tzinfo=UTC)
_YEARS = timedelta(days=7 * 365)
#: the pages of a space beside its first one
BELOW = ("cahier-des-charges", "carnet", "equipe", "budget")
_SPACE = 1 + len(BELOW)
_PEOPLE = 10  # one page in so many is a person's
_BATCH = 500  # files in one of the first commits


def make_repository(
    folder: Path, pages: int, commits: int, seed: int = 1, *, flat: bool = False
) -> str:
    """Fills the new repository ``folder`` with ``pages`` pages in ``commits`` commits.

    Its lock file is ``lock`` beside it. The pages come in the first commits, a batch each; every
    further commit changes one page. Projects stand in a folder of their region and theme; ``flat``
    puts them all in ``projets/``, the hardest case for git, which then writes that folder anew at
    each commit.
    Returns the head.
    """
    repository = Repository.create(folder, folder.parent / "lock")
    corpus = Corpus(pages, seed, flat=flat)
    size = max(_BATCH, -(-pages // commits))
    batches = [range(first, min(first + size, pages)) for first in range(0, pages, size)]
    chance = random.Random(seed)  # noqa: S311  (repeatable is the point)
    try:
        with stream_commits(repository, EMPTY) as imported:
            for number in range(commits):
                if number < len(batches):
                    files, message = dict(map(corpus.page, batches[number])), "Nouveaux projets"
                else:
                    # Few pages change often, most hardly ever.
                    files = dict([corpus.edit(int(pages * chance.random() ** 3))])
                    message = f"Des nouvelles : {chance.choice(VERBS)} le {chance.choice(THINGS)}"
                author = Author(f"Une {chance.choice(WHO)}", f"{number % 997:03d}@people.invalid")
                when = _START + _YEARS * (number / commits)
                imported.commit(files, author, message, when)
        repository.upkeep.wait()
        return repository.head()
    finally:
        repository.close()


class Corpus:
    """The pages by number: the root, then spaces of five pages, then one page in ten a person."""

    def __init__(self, pages: int, seed: int = 1, *, flat: bool = False) -> None:
        self._seed = seed
        self._flat = flat
        self._first_person = pages - max(1, pages // _PEOPLE)
        self._pages = pages
        self._edits: dict[int, int] = {}
        chance = random.Random(seed)  # noqa: S311
        self._sentences = [_sentence(chance) for _number in range(3000)]

    def page(self, number: int) -> tuple[str, bytes]:
        """The file and the text of one page, with the edits it has had."""
        # One source of chance a page: its text does not depend on which others were made before.
        chance = random.Random(self._seed * 1_000_003 + number)  # noqa: S311
        if number == 0:
            return "index.md", b"# Carrefour\n\nLes projets, et ceux qui les aident.\n"
        if number >= self._first_person:
            return self._person(number, chance)
        space, position = divmod(number - 1, _SPACE)
        folder, region, theme, title = self._project(space)
        if position:
            below = BELOW[position - 1]
            head = f"---\ntitle: {below.replace('-', ' ').capitalize()} de {title}\n---\n\n"
            text = head + self._paragraphs(number, chance)
            return f"{folder}/{below}.md", text.encode()
        return f"{folder}/index.md", self._root(number, region, theme, title, chance).encode()

    def edit(self, number: int) -> tuple[str, bytes]:
        """The page changed once more: a sentence is another, a line of news is added."""
        self._edits[number] = self._edits.get(number, 0) + 1
        return self.page(number)

    def _project(self, space: int) -> tuple[str, str, str, str]:
        """A space's folder, region, first theme and title."""
        chance = random.Random(self._seed * 7_919 + space)  # noqa: S311
        thing, kind = chance.choice(THINGS), chance.choice(KINDS)
        title = f"{thing.capitalize()} {kind} de {chance.choice(PLACES)} {space}"
        region, theme = chance.choice(REGIONS), chance.choice(THEMES)
        above = "projets" if self._flat else f"projets/{slug(region)}/{slug(theme)}"
        return f"{above}/{slug(title)}", region, theme, title

    def _person(self, number: int, chance: random.Random) -> tuple[str, bytes]:
        skills = ", ".join(chance.sample(THEMES, 3))
        text = (
            f"---\ntype: person\ntitle: Personne {number:05d}\nskills: [{skills}]\n"
            f"roles: [{chance.choice(('expert', 'owner', 'connector'))}]\n---\n\n"
            f"::: offres\n- [ ] {self._sentence(chance)} #{slug(chance.choice(THEMES))} "
            f"@{chance.choice(PLACES)} dispo:ponctuelle {{#o-{_identity(chance)}}}\n\n:::\n\n"
        )
        return f"personnes/personne-{number:05d}.md", (
            text + self._paragraphs(number, chance, 2)
        ).encode()

    def _root(self, number: int, region: str, theme: str, title: str, chance: random.Random) -> str:
        themes = ", ".join(dict.fromkeys((theme, chance.choice(THEMES))))
        member = f"personnes/personne-{chance.randrange(self._first_person, self._pages):05d}"
        edits = self._edits.get(number, 0)
        needs = "\n".join(
            f"- [{'x' if edits > need * 3 + 2 else ' '}] Un {chance.choice(NEEDED)} pour "
            f"{chance.choice(VERBS)} le {chance.choice(THINGS)} #{slug(chance.choice(THEMES))} "
            f'@"{region}" {{#b-{_identity(chance)}}}'
            for need in range(chance.randint(1, 5))
        )
        news = "\n".join(
            f"- 20{19 + year}-0{1 + year}-1{year} {state} — {self._sentence(chance)}"
            for year, state in enumerate(STATES[: chance.randint(1, len(STATES))])
        )
        return (
            f"---\ntype: project\ntitle: {title}\nsummary: {self._sentence(chance)}\n"
            f"themes: [{themes}]\nterritory: {region}\nteam: ['[[{member}]]']\n---\n\n"
            f"::: besoins\n{needs}\n\n:::\n\n::: historique\n{news}\n\n:::\n\n"
            f"Porté par [[{member}]].\n\n" + self._paragraphs(number, chance)
        )

    def _paragraphs(self, number: int, chance: random.Random, most: int = 6) -> str:
        edits = self._edits.get(number, 0)
        sections = [
            f"## {chance.choice(VERBS).capitalize()} le {chance.choice(THINGS)}\n\n"
            + " ".join(self._sentence(chance) for _sentence in range(chance.randint(2, 6)))
            for _section in range(chance.randint(1, most))
        ]
        if edits:
            added = random.Random(edits)  # noqa: S311
            sections[edits % len(sections)] += f" {self._sentence(added)}"
            sections.append(f"## Nouvelles\n\n- {edits} : {self._sentence(added)}")
        return "\n\n".join(sections) + "\n"

    def _sentence(self, chance: random.Random) -> str:
        return self._sentences[int(chance.random() * len(self._sentences))]


def _sentence(chance: random.Random) -> str:
    return (
        f"Nous voulons {chance.choice(VERBS)} un {chance.choice(THINGS)} {chance.choice(KINDS)} "
        f"avec {chance.choice(('la', 'notre', 'une'))} {chance.choice(PLACES)}, pour "
        f"{chance.choice(VERBS)} ensemble l'{chance.choice(('eau', 'énergie', 'accès', 'avenir'))}."
    )


def _identity(chance: random.Random) -> str:
    return "".join(chance.choices(_LETTERS, k=8))


def main() -> None:
    """The command: makes FOLDER/content.git and says how long it took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--commits", type=int, default=25_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--flat", action="store_true")
    options = parser.parse_args()
    begun = time.perf_counter()
    head = make_repository(
        options.folder / "content.git",
        options.pages,
        options.commits,
        options.seed,
        flat=options.flat,
    )
    print(f"{head}: {time.perf_counter() - begun:.1f} s")


if __name__ == "__main__":
    main()
