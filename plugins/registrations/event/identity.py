"""Whether the page at an event's address is still the one that people registered for.

A page that is deleted leaves its address free, and anybody may name any address as one of their
page's former ones. So once a page was gone, one that comes after it is the same only if its team
holds nobody who was not on it before: nobody reads who registered by making a page.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from wiki.api.events import Event, event_of
from wiki.api.plugin import Instance
from wiki.api.reading import get_page, system_reader
from wiki.api.reading.rows import PageRow, get_row

from ..models import EventRow, GoneRow
from .terms import Terms, terms_of


def is_same(session: Session, row: EventRow, page: PageRow) -> bool:
    """Whether ``page``, at the address of ``row``, is the one that it is of."""
    return session.get(GoneRow, row.id) is None or has_nobody_new(row, page)


def has_nobody_new(row: EventRow, page: PageRow) -> bool:
    """Whether all of the page's team were on the event's when it was last looked at."""
    return frozenset(page.facts.get("team", ())) <= frozenset(row.team.splitlines())


def note_gone(session: Session, row: EventRow, *, gone: bool) -> None:
    """Notes whether the page was there when it was looked at."""
    known = session.get(GoneRow, row.id)
    if gone and known is None:
        session.add(GoneRow(event=row.id))
    elif known is not None and not gone:
        session.delete(known)
    session.flush()


def find_row(instance: Instance, path: str) -> EventRow | None:
    """The row of the event at ``path``, if anybody registered for that very one."""
    with instance.private.reading() as session:
        row = session.scalar(select(EventRow).where(EventRow.path == path))
        page = get_row(system_reader(instance, "registrations"), path) if row is not None else None
        if row is None or (page is not None and not is_same(session, row, page)):
            return None
        return row


def event_of_row(instance: Instance, row: EventRow) -> Event | None:
    """The event of a row as its page says it, whoever may read it; None where it is gone."""
    return (
        event_of(system_reader(instance, "registrations"), row.path)
        if _is_there(instance, row)
        else None
    )


def terms_of_row(instance: Instance, row: EventRow) -> Terms | None:
    """The terms of a row's event; None where one cannot register there."""
    if not _is_there(instance, row):
        return None
    return terms_of(
        get_page(system_reader(instance, "registrations"), row.path), instance.settings.zone
    )


def _is_there(instance: Instance, row: EventRow) -> bool:
    page = get_row(system_reader(instance, "registrations"), row.path)
    with instance.private.reading() as session:
        return page is not None and is_same(session, row, page)
