"""Two wikis, of which one holds secrets beside all that the other holds, answer an outsider alike.

Not only is nothing of a secret said: no score, order, count, spelling or completion differs. What
is public is written in the same commits; what is secret in commits between them, which makes the
index lie in other parts, with other numbers.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from string import ascii_lowercase
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.projections.cataloguing.ranks import ORDERS

from .searching import Library, a_library
from .world import MEMBER, TODAY, VISITOR, page

#: words that are alike, begin alike, stand for each other, and are written in several ways
WORDS = (
    "lora",
    "loran",
    "lorawan",
    "ferme",
    "fermé",
    "Fermes",
    "jardin",
    "jardins",
    "jardinage",
    "objet",
    "objets",
    "connecté",
    "connectés",
    "capteur",
    "capteurs",
    "IoT",
    "eau",
    "un",
)
THEMES = ("Énergie", "energie", "IoT", "iot", "eau")
THESAURUS = "- lora = iot = objets connectés\n- jardin = ferme\n    - jardinage\n"
#: who is asked for, and what is hidden from them
OUTSIDERS = {"visitor": (VISITOR, ("members", "team")), "member": (MEMBER, ("team",))}

Files = Mapping[str, str | None]

_words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
_themes = st.lists(st.sampled_from(THEMES), max_size=2, unique=True)


@st.composite
def _page(draw: st.DrawFn, hidden_by: tuple[str, ...] = ()) -> str:
    """A project, or another's text; with ``hidden_by`` one that an outsider may not see."""
    head = {"title": draw(_words), "type": "project", "themes": f"[{', '.join(draw(_themes))}]"}
    if hidden_by:
        head |= {"visibility": draw(st.sampled_from(hidden_by)), "summary": draw(_words)}
    body = f"{draw(_words)}\n"
    if draw(st.booleans()):
        body += f"\nInternet des objets (IDO)\n\n::: besoins\n- [ ] {draw(_words)}\n\n:::\n"
    return page(body, **head)


@st.composite
def _commits(draw: st.DrawFn, hidden_by: tuple[str, ...]) -> tuple[Files, Files]:
    """What one commit writes in the wiki with secrets, and in its twin; None takes a page out."""
    full: dict[str, str | None] = {}
    twin: dict[str, str | None] = {}
    for number in draw(st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True)):
        name = f"projets/p{number}/index.md"
        match draw(st.sampled_from(("open", "open", "gone", "hidden"))):
            case "open":
                full[name] = twin[name] = draw(_page())
            case "gone":
                full[name] = twin[name] = None
            case _:
                full[name], twin[name] = draw(_page(hidden_by)), None
    for number in draw(st.lists(st.integers(0, 3), max_size=3, unique=True)):
        full[f"projets/secret{number}/index.md"] = draw(st.none() | _page(hidden_by))
    return full, twin


_typed = st.one_of(
    _words,
    st.builds(lambda word, size: word[:size], st.sampled_from(WORDS), st.integers(1, 7)),
    st.sampled_from(("lorra", "fremes", "jardim", '"objets connectés"', "-lora", "titre:ferme")),
    st.sampled_from(("theme:iot", "theme:energie lora", "type:besoin", "ido", "", "projets")),
)


def told(library: Library, typed: str, audience: frozenset[str]) -> dict[str, object]:
    """All that a question is answered."""
    results = library.ask(typed, audience, limit=100)
    return {
        "total": results.total,
        "hits": results.hits,
        "facets": results.facets,
        "suggestion": results.suggestion,
        "also": results.also,
        "as typed": library.ask(typed, audience, as_typed=True),
        "by space": library.ask(typed, audience, by_space=True),
        "titles": library.search.suggest(typed, audience),
        "ranked": library.search.ranked(typed, audience),
        **{
            order: library.ask(
                typed, audience, ranks=library.catalogue.ranks(order, audience, TODAY)
            ).hits
            for order in ORDERS
        },
    }


@contextmanager
def twins(commits: Sequence[tuple[Files, Files]]) -> Iterator[tuple[Library, Library]]:
    """The wiki with secrets and its twin, each indexed after each commit."""
    with TemporaryDirectory() as folder, ExitStack() as opened:
        full, twin = (
            opened.enter_context(a_library(Path(folder) / name)) for name in ("full", "twin")
        )
        for both in commits:
            for library, files in zip((full, twin), both, strict=True):
                library.write(files)
                assert library.search
        yield full, twin


@pytest.mark.parametrize("who", OUTSIDERS)
@settings(max_examples=4, deadline=None)
@given(data=st.data())
def test_a_wiki_with_secrets_answers_as_one_without(who: str, data: st.DataObject) -> None:
    audience, hidden_by = OUTSIDERS[who]
    start: Files = {"thesaurus.md": page(THESAURUS, title="Thésaurus"), "index.md": page("Accueil")}
    commits = data.draw(st.lists(_commits(hidden_by), min_size=2, max_size=5))
    asked = data.draw(st.lists(_typed, min_size=4, max_size=12, unique=True))
    with twins([(start, start), *commits]) as (full, twin):
        for typed in asked:
            ours, theirs = told(full, typed, audience), told(twin, typed, audience)
            for what, answer in theirs.items():
                assert ours[what] == answer, (typed, what)


def _secrets(number: int, **head: str) -> list[tuple[Files, Files]]:
    """So many commits, each with a page for its team alone."""
    text = page("lora lora", visibility="team", type="project", **head)
    return [({f"secret{one}/index.md": text}, {}) for one in range(number)]


@pytest.mark.parametrize("before", [0, 1, 2, 3])
def test_words_are_written_as_if_nothing_were_hidden(before: int) -> None:
    """Documents are put together by how many there are: their order is not to show."""
    one = {"a/index.md": page("kakapò", title="A", type="project", themes="[Énergie]")}
    other = {"b/index.md": page("kakapô", title="B", type="project", themes="[energie]")}
    secrets = _secrets(3, title="S", themes="[énergie]")
    commits = [(one, one), *secrets[:before], (other, other), *secrets[before:]]
    with twins(commits) as (full, twin):
        for typed in ("kakapa", "kakapo", "type:projet"):
            assert told(full, typed, VISITOR) == told(twin, typed, VISITOR)


def test_a_word_that_is_gone_is_nobodys_misspelling(library: Library) -> None:
    """How long the index remembers it depends on what else is written, also on what is hidden."""
    library.write({"a.md": page("Des fermes.")})
    assert library.ask("fremes").total == 1
    library.write({"a.md": page("Une ferme.")})
    assert library.ask("fremes").total == 0


def test_hidden_words_take_the_place_of_none_that_may_go_on() -> None:
    """Some words that begin as the last one does are looked for: of those that one may know."""
    seen = {
        f"vu{one}/index.md": page(f"lor{letter * 4}", title=f"Lor{letter * 4}")
        for one, letter in enumerate(ascii_lowercase[:5])
    }
    words = [f"lor{a}{b}" for a in ascii_lowercase for b in ascii_lowercase[:12]]
    hidden = {
        f"secret{word}.md": page(" ".join(words), title=word, visibility="team")
        for word in words[:20]
    }
    with twins([(seen, seen), (hidden, {})]) as (full, twin):
        for audience in (VISITOR, MEMBER, MEMBER | {"team:projets/autre"}):
            ours, theirs = told(full, "lor", audience), told(twin, "lor", audience)
            assert ours["total"] == 5
            assert ours == theirs
