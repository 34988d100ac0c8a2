"""Three-way merges: both sides' edits are kept, or the conflict is told whole."""

from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.merging.merge import Conflict, Merge, MergedLines, merge

# Lines that git itself could take for marks, for the end of a file, or for a binary.
MARKS = ("<<<<<<< mine", "=======", ">>>>>>> theirs", "||||||| base")
line = st.sampled_from(("", "a", "b", "c", " ", "é", "\0", "\1a", "\r", "\x0b", "\ud800", *MARKS))
text = st.lists(line, max_size=8).map("\n".join)
few = settings(max_examples=60, deadline=None)


def side(merged: Merge, name: str) -> str:
    """The text when every conflict is decided for one side."""
    lines: list[str] = []
    for piece in merged.pieces:
        lines += piece.lines if isinstance(piece, MergedLines) else getattr(piece, name)
    return "\n".join(lines)


@few
@given(base=text, mine=text)
def test_one_sided_edits_are_taken_as_they_are(base: str, mine: str) -> None:
    assert merge(base, mine, base).text == mine
    assert merge(base, base, mine).text == mine
    assert merge(base, mine, mine).text == mine


@few
@given(base=text, mine=text, theirs=text)
def test_a_merge_is_whole_and_the_same_from_both_sides(base: str, mine: str, theirs: str) -> None:
    merged, mirrored = merge(base, mine, theirs), merge(base, theirs, mine)
    assert merged.text == mirrored.text
    assert side(merged, "mine") == side(mirrored, "theirs")
    assert (merged.text is None) == any(isinstance(piece, Conflict) for piece in merged.pieces)
    if merged.text is not None:
        assert side(merged, "mine") == merged.text
    for piece in merged.pieces:
        if isinstance(piece, Conflict):
            assert piece.mine != piece.theirs


words = st.lists(st.integers(0, 10**9).map(str), min_size=1, max_size=4, unique=True)
edits = st.lists(st.tuples(st.integers(0, 11), st.booleans(), words), max_size=3)


def edited(base: list[str], changes: list[tuple[int, bool, list[str]]], who: str) -> list[str]:
    lines = list(base)
    for number, (at, replace, new) in enumerate(sorted(changes, reverse=True)):
        lines[at : at + replace] = [f"{who} {number} {word}" for word in new]
    return lines


@few
@given(mine=edits, theirs=edits)
def test_no_edit_of_either_side_is_lost(
    mine: list[tuple[int, bool, list[str]]], theirs: list[tuple[int, bool, list[str]]]
) -> None:
    base = [f"line {number}" for number in range(12)]
    ours, others = edited(base, mine, "mine"), edited(base, theirs, "theirs")
    merged = merge("\n".join(base), "\n".join(ours), "\n".join(others))
    kept_mine, kept_theirs = side(merged, "mine").split("\n"), side(merged, "theirs").split("\n")
    assert [line for line in ours if line not in base] == [
        line for line in kept_mine if line.startswith("mine")
    ]
    assert [line for line in others if line not in base] == [
        line for line in kept_theirs if line.startswith("theirs")
    ]
    # What one side took out is not in the merged text.
    if merged.text is not None:
        gone = (set(base) - set(ours)) | (set(base) - set(others))
        assert not gone & set(merged.text.split("\n"))


@few
@given(changed=st.sets(st.integers(0, 7)), also=st.sets(st.integers(0, 7)))
def test_different_sections_merge(changed: set[int], also: set[int]) -> None:
    def page(who: str, numbers: set[int]) -> str:
        sections = [
            f"## Section {number}\n\n{who if number in numbers else 'base'} {number}\n"
            for number in range(8)
        ]
        return "\n".join(sections)

    both = page("base", set())
    merged = merge(both, page("mine", changed), page("theirs", also - changed))
    assert merged.text is not None
    for number in range(8):
        who = "mine" if number in changed else "theirs" if number in also else "base"
        assert f"\n{who} {number}\n" in merged.text


def test_a_conflict_holds_the_three_texts_and_no_marks() -> None:
    merged = merge("haut\n\nun\n\nbas", "haut\n\ndeux\n\nbas", "haut !\n\ntrois\n\nbas")
    assert merged.text is None
    assert merged.pieces == (
        MergedLines(("haut !", "")),
        Conflict(base=("un",), mine=("deux",), theirs=("trois",)),
        MergedLines(("", "bas")),
    )


def test_a_text_full_of_marks_costs_no_more() -> None:
    marks = "=" * 200_000
    base = f"{marks}\n" + "\n".join(f"{number}\n" for number in range(200))
    merged = merge(base, base.replace("\n1", "\nm1"), base.replace("\n1", "\nt1"))
    assert sum(isinstance(piece, Conflict) for piece in merged.pieces) > 50
    assert side(merged, "mine") == base.replace("\n1", "\nm1")


def test_a_line_that_one_took_out_does_not_come_back_since_another_moved_it() -> None:
    base = "- ign\n- ademe\n- cstb\n- dgaln\n- dinum\n"
    moved = "- ademe\n- ign\n- dinum\n- dgaln\n- cstb\n"
    removed = base.replace("- ign\n", "")
    for one, two in ((moved, removed), (removed, moved)):
        # It was one person's to take out, and the other's to move: that is asked.
        merged = merge(base, one, two)
        assert merged.text is None
        assert side(merged, "mine") == one and side(merged, "theirs") == two


def test_paragraphs_that_one_put_together_stay_whoever_is_chosen() -> None:
    first = "La construction a permis de bâtir une solution avec les agents."
    second = "Une première phase de tests a été réalisée en octobre avec des greffiers."
    base = f"# Phases\n\n{first}\n\n{second}\n"
    together = f"# Phases\n\n{first}\n{second.replace('octobre', 'mai')}\n"
    apart = base.replace("octobre", "juin")
    for one, two in ((together, apart), (apart, together)):
        merged = merge(base, one, two)
        assert merged.text is None
        assert first in side(merged, "mine") and first in side(merged, "theirs")
