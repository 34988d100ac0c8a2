"""The browsers in which someone has logged in to their account, which they may forget."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wiki.people.models.entries import DeviceRow
from wiki.people.store.database import Database

#: of one account, the ones used last
_MOST = 20


@dataclass(frozen=True)
class Device:
    """``name``: what browser it is; ``since`` and ``used`` are the days of the first and last
    log-in there."""

    id: str
    name: str
    since: date
    used: date


def note_device(database: Database, person_id: str, device: str, name: str, days: int) -> None:
    """Notes a log-in in the browser ``device``, which is known for ``days`` from now."""
    now = database.now()
    with database.session() as session:
        row = session.get(DeviceRow, (person_id, device))
        if row is None:
            row = DeviceRow(person=person_id, device=device, since=now.date())
            session.add(row)
        row.name, row.used, row.expires = name[:100], now.date(), now + timedelta(days=days)
        session.flush()
        newest = select(DeviceRow.device).where(DeviceRow.person == person_id)
        newest = newest.order_by(DeviceRow.expires.desc()).offset(_MOST)
        for one in session.scalars(newest).all():
            session.delete(session.get_one(DeviceRow, (person_id, one)))


def is_known(database: Database, person_id: str, device: str) -> bool:
    """Whether the person has logged in there and has not forgotten it since."""
    row = database.find_row(DeviceRow, (person_id, device))
    return row is not None and row.expires > database.now()


def list_devices(database: Database, person_id: str) -> Sequence[Device]:
    """The browsers that are known for the account, the one used last first."""
    query = select(DeviceRow).where(
        DeviceRow.person == person_id, DeviceRow.expires > database.now()
    )
    rows = database.list_rows(query.order_by(DeviceRow.expires.desc()))
    return [Device(row.device, row.name, row.since, row.used) for row in rows]


def forget_device(database: Database, person_id: str, device: str) -> None:
    """From now on it is a browser like any other."""
    database.execute(
        delete(DeviceRow).where(DeviceRow.person == person_id, DeviceRow.device == device)
    )


def forget_the_past(session: Session, now: datetime) -> None:
    """Deletes those in which nobody has logged in for long."""
    session.execute(delete(DeviceRow).where(DeviceRow.expires <= now))
