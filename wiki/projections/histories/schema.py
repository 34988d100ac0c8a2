"""The tables of the changes, and what their rows bump."""

from collections.abc import Iterator

from sqlalchemy import BigInteger, Boolean, Column, MetaData, Table, column, true

from wiki.pages.paths import ancestors
from wiki.projections.tables.row_changes import Watch
from wiki.projections.tables.rows import hexes, index, integers, names, texts

_ALIVE = column("alive", Boolean) == true()
_EARLIEST = column("earliest", Boolean) == true()

TABLES = MetaData()
#: moment: see ``moments.py``
COMMIT = Table(
    "changes_commit",
    TABLES,
    *integers("seq", primary_key=True, autoincrement=False),
    *hexes("id", unique=True),
    *names("author mail"),
    *integers("moment"),
    *texts("message"),
)
#: head: what the page's says of rights (``rights_text``); leaf, folder: the blobs of x.md and
#: x/index.md; born, last, news, told: numbers of commits, news and told of those at or below the
#: page, told of those by people's own hands alone (0 for none), with its day (UTC, "" for none);
#: tie: see ``ties.py``; group_: who may read it, or might when it was there last
PAGE = Table(
    "changes_page",
    TABLES,
    *integers("lineage", primary_key=True),
    *names("path head type group_"),
    Column("alive", Boolean, nullable=False),
    *hexes("leaf folder", nullable=True),
    *integers("born last", nullable=True),
    *integers("news told"),
    Column("tie", BigInteger, nullable=False),
    *texts("day"),
    index("changes_page_path", "path alive lineage"),
    index("changes_page_born", "born", only=_ALIVE),
    index("changes_page_news", "type day told news tie", only=_ALIVE),
)
ROW = Table(
    "changes_row",
    TABLES,
    *integers("id", primary_key=True),
    *integers("seq lineage"),
    *names("path kind group_ shown"),
    *names("old_path", nullable=True),
    *texts("file", nullable=True),
    index("changes_row_lineage", "lineage id"),
    index("changes_row_shown", "shown id"),
    index("changes_row_path", "path id"),
    index("changes_row_seq", "seq"),
)
#: a hint for SQLite
BY_LINEAGE = "INDEXED BY changes_row_lineage"
#: those who wrote the page, and those whom a commit credits
AUTHOR = Table(
    "changes_author",
    TABLES,
    *integers("lineage", primary_key=True, autoincrement=False),
    *names("group_ mail", primary_key=True, autoincrement=False),
    *names("name"),
    *integers("commits first last"),
    sqlite_with_rowid=False,
)
#: the first commit in which a page held an item's identity; earliest: of all pages
IDENTITY = Table(
    "changes_identity",
    TABLES,
    *texts("identity", primary_key=True),
    *integers("lineage", primary_key=True, autoincrement=False),
    *integers("seq"),
    Column("earliest", Boolean, nullable=False),
    index("changes_identity_seq", "seq", only=_EARLIEST),
    sqlite_with_rowid=False,
)

WATCHES = (
    Watch(ROW, lambda row: _at_and_above(row["path"], row["old_path"])),
    Watch(ROW, lambda row: [f"lineage:{row['lineage']}"]),
    # What a commit says is told to who may know of all that it did.
    Watch(ROW, lambda _row: ["shown"], replaced=True),
    Watch(PAGE, lambda row: [f"story:{row['path']}"], without=("news", "told", "day")),
    Watch(PAGE, lambda row: [f"told:{row['path']}"], columns=("path", "told")),
    Watch(PAGE, lambda _row: ["told"], columns=("path", "told", "alive")),
    Watch(PAGE, lambda _row: ["born"], columns=("path", "born", "alive")),
    Watch(PAGE, lambda _row: ["last"], columns=("path", "last", "alive")),
    Watch(AUTHOR, lambda row: [f"lineage:{row['lineage']}"]),
    Watch(IDENTITY, lambda row: ["identities", f"identity:{row['identity']}"]),
)


def _at_and_above(*paths: str | None) -> Iterator[str]:
    """The topics of changes at and below each of ``paths``, and of those above."""
    for path in filter(None, paths):
        yield from (f"changes:{name}" for name in (path, *ancestors(path)))
