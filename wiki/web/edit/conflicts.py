"""The screen where two texts meet: what agrees, and for each place where both wrote, both."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from werkzeug.wrappers import Response

from wiki.errors import EditConflict
from wiki.merging.choices import is_in_head
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
from wiki.web.edit.conflict_choices import PLACES, packed
from wiki.web.edit.conflict_places import Name, Sides
from wiki.web.forms import render_tool
from wiki.web.page.presenters import page_values

#: characters of both texts of a place whose words are coloured; longer ones are shown plain
COLOURED = 40_000


def conflict_page(reader: Reader, path: str, conflict: EditConflict, message: str) -> Response:
    """Both texts as they would stand in the page; what is chosen is saved as from the editor."""
    last = next(iter(list_history(reader.renewed(), path, limit=1)), None)
    return render_tool(
        "pages/conflict.html",
        HTTPStatus.CONFLICT,
        page=page_values(Page(path, files_of(path)[0], conflict.theirs)),
        who=with_others(last.author, last.message) if last else "",
        base=conflict.head,
        message=message,
        **sides(reader, path, conflict),
    )


def sides(reader: Reader, path: str, conflict: EditConflict) -> Mapping[str, Any]:
    """What ``templates/pages/conflict.html`` wants of both: ``pieces``, ``packed``, ``mine``."""
    merged = merge(conflict.base, conflict.mine, conflict.theirs)
    laid_out = Sides(reader, path, merged)
    places = _Places(conflict.theirs)
    pieces: list[dict[str, Any]] = []
    number = 0
    for piece in merged.pieces:
        if not isinstance(piece, Conflict):
            if number <= PLACES:
                pieces.append(_agreed(laid_out, number))
            places.pass_by(piece.lines)
            continue
        if number < PLACES:
            pieces.append(_place(laid_out, piece, number, places))
        places.pass_by(piece.theirs)
        number += 1
    return {
        "pieces": pieces,
        "more": max(0, number - PLACES),
        "packed": packed(merged.pieces),
        "mine": conflict.mine,
    }


def _agreed(laid_out: Sides, number: int) -> dict[str, Any]:
    shown = laid_out.agreed(number)
    lines = shown.text.split("\n")
    return {"kind": "agreed", "text": shown.text, "html": shown.html, "name": _begins(lines)}


def _place(laid_out: Sides, piece: Conflict, number: int, places: "_Places") -> dict[str, Any]:
    """One place: the heading above it, what each side says there, what stood there before."""
    base = "\n".join(piece.base)
    return {
        "kind": "conflict",
        "number": number,
        "heading": places.name(),
        "in_head": places.in_head,
        "mine": _side(laid_out, "mine", number, base),
        "theirs": _side(laid_out, "theirs", number, base),
        "base": _side(laid_out, "base", number, base) if base.strip() else None,
        "own": "\n".join(piece.mine or piece.theirs),
    }


def _side(laid_out: Sides, name: Name, number: int, base: str) -> dict[str, Any]:
    shown = laid_out.shown(name, number)
    return {
        "text": shown.text,
        "html": shown.html or "",
        "fields": shown.fields,
        "runs": _coloured(base, shown.text),
    }


class _Places:
    """Under which heading of a text one is, while its lines pass by."""

    def __init__(self, text: str) -> None:
        self._headings = read_document(text).headings
        self._lines: list[str] = []

    def pass_by(self, lines: Sequence[str]) -> None:
        """Goes on by so many lines."""
        self._lines += lines

    @property
    def in_head(self) -> bool:
        """Whether one is in the front matter."""
        return is_in_head(self._lines)

    def name(self) -> str:
        """The heading above, "" where there is none."""
        if self.in_head:
            return _("In what the page says of itself")
        above = [one.text for one in self._headings if one.line < len(self._lines)]
        return above[-1] if above else ""


def _coloured(base: str, side: str) -> list[tuple[str, str]]:
    """A side's text, and in it what came and went in words."""
    if not base or not side or len(base) + len(side) > COLOURED:
        return [("same", side)]
    hunks = word_diff(base, side, context=None)
    return [(run.kind, run.text) for run in hunks[0].runs] if hunks else [("same", side)]


def _begins(lines: Sequence[str]) -> str:
    """The first words of what is the same for both, for who has it folded away."""
    body = lines[head_source("\n".join(lines)).body_line :]
    return next((words for line in body if (words := line.strip("# "))), _("Sheet of the page"))
