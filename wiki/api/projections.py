"""Tables worked out from the pages, kept up to date when they are asked, never migrated.

::

    POLL = Table("polls_poll", MetaData(), *texts("path", primary_key=True), *names("group_"))
    SEEN = select(POLL.c.path).where(visible(POLL.c.group_, POLL.c.path))
    PUT, REMOVE = upsert(POLL), delete(POLL).where(POLL.c.path == bindparam("path"))

    class Polls(TableProjection):
        name = "polls"
        schema = POLL.metadata

        def write(self, rows: Rows, span: Span, progress: Progress | None) -> None:
            for change in page_changes(span.repository, span):
                rows.execute(REMOVE, {"path": change.path})
                if change.after is not None and change.access is not None:
                    rows.execute(PUT, {"path": change.path, "group_": change.access.group})

        def paths(self, reader: Reader) -> list[str]:
            with self.reading() as rows:
                return rows.scalars(SEEN, seen_by(reader.audience))
"""

from wiki.projections.interface import Progress
from wiki.projections.tables.conditions import replace_surrogates, seen_by, visible
from wiki.projections.tables.dialect import insert_new, unindexed, upsert
from wiki.projections.tables.projection import TableProjection, progress_steps
from wiki.projections.tables.row_changes import Watch
from wiki.projections.tables.rows import Rows, index, integers, names, pick_columns, texts
