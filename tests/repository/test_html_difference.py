"""Two pieces of safe HTML compared: both can be read in the one that comes of them."""

import re

from hypothesis import given
from hypothesis import strategies as st

from wiki.merging.html_difference import Labels, mark_difference
from wiki.pages.document import read_document
from wiki.rendering.context import RenderContext
from wiki.rendering.pipeline import render
from wiki.rendering.sanitize import clean

LABELS = Labels("ajouté :", "retiré :", "(fin)")
PARTS = [
    "Un jardin *partagé* et une serre.",
    "Un jardin fermé et deux [serres](b).",
    "## Horaires",
    "- un\n- deux\n    - trois",
    "- un\n- quatre\n    - trois\n- [ ] cinq",
    "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |",
    "| a | b |\n|---|---|\n| 1 | 9 |",
    "> Une citation",
    "```\ncode\n```",
    "![Plan](plan.png)",
    "مرحبا بالعالم",
    "1. un\n2. deux",
]
TEXTS = st.lists(st.sampled_from(PARTS), max_size=5).map("\n\n".join)


def html_of(text: str) -> str:
    return render(read_document(text), RenderContext()).html


def without(kind: str, marked: str) -> str:
    """The words that are left where what came, or went, is taken out."""
    said = re.sub(r'<span class="sr-only">.*?</span>', "", marked)
    left = re.sub(rf"<{kind}>.*?</{kind}>", "", said, flags=re.S)
    return "".join(re.sub(r"<(?!img)[^>]*>", "", left).split())


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_in_one(old: str, new: str) -> None:
    before, after = html_of(old), html_of(new)
    marked = mark_difference(before, after, LABELS)
    assert without("ins", marked) == without("-", before)
    assert without("del", marked) == without("-", after)
    assert clean(marked) == marked  # well-formed, and nothing that the gate would take out
    assert (marked == after) == (before == after)


def compared(old: str, new: str) -> str:
    marked = mark_difference(html_of(old), html_of(new), LABELS)
    return re.sub(r'<span class="sr-only">.*?</span>', "", marked)


def test_a_word_a_cell_and_a_row_are_marked_where_they_stand() -> None:
    assert "jardin <del>ouvert</del><ins>fermé</ins>." in compared(
        "Un jardin ouvert.", "Un jardin fermé."
    )
    table = "| a | b |\n|---|---|\n| un | 2 |\n| trois | 4 |"
    marked = compared(table, table.replace("| 4 |", "| 5 |"))
    assert "<td><del>4</del><ins>5</ins></td>" in marked and marked.count("<del>") == 1
    marked = compared(table, table.replace("\n| un | 2 |", ""))
    assert "<tr>\n<td><del>un</del></td>" in marked.replace("><td>", ">\n<td>")
    assert "<em><ins>" in compared("Un mot", "Un *mot*") or "<ins><em>" in compared(
        "Un mot", "Un *mot*"
    )


def test_screen_readers_are_told_what_came_and_what_went() -> None:
    marked = mark_difference("<p>un</p>", "<p>deux</p>", LABELS)
    assert (
        '<del><span class="sr-only">retiré : </span>un<span class="sr-only"> (fin) </span></del>'
        in marked
    )
    assert '<ins><span class="sr-only">ajouté : </span>deux' in marked


def test_what_went_has_no_names_that_are_there_twice() -> None:
    assert 'id="' not in mark_difference('<h2 id="h-a">A</h2>', "", LABELS)


def test_what_is_large_and_deep_is_bounded() -> None:
    items = "".join(f"<li>point {number} de la liste</li>" for number in range(3000))
    old, new = f"<ul>{items}</ul>", f"<ul>{items.replace('point 7 ', 'point sept ')}</ul>"
    assert mark_difference(old, new, LABELS).count("<ins>") == 1
    for depth in (30, 2000):
        deep = "<ul><li>a" * depth + "</li></ul>" * depth
        assert "<ins>" in mark_difference(deep, deep.replace("a", "b", 1), LABELS)
    long = "<p>" + "mot " * 200_000 + "</p>"
    assert mark_difference(long, f"{long}<p>fin</p>", LABELS).endswith("</ins>")


def test_what_is_another_text_is_one_change_not_one_for_each_word() -> None:
    old, new = (html_of(" ".join(f"un {word}{at}" for at in range(2000))) for word in "ab")
    marked = mark_difference(old, new, LABELS)
    assert marked.count("<ins>") == marked.count("<del>") == 1
    assert without("del", marked) == without("del", new)
    assert without("ins", marked) == without("ins", old)
