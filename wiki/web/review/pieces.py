"""A proposal paragraph by paragraph, as its card shows it, and what a click on one of them does."""

import re
from typing import Any

from wiki.editing.review import decisions
from wiki.editing.review.decisions import Answer, Settle
from wiki.editing.review.pieces import Piece, Review, beginning
from wiki.merging.difference import Run
from wiki.people.review import proposals
from wiki.people.review.choices import choices_of
from wiki.people.review.proposals import Proposal
from wiki.reading import Reader
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.review.notifications import tell_proposer
from wiki.web.review.page import page_parts

#: paragraphs that one page shows; what comes after them is answered with all the rest
SHOWN = 100
#: characters of the paragraph that one comes after
_AFTER = 60
_SIGNS = re.compile(r"^(?:#{1,6}|[-*+]|\d+[.)])[ \t]+")
_KINDS = {
    "changed": lazy("Changed"),
    "added": lazy("Added"),
    "removed": lazy("Taken out"),
    "moved": lazy("Moved"),
}
CHOICE_WORDS = {
    proposals.ACCEPTED: lazy("Accepted"),
    proposals.ADAPTED: lazy("Accepted, with changes"),
    proposals.DECLINED: lazy("Declined"),
}


def piece_values(review: Review) -> list[dict[str, Any]]:
    """What ``templates/moderation/_piece.html`` wants of each changed paragraph."""
    pieces = review.pieces[:SHOWN]
    collisions = review.collisions()
    return [_values(review, one, collisions) for one in pieces]


def part_values(reader: Reader, path: str, review: Review) -> list[dict[str, Any]] | None:
    """The page with each change in its place, as the card shows it; None where it cannot be.

    ``{html, piece}``: what stays, or what ``templates/moderation/_piece.html`` wants of a change.
    """
    parts = page_parts(reader, path, review)
    if parts is None:
        return None
    asked = {one.key for one in review.pieces[:SHOWN]}
    collisions = review.collisions()
    return [
        {
            "html": one.html,
            "piece": {
                **_values(review, one.piece, collisions),
                "html": one.html,
                "fields": one.fields,
                "asked": one.piece.key in asked,
            }
            if one.piece
            else None,
        }
        for one in parts
    ]


def own_pieces(reader: Reader, proposal: Proposal) -> list[dict[str, Any]]:
    """As above, for who wrote it: what it would change, and what was said so far."""
    if proposal.before is None:
        return []
    said = choices_of(reader.instance.private, proposal.id)
    review = Review(proposal.before, proposal.text, proposal.before, said)
    return [_values(review, one, {}) for one in review.pieces[:SHOWN]]


def next_anchor(review: Review) -> str:
    """Where the page goes on after an answer: at the first paragraph that waits."""
    return f"#piece-{review.waiting[0].key}" if review.waiting else ""


def answer_piece(
    reader: Reader, proposal: Proposal, todo: str, words: str, key: str, mark: str
) -> str:
    """Does what the buttons of a paragraph ask for; says what was done. Raises as ``deciding``."""
    keys = [key]
    answer = Answer(tell_proposer, words)
    if todo == "leave":
        decisions.decline_pieces(reader, proposal.id, keys, answer)
        return _("Declined. The page keeps its text in this place.")
    settle = _SETTLED[todo](mark)
    decisions.accept_pieces(reader, proposal.id, keys, answer, settle)
    return _("Accepted. It stands in the page, under its writer’s name.")


_SETTLED = {
    "take": lambda mark: Settle("", mark),
    "take-mine": lambda mark: Settle("mine", mark),
    "take-both": lambda mark: Settle("both", mark),
}


def of_one_piece(todo: str) -> bool:
    """Whether a button is one of a paragraph's."""
    return todo == "leave" or todo in _SETTLED


def _values(review: Review, piece: Piece, collisions: Any) -> dict[str, Any]:
    said = review.choices.get(piece.key)
    found = collisions.get(piece.key)
    return {
        "key": piece.key,
        "kind": _kind_words(piece),
        "heading": piece.heading,
        "after": _after(piece),
        "runs": [(run.kind, run.text) for run in _short(piece.runs)],
        "state": said.state if said else "",
        "state_words": str(CHOICE_WORDS[said.state]) if said else "",
        "words": said.words if said else "",
        "collision": {"mine": found.mine, "theirs": found.theirs} if found else None,
        "mark": found.mark if found else "",
    }


def _kind_words(piece: Piece) -> str:
    old, new = piece.old, piece.new
    if piece.kind == "moved" and old and new and old.heading != new.heading and old.heading:
        return _("Moved here from “{heading}”").format(heading=old.heading)
    if "head" in (old.kind if old else "", new.kind if new else ""):
        return _("The facts about the page")
    return str(_KINDS[piece.kind])


def _after(piece: Piece) -> str:
    """What stands before a paragraph that comes to a new place, unless its heading says so."""
    above = piece.above
    if piece.kind not in ("added", "moved") or above is None or above.kind in ("head", "heading"):
        return ""
    return _SIGNS.sub("", beginning(above, _AFTER))


def _short(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """Without the signs that a heading or an item begins with: they are no words of anybody's."""
    if not runs or not (first := _SIGNS.sub("", runs[0].text)):
        return runs
    return (Run(runs[0].kind, first), *runs[1:])
