"""Texts compared by paragraph: what moved is moved, and any choice of changes is a whole text."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.merging.paragraphs import align, apply, numbers_of
from wiki.merging.units import paragraphs_of

few = settings(max_examples=60, deadline=None)

PARTS = (
    "---\ntitle: A\nteam: [[x]]\n---",
    "# Un jardin partagé",
    "Une phrase de quelques mots.\nEt sa suite.",
    "Une phrase de quelques autres mots.",
    "- une tomate mûre\n- un radis\n\n  encore le radis",
    "1. d'abord semer\n2. puis arroser le soir",
    "::: besoins\n- [ ] une pelle #outil\n\n- un seau\n:::",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "```\ndu code\n\n# pas un titre\n```",
    "> une citation de quelqu'un",
    "[^1]: une note\n\n    sa suite",
    "---",
    "",
    "Titre\n=====",
    "~~~ jamais fermé",
    "::: jamais-fermé",
    "fin\r\nde ligne",
    "retour\rseul",
)
text = st.lists(st.sampled_from(PARTS), max_size=9).flatmap(
    lambda parts: st.lists(
        st.sampled_from(("\n\n", "\n", "\n\n\n", "\n \n")),
        min_size=len(parts),
        max_size=len(parts),
    ).map(lambda gaps: "".join(part + gap for part, gap in zip(parts, gaps, strict=True)))
)
strange = st.text(alphabet="ab -*#>|:`~[]^\n\t\r\0=1.", max_size=60)


def kinds(old: str, new: str) -> list[tuple[str, str]]:
    return [
        (one.kind, (one.new or one.old).text)  # type: ignore[union-attr]
        for one in align(old, new)
        if one.kind != "kept"
    ]


@few
@given(st.one_of(text, strange))
def test_the_paragraphs_of_a_text_are_all_of_it(text: str) -> None:
    found = paragraphs_of(text)
    assert "".join(one.text + one.gap for one in found) == text
    assert all(not one.gap.strip() for one in found)


@few
@given(st.one_of(text, strange), st.one_of(text, strange), st.data())
def test_all_changes_are_the_new_text_none_the_old_some_a_whole_one(
    old: str, new: str, data: st.DataObject
) -> None:
    changes = align(old, new)
    numbers = numbers_of(changes)
    assert apply(old, new, numbers) == new
    assert apply(old, new, []) == old
    chosen = data.draw(st.sets(st.sampled_from(numbers))) if numbers else set()
    result = apply(old, new, chosen)
    wanted: Counter[str] = Counter()
    for one in changes:
        taken = one.number in chosen
        if one.kind in ("kept", "changed"):
            shown = one.new if taken else one.old
        elif one.kind in ("added", "moved"):
            shown = one.new if taken else None
        else:
            shown = None if taken else one.old
        wanted += told(shown.text if shown else "")
    assert told(result) == wanted


def told(text: str) -> Counter[str]:
    """The lines that say something, without what ends them."""
    lines = (line.rstrip("\r") for line in text.split("\n"))
    return Counter(line for line in lines if line.strip())


@few
@given(text, text)
def test_the_runs_of_a_change_are_both_of_its_texts(old: str, new: str) -> None:
    for one in align(old, new):
        if one.old and one.kind in ("changed", "removed", "moved"):
            assert "".join(run.text for run in one.runs if run.kind != "added") == one.old.text
        if one.new and one.kind in ("changed", "added", "moved"):
            assert "".join(run.text for run in one.runs if run.kind != "removed") == one.new.text


A = "Le jardin est ouvert chaque samedi matin."
B = "Une serre sera construite avant l'hiver prochain."
C = "Les voisins se partagent les outils de la remise."


def test_a_paragraph_put_elsewhere_is_moved() -> None:
    old, new = f"# Titre\n\n{A}\n\n{B}\n\n{C}\n", f"# Titre\n\n{B}\n\n{C}\n\n{A}\n"
    assert kinds(old, new) == [("left", A), ("moved", A)]
    left, moved = (one for one in align(old, new) if one.kind != "kept")
    assert left.number == moved.number == 1


def test_a_paragraph_put_elsewhere_and_changed_a_little_is_moved_too() -> None:
    changed = A.replace("samedi", "dimanche")
    old, new = f"{A}\n\n{B}\n\n{C}\n", f"{B}\n\n{C}\n\n{changed}\n"
    assert [kind for kind, _text in kinds(old, new)] == ["left", "moved"]
    moved = next(one for one in align(old, new) if one.kind == "moved")
    assert [(run.kind, run.text) for run in moved.runs if run.kind != "same"] == [
        ("removed", "samedi"),
        ("added", "dimanche"),
    ]


def test_changed_added_and_removed_are_told_apart() -> None:
    old, new = f"{A}\n\n{B}\n", f"{A.replace('matin', 'soir')}\n\n{C}\n"
    assert [kind for kind, _text in kinds(old, new)] == ["changed", "removed", "added"]


def test_items_are_told_one_by_one_and_their_numbers_are_nobodys_change() -> None:
    old, new = "1. semer\n2. arroser\n", "1. labourer\n2. semer\n3. arroser\n"
    seen = [one for one in align(old, new) if not one.unseen]
    assert [(one.kind, one.new and one.new.text) for one in seen] == [("added", "1. labourer")]
    assert apply(old, new, {1}) == "1. labourer\n1. semer\n2. arroser\n"


def test_blocks_tables_code_and_front_matter_are_one_each() -> None:
    whole = f"---\ntitle: A\nteam: b\n---\n\n{PARTS[6]}\n\n{PARTS[7]}\n\n{PARTS[8]}\n"
    found = [one.kind for one in paragraphs_of(whole)]
    assert found == ["head", "block", "table", "code"]


def test_an_item_alone_taken_stands_in_its_list() -> None:
    old, new = "- pelle\n- seau\n", "- pelle\n- râteau solide\n- seau\n- brouette bleue\n"
    first, second = numbers_of(align(old, new))
    assert apply(old, new, {first}) == "- pelle\n- râteau solide\n- seau\n"
    assert apply(old, new, {second}) == "- pelle\n- seau\n- brouette bleue\n"
