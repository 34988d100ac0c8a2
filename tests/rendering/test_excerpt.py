"""The beginning of a text: as far as its weight goes, whatever it is cut inside of."""

import re

from hypothesis import given
from hypothesis import strategies as st

from tests.rendering.judge import faults
from wiki.pages.document import read_document
from wiki.rendering.excerpt import excerpt
from wiki.rendering.layout import Answers, Layout, Place
from wiki.rendering.sanitize import clean

PIECES = st.sampled_from(
    [
        "## Titre *un* {n}\n",
        "Mot {n}, [lien](x) et `code`.\n",
        "- un {n}\n- deux\n\n  > dedans\n  > - plus\n",
        "1. a {n}\n   1. b\n      1. c\n",
        "> cité {n}\n>\n> | a | b |\n> |-|-|\n> | 1 | {n} |\n",
        "| a | b |\n|-|-|\n| 1 | {n} |\n| 3 | 4 |\n",
        "note[^{n}]\n\n[^{n}]: dit {n}\n\n    encore\n",
        "terme {n}\n: ce qu’il dit\n",
        "::: inconnu\n- x {n}\n\n::: dedans\nmot {n}\n\n:::\n\n:::\n",
        "```\ncode {n}\n```\n",
        "---\n",
    ]
)


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@given(st.lists(PIECES, min_size=1, max_size=8), st.integers(min_value=0, max_value=120))
def test_any_text_is_cut_where_something_begins_and_all_before_it_is_shown(
    pieces: list[str], most: int
) -> None:
    text = "\n".join(piece.replace("{n}", str(at)) for at, piece in enumerate(pieces))
    tokens = read_document(text).tokens
    part = excerpt(tokens, {}, most)
    whole, begun = (
        Layout(Answers(), Place(path="p")).whole(some) for some in (tokens, part.tokens)
    )
    assert faults(clean(begun)) == []
    # Nothing was left open for the gate to close.
    for tag in ("ul", "ol", "li", "blockquote", "table", "tr", "dl", "section", "p"):
        assert begun.count(f"<{tag}>") + begun.count(f"<{tag} ") == begun.count(f"</{tag}>")
    assert words(whole).startswith(words(begun))
    assert (part.cut is None) == (words(whole) == words(begun) and list(part.tokens) == [*tokens])
    if part.cut is not None:
        assert 0 <= part.cut <= text.count("\n")
