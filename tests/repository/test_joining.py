"""Edits joined by paragraph, item, key and word: nothing is asked without need, nothing is lost."""

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from wiki.merging.join import _join as join_paragraphs
from wiki.merging.join import _paired as pair_paragraphs
from wiki.merging.join import join
from wiki.merging.merge import Conflict, MergedLines, merge
from wiki.merging.merge import _joined as pieces_of
from wiki.merging.units import paragraphs_of
from wiki.merging.window import window_of

few = settings(max_examples=60, deadline=None)

WORDS = [f"mot{number}" for number in range(24)]
SENTENCE = "Le jardin est ouvert chaque samedi matin. On y vient à pied ou à vélo."


def joined(base: str, mine: str, theirs: str) -> str | None:
    merged, mirrored = merge(base, mine, theirs), merge(base, theirs, mine)
    assert merged.text == mirrored.text
    return merged.text


def test_other_words_of_one_paragraph_are_joined() -> None:
    mine = SENTENCE.replace("samedi", "dimanche")
    theirs = SENTENCE.replace("à vélo", "en bus")
    assert joined(SENTENCE, mine, theirs) == mine.replace("à vélo", "en bus")


def test_the_same_words_are_asked_about() -> None:
    mine, theirs = SENTENCE.replace("samedi", "lundi"), SENTENCE.replace("samedi matin", "le soir")
    merged = merge(SENTENCE, mine, theirs)
    assert merged.pieces == (Conflict((SENTENCE,), (mine,), (theirs,)),)


def test_words_that_a_rewritten_sentence_keeps_make_no_room() -> None:
    mine = "Chaque samedi, il faut venir tôt le matin au jardin des voisins du port."
    assert joined(SENTENCE, mine, SENTENCE.replace("vélo", "cheval")) is None


def test_new_items_of_both_stay() -> None:
    base = "::: besoins\n- [ ] une pelle #outil\n:::\n"
    mine = base.replace("\n:::", "\n- [ ] un expert juridique #droit\n:::")
    theirs = base.replace("\n:::", "\n- [ ] des graines de tomates #semis\n:::")
    text = joined(base, mine, theirs)
    assert text is not None and "juridique" in text and "tomates" in text
    assert text.count("\n") == base.count("\n") + 2


def test_one_need_that_both_add_in_their_own_words_is_asked_about() -> None:
    base = "- une pelle\n"
    mine, theirs = "- un expert du droit de l'eau\n", "- un expert en droit de l'eau\n"
    assert joined(base, base + mine, base + theirs) is None


def test_new_paragraphs_of_both_stay_paragraphs() -> None:
    base = "# A\n\nDébut.\n"
    text = joined(base, base + "\nUne serre chauffée.\n", base + "\nDes outils partagés.\n")
    assert text == base + "\nDes outils partagés.\n\nUne serre chauffée.\n"


def test_front_matter_is_joined_by_key_and_list_by_entry() -> None:
    base = "---\ntitle: Jardin\nsummary: Un jardin\nthemes: [eau, sol]\n---\n# Jardin\n"
    mine = base.replace("title: ", "title: Le ").replace("[eau, sol]", "[eau, sol, air]")
    theirs = base.replace("Un jardin", "Un jardin partagé").replace("[eau, sol]", "[eau, semis]")
    assert joined(base, mine, theirs) == (
        "---\ntitle: Le Jardin\nsummary: Un jardin partagé\nthemes: [eau, air, semis]\n---\n"
        "# Jardin\n"
    )


def test_one_key_that_both_changed_is_asked_about_alone() -> None:
    base = "---\nvisibility: public\ntitle: A\n---\nTexte.\n"
    merged = merge(base, base.replace("public", "team"), base.replace("public", "members"))
    assert [piece for piece in merged.pieces if isinstance(piece, Conflict)] == [
        Conflict(("visibility: public",), ("visibility: team",), ("visibility: members",))
    ]


def test_code_of_both_in_one_place_is_asked_about() -> None:
    base = "```\na = 1\n```\n"
    mine, theirs = base.replace("a = 1", "a = 1\nb = 2"), base.replace("a = 1", "a = 1\nprint(a)")
    assert joined(base, mine, theirs) is None


def test_a_paragraph_taken_out_and_changed_is_asked_about() -> None:
    base = f"Haut.\n\n{SENTENCE}\n\nBas.\n"
    mine, theirs = "Haut.\n\nBas.\n", base.replace("samedi", "lundi")
    merged = merge(base, mine, theirs)
    assert merged.text is None
    assert any(piece.mine == () for piece in merged.pieces if isinstance(piece, Conflict))


word_edits = st.dictionaries(
    st.integers(0, len(WORDS) - 1), st.sampled_from(("", "{}", "{} neuf", "{0} {1}")), max_size=4
)


