"""Postings are added up as arrays: what is kept of them, and what is counted."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from wiki.projections.searching.facets import TYPE
from wiki.projections.searching.index.postings import Kept, Postings

from .searching import Library, a_library, files_of, open_index
from .world import ADMIN, MEMBER, VISITOR, page

AUDIENCES = {
    "visitor": VISITOR,
    "member": MEMBER,
    "admin": ADMIN,
    "guest": VISITOR | {"guest:projets/p2"},
    "team": MEMBER | {"team:projets/p3"},
}
ASKED = ("capteur", "capteur ferme", "cap", "capteru", '"capteur ferme"', "-ferme", "type:project")
#: what a territory of everywhere is found with too makes its counts others than its totals
COUNTED = (TYPE, "theme", "presented", "maturity")


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Projects with needs, of several themes and rights, in several parts; only read."""
    with a_library(tmp_path_factory.mktemp("projects")) as made:
        yield fill(made)


def fill(library: Library) -> Library:
    for start in range(0, 24, 6):
        library.write(
            {
                f"projets/p{number}/index.md": page(
                    f"{'Un capteur ferme' if number % 4 else 'Une ferme'}.\n"
                    f"\n::: besoins\n- Un capteur {number}\n\n:::\n",
                    title=f"Capteur {number}",
                    type="event" if number % 7 == 6 else "project",
                    themes=f"[{('énergie', 'eau', 'eau, air')[number % 3]}]",
                    visibility=("public", "public", "members", "team")[number % 4],
                )
                for number in range(start, start + 6)
            }
        )
        assert library.search
    return library


@pytest.mark.parametrize("who", AUDIENCES)
@pytest.mark.parametrize(
    "filters",
    [
        {},
        {TYPE: ("need",)},
        {"theme": ("eau",)},
        {"theme": ("eau", "energie"), TYPE: ("project", "event")},
        {"theme": ("nulle-part",)},
        {"unheard": ("of",)},
    ],
    ids=str,
)
def test_a_facet_counts_what_its_choice_would_leave(
    projects: Library, who: str, filters: dict[str, tuple[str, ...]]
) -> None:
    audience = AUDIENCES[who]
    for query in ("capteur", "capteur -theme:air", "ferme -type:need"):
        facets = projects.ask(query, audience, filters=filters, limit=0).facets
        for key in COUNTED:
            for value in facets.get(key, ()):
                chosen = {**filters, key: (value.slug,)}
                assert projects.ask(query, audience, filters=chosen).total == value.count


def test_what_others_asked_before_changes_no_answer(projects: Library) -> None:
    folder = files_of(projects)._folder.parent

    def answers(order: Sequence[str]) -> dict[object, object]:
        """Of an index that nobody has asked anything."""
        afresh = open_index(projects.repository, folder)
        asked = Library(projects.repository, afresh)
        told: dict[object, object] = {
            (who, query): asked.ask(query, AUDIENCES[who], limit=100)
            for who in order
            for query in ASKED
        }
        afresh.close()
        return told

    alone = {key: told for who in AUDIENCES for key, told in answers([who]).items()}
    for order in list(permutations(AUDIENCES))[::50]:
        assert answers(order) == alone


def test_what_is_kept_of_postings_is_bounded() -> None:
    kept = Kept(100_000)
    read: list[int] = []

    def get(number: int, size: int) -> Postings | None:
        def postings() -> Postings | None:
            read.append(number)
            return Postings(np.arange(size), np.ones(size)) if size else None

        return kept.get(("part", "field", str(number)), postings)

    for number in range(1000):
        found = get(number, number % 50)
        assert (len(found) if found else 0) == number % 50
        get(0, 0)
        assert kept.held.currsize <= 100_000
    # What is asked for again and again stays; what is not there is known too.
    assert read.count(0) == 1
    assert get(999, 49) is not None
    assert read.count(999) == 1
    # What is larger than all that may be kept is answered, and not kept.
    assert get(2000, 10_000) is not None
    assert kept.held.currsize <= 100_000


def test_a_wiki_that_nobody_searches_has_no_numpy(projects: Library) -> None:
    script = (
        "import sys; from pathlib import Path;"
        "from wiki.projections.search import SearchProjection;"
        "from wiki.projections.tables.file import FileTables;"
        "search = SearchProjection(); search.open(Path(sys.argv[1]), FileTables);"
        "print(search.reflects(), 'numpy' in sys.modules)"
    )
    folder = files_of(projects)._folder.parent
    said = subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    ).stdout
    written = files_of(projects).snapshot().origin.marker
    assert said.split() == [written, "False"]
