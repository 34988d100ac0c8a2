"""The screen where two texts meet: what agrees, and for each place where both wrote, both."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from werkzeug.wrappers import Response

from wiki.errors import EditConflict
from wiki.merging.difference import word_diff
from wiki.merging.merge import Conflict, merge
from wiki.pages.document import read_document
from wiki.pages.head.frontmatter import head_source
from wiki.pages.page import Page
from wiki.pages.paths import files_of
from wiki.reading import Reader
from wiki.reading.history import list_history
from wiki.translation import gettext as _
from wiki.web.credits import with_others
from wiki.web.forms.responses import render_tool
from wiki.web.page.presenters import page_values

#: characters of both texts of a place whose words are coloured; longer ones are shown plain
COLOURED = 40_000


def conflict_page(reader: Reader, path: str, conflict: EditConflict, message: str) -> Response:
    """Both texts, in words; what is sent from it is saved as from the editor."""
    last = next(iter(list_history(reader.renewed(), path, limit=1)), None)
    return render_tool(
        "pages/conflict.html",
        HTTPStatus.CONFLICT,
        page=page_values(Page(path, files_of(path)[0], conflict.theirs)),
        who=with_others(last.author, last.message) if last else "",
        base=conflict.head,
        message=message,
        **sides(conflict),
    )


def sides(conflict: EditConflict) -> Mapping[str, Any]:
    """What ``templates/pages/conflict.html`` wants of both: ``pieces``, ``text``, ``mine``.

    ``bare`` are the pieces without what only people read.
    """
    merged = merge(conflict.base, conflict.mine, conflict.theirs)
    places = _Places(conflict.theirs)
    pieces: list[dict[str, Any]] = []
    for piece in merged.pieces:
        if isinstance(piece, Conflict):
            base, mine, theirs = (_lines(one) for one in (piece.base, piece.mine, piece.theirs))
            pieces.append(
                {
                    "kind": "conflict",
                    "mine": mine,
                    "theirs": theirs,
                    "base": base,
                    "between": _between(mine, theirs, in_head=places.in_head),
                    "heading": places.name(),
                    "mine_runs": _coloured(base, mine),
                    "theirs_runs": _coloured(base, theirs),
                }
            )
            places.pass_by(piece.theirs)
        else:
            pieces.append(
                {"kind": "agreed", "text": _lines(piece.lines), "name": _begins(piece.lines)}
            )
            places.pass_by(piece.lines)
    both = "".join(
        piece[name]
        for piece in pieces
        for name in (["text"] if piece["kind"] == "agreed" else ["mine", "between", "theirs"])
    )
    kept = ("kind", "text", "mine", "theirs", "between")
    bare = [{key: piece[key] for key in kept if key in piece} for piece in pieces]
    return {"pieces": pieces, "bare": bare, "text": both, "mine": conflict.mine}


class _Places:
    """Under which heading of a text one is, while its lines pass by."""

    def __init__(self, text: str) -> None:
        self._headings = read_document(text).headings
        self._body_line = head_source(text).body_line
        self._line = 0

    def pass_by(self, lines: Sequence[str]) -> None:
        """Goes on by so many lines."""
        self._line += len(lines)

    @property
    def in_head(self) -> bool:
        """Whether one is in the front matter."""
        return self._line < self._body_line

    def name(self) -> str:
        """The heading above, "" where there is none."""
        if self.in_head:
            return _("In what the page says of itself")
        above = [one.text for one in self._headings if one.line < self._line]
        return above[-1] if above else ""


def _coloured(base: str, side: str) -> list[tuple[str, str]]:
    """A side's text, and in it what came and went in words."""
    if not base or not side or len(base) + len(side) > COLOURED:
        return [("same", side)]
    hunks = word_diff(base, side, context=None)
    return [(run.kind, run.text) for run in hunks[0].runs] if hunks else [("same", side)]


def _between(mine: str, theirs: str, *, in_head: bool) -> str:
    """What keeps both apart where both are kept: two paragraphs stay two."""
    prose = mine[:1].isalpha() and theirs[:1].isalpha()
    return "\n" if prose and not in_head else ""


def _begins(lines: Sequence[str]) -> str:
    """The first words of what is the same for both, for who has it folded away."""
    body = lines[head_source("\n".join(lines)).body_line :]
    return next((words for line in body if (words := line.strip("# "))), _("Sheet of the page"))


def _lines(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
