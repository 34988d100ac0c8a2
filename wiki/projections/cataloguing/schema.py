"""The tables of the catalogue, and the values that its answers are made of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from sqlalchemy import BigInteger, Column, MetaData, Table, UniqueConstraint, column

from wiki.cache.topics import note
from wiki.projections.tables.names import spelled
from wiki.projections.tables.row_changes import RowValues, Watch
from wiki.projections.tables.rows import hexes, index, integers, names, pick_columns, texts
from wiki.projections.tables.tallies import Tally

#: the day before all days, and the one after
ALWAYS = ""
FOREVER = "~"

TABLES = MetaData()
#: space: the nearest typed page at or above; subject: the same, or the page itself outside any;
#: ending: what makes its path the name of its file
PAGE = Table(
    "catalogue_page",
    TABLES,
    *names("path", primary_key=True, autoincrement=False),
    *names("parent type subject group_ editors"),
    *names("space team_page", nullable=True),
    *texts("ending title sort_key summary lang image source"),
    *hexes("blob"),
    index("catalogue_page_parent", "parent sort_key"),
    index("catalogue_page_type", "type sort_key"),
    index("catalogue_page_sort", "sort_key"),
    index("catalogue_page_group", "group_"),
    index("catalogue_page_space", "space"),
)
#: a hint for SQLite
BY_TYPE = "INDEXED BY catalogue_page_type"
#: What holds of the page "path", of that type, between two days; said on the page "source" in its
#: head, its text, or dated (origin); seen by who is in group_ and not in "unless" (who sees newer).
#: Themes stand there without the # that some write before them.
FACT = Table(
    "catalogue_fact",
    TABLES,
    *names("path type source key value slug group_ unless"),
    *texts("origin from_ to_"),
    *integers("position"),
    index("catalogue_fact_path", "path key"),
    index("catalogue_fact_source", "source"),
    index("catalogue_fact_key", "key slug value from_ to_ group_ unless type path source", few=5),
    index("catalogue_fact_text", "key", only=column("origin") == "text"),
)
#: dated facts as they are said; their intervals are worked out for a whole space
SAID = Table(
    "catalogue_said",
    TABLES,
    *names("path source key value group_"),
    *texts("since"),
    *integers("position"),
    index("catalogue_said_path", "path"),
    index("catalogue_said_source", "source"),
)
#: plain: the text without its marks, NULL where it has none; heard: the newest day that an item
#: names itself, else the one on which it was first there, "" where neither is known; before: the
#: one by which it is to be met
ITEM = Table(
    "catalogue_item",
    TABLES,
    *integers("id", primary_key=True),
    *names("path subject block group_"),
    *texts("state text nested marks heard"),
    *integers("position line end_line"),
    *texts("plain identity date before", nullable=True),
    UniqueConstraint("path", "position"),
    index("catalogue_item_identity", "identity path", only=column("identity").is_not(None)),
    index("catalogue_item_block", "block state group_ identity subject path position", few=4),
    index("catalogue_item_subject", "subject block state"),
    index("catalogue_item_date", "block date subject", only=column("date").is_not(None), few=2),
    index("catalogue_item_before", "before", only=column("before").is_not(None)),
)
WORD = Table(
    "catalogue_word",
    TABLES,
    *names("path", primary_key=True, autoincrement=False),
    *integers("position", primary_key=True, autoincrement=False),
    *names("key slug", primary_key=True, autoincrement=False),
    *names("value"),
    *integers("rank"),
    index("catalogue_word_key", "key slug value path position", few=3),
    sqlite_with_rowid=False,
)
#: how many pages there are, and how many have a value from a day on (or until it: negative)
PAGE_COUNT = Table(
    "catalogue_page_count",
    TABLES,
    *names("type group_"),
    *integers("number"),
    index("catalogue_page_count_key", "type group_ number"),
)
FACT_COUNT = Table(
    "catalogue_fact_count",
    TABLES,
    *names("key type group_ slug value unless"),
    *texts("day"),
    *integers("number"),
    index("catalogue_fact_count_key", "key type group_ slug value unless day number", few=3),
)
#: keys whose values are as many as the pages that have them: nobody asks for their counts
UNCOUNTED = frozenset(
    {"team", "readers", "organisation", "programme", "starts", "ends", "availability", "siret"}
)
TALLIES = (
    Tally(PAGE_COUNT, PAGE),
    Tally(FACT_COUNT, FACT, ("from_", "to_"), FOREVER, {"key": UNCOUNTED}),
)
#: what ``items/counts.py`` counts; slug: of items the day on which they were heard of, if open
ITEM_COUNT = Table(
    "catalogue_item_count",
    TABLES,
    *hexes("digest", primary_key=True),
    *names("block group_ key slug value seen unless"),
    *texts("state day"),
    *integers("number"),
    index("catalogue_item_count_key", "key block state group_", few=4),
    sqlite_with_rowid=False,
)

#: what ``items/values.py`` writes: items by what they have. age: less for those that a later commit
#: first held, 0 of those without an identity; heard: FOREVER where no day is known; source: the
#: page that says it; open: as of ``PAGE_VALUE``
ITEM_VALUE = Table(
    "catalogue_item_value",
    TABLES,
    *names("path"),
    *integers("item age open"),
    *names("block state group_"),
    *texts("heard"),
    *texts("before", nullable=True),
    *names("key slug value source seen unless"),
    *texts("from_ to_"),
    index("catalogue_item_value_path", "path"),
    index(
        "catalogue_item_value_item",
        "item key open slug from_ to_",
        few=3,
        beside="slug from_ to_",
    ),
    index(
        "catalogue_item_value_key",
        "key slug block state open age item before heard from_ to_",
        few=7,
        beside="before heard from_ to_",
    ),
    index(
        "catalogue_item_value_heard",
        "key slug block state open heard age item before from_ to_",
        few=8,
        beside="before from_ to_",
    ),
    index(
        "catalogue_item_value_before",
        "key slug block state open before age item heard from_ to_",
        few=8,
        beside="heard from_ to_",
        only=column("before").is_not(None),
    ),
)

#: what ``pagevalues.py`` writes: typed pages by what they have, in the orders of lists. page: the
#: number of its story, less than 0; place: its title and path; told, news, tie: its story's; day:
#: that of its story, or of its newest line in the past (own), if later. A row with a ``line`` is of
#: the day of another one, which "seen" sees. open: 1 where everybody sees all that it says, else 0
PAGE_VALUE = Table(
    "catalogue_page_value",
    TABLES,
    *names("path type key slug value group_ unless seen"),
    *integers("page told news open"),
    Column("tie", BigInteger, nullable=False),
    *texts("place day own line from_ to_"),
    index("catalogue_page_value_path", "path"),
    index(
        "catalogue_page_value_page",
        "open page key slug value from_ to_",
        few=3,
        beside="slug value from_ to_",
        only=column("line") == "",
    ),
    index(
        "catalogue_page_value_news",
        "key slug type open day told news tie page from_ to_",
        few=9,
        beside="from_ to_",
    ),
    index(
        "catalogue_page_value_place",
        "key slug type open place page from_ to_",
        few=5,
        beside="page from_ to_",
        only=column("line") == "",
    ),
)

#: what the answers depend on; which bytes a page has is told by ``blob``, for whoever looks at it
WATCHES = (
    Watch(PAGE, lambda row: _page_topics(row), without=("blob",)),
    Watch(PAGE, lambda row: [f"blob:{row['path']}"], columns=("path", "blob")),
    Watch(FACT, lambda row: _fact_topics(row)),
    Watch(ITEM, lambda row: _item_topics(row), without=("id",)),
    Watch(WORD, lambda row: [f"words:{row['path']}"]),
)

#: what a PageRow is made of
PAGE_COLUMNS = [
    PAGE.c.path,
    (spelled(PAGE.c.path) + PAGE.c.ending).label("file"),
    *pick_columns(PAGE, "blob type title summary lang space image source group_ editors team_page"),
]


def _page_topics(row: RowValues) -> Iterator[str]:
    yield from (f"page:{row['path']}", f"children:{row['parent']}", f"space:{row['space']}")
    yield from ("pages", f"type:{row['type']}")


def _fact_topics(row: RowValues) -> Iterator[str]:
    yield from (f"facts:{row['key']}", f"page:{row['path']}")
    if row["key"] in ("team", "readers"):
        yield f"{row['key']}:{row['value']}"


def _item_topics(row: RowValues) -> Iterator[str]:
    yield from ("items", f"items:{row['block']}", f"subject:{row['subject']}")
    yield f"item:{row['identity']}"


@dataclass(frozen=True)
class PageRow:
    """A page as lists show it; ``facts`` has the values that hold today, by key, where asked for.

    ``space`` is the typed page at or above it; ``image`` the file or address of its first image.
    """

    path: str
    file: str
    #: ``blob``, whose readers depend on it
    stored: str = field(compare=False)
    type: str
    title: str
    summary: str
    lang: str
    space: str | None
    image: str
    source: str
    group: str
    editors: str
    team_page: str | None
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)

    @property
    def blob(self) -> str:
        """The hash of the page's bytes."""
        note((f"blob:{self.path}",))
        return self.stored

    def first(self, key: str) -> str:
        """The first value of a fact, or ""."""
        return next(iter(self.facts.get(key, ())), "")


@dataclass(frozen=True)
class ItemRow:
    """An item of a block, with the page that it stands on and the space that it belongs to.

    ``line`` and ``end_line`` count from 0 in the page's whole text; ``position`` is the rank among
    the page's items. ``number`` rises with the commits that first held its identity. ``heard`` is
    the newest day (ISO) that it names, or else the one of that commit; "" where neither is known.
    """

    path: str
    page_title: str
    space: str | None
    space_title: str
    space_type: str
    identity: str | None
    block: str
    position: int
    line: int
    end_line: int
    state: str
    text: str
    plain: str
    nested: str
    date: str | None
    keywords: tuple[str, ...]
    places: tuple[str, ...]
    marks: Mapping[str, str] = field(hash=False)
    number: int
    heard: str = ""


Row = TypeVar("Row")


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """Some rows of a list, and how many there are in all, or with ``more`` at least."""

    rows: tuple[Row, ...]
    total: int
    more: bool = False


@dataclass(frozen=True)
class Count:
    """One line of a facet: a value as people write it, its slug, and how many have it.

    ``more``: at least so many.
    """

    value: str
    slug: str
    count: int
    more: bool = False
