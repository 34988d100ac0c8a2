"""Rates that all nodes count together: rows of PostgreSQL that need not last.

What one node refuses by itself (``frequent.py``) costs the server nothing; what it lets through is
counted there too, by one statement. Answers that are kept, and what is proposed while somebody
types, do not come here. While the server does not answer each node counts alone.

The table has no log and is empty after the server has died. It holds hashes, as the file does.
"""

from collections.abc import Callable
from pathlib import Path
from time import monotonic

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from wiki.errors import RowsUnreachable, StorageFailed
from wiki.people.limits.frequent import PARTS, Rates, too_many
from wiki.people.store.database import Database
from wiki.people.store.engine import AT_ONCE
from wiki.people.store.faults import store_faults

#: seconds: what is counted in less is over before another node would be asked
_SHORTEST = 10
#: of so many tries one sweeps
_SWEPT = 500
_MAKE = (
    "SELECT pg_advisory_xact_lock(hashtext('make rates'))",
    "CREATE SCHEMA IF NOT EXISTS rates",
    "CREATE UNLOGGED TABLE IF NOT EXISTS rates.tries (key bigint, part bigint, ends timestamptz,"
    " count integer, PRIMARY KEY (key, part))",
)
#: counts a try in the present part where there is room; gives what there was before, in seconds the
#: age of the oldest part, and whether it was counted
_COUNT = text(
    """
    WITH now AS (SELECT extract(epoch FROM clock_timestamp()) AS second),
    present AS (SELECT floor(second / :length)::bigint AS part, second FROM now),
    before AS (
        SELECT coalesce(sum(count), 0) AS tries, min(tries.part) AS oldest
        FROM rates.tries, present
        WHERE key = :key AND tries.part BETWEEN present.part - :parts AND present.part
    ),
    counted AS (
        INSERT INTO rates.tries AS old (key, part, ends, count)
        SELECT :key, part, to_timestamp((part + :parts + 1) * :length), 1
        FROM present, before WHERE tries < :limit
        ON CONFLICT (key, part) DO UPDATE SET count = old.count + 1
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM counted),
        ceil((coalesce(oldest, part) + :parts + 1) * :length - second)
    FROM before, present
    """
)
_SWEEP = text("DELETE FROM rates.tries WHERE ends < clock_timestamp()")


class SharedRates(Rates):
    """``Rates`` of all nodes that have the rows of ``database``; thread-safe."""

    def __init__(
        self,
        database: Database,
        file: Path,
        secret: bytes = b"",
        now: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(file, secret, now)
        self._database = database
        # A table without log: nobody waits for the disk.
        self._asked = database.engine.execution_options(**AT_ONCE)
        self._tries = 0

    def attempt(self, key: str, limit: int, window: int) -> None:
        """See ``Rates``. Of tries at the same moment at several nodes, all may pass."""
        super().attempt(key, limit, window)
        if window < _SHORTEST or self._database.unreachable:
            return
        asked = {
            "key": self._name(key, window) - 2**63,
            "length": window / PARTS,
            "parts": PARTS,
            "limit": limit,
        }
        try:
            counted, wait = self._count(asked)
        except StorageFailed:
            return
        if not counted:
            raise too_many(max(1, int(wait)))

    def forget_all(self) -> None:
        """See ``Rates``."""
        super().forget_all()
        with store_faults(), self._database.engine.begin() as connection:
            if connection.scalar(text("SELECT to_regclass('rates.tries')")):
                connection.execute(text("TRUNCATE rates.tries"))

    def _count(self, asked: dict[str, float]) -> tuple[int, int]:
        self._tries += 1
        for _time in range(2):
            try:
                with store_faults(), self._asked.connect() as connection:
                    if self._tries % _SWEPT == 1:
                        connection.execute(_SWEEP)
                    counted, wait = connection.execute(_COUNT, asked).one()
                    return int(counted), int(wait)
            except ProgrammingError:  # there is no table yet, or no more
                with store_faults(), self._database.engine.begin() as connection:
                    _make(connection)
        raise RowsUnreachable("the table of rates is gone each time that it is made")


def _make(connection: Connection) -> None:
    for statement in _MAKE:
        connection.execute(text(statement))
