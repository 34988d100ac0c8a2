"""Labels as rows, and whether one holds: asked each time of the pages that a visitor may read.

A label holds while its project stands in the programme of its event, which is over, was not
cancelled, and is public like the project. Nothing that was true once is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from secrets import token_hex

from sqlalchemy import select as rows_where

from wiki.api.errors import BadField, NotFound
from wiki.api.events import Event, event_of, event_of_row
from wiki.api.moments import local_day
from wiki.api.pages.editing import write_turn
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, find_page
from wiki.api.reading.history import get_times
from wiki.api.reading.rows import PageRow, find_rows, get_row, select
from wiki.api.tables import birth_name, is_still, still_about
from wiki.api.translation import gettext

from .models import LabelRow

#: events of one project that are looked at, and labels that are listed
MOST = 100
REASON = 500


@dataclass(frozen=True)
class Standing:
    """What a label that holds says: ``project`` was shown at ``event`` on ``day``."""

    project: PageRow
    event: Event
    day: date


def standing(instance: Instance, row: LabelRow | None) -> Standing | None:
    """What the label says to everybody; None where it does not hold."""
    if row is None or row.revoked is not None:
        return None
    visitor = Reader(instance)
    times = get_times(visitor, row.project) if row.project else None
    if times is None or times.created != row.made or not _is_of_these(instance, row):
        return None
    event = event_of(visitor, row.event) if row.event else None
    return shown_at(visitor, row.project, event)


def _is_of_these(instance: Instance, row: LabelRow) -> bool:
    """Whether no other pages are at its addresses than those that the label is of."""
    return is_still(instance, row.project, row.born) and _is_of_event(instance, row)


def _is_of_event(instance: Instance, row: LabelRow) -> bool:
    return is_still(instance, row.event, row.event_born)


def shown_at(visitor: Reader, project: str, event: Event | None) -> Standing | None:
    """That the project was shown at the event, as far as ``visitor`` may know; None if not."""
    if event is None or event.when is None or event.cancelled or project not in event.programme:
        return None
    zone = visitor.instance.settings.zone
    row = get_row(visitor, project)
    if row is None or not event.when.is_over(visitor.today, zone):
        return None
    return Standing(row, event, local_day(event.when.starts, zone))


def offered(instance: Instance, project: str) -> list[Standing]:
    """The events whose label a project may have, the newest first."""
    visitor = Reader(instance)
    page = find_page(visitor, project)
    if page is None or page.type != "project":
        return []
    named = (page.path, page.title, *page.aliases)
    rows = find_rows(visitor, select(("event",), {"programme": named}), "-starts", MOST).rows
    found = (shown_at(visitor, project, event_of_row(visitor, row)) for row in rows)
    return [one for one in found if one is not None]


def find(instance: Instance, label: str) -> LabelRow | None:
    """The label of that id."""
    return instance.private.find_row(LabelRow, label)


def of_project(instance: Instance, project: str) -> Sequence[LabelRow]:
    """The labels that a project took, the newest first."""
    found = _all(instance, LabelRow.project == project)
    return [row for row in found if _is_of_these(instance, row)]


def of_event(instance: Instance, event: str) -> Sequence[LabelRow]:
    """The labels that projects took of an event, the newest first."""
    found = _all(instance, LabelRow.event == event)
    return still_about(instance, found, lambda row: (row.event, row.event_born))


def _all(instance: Instance, condition: object) -> Sequence[LabelRow]:
    asked = rows_where(LabelRow).where(condition)  # type: ignore[arg-type]
    return instance.private.list_rows(
        asked.order_by(LabelRow.taken.desc(), LabelRow.id).limit(MOST)
    )


def take(reader: Reader, project: str, event: str) -> str:
    """Gives the project the label of the event, once however often it is asked; its id.

    Raises NotFound where it was not shown there, BadField where the organisers took it back.
    """
    # The writers' lock: no programme changes meanwhile, and nobody takes the same label twice.
    with write_turn(reader.instance):
        reader = reader.renewed()
        instance, person = reader.instance, reader.person
        visitor = Reader(instance)
        if shown_at(visitor, project, event_of(visitor, event)) is None:
            raise NotFound(gettext("This project does not stand in the programme of that event."))
        times = get_times(visitor, project)
        made, now = times.created if times else instance.private.now(), instance.private.now()
        born, event_born = birth_name(instance, project), birth_name(instance, event)
        with instance.private.session() as session:
            asked = rows_where(LabelRow).where(
                LabelRow.project == project, LabelRow.event == event, LabelRow.made == made
            )
            # Those who organise may be taking it back at this moment.
            known = session.scalars(asked.with_for_update()).all()
            # What they took back is not had by writing the page anew.
            row = next((one for one in known if _is_of_these(instance, one)), None) or next(
                (one for one in known if one.by_event and _is_of_event(instance, one)), None
            )
            if row is None:
                row = LabelRow(id=token_hex(6), project=project, event=event, made=made, reason="")
                row.born, row.event_born = born, event_born
                row.by_event, row.revoked, row.taken = False, now, now
                session.add(row)
            if row.by_event:
                words = gettext("Those who organise the event took this label back: write to them.")
                raise BadField("", words)
            if row.revoked is not None:
                row.taken, row.taken_by = now, person.id if person else None
                row.revoked = row.revoked_by = None
            return row.id


def give_up(reader: Reader, label: str) -> None:
    """The team takes its label back; it may take it again."""
    _revoke(reader, label, by_event=False, reason="")


def withdraw(reader: Reader, label: str, reason: str) -> None:
    """Those who organise take a label back. Raises BadField where they do not say why."""
    words = "\n".join(line.rstrip() for line in reason.strip().splitlines())
    if not words or len(words) > REASON:
        told = gettext("Say why, in at most {count} characters: the team of the project reads it.")
        raise BadField("reason", told.format(count=REASON))
    _revoke(reader, label, by_event=True, reason=words)


def _revoke(reader: Reader, label: str, *, by_event: bool, reason: str) -> None:
    with reader.instance.private.session() as session:
        row = session.get(LabelRow, label, with_for_update=True)
        if row is None or row.by_event or (row.revoked is not None and not by_event):
            return
        row.revoked, row.by_event = reader.instance.private.now(), by_event
        row.revoked_by, row.reason = reader.person.id if reader.person else None, reason


def give_back(reader: Reader, label: str) -> None:
    """Those who organise give back what they took; nobody else's withdrawal is undone by it."""
    with reader.instance.private.session() as session:
        row = session.get(LabelRow, label, with_for_update=True)
        if row is not None and row.by_event:
            row.by_event, row.revoked, row.revoked_by, row.reason = False, None, None, ""
