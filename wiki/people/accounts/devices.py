"""The browsers in which someone has logged in to their account, which they may forget."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from wiki.people.models.entries import DeviceRow
from wiki.people.store.database import Database

#: of one account, the ones used last
_MOST = 20
_TRUSTED = timedelta(days=30)


@dataclass(frozen=True)
class Device:
    """``name``: what browser it is; ``since`` and ``used`` are the days of the first and last
    log-in there; ``trusted``: until when no second factor is asked for there."""

    id: str
    name: str
    since: date
    used: date
    trusted: datetime | None


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


def trust_device(database: Database, person_id: str, device: str) -> None:
    """Asks for no second factor there for thirty days."""
    mine = (DeviceRow.person == person_id, DeviceRow.device == device)
    until = database.now() + _TRUSTED
    database.execute(update(DeviceRow).where(*mine).values(trusted=until))


def is_trusted(database: Database, person_id: str, device: str) -> bool:
    """Whether no second factor is asked for there."""
    row = database.find_row(DeviceRow, (person_id, device))
    now = database.now()
    return row is not None and row.trusted is not None and now < min(row.trusted, row.expires)


def end_trust(session: Session, person_id: str) -> None:
    """A second factor is asked for on every device again."""
    mine = update(DeviceRow).where(DeviceRow.person == person_id)
    session.execute(mine.values(trusted=None).execution_options(synchronize_session=False))


def list_devices(database: Database, person_id: str) -> Sequence[Device]:
    """The browsers that are known for the account, the one used last first."""
    now = database.now()
    query = select(DeviceRow).where(DeviceRow.person == person_id, DeviceRow.expires > now)
    return [
        Device(row.device, row.name, row.since, row.used, _lasting(row.trusted, now))
        for row in database.list_rows(query.order_by(DeviceRow.expires.desc()))
    ]


def _lasting(until: datetime | None, now: datetime) -> datetime | None:
    return until if until is not None and until > now else None


def forget_device(database: Database, person_id: str, device: str) -> None:
    """From now on it is a browser like any other."""
    database.execute(
        delete(DeviceRow).where(DeviceRow.person == person_id, DeviceRow.device == device)
    )


def forget_the_past(session: Session, now: datetime) -> None:
    """Deletes those in which nobody has logged in for long."""
    session.execute(delete(DeviceRow).where(DeviceRow.expires <= now))
