"""A proposal taken apart: any pieces, in any order, with saves of others between them."""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.editing.review.pieces import Review, collision_of, pieces_of, settled
from wiki.people.review.choices import Choice
from wiki.people.review.proposals import ACCEPTED, DECLINED

Paragraphs = list[str]
HEAD = "---\ntitle: A\n---\n"


def text_of(paragraphs: Paragraphs) -> str:
    return HEAD + "\n" + "\n\n".join(paragraphs) + "\n"


def choice(state: str, key: str) -> dict[str, Choice]:
    return {key: Choice(key, state)}


BEFORE = text_of(["# A", "Un champ près du bourg.", "Deux vaches.", "Trois poules rousses."])


def test_each_changed_paragraph_is_a_piece_known_by_its_words() -> None:
    after = text_of(["# A", "Trois poules rousses.", "Un grand champ près du bourg.", "Un âne."])
    pieces = pieces_of(BEFORE, after)
    assert {one.kind for one in pieces} >= {"moved", "removed", "added"}
    assert len({one.key for one in pieces}) == len(pieces)
    same = pieces_of(BEFORE, after.replace("Un âne.", "Un âne.\n\nUne mule."))
    assert {one.key for one in pieces} < {one.key for one in same}, "one more leaves the others"
    assert next(one for one in pieces if one.kind == "added").excerpt == "Un âne."
    twice = pieces_of(BEFORE, text_of(["# A", "Oui.", *BEFORE.split("\n\n")[1:], "Oui."]))
    assert len({one.key for one in twice}) == len(twice)
    assert pieces_of(BEFORE, BEFORE) == []


def test_what_was_accepted_and_changed_again_by_others_is_left_alone() -> None:
    after = BEFORE.replace("Un champ", "Un grand champ").replace("Deux", "Deux belles")
    first, second = pieces_of(BEFORE, after)
    here = Review(BEFORE, after, BEFORE).merged([first]).text
    assert here is not None and "grand" in here and "belles" not in here
    here = here.replace("grand champ", "très grand champ")
    now = Review(BEFORE, after, here, choice(ACCEPTED, first.key))
    assert now.waiting == [second]
    both = now.merged().text
    assert both is not None and "très grand champ" in both and "belles" in both


def test_what_was_declined_is_no_part_of_the_rest() -> None:
    after = BEFORE.replace("Un champ", "Un grand champ").replace("Deux", "Deux belles")
    first, _second = pieces_of(BEFORE, after)
    review = Review(BEFORE, after, BEFORE, choice(DECLINED, first.key))
    assert review.merged().text == BEFORE.replace("Deux", "Deux belles") == review.target()


def test_two_new_paragraphs_in_one_place_are_taken_one_by_one() -> None:
    after = BEFORE.replace("Deux vaches.", "Deux vaches.\n\nUn âne.\n\nUne mule.")
    for order in ((0, 1), (1, 0)):
        here, said = BEFORE, dict[str, Choice]()
        for at in order:
            piece = pieces_of(BEFORE, after)[at]
            found = Review(BEFORE, after, here, said).merged([piece]).text
            assert found is not None
            here, said = found, said | choice(ACCEPTED, piece.key)
        assert here == after


def test_a_collision_shows_both_and_is_settled_as_said() -> None:
    after = BEFORE.replace("Deux vaches.", "Quatre vaches.")
    here = BEFORE.replace("Deux vaches.", "Neuf chèvres.").replace("Trois", "Cinq")
    review = Review(BEFORE, after, here)
    (piece,) = review.pieces
    (found,) = review.collisions().values()
    assert (found.mine, found.theirs) == ("Quatre vaches.", "Neuf chèvres.")
    assert collision_of(review.merged()).mark == found.mark
    mine = settled(review.merged([piece]), "mine")
    assert mine == here.replace("Neuf chèvres.", "Quatre vaches.")
    both = settled(review.merged([piece]), "both")
    assert "Neuf chèvres.\n\nQuatre vaches." in both and "Cinq poules" in both


