"""How many bytes of files someone may add in a day: counted over all processes."""

from datetime import timedelta

from babel.numbers import format_decimal
from sqlalchemy import delete, func, select

from wiki.errors import TooMany
from wiki.people.limits.durable import DAY, hash_key
from wiki.people.models.counts import UploadRow
from wiki.people.store.database import Database
from wiki.translation import gettext as _
from wiki.translation import language

_MB = 1_000_000


def count_upload(database: Database, who: str, size: int, most: int) -> None:
    """Counts ``size`` bytes for ``who``. Raises TooMany where a day would have more than ``most``,
    and says how much is left."""
    key, now = hash_key(f"upload:{who}"), database.now()
    with database.session() as session:
        session.execute(delete(UploadRow).where(UploadRow.at <= now - timedelta(seconds=DAY)))
        database.lock(session, key)
        mine = UploadRow.key == key
        used = session.scalar(select(func.coalesce(func.sum(UploadRow.size), 0)).where(mine)) or 0
        if used + size <= most:
            session.add(UploadRow(key=key, size=size, at=now))
            return
        oldest = session.scalar(select(func.min(UploadRow.at)).where(mine))
    freed = (oldest - now).total_seconds() + DAY if oldest else DAY
    raise TooMany(full_words(most, most - used), retry_after=max(1, int(freed)))


def left_today(database: Database, who: str, most: int) -> int:
    """How many bytes ``who`` may add now, of ``most`` in a day."""
    recent = UploadRow.at > database.now() - timedelta(seconds=DAY)
    asked = select(func.coalesce(func.sum(UploadRow.size), 0)).where(
        UploadRow.key == hash_key(f"upload:{who}"), recent
    )
    with database.session() as session:
        return most - (session.scalar(asked) or 0)


def full_words(most: int, left: int) -> str:
    """What is said where more than that would be added."""
    return _(
        "You can add {most} MB of files a day, and {left} MB are left. Send a smaller file, or come"
        " back tomorrow: what you wrote is kept."
    ).format(most=_megabytes(most), left=_megabytes(left))


def _megabytes(size: int) -> str:
    return format_decimal(round(size / _MB, 1), locale=language())
