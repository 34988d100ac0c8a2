"""What the tables keep of pages that are gone is taken out: for copies of what is another's.

At home a deleted page has its history, and can be brought back. Of a page that a sister has
withdrawn nothing is to be left: neither that it was there, nor what it was called.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, Table, delete, literal_column, not_, select, union_all, update

from wiki.projections.histories.schema import AUTHOR, IDENTITY, PAGE, ROW
from wiki.projections.tables.markers import forget_topics
from wiki.projections.tables.names import NAME, Numbered
from wiki.projections.tables.rows import Rows


def erase_gone(rows: Rows, tables: Iterable[Table]) -> None:
    """Deletes the histories of pages that are gone, and the texts that no row of ``tables`` says.

    ``tables`` are all that are in the file; in a transaction of the caller's.
    """
    gone = select(PAGE.c.lineage).where(not_(PAGE.c.alive))
    for table in (ROW, AUTHOR, IDENTITY):
        rows.execute(delete(table).where(table.c.lineage.in_(gone)))
    rows.execute(delete(PAGE).where(not_(PAGE.c.alive)))
    forget_topics(rows)
    if not rows.numbered:
        return
    said: list[Select[Any]] = [
        select(literal_column(f'"{column.name}"').label("number")).select_from(table)
        for table in tables
        for column in table.columns
        if isinstance(column.type, Numbered)
    ]
    numbers = select(union_all(*said).subquery().c.number).where(literal_column("number > 0"))
    # Its number is given to no other text: what is said again gets another.
    unsaid = NAME.c.number.not_in(numbers) & (NAME.c.number > 0)
    rows.execute(update(NAME).where(unsaid).values(text=literal_column("'\x01' || number")))
