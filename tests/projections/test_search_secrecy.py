"""Nothing that a reader may not see shows in anything that a search answers."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.projections.searching.results import SearchResults
from wiki.projections.tables.store import Stores

from .searching import Library, a_library
from .world import ADMIN, MEMBER, VISITOR, page

CANARY = "quetzalcoatl"
AUDIENCES = {
    "visitor": VISITOR,
    "member": MEMBER,
    "team": MEMBER | {"team:projets/secret"},
    "guest": VISITOR | {"guest:projets/secret/plan"},
    "admin": ADMIN,
}
#: who may know of which page
SEEN_BY = {
    "equipe": {"team", "admin"},
    "invite": {"team", "admin", "guest"},
    "membres": {"member", "team", "admin"},
}


def write_vault(library: Library) -> Library:
    library.write(
        {
            "ouvert.md": page("Un texte pour tous, sur le quetzal.", title="Ouvert"),
            "projets/secret/index.md": page(
                f"{CANARY}equipe ::\n\n::: besoins\n- Un besoin {CANARY}equipe\n\n:::\n",
                type="project",
                title=f"{CANARY}equipe titre",
                visibility="team",
                team="['[[personnes/p]]']",
                themes=f"[{CANARY}equipe]",
            ),
            "projets/secret/plan.md": page(f"Le plan {CANARY}invite.", title="Plan"),
            "membres.md": page(
                f"Entre nous : {CANARY}membres.", title=f"{CANARY}membres", visibility="members"
            ),
        }
    )
    return library


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory, stores: Stores) -> Iterator[Library]:
    """A wiki that is only read."""
    with a_library(tmp_path_factory.mktemp("vault"), stores) as made:
        yield write_vault(made)


def everything(library: Library, typed: str, audience: frozenset[str]) -> str:
    """All that any question about ``typed`` is answered, as text."""
    results: SearchResults = library.ask(typed, audience)
    suggested = library.search.suggest(typed, audience)
    ranked = library.search.ranked(typed, audience)
    return repr((results.hits, results.facets, results.suggestion, results.also, suggested, ranked))


@pytest.mark.parametrize("who", AUDIENCES)
@pytest.mark.parametrize("where", SEEN_BY)
@pytest.mark.parametrize("typed", ["{0}{1}", "{0}", "quetzalcoatk{1}", "quetzalco", "{0}{1} texte"])
def test_a_word_shows_only_to_who_may_read_it(
    vault: Library, who: str, where: str, typed: str
) -> None:
    seen = everything(vault, typed.format(CANARY, where), AUDIENCES[who])
    for word, readers in SEEN_BY.items():
        if who not in readers:
            assert f"{CANARY}{word}" not in seen
    if who in SEEN_BY[where] and typed == "{0}{1}":
        assert f"<mark>{CANARY}{where}</mark>" in seen


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_a_hidden_page_changes_no_answer(library: Library, who: str) -> None:
    vault = write_vault(library)
    audience = AUDIENCES[who]
    asked = ("texte quetzal", "quetzalcoatlequipe", "plan", "quetz", "-texte", "", "theme:x", "un")
    before = [everything(vault, typed, audience) for typed in asked]
    vault.write(
        {
            "projets/secret/encore.md": page("quetzal texte plan un " * 9, title="Texte quetzal"),
            "projets/secret/plan.md": None,
        }
    )
    assert [everything(vault, typed, audience) for typed in asked] == before


def test_a_page_that_is_hidden_is_forgotten(library: Library) -> None:
    vault = write_vault(library)
    vault.write({"membres.md": page("Kakapo, kakapo.", title="Kakapo")})
    assert vault.ask("kakapa").suggestion == "kakapo"
    vault.write({"membres.md": page("Kakapo, kakapo.", title="Kakapo", visibility="members")})
    results = vault.ask("kakapa")
    assert (results.total, results.suggestion) == (0, "")
    assert vault.ask("kakapa", MEMBER).total == 1
    # Suggested are words of public pages alone, whoever asks.
    assert vault.ask("kakapa", MEMBER).suggestion == ""


def test_narrowing_a_parent_hides_what_is_below(library: Library) -> None:
    vault = write_vault(library)
    vault.write({"a/index.md": page("", title="A"), "a/b.md": page("Un zorglub.", title="B")})
    assert vault.paths("zorglub") == ["a/b"]
    vault.write({"a/index.md": page("", title="A", visibility="members")})
    assert vault.paths("zorglub") == []
    assert vault.paths("zorglub", MEMBER) == ["a/b"]


@settings(max_examples=25, deadline=None, database=None)
@given(typed=st.text(max_size=60), who=st.sampled_from(["visitor", "member"]))
def test_whatever_is_typed(vault: Library, typed: str, who: str) -> None:
    seen = everything(vault, typed, AUDIENCES[who])
    assert f"{CANARY}equipe" not in seen
    assert f"{CANARY}invite" not in seen


def test_a_hidden_page_lends_no_synonyms(library: Library) -> None:
    vault = write_vault(library)
    hidden = page("- sonde = quetzal\n", title="Thesaurus", visibility="members")
    vault.write({"thesaurus.md": hidden})
    assert vault.paths("sonde") == []
    assert "ouvert" in vault.paths("sonde", MEMBER)
