"""The tables of the catalogue, and the values that its answers are made of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from wiki.cache.topics import note
from wiki.projections.row_changes import RowValues, Watch

#: the day before all days, and the one after
ALWAYS = ""
FOREVER = "~"

SCHEMA = """
-- space: the nearest typed page at or above; subject: the same, or the page itself outside any
create table catalogue_page (
    path text primary key, parent text not null, file text not null, blob text not null,
    type text not null, title text not null, sort_key text not null, summary text not null,
    lang text not null, space text, subject text not null, image text not null,
    source text not null, group_ text not null, editors text not null, team_page text);
create index catalogue_page_parent on catalogue_page (parent, sort_key, path);
create index catalogue_page_type on catalogue_page (type, group_, sort_key, path);
create index catalogue_page_sort on catalogue_page (sort_key, path);
create index catalogue_page_group on catalogue_page (group_);
create index catalogue_page_space on catalogue_page (space, path);
create index catalogue_page_source on catalogue_page (source) where source != '';
-- What holds of the page "path", of that type, between two days; said on the page "source" in its
-- head, its text, or dated (origin); seen by who is in group_ and not in "unless" (who sees newer).
-- Themes stand there without the # that some write before them.
create table catalogue_fact (
    path text not null, type text not null, source text not null, origin text not null,
    key text not null, value text not null, slug text not null, position integer not null,
    from_ text not null, to_ text not null, group_ text not null, unless text not null);
create index catalogue_fact_path on catalogue_fact (path, key, slug, from_, to_, group_, unless);
create index catalogue_fact_source on catalogue_fact (source, origin);
create index catalogue_fact_key on catalogue_fact
    (key, slug, value, from_, to_, group_, unless, type, path, source);
create index catalogue_fact_text on catalogue_fact (key) where origin = 'text';
-- Dated facts as they are said; their intervals are worked out for a whole space.
create table catalogue_said (
    path text not null, source text not null, key text not null, value text not null,
    since text not null, position integer not null, group_ text not null);
create index catalogue_said_path on catalogue_said (path);
create index catalogue_said_source on catalogue_said (source);
-- heard: the newest day that an item names itself, "" where it names none
create table catalogue_item (
    path text not null, position integer not null, subject text not null, identity text,
    block text not null, line integer not null, end_line integer not null, state text not null,
    text text not null, plain text not null, nested text not null, date text,
    marks text not null, group_ text not null, heard text not null, primary key (path, position));
create index catalogue_item_identity on catalogue_item (identity, path) where identity not null;
create index catalogue_item_block on catalogue_item
    (block, state, group_, identity, subject, path, position);
create index catalogue_item_subject on catalogue_item (subject, block, state);
create table catalogue_word (
    path text not null, position integer not null, key text not null, slug text not null,
    value text not null, rank integer not null,
    primary key (path, position, key, slug)) without rowid;
create index catalogue_word_key on catalogue_word (key, slug, value, path, position);
"""

#: what the answers depend on; which bytes a page has is told by ``blob``, for whoever looks at it
WATCHES = (
    Watch("catalogue_page", lambda row: _page_topics(row), without=("blob",)),
    Watch("catalogue_page", lambda row: [f"blob:{row['path']}"], columns=("path", "blob")),
    Watch("catalogue_fact", lambda row: _fact_topics(row)),
    Watch("catalogue_item", lambda row: _item_topics(row)),
    Watch("catalogue_word", lambda row: [f"words:{row['path']}"]),
)

PAGE_COLUMNS = (
    "p.path, p.file, p.blob, p.type, p.title, p.summary, p.lang, p.space, p.image, p.source,"
    " p.group_, p.editors, p.team_page"
)


def _page_topics(row: RowValues) -> Iterator[str]:
    yield from (f"page:{row['path']}", f"children:{row['parent']}", f"space:{row['space']}")
    yield from ("pages", f"type:{row['type']}")


def _fact_topics(row: RowValues) -> Iterator[str]:
    yield from (f"facts:{row['key']}", f"page:{row['path']}")
    if row["key"] == "team":
        yield f"team:{row['value']}"


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
    """Some rows of a list, and how many there are in all."""

    rows: tuple[Row, ...]
    total: int


@dataclass(frozen=True)
class Count:
    """One line of a facet: a value as people write it, its slug, and how many have it."""

    value: str
    slug: str
    count: int
