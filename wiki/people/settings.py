"""Settings that administrators chose, as rows: those that are not public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from wiki.errors import StorageFailed
from wiki.people.models.settings import SettingRow
from wiki.people.store.database import Database
from wiki.people.store.values import value_of

#: what answers depend on that ask for rows of settings
TOPIC = f"rows:{SettingRow.__tablename__}"

#: before the name of a row that is no setting, but what was found out about some
_NOTE = "note:"


@dataclass(frozen=True)
class StoredSetting:
    """One row; see ``SettingRow``."""

    name: str
    value: str
    at: datetime
    who: str


def list_settings(database: Database) -> Sequence[StoredSetting]:
    """All that were chosen, as they are now, also inside ``pinned``. Raises StorageFailed."""
    with database.reading(fresh=True) as session:
        chosen = select(SettingRow).where(SettingRow.name.not_like(f"{_NOTE}%"))
        rows = session.scalars(chosen.order_by(SettingRow.name))
        return [value_of(StoredSetting, row) for row in rows]


def recall_settings(database: Database) -> Sequence[StoredSetting]:
    """The same before the tables are altered; nothing where they are from before there were any."""
    try:
        return list_settings(database)
    except (StorageFailed, ProgrammingError):
        return ()


def write_settings(
    session: Session, values: Mapping[str, str | None], *, by: str, at: datetime
) -> None:
    """Keeps ``values`` by name as chosen by the account ``by``; None goes."""
    for name, value in values.items():
        row = session.get(SettingRow, name)
        if value is None:
            if row is not None:
                session.delete(row)
        elif row is None:
            session.add(SettingRow(name=name, value=value, at=at, who=by))
        else:
            row.value, row.at, row.who = value, at, by


def find_note(database: Database, name: str) -> str:
    """What was found out about settings, such as by a try; "" where nothing was."""
    found = database.find_value(select(SettingRow.value).where(SettingRow.name == _NOTE + name))
    return found or ""


def write_note(database: Database, name: str, value: str, *, by: str) -> None:
    """Keeps what the account ``by`` has found out, in place of what was kept under ``name``."""
    with database.session() as session:
        write_settings(session, {_NOTE + name: value}, by=by, at=database.now())
