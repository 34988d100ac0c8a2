"""The screen where two texts meet: what agrees, and for each place where both wrote, both."""

from collections.abc import Mapping, Sequence
from typing import Any

from wiki.errors import EditConflict
from wiki.repository.merge import Conflict, merge


def sides(conflict: EditConflict) -> Mapping[str, Any]:
    """What ``templates/pages/conflict.html`` wants of both: ``pieces``, ``text``, ``mine``."""
    merged = merge(conflict.base, conflict.mine, conflict.theirs)
    pieces: list[dict[str, str]] = []
    for piece in merged.pieces:
        if isinstance(piece, Conflict):
            pieces.append(
                {
                    "kind": "conflict",
                    "mine": _lines(piece.mine),
                    "theirs": _lines(piece.theirs),
                    "base": _lines(piece.base),
                    "heading": "",
                }
            )
        else:
            pieces.append({"kind": "agreed", "text": _lines(piece.lines)})
    both = "".join(
        piece["text"] if piece["kind"] == "agreed" else piece["mine"] + piece["theirs"]
        for piece in pieces
    )
    return {"pieces": pieces, "text": both, "mine": conflict.mine}


def _lines(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
