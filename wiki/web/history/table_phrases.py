"""What was done to a table: rows, columns, cells."""

from collections.abc import Sequence

from wiki.merging.difference import changed_places
from wiki.merging.units import Paragraph
from wiki.pages.document import read_document
from wiki.translation import gettext as _
from wiki.translation import ngettext
from wiki.web.history.excerpts import plain, short

#: letters of a cell that a sentence repeats
_CELL = 40

Row = tuple[str, ...]


def is_table(one: Paragraph) -> bool:
    """Whether a paragraph is a table."""
    return one.kind == "table"


def table_phrase(old: str, new: str, where: str) -> str:
    """What became of a table that stands in both texts, in words."""
    before, after = rows_of(old), rows_of(new)
    columns = _columns(after) - _columns(before)
    if columns:
        return _of_columns(columns, where)
    added, removed, cells = _compared(before, after)
    if added and not removed and not cells:
        words = ngettext(
            "added a row to the table {where}",
            "added {count} rows to the table {where}",
            added,
        )
        return words.format(count=added, where=where)
    if removed and not added and not cells:
        words = ngettext(
            "took a row out of the table {where}",
            "took {count} rows out of the table {where}",
            removed,
        )
        return words.format(count=removed, where=where)
    if cells and not added and not removed:
        return _of_cells(cells, where)
    return _("reworked the table {where}").format(where=where)


def rows_of(text: str) -> list[Row]:
    """The cells of a table by row, the one of its headings first."""
    rows: list[list[str]] = []
    for token in read_document(text).tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            rows[-1].append(token.content.strip())
    return [tuple(one) for one in rows]


def _compared(
    before: Sequence[Row], after: Sequence[Row]
) -> tuple[int, int, list[tuple[str, str]]]:
    """Rows that came, rows that went, and cells that changed in the others."""
    added = removed = 0
    cells: list[tuple[str, str]] = []
    places = changed_places(["\0".join(one) for one in before], ["\0".join(one) for one in after])
    for start, end, new_start, new_end in places:
        olds, news = before[start:end], after[new_start:new_end]
        for old, new in zip(olds, news, strict=False):
            cells += [(was, now) for was, now in zip(old, new, strict=False) if was != now]
        added += max(0, len(news) - len(olds))
        removed += max(0, len(olds) - len(news))
    return added, removed, cells


def _of_columns(count: int, where: str) -> str:
    if count > 0:
        words = ngettext(
            "added a column to the table {where}",
            "added {count} columns to the table {where}",
            count,
        )
    else:
        count = -count
        words = ngettext(
            "took a column out of the table {where}",
            "took {count} columns out of the table {where}",
            count,
        )
    return words.format(count=count, where=where)


def _of_cells(cells: Sequence[tuple[str, str]], where: str) -> str:
    was, now = cells[0]
    if len(cells) == 1 and was and now and max(len(was), len(now)) <= _CELL:
        words = _("changed the table {where}: {before} → {after}")
        return words.format(where=where, before=short(plain(was)), after=short(plain(now)))
    words = ngettext(
        "changed a cell of the table {where}",
        "changed {count} cells of the table {where}",
        len(cells),
    )
    return words.format(count=len(cells), where=where)


def _columns(rows: Sequence[Row]) -> int:
    return len(rows[0]) if rows else 0
