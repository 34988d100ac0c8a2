"""A merge that asks, answered: each combination of choices gives the text that one expects."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from wiki.merging.choices import Answer, Side, resolve
from wiki.merging.merge import Conflict, Merge, merge
from wiki.web.edit.conflict_choices import PLACES, chosen_text, packed

LINES = st.sampled_from(
    ["Un jardin.", "Deux serres.", "- a", "- b", "", "# Titre", "| a | b |", "::: besoins", ":::"]
)
TEXTS = st.lists(LINES, max_size=8).map(lambda lines: "".join(f"{line}\n" for line in lines))
SIDES: tuple[Side, ...] = ("mine", "theirs", "both", "own")


def conflicts(merged: Merge) -> list[Conflict]:
    return [one for one in merged.pieces if isinstance(one, Conflict)]


def lines_of(piece: Conflict, side: str) -> list[str]:
    if side == "own":
        return ["Ni l’un,", "ni l’autre."]
    if side != "both":
        return list(getattr(piece, side))
    return [*piece.mine, *piece.theirs]


@given(TEXTS, TEXTS, TEXTS, st.data())
def test_what_is_chosen_stands_there_and_nothing_else_changes(
    base: str, mine: str, theirs: str, data: st.DataObject
) -> None:
    merged = merge(base, mine, theirs)
    asked = conflicts(merged)
    sides = data.draw(st.lists(st.sampled_from(SIDES), min_size=len(asked), max_size=len(asked)))
    answers = [Answer(one, "Ni l’un,\r\nni l’autre.\r\n") for one in sides]
    left = iter(sides)
    expected = []
    for piece in merged.pieces:
        expected += (
            lines_of(piece, next(left)) if isinstance(piece, Conflict) else list(piece.lines)
        )
    text = resolve(merged.pieces, answers)
    # Between two paragraphs that both stay, one blank line may be new.
    if "both" not in sides:
        assert text == "\n".join(expected)
    assert [one for one in text.split("\n") if one] == [one for one in expected if one]
    # The form that travels makes the same text, whatever stands in it.
    form: dict[str, str] = {f"choice-{at}": one for at, one in enumerate(sides)}
    form |= {f"own-{at}": "Ni l’un,\r\nni l’autre.\r\n" for at in range(len(asked))}
    assert chosen_text({"pieces": packed(merged.pieces), **form}) == text


def test_all_combinations_of_two_places() -> None:
    base = "# A\n\nUn.\n\n## B\n\nDeux.\n"
    mine, theirs = base.replace("Un", "Moi").replace("Deux", "Miens"), base.replace("Un", "Eux")
    theirs = theirs.replace("Deux", "Leurs")
    merged = merge(base, mine, theirs)
    assert len(conflicts(merged)) == 2
    first = {"mine": "Moi.", "theirs": "Eux.", "both": "Moi.\n\nEux.", "own": "Ni."}
    second = {"mine": "Miens.", "theirs": "Leurs.", "both": "Miens.\n\nLeurs.", "own": "Ni."}
    for one, two in product(SIDES, SIDES):
        text = resolve(merged.pieces, [Answer(one, "Ni."), Answer(two, "Ni.\n")])
        assert text == f"# A\n\n{first[one]}\n\n## B\n\n{second[two]}\n"
    assert resolve(merged.pieces, []) == resolve(merged.pieces, [Answer("both")] * 2)


def test_fields_of_a_head_stay_one_below_the_other() -> None:
    base = "---\nplace: Rennes\n---\nUn.\n"
    merged = merge(base, base.replace("Rennes", "Dakar"), base.replace("Rennes", "Brest"))
    assert resolve(merged.pieces, [Answer("both")]).startswith("---\nplace: Dakar\nplace: Brest\n")


def test_more_places_than_one_page_asks_about_keep_both() -> None:
    base = "".join(f"## {at}\n\nUn.\n\n" for at in range(PLACES + 2))
    merged = merge(base, base.replace("Un", "Moi"), base.replace("Un", "Eux"))
    sent = {f"choice-{at}": "mine" for at in range(PLACES + 2)}
    text = chosen_text({"pieces": packed(merged.pieces), **sent})
    assert text.count("Eux.") == text.count("Moi.") - PLACES == 2
