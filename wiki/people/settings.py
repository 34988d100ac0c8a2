"""Settings that administrators chose, as rows: those that are not public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from wiki.people.models.settings import SettingRow
from wiki.people.store.database import Database
from wiki.people.store.values import value_of

#: what answers depend on that ask for rows of settings
TOPIC = f"rows:{SettingRow.__tablename__}"


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
        rows = session.scalars(select(SettingRow).order_by(SettingRow.name))
        return [value_of(StoredSetting, row) for row in rows]


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
