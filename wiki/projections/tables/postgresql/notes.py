"""Rows that change in PostgreSQL, noted by triggers that fire where they are asked to
(``row_changes.py``).
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Table

from wiki.projections.tables.postgresql.dialect import POSTGRESQL
from wiki.projections.tables.row_changes import row_text

#: a setting of ours: whether rows are noted in this transaction
_ASKED = "carrefour.noting"
_DIFFERENT = """
    SELECT place, sum(sign), said FROM pg_temp.changed
    GROUP BY place, said HAVING sum(sign) <> 0 LIMIT %s
"""
#: in one way to the server and back
_BEGIN = f"""
    SET LOCAL client_min_messages = warning;
    CREATE TEMP TABLE IF NOT EXISTS changed (place text, sign integer, said jsonb)
    ON COMMIT DELETE ROWS;
    SET LOCAL {_ASKED} = 'on'
"""


class ServerNotes:
    """See ``Notes``, of one connection in a transaction."""

    def __init__(self, connection: Any) -> None:
        self._sql = connection

    def begin(self, tables: Collection[Table]) -> None:
        """See Notes."""
        self._sql.execute(_BEGIN, prepare=False)

    def end(self, limit: int) -> Sequence[tuple[str, int, list[Any]]]:
        """See Notes."""
        found: list[tuple[str, int, list[Any]]] = self._sql.execute(_DIFFERENT, (limit,)).fetchall()
        self.stop(())
        return found

    def stop(self, tables: Collection[Table]) -> None:
        """See Notes."""
        self._sql.execute(f"SET LOCAL {_ASKED} = 'off'")


def trigger_definitions(schema: str, tables: Collection[Table]) -> Iterator[str]:
    """The statements that have the rows of ``tables``, which are in ``schema``, noted."""
    for table in tables:
        new, old = (
            f"jsonb_build_array({row_text(table, one, POSTGRESQL)})" for one in ("NEW", "OLD")
        )
        function = f'"{schema}"."note_{table.name}"'
        yield f"""
            CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF TG_OP <> 'INSERT' THEN
                INSERT INTO pg_temp.changed VALUES ('{table.name}', -1, {old});
            END IF;
            IF TG_OP <> 'DELETE' THEN
                INSERT INTO pg_temp.changed VALUES ('{table.name}', 1, {new});
            END IF;
            RETURN NULL; END $$
        """
        yield f"""
            CREATE OR REPLACE TRIGGER noted AFTER INSERT OR DELETE OR UPDATE
            ON "{schema}"."{table.name}" FOR EACH ROW
            WHEN (current_setting('{_ASKED}', true) = 'on') EXECUTE FUNCTION {function}()
        """
