"""What a page's history says of needs and offers: what follows “Awa” or, in French, “Awa a”."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wiki.api.moments import day
from wiki.api.pages.items import Item, ItemChange, ItemWords
from wiki.api.translation import gettext, lazy, ngettext

from .model import NEED, OFFER

#: letters of an item that a sentence repeats
_LONGEST = 70
_ADDED, _REMOVED, _MET, _GIVEN_UP, _REOPENED = "added", "removed", "x", "-", " "
_DUE, _NO_DUE, _HEARD, _PLACE, _REWORDED = "due", "no due", "heard", "place", "reworded"
_UPDATED = "updated"

_NEED_WORDS = {
    _ADDED: lazy("added a need: {item}"),
    _REMOVED: lazy("took out the need “{item}”"),
    _MET: lazy("found an answer to the need “{item}”"),
    _GIVEN_UP: lazy("gave up the need “{item}”"),
    _REOPENED: lazy("opened the need “{item}” again"),
    _DUE: lazy("changed the date of the need “{item}”: {before} → {after}"),
    _NO_DUE: lazy("took away the date of the need “{item}”"),
    _HEARD: lazy("confirmed the need “{item}”"),
    _PLACE: lazy("changed the place of the need “{item}”: {before} → {after}"),
    _REWORDED: lazy("reworded the need “{before}”: “{item}”"),
    _UPDATED: lazy("updated the need “{item}”"),
}
_OFFER_WORDS = {
    _ADDED: lazy("added an offer: {item}"),
    _REMOVED: lazy("took out the offer “{item}”"),
    _MET: lazy("closed the offer “{item}”, taken up"),
    _GIVEN_UP: lazy("withdrew the offer “{item}”"),
    _REOPENED: lazy("opened the offer “{item}” again"),
    _DUE: lazy("changed the date of the offer “{item}”: {before} → {after}"),
    _NO_DUE: lazy("took away the date of the offer “{item}”"),
    _HEARD: lazy("confirmed the offer “{item}”"),
    _PLACE: lazy("changed the place of the offer “{item}”: {before} → {after}"),
    _REWORDED: lazy("reworded the offer “{before}”: “{item}”"),
    _UPDATED: lazy("updated the offer “{item}”"),
}


def item_words() -> Sequence[ItemWords]:
    """How so many, or each of few, are told."""
    turned = {"x": _needs_met, "-": _needs_given_up}
    needs = _needs, _needs_changed, _needs_gone
    offers = _offers, _offers_changed, _offers_gone
    return [
        ItemWords(NEED.blocks, *needs, turned, identified=True, one=_one(_NEED_WORDS)),
        ItemWords(OFFER.blocks, *offers, identified=True, one=_one(_OFFER_WORDS)),
    ]


def _needs(count: int) -> str:
    return ngettext("added a need", "added {count} needs", count).format(count=count)


def _needs_changed(count: int) -> str:
    return ngettext("updated a need", "updated {count} needs", count).format(count=count)


def _needs_gone(count: int) -> str:
    return ngettext("took out a need", "took out {count} needs", count).format(count=count)


def _offers(count: int) -> str:
    return ngettext("added an offer", "added {count} offers", count).format(count=count)


def _offers_changed(count: int) -> str:
    return ngettext("updated an offer", "updated {count} offers", count).format(count=count)


def _offers_gone(count: int) -> str:
    return ngettext("took out an offer", "took out {count} offers", count).format(count=count)


def _needs_met(count: int) -> str:
    words = ngettext("found an answer to a need", "found an answer to {count} needs", count)
    return words.format(count=count)


def _needs_given_up(count: int) -> str:
    return ngettext("gave up a need", "gave up {count} needs", count).format(count=count)


def _one(words: Mapping[str, Any]) -> Callable[[ItemChange], str]:
    return lambda change: _told(change, words)


def _told(change: ItemChange, words: Mapping[str, Any]) -> str:
    """What became of one need or offer; "" where it says nothing that could be repeated."""
    before, after = change.before, change.after
    item = _short(after or before)
    if not item:
        return ""
    if before is None:
        return str(words[_ADDED]).format(item=item)
    if after is None:
        return str(words[_REMOVED]).format(item=item)
    found, was, now = _what(before, after)
    return str(words[found]).format(item=item, before=was, after=now)


def _what(before: Item, after: Item) -> tuple[str, str, str]:
    """What became of it, and what that was before and is after, in words."""
    if (before.state or " ") != (after.state or " "):
        return (after.state or " "), "", ""
    if before.plain != after.plain:
        was = _short(before)
        return (_REWORDED, was, "") if was else (_UPDATED, "", "")
    due, now_due = before.marks.get("before"), after.marks.get("before")
    if due != now_due:
        if not now_due:
            return _NO_DUE, "", ""
        return _DUE, _day(due), _day(now_due)
    if before.places != after.places and before.places and after.places:
        return _PLACE, ", ".join(before.places), ", ".join(after.places)
    if before.marks.get("seen") != after.marks.get("seen") and after.marks.get("seen"):
        return _HEARD, "", ""
    return _UPDATED, "", ""


def _day(written: str | None) -> str:
    return day(written) if written else gettext("none")


def _short(item: Item | None) -> str:
    words = " ".join(item.plain.split()) if item else ""
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST].rstrip()}…"
