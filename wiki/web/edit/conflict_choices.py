"""What is chosen where two texts met: as the page sends it, and the text that it makes.

The pieces of the merge travel with the form, in a field of their own: so what is saved is what was
shown, whoever wrote meanwhile, and without a script.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from wiki.errors import BadField
from wiki.merging.choices import Answer, Side, resolve
from wiki.merging.merge import Conflict, MergedLines
from wiki.translation import gettext as _

#: the field of the pieces
PIECES = "pieces"
#: places that one page asks about; in those below, both texts stay
PLACES = 60
_SIDES = frozenset(get_args(Side))


def packed(pieces: Sequence[MergedLines | Conflict]) -> str:
    """The pieces of a merge as one field of a form holds them."""
    return json.dumps(
        [[one.lines] if isinstance(one, MergedLines) else [one.mine, one.theirs] for one in pieces],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def chosen_text(sent: Mapping[str, str]) -> str:
    """The text that the choices of a form make. Raises BadField where its pieces are broken."""
    pieces = list(_unpacked(sent.get(PIECES, "")))
    count = sum(isinstance(one, Conflict) for one in pieces)
    return resolve(pieces, [_answer(sent, number) for number in range(min(count, PLACES))])


def _answer(sent: Mapping[str, str], number: int) -> Answer:
    side: Any = sent.get(f"choice-{number}", "")
    return Answer(side if side in _SIDES else "both", sent.get(f"own-{number}", ""))


def _unpacked(written: str) -> Sequence[MergedLines | Conflict]:
    try:
        pieces = [_piece(one) for one in json.loads(written)]
    except (ValueError, TypeError, RecursionError) as error:
        words = _("What this page sent was cut short. Go back to it, and send it once more.")
        raise BadField("text", words) from error
    return pieces


def _piece(one: Any) -> MergedLines | Conflict:
    sides = [tuple(side) for side in one]
    if not all(isinstance(line, str) for side in sides for line in side):
        raise TypeError
    if len(sides) == 1:
        return MergedLines(*sides)
    mine, theirs = sides
    return Conflict((), mine, theirs)