@dataclass
class Story:
    """What happened to a page while its pieces were decided, with the words that must be there."""

    before: str
    after: str
    here: str
    said: dict[str, Choice] = field(default_factory=dict)
    wanted: set[str] = field(default_factory=set)
    unwanted: set[str] = field(default_factory=set)
    #: words that somebody chose to give up, or to keep twice
    settled: set[str] = field(default_factory=set)


def words(text: str) -> set[str]:
    return {word for word in text.replace(".", " ").split() if any(c.isdigit() for c in word)}


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_paragraph_of_anybody_is_lost_whatever_is_accepted_in_whatever_order(
    data: st.DataObject,
) -> None:
    count = data.draw(st.integers(2, 6))
    begun = [f"Ici mot{at} et suite{at}." for at in range(count)]
    story = Story(text_of(begun), text_of(_edited(data, begun, "plume")), text_of(begun))
    for turn in range(count + 4):
        review = Review(story.before, story.after, story.here, story.said)
        if not review.waiting:
            break
        if data.draw(st.booleans(), label="somebody saves"):
            _somebody_saves(data, story, f"tiers{turn}")
            continue
        piece = data.draw(st.sampled_from(review.waiting))
        if data.draw(st.integers(0, 3), label="declines") == 0:
            story.said |= choice(DECLINED, piece.key)
            if piece.new and piece.kind in ("added", "changed"):
                story.unwanted |= {one for one in words(piece.new.text) if "plume" in one}
            continue
        merged = review.merged([piece])
        if merged.text is None:
            found = collision_of(merged)
            assert found.mine != found.theirs
            how = data.draw(st.sampled_from(["mine", "both"]))
            story.here = settled(merged, "mine" if how == "mine" else "both")
            story.settled |= words(found.mine) | words(found.theirs)
            if how == "both":
                assert words(found.theirs) <= words(story.here)
            assert words(found.mine) <= words(story.here)
        else:
            story.here = merged.text
        story.said |= choice(ACCEPTED, piece.key)
        if piece.new:
            story.wanted |= words(piece.new.text)
        if piece.kind == "removed" and piece.old:
            story.settled |= words(piece.old.text)
    there = words(story.here)
    assert "<<<<" not in story.here and story.here.startswith(HEAD)
    assert story.wanted - story.settled <= there
    assert not (story.unwanted - story.settled) & there
    for word in story.wanted - story.settled:
        assert story.here.replace(".", " ").split().count(word) == 1, word


def _edited(data: st.DataObject, paragraphs: Paragraphs, name: str) -> Paragraphs:
    """What a writer makes of them: some changed, gone, moved, and new ones between."""
    made: Paragraphs = []
    for at, one in enumerate(paragraphs):
        what = data.draw(st.sampled_from(["keep", "keep", "change", "remove", "after"]))
        if what == "change":
            one = one.replace("Ici", f"Là {name}{at}")
        if what != "remove":
            made.append(one)
        if what == "after":
            made.append(f"Tout neuf {name}{at} ici.")
    if len(made) > 1 and data.draw(st.booleans(), label="moves one"):
        made.insert(data.draw(st.integers(0, len(made) - 1)), made.pop())
    return made


def _somebody_saves(data: st.DataObject, story: Story, name: str) -> None:
    """Changes one paragraph as it stands, or adds one; nobody's word is taken out by it."""
    here = story.here.removeprefix(HEAD).strip("\n").split("\n\n")
    at = data.draw(st.integers(0, len(here) - 1))
    if here[at] and data.draw(st.booleans(), label="changes one"):
        here[at] = here[at].rstrip(".") + f" {name}."
    else:
        here.insert(at + 1, f"Encore {name} ici.")
    story.here = text_of([one for one in here if one])
    story.wanted.add(name)
