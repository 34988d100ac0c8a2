"""The values that items have, one row for each: what narrowed lists are found by.

::

    theme, slug, block, state ──▶ rows in the order of commits ──▶ the newest items that have it
    an item ──▶ its rows ──▶ what stands beside a list

They are copies of words of items, and of facts of their spaces, written with the counts of both.
Story lines have none: there are as many as all others together, and no board lists them.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, bindparam, delete, insert, select

from wiki.pages.access import PUBLIC
from wiki.pages.stories import STORY_BLOCKS
from wiki.projections.cataloguing.schema import ALWAYS, FACT, FOREVER, ITEM, ITEM_VALUE, WORD
from wiki.projections.histories.schema import IDENTITY
from wiki.projections.tables.rows import Rows, Values, pick_columns

#: facets of items themselves
WORDS = ("keyword", "place")
#: pages that are looked at together
_AT_ONCE = 200

_PATHS: BindParameter[str] = bindparam("paths")
_ITEMS_OF = select(
    *pick_columns(ITEM, "path position subject block state group_ heard identity id before")
).where(ITEM.c.path.in_(_PATHS))
_WORDS_OF = select(*pick_columns(WORD, "path position key slug value")).where(
    WORD.c.path.in_(_PATHS)
)
_FACTS_OF = select(*pick_columns(FACT, "path key slug value group_ unless from_ to_ source")).where(
    FACT.c.path.in_(_PATHS), FACT.c.key.in_(bindparam("keys"))
)
_NUMBERS = select(IDENTITY.c.identity, IDENTITY.c.seq).where(
    IDENTITY.c.identity.in_(bindparam("identities")), IDENTITY.c.earliest
)
_COLUMNS = [column.name for column in ITEM_VALUE.columns]
_THERE = select(*ITEM_VALUE.columns).where(ITEM_VALUE.c.path.in_(_PATHS))
_DELETE = delete(ITEM_VALUE).where(ITEM_VALUE.c.path.in_(_PATHS))
_INSERT = insert(ITEM_VALUE)


class Held(NamedTuple):
    """A value that an item has from a day to another, for ``seen`` unless in ``unless``."""

    slug: str
    value: str
    seen: str
    unless: str
    since: str
    until: str
    source: str = ""


class Holder(NamedTuple):
    """An item, and what it has by key; ``territory`` is where it is, by itself or by its space."""

    path: str
    position: int
    subject: str
    block: str
    state: str
    group: str
    heard: str
    identity: str | None
    id: int
    before: str | None
    values: dict[str, list[Held]]


def parts_of(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many at a time as are looked at together."""
    return (names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE))


def holders_of(rows: Rows, paths: Sequence[str], keys: Collection[str]) -> list[Holder]:
    """The items of some pages, with their words and the facts of their spaces under ``keys``."""
    some = {"paths": paths, "keys": sorted(keys)}
    items = rows.execute(_ITEMS_OF, some).fetchall()
    if not items:
        return []
    words: defaultdict[tuple[str, int, str], list[tuple[str, str]]] = defaultdict(list)
    for path, position, key, *word in rows.execute(_WORDS_OF, some):
        words[path, position, key].append((word[0], word[1]))
    facts: defaultdict[str, defaultdict[str, list[Held]]] = defaultdict(lambda: defaultdict(list))
    spaces = sorted({item[2] for item in items})
    for space, key, *held in rows.execute(_FACTS_OF, {**some, "paths": spaces}):
        facts[space][key].append(Held(*held))
    found = []
    for item in items:
        path, position, space, _block, _state, group, *_more = item
        always = (group, "", ALWAYS, FOREVER, path)
        own = {key: [Held(*word, *always) for word in words[path, position, key]] for key in WORDS}
        there = facts[space]
        where = own["place"] or there["territory"]
        values = {**own, **{key: there[key] for key in keys}, "territory": where}
        found.append(Holder._make((*item, values)))
    return found


def write_values(rows: Rows, paths: Sequence[str], holders: Sequence[Holder]) -> None:
    """Has the values of the items of some pages be those of ``holders``, all that are there."""
    there: defaultdict[str, Counter[tuple[Any, ...]]] = defaultdict(Counter)
    for row in rows.execute(_THERE, {"paths": paths}):
        there[row[0]][tuple(row)] += 1
    new: defaultdict[str, Counter[tuple[Any, ...]]] = defaultdict(Counter)
    for one in rows_of(rows, holders):
        new[one[0]][one] += 1
    changed = [path for path in paths if there[path] != new[path]]
    if gone := [path for path in changed if there[path]]:
        rows.execute(_DELETE, {"paths": gone})
    rows.execute_many(_INSERT, _values(one for path in changed for one in new[path].elements()))


def _values(many: Iterator[tuple[Any, ...]]) -> Iterator[Values]:
    return (dict(zip(_COLUMNS, one, strict=True)) for one in many)


def rows_of(rows: Rows, holders: Sequence[Holder]) -> Iterator[tuple[Any, ...]]:
    """The rows of the values of some items, as the columns of the table are."""
    listed = [one for one in holders if one.block not in STORY_BLOCKS]
    numbers: dict[str, int] = {}
    named = sorted({one.identity for one in listed if one.identity})
    for some in parts_of(named):
        numbers.update(rows.execute(_NUMBERS, {"identities": some}).fetchall())
    for one in listed:
        age = -numbers.get(one.identity or "", 0)
        heard = one.heard or FOREVER
        of_item = (one.block, one.state, one.group, heard, one.before)
        for key, held in ((key, held) for key, many in one.values.items() for held in set(many)):
            opened = int((one.group, held.seen, held.unless) == (PUBLIC, PUBLIC, ""))
            said = (held.slug, held.value, held.source, held.seen, held.unless)
            yield (one.path, one.id, age, opened, *of_item, key, *said, held.since, held.until)
