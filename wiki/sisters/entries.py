"""What sisters have of something, as a list shows it below one's own: marked, and leading home.

A title leads to the copy, which answers whether its home does or not; the mark leads home. All
words here were written elsewhere: they are shown as text, and cut.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from wiki.hookspecs.discovery import Fit, near
from wiki.hookspecs.elsewhere import Entries, OthersEntry
from wiki.hookspecs.items import ItemAction
from wiki.hookspecs.sisters import sister_item_actions
from wiki.projections.cataloguing.schema import ItemRow, Listing, PageRow
from wiki.reading import Reader
from wiki.reading.lists import get_items, get_rows
from wiki.sisters.origins import copy_url, origin_of
from wiki.sisters.reader import ask_sisters
from wiki.translation import gettext as _

#: entries that a list has of sisters at most; how many there are in all is said
MOST = 10
_TITLE, _SUMMARY, _FACT, _FACTS = 200, 300, 120, 6

Row = TypeVar("Row", PageRow, ItemRow)


def list_beside(
    reader: Reader,
    question: Callable[[Reader], Listing[Row]],
    facts: Callable[[Row], Iterable[str]] = lambda row: (),
) -> Entries | None:
    """What sisters answer ``question`` with; None where they have nothing, or there are none.

    ``question`` is asked of who reads what sisters show: it gives the rows that are shown, and how
    many there are in all. ``facts`` are further words of a row.
    """

    def asked(theirs: Reader) -> Entries:
        listing = question(theirs)
        shown = (_entry(reader, row, facts(row)) for row in listing.rows)
        told = [one for one in shown if one is not None]
        return replace(_entries(told, listing.total), more=listing.more)

    found = ask_sisters(reader, asked, None)
    return found if found is not None and found.shown else None


def list_near(reader: Reader, text: str, types: Sequence[str], limit: int = MOST) -> Entries | None:
    """What sisters have that is near ``text``, with why; None where they have nothing near."""

    def asked(theirs: Reader) -> Entries:
        found = theirs.instance.plugins.call(near, text, theirs, types, limit)
        items = get_items(theirs, [one.identity for one in found if one.identity])
        pages = get_rows(theirs, [one.path for one in found])

        def row_of(one: Fit) -> PageRow | ItemRow | None:
            item = items.get(one.identity)
            # Two sites made from one have the same identities: one of them answers by its page.
            return item if item is not None and item.path == one.path else pages.get(one.path)

        rows = ((one, row_of(one)) for one in found)
        shown = (_entry(reader, row, (), one.reasons) for one, row in rows if row is not None)
        told = [one for one in shown if one is not None]
        return _entries(told, len(told))

    found = ask_sisters(reader, asked, None)
    return found if found is not None and found.shown else None


def _entries(shown: Sequence[OthersEntry], total: int) -> Entries:
    return Entries(_("At sister Carrefours"), "at-sisters", tuple(shown), total)


def _entry(
    reader: Reader, row: PageRow | ItemRow, facts: Iterable[str], reasons: Iterable[str] = ()
) -> OthersEntry | None:
    origin = origin_of(reader, row.path)
    if origin is None:  # it is no sister any more, and its copy is about to go
        return None
    if isinstance(row, ItemRow):
        title, summary, anchor = row.plain, "", row.identity or ""
        before = _cut(row.marks.get("before", ""), _FACT)
        known = [row.space_title or row.page_title, *row.places]
        known += [f"#{word}" for word in row.keywords]
    else:
        title, summary, anchor = row.title, row.summary, ""
        before, known = "", [row.first("territory")]
    told = [_cut(one, _FACT) for one in (*facts, *known) if one]
    return OthersEntry(
        source=origin.title,
        title=_cut(title, _TITLE),
        summary=_cut(summary, _SUMMARY),
        before=before,
        facts=tuple(dict.fromkeys(told))[:_FACTS],
        reasons=tuple(_cut(one, _FACT) for one in reasons)[:_FACTS],
        url=copy_url(row.path, anchor),
        home=origin.home_url(row.path, anchor),
        action=next(iter(actions_of(reader, row)), None) if isinstance(row, ItemRow) else None,
    )


def actions_of(reader: Reader, item: ItemRow) -> list[ItemAction]:
    """The buttons that plugins give to an item of a sister's, for a ``reader`` of ours."""
    found = reader.instance.plugins.call(sister_item_actions, item, reader)
    return sorted(found, key=lambda one: one.order)


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"
