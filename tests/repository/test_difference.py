"""Word by word: what is shown is exactly the two texts, and reads as people edit."""

from dataclasses import dataclass
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from wiki.merging.difference import Hunk, Run, word_diff

HOSTILE = ("@@ -1 +1 @@", "\\ No newline", "\0", "\r\n", "+", "-", "\u2028", "\ud800", "\t")
piece = st.sampled_from(("un ", "deux", " ", "\n", "\n\n", "é", "l'eau", "🙂", *HOSTILE))
text = st.lists(piece, max_size=14).map("".join)


@dataclass(frozen=True)
class Heading:
    line: int
    text: str


def recomposed(hunks: list[Hunk], kind: str) -> str:
    runs = [run for hunk in hunks for run in hunk.runs]
    return "".join(run.text for run in runs if run.kind in ("same", kind))


@settings(max_examples=80, deadline=None)
@given(old=text, new=text)
@example(old="", new="x")
@example(old="x", new="")
@example(old="a b", new="c d")
def test_the_runs_are_the_two_texts(old: str, new: str) -> None:
    hunks = word_diff(old, new, context=None)
    assert (hunks == []) == (old == new)
    if hunks:
        assert recomposed(hunks, "removed") == old
        assert recomposed(hunks, "added") == new
        assert all(run.text for run in hunks[0].runs)
        kinds = [run.kind for run in hunks[0].runs]
        assert all(kind != after for kind, after in pairwise(kinds))


@settings(max_examples=50, deadline=None)
@given(old=text, new=text, context=st.integers(0, 2))
def test_a_hunk_is_where_it_says(old: str, new: str, context: int) -> None:
    for hunk in word_diff(old, new, context=context):
        for whole, kind, line in ((old, "removed", hunk.old_line), (new, "added", hunk.new_line)):
            lines = whole.split("\n")
            assert "\n".join(lines[line:]).startswith(recomposed([hunk], kind))


def test_words_change_within_a_line() -> None:
    (hunk,) = word_diff("Un expert LoRa, demain.\n", "Une experte LoRa, demain.\n")
    assert hunk.runs == (
        Run("removed", "Un expert"),
        Run("added", "Une experte"),
        Run("same", " LoRa, demain.\n"),
    )


def test_hunks_have_context_and_their_heading() -> None:
    old = "\n".join(f"ligne {number}" for number in range(40))
    new = old.replace("ligne 5\n", "ligne cinq\n").replace("ligne 30\n", "")
    headings = [Heading(0, "Haut"), Heading(20, "Milieu"), Heading(35, "Bas")]
    first, second = word_diff(old, new, headings)
    assert (first.old_line, first.new_line, first.heading) == (2, 2, "Haut")
    assert (second.old_line, second.new_line, second.heading) == (27, 27, "Milieu")
    assert recomposed([second], "removed").count("\n") == 7
    assert Run("removed", "ligne 30\n") in second.runs
    (one,) = word_diff(old, new, headings, context=20)
    assert one.heading == "Haut"


def test_what_git_compares_is_the_two_texts() -> None:
    """Changed all over, and too long to be compared without it."""
    words = [f"mot{number}" for number in range(300)]
    other = [f"word{number}" if number % 7 == 0 else word for number, word in enumerate(words)]
    other[20:21], other[150:155] = ["il", "est", "venu"], []
    old, new = " ".join(words), " ".join(other)
    hunks = word_diff(old, new, context=None)
    assert recomposed(hunks, "removed") == old
    assert recomposed(hunks, "added") == new
    assert sum(run.kind == "added" for run in hunks[0].runs) > 30
    assert word_diff(new, f"{new} {new}")[0].runs[0] == Run("same", new)


def test_two_long_and_different_texts_are_compared() -> None:
    old = " ".join(f"mot{number}" for number in range(20_000))
    new = " ".join(f"word{number * 7 % 19_999}" for number in range(20_000))
    hunks = word_diff(old, new)
    assert recomposed(hunks, "removed") == old
    assert recomposed(hunks, "added") == new


def test_very_many_words_are_compared_by_lines_and_very_many_lines_as_a_whole() -> None:
    """What git takes for two orders of the same words grows with the square of their number."""
    words = [str(number % 50) for number in range(40_000)]
    one, other = " ".join(words), " ".join(reversed(words))
    (hunk,) = word_diff(f"avant\n{one}\naprès\n", f"avant\n{other}\naprès\n")
    assert [run.kind for run in hunk.runs] == ["same", "removed", "added", "same"]
    assert hunk.runs[0].text == "avant\n"
    one, other = one.replace(" ", "\n"), other.replace(" ", "\n")
    (hunk,) = word_diff(one, other)
    assert hunk.runs == (Run("removed", one), Run("added", other))
