"""The model on a wiki small enough to know what it should say."""

from collections.abc import Mapping, Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ..classifier import Meaning
from ..model import Text, Themes

KNOWN = [
    (Text("ruche", "Ruches connectées", "", "abeilles miel capteurs"), ["Agriculture", "Objets"]),
    (Text("sol", "Sols vivants", "", "champs humus capteurs labour"), ["Agriculture"]),
    (Text("bus", "Le bus du soir", "", "ligne arrêt horaires ville"), ["Transports"]),
    (Text("velo", "Vélos", "", "piste ville cycliste"), ["Transports", "Ville"]),
    (Text("rien", "Sans thème", "", "abeilles abeilles"), []),
]
words = st.sampled_from(
    ["abeilles", "miel", "capteurs", "champs", "ville", "bus", "agriculture", "xyz"]
)
texts = st.lists(words, max_size=8).map(" ".join)


def learnt() -> Themes:
    return Themes(KNOWN, lambda text: text.casefold().split())


def test_neighbours_give_their_themes() -> None:
    ranked = learnt().rank(Text("new", "Des capteurs", "", "champs humus"))
    assert ranked[0][0] == "Agriculture"
    assert {theme for theme, _score in ranked} == {"Agriculture", "Objets", "Transports", "Ville"}


def test_a_theme_that_is_named_counts_without_neighbours() -> None:
    ranked = learnt().rank(Text("new", "Objets", "", ""))
    assert ranked[0][0] == "Objets"


def test_a_page_teaches_nothing_about_itself() -> None:
    alone = [(Text("a", "", "", "abeilles"), ["Miel"]), (Text("b", "", "", "ville"), ["Ville"])]
    themes = Themes(alone, str.split)
    assert dict(themes.rank(Text("other", "", "", "abeilles")))["Miel"] > 0.5
    assert dict(themes.rank(Text("a", "", "", "abeilles")))["Miel"] == 0.0


@settings(max_examples=15, deadline=None, database=None)
@given(texts=st.integers(2, 12), columns=st.integers(2, 40), seed=st.integers(0, 999))
def test_what_rounding_leaves_is_no_theme(texts: int, columns: int, seed: int) -> None:
    # Vectors such as an encoder gives: whatever they are, a theme of one page tells it nothing.
    rows = np.random.default_rng(seed).normal(size=(texts, columns)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    known = [(Text(f"t{n}", "", "", f"word{n}"), [f"Theme {n}"]) for n in range(texts)]

    def meaning(themes: Mapping[str, tuple[str, ...]], said: Sequence[str]) -> Meaning:
        return Meaning(themes, rows, lambda asked: rows[[said.index(one) for one in asked]])

    learnt = Themes(known, str.split, meaning)
    for n, (text, (own,)) in enumerate(known):
        assert dict(learnt.rank(text))[own] == 0.0, n


def test_addresses_are_no_words() -> None:
    with_address = learnt().rank(Text("x", "", "", "https://abeilles.miel champs"))
    assert with_address == learnt().rank(Text("x", "", "", "champs"))


def test_nothing_known_suggests_nothing() -> None:
    assert Themes([], str.split).rank(Text("a", "b", "c", "d")) == []


@settings(max_examples=60, deadline=None, database=None)
@given(title=texts, summary=texts, body=texts, name=st.sampled_from(["sol", "new"]))
def test_every_theme_is_ranked_between_nothing_and_one(
    title: str, summary: str, body: str, name: str
) -> None:
    ranked = learnt().rank(Text(name, title, summary, body))
    assert [theme for theme, _score in ranked] == [
        theme for theme, _score in sorted(ranked, key=lambda pair: (-pair[1], pair[0]))
    ]
    assert len(ranked) == 4
    assert all(0.0 <= score <= 1.0 + 1e-9 for _theme, score in ranked)