def reworded(edits: dict[int, str], who: str) -> list[str]:
    return [
        edits[at].format(f"{who}{at}", word) if at in edits else word
        for at, word in enumerate(WORDS)
    ]


@few
@given(mine=word_edits, theirs=word_edits, by_lines=st.booleans())
def test_no_word_of_either_side_is_lost(
    mine: dict[int, str], theirs: dict[int, str], by_lines: bool
) -> None:
    between = "\n- " if by_lines else " "

    def text(words: list[str]) -> str:
        return between.join(["Début", *(word for word in words if word)]) + "\n"

    merged = merge(text(WORDS), text(reworded(mine, "m")), text(reworded(theirs, "t")))
    for side in ("mine", "theirs"):
        lines = [
            line
            for piece in merged.pieces
            for line in (piece.lines if isinstance(piece, MergedLines) else getattr(piece, side))
        ]
        edits, who = (mine, "m") if side == "mine" else (theirs, "t")
        there = " ".join(lines).split()
        assert all(f"{who}{at}" in there for at, words in edits.items() if words)
    if merged.text is not None:
        there = merged.text.split()
        wrote = {f"m{at}" for at, words in mine.items() if words}
        wrote |= {f"t{at}" for at, words in theirs.items() if words}
        assert wrote <= set(there) and not any(word.startswith("<<<<") for word in there)
        for at, word in enumerate(WORDS):
            if any(at in edits and "1" not in edits[at] for edits in (mine, theirs)):
                assert word not in there
            else:
                assert word in there


parts = ("Un. ", "deux", "\n\n", "\n", "- a", "- b", "## T", "| x |", "::: b", ":::")
part = st.sampled_from(parts)
page = st.lists(part, max_size=10).map("".join)


@few
@given(base=page, mine=page, theirs=page)
@example(base="", mine="Un. ", theirs="- aUn. Un. ")
def test_any_three_texts_are_joined_alike_from_both_sides(
    base: str, mine: str, theirs: str
) -> None:
    merged, mirrored = merge(base, mine, theirs), merge(base, theirs, mine)
    assert merged.text == mirrored.text
    for piece in merged.pieces:
        if isinstance(piece, Conflict):
            assert piece.mine != piece.theirs


bits = st.sampled_from(
    [
        *("Un mot.", "deux mots ici.", "- a", "- b un item", "| x |\n|---|\n| y |", "## T", "# A"),
        *("```\ncode\n\n## rien\n\n```", "::: besoins\n- [ ] x\n\n## dans\n\n:::", "> cite"),
        *("    indenté", "1. un", "[a]: /b", ":::", "```", "  ```"),
    ]
)
piece = st.tuples(bits, st.sampled_from(("\n", "\n\n", "\n\n\n")))


@st.composite
def versions(draw: st.DrawFn) -> list[str]:
    """A page, and what two people made of it by a few edits each."""
    base = draw(st.lists(piece, max_size=14))
    sides = [base]
    for _side in range(2):
        side = list(base)
        for _edit in range(draw(st.integers(0, 2))):
            at = draw(st.integers(0, len(side)))
            side[at : at + draw(st.integers(0, 1))] = draw(st.lists(piece, max_size=1))
        sides.append(side)
    head = draw(st.sampled_from(("", "---\ntitle: x\n\n# note\n---\n")))
    return [head + "".join(text + gap for text, gap in side) for side in sides]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(versions())
def test_what_all_begin_and_end_with_need_not_be_read(three: list[str]) -> None:
    ahead, between, behind = window_of(*three)
    assert [ahead + text + behind for text in between] == three
    sides = [paragraphs_of(text) for text in three]
    # Where paragraphs are the same to the letter, it is anyone's guess which of them went.
    assume(all(len({one.key for one in side}) == len(side) for side in sides))
    whole = join_paragraphs(sides, pair_paragraphs)
    assert list(pieces_of(join(*three))) == list(pieces_of(whole))


def test_of_a_long_page_the_edited_place_is_read() -> None:
    above, below = "# A\n\nDébut.\n\n## B\n\nMilieu.\n\n", "Suite.\n\n- a\n\n## C\n\nFin.\n"
    edits = [f"{above}{text}{below}" for text in ("", "Un.\n\n", "Deux.\n\n")]
    assert window_of(*edits) == (
        "# A\n\nDébut.\n\n## B\n\n",
        ("Milieu.\n\nSuite.\n\n", "Milieu.\n\nUn.\n\nSuite.\n\n", "Milieu.\n\nDeux.\n\nSuite.\n\n"),
        "- a\n\n## C\n\nFin.\n",
    )


def test_code_that_ends_further_in_is_not_cut() -> None:
    code = "```\n  ```\n```\ncode\n\n## pas un titre\n\n```\n\nSuite.\n\n"
    assert window_of(f"{code}Un.\n", f"{code}Deux.\n", f"{code}Trois.\n").ahead == ""
