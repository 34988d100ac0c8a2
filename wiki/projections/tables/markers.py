"""The tables that all projections share: which commit each reflects, and which topics were bumped.

The marker "topics" is the counter that topics are numbered by: its name, new with each file, stands
in the place of a version.
"""

from collections.abc import Collection
from secrets import randbits

from sqlalchemy import Integer, Table, Text, bindparam, cast, delete, select, update

from wiki.projections.tables.dialect import insert_new, upsert
from wiki.projections.tables.names import NAME, SHARED
from wiki.projections.tables.rows import Rows, index, integers, texts

#: of one projection, by the version of its tables
MARKER = Table(
    "marker",
    SHARED,
    *texts("name", primary_key=True),
    *texts("schema commit", nullable=True),
    sqlite_with_rowid=False,
)
TOPIC = Table(
    "topic",
    SHARED,
    *texts("name", primary_key=True),
    *integers("seq"),
    index("topic_seq", "seq"),
    sqlite_with_rowid=False,
)
#: bumped where a projection starts over, or takes in too much to look at each row
ALL = "*"
MARKERS = select(MARKER.c.name, MARKER.c.schema, MARKER.c.commit)
_OFTOPICS = MARKER.c.name == "topics"
COUNTER = select(MARKER.c.schema, cast(MARKER.c.commit, Integer)).where(_OFTOPICS)
_BEGIN = insert_new(MARKER)
_BEGIN_NAMES = insert_new(NAME)
_COUNT = (
    update(MARKER)
    .where(_OFTOPICS)
    .values(commit=cast(cast(MARKER.c.commit, Integer) + 1, Text))
    .returning(cast(MARKER.c.commit, Integer))
)
_BUMP = upsert(TOPIC)
_FORGET_TOPICS = delete(TOPIC).where(TOPIC.c.name != bindparam("name"))
_BUMPED = select(TOPIC).where(TOPIC.c.seq > bindparam("since")).limit(bindparam("limit"))


def make_markers(rows: Rows, definitions: Collection[str]) -> None:
    """Makes the tables where they are missing, and begins the counter."""
    for statement in definitions:
        rows.connection.execute(statement)
    if rows.numbered:
        rows.execute(_BEGIN_NAMES, {"number": 0, "text": ""})
    rows.execute(_BEGIN, {"name": "topics", "schema": f"{randbits(64):x}", "commit": "1"})


def bump(rows: Rows, topics: Collection[str]) -> None:
    """Gives ``topics`` the next number."""
    if topics:
        seq = rows.scalar(_COUNT)
        rows.execute_many(_BUMP, ({"name": name, "seq": seq} for name in topics))


def forget_topics(rows: Rows) -> None:
    """Forgets which topics were bumped, which name pages: whatever was answered is asked anew."""
    bump(rows, [ALL])
    rows.execute(_FORGET_TOPICS, {"name": ALL})


def bumped_since(rows: Rows, since: int, most: int) -> dict[str, int] | None:
    """The topics bumped after the number ``since``, each with its last; None if more than ``most``.

    Where a projection started over, ``ALL`` is one of them.
    """
    found = rows.execute(_BUMPED, {"since": since, "limit": most + 1}).fetchall()
    return dict(found) if len(found) <= most else None
