"""Which events are full, for everyone who reads their pages."""

from collections.abc import Mapping, Sequence

from wiki.api.reading import Reader
from wiki.api.translation import gettext

from .event.identity import find_row
from .event.terms import Terms
from .meetings import is_past, terms_at, when_of
from .store import sheet_of


def is_full(reader: Reader, path: str) -> bool:
    """Whether all places of the event at ``path`` are taken; not once it is over or cancelled."""
    instance = reader.instance
    row = find_row(instance, path)
    if row is None or row.cancelled or is_past(when_of(row), instance, instance.private.now()):
        return False
    sheet = sheet_of(instance, row.id)
    return sheet is not None and sheet.is_full


def marks(paths: Sequence[str], reader: Reader) -> Mapping[str, str]:
    """The word about each of these events that is full."""
    return {
        path: gettext("full, waiting list open") if _is_open(reader, path) else gettext("full")
        for path in paths
        if is_full(reader, path)
    }


def is_open_today(reader: Reader, terms: Terms) -> bool:
    """Whether one can register on this day: pages are kept until it ends."""
    last = terms.until.astimezone(reader.instance.settings.zone).date() if terms.until else None
    return terms.open and (last is None or reader.today <= last)


def _is_open(reader: Reader, path: str) -> bool:
    terms = terms_at(reader, path)
    return terms is not None and is_open_today(reader, terms)
