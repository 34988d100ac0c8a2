"""Selections of items as conditions of a statement."""

from sqlalchemy import bindparam, func, select, tuple_

from wiki.projections.cataloguing.filters import Condition, Part, current, facts
from wiki.projections.cataloguing.items.selection import ItemSelection
from wiki.projections.cataloguing.schema import FACT, ITEM, PAGE, WORD
from wiki.projections.cataloguing.selection import EVERYWHERE, Asking
from wiki.projections.histories.schema import IDENTITY
from wiki.projections.histories.schema import PAGE as STORY
from wiki.projections.tables.conditions import visible
from wiki.projections.tables.dialect import unindexed
from wiki.projections.tables.names import spelled

#: the space of an item, where the audience may see it
SPACE = PAGE.alias("space")
PLACED = ITEM.join(PAGE, PAGE.c.path == ITEM.c.path).outerjoin(
    SPACE, (SPACE.c.path == PAGE.c.space) & visible(SPACE.c.group_, SPACE.c.path)
)
_FIRST_HELD = (IDENTITY.c.identity == ITEM.c.identity, IDENTITY.c.earliest)
_ITS_STORY = (STORY.c.path == ITEM.c.path, STORY.c.alive)
#: the first commit that held an item's identity; an item without one is as new as its page
NUMBER = func.coalesce(
    select(IDENTITY.c.seq).where(*_FIRST_HELD).correlate(ITEM).scalar_subquery(),
    select(STORY.c.last).where(*_ITS_STORY).correlate(ITEM).scalar_subquery(),
    0,
)
#: the words of an item
ITS_WORDS = (WORD.c.path == ITEM.c.path) & (WORD.c.position == ITEM.c.position)
_KEYWORD, _PLACE = (
    select(WORD).where(ITS_WORDS, WORD.c.key == key).correlate(ITEM) for key in ("keyword", "place")
)
NAMES_NO_PLACE = ~_PLACE.exists()
_THERE = select(FACT.c.path).where(FACT.c.key == "territory", current()).correlate(None)
_SEEN = visible(ITEM.c.group_, ITEM.c.path)
_DONE = ITEM.c.state != " "
#: items by their row numbers
THESE = ITEM.c.id.in_(bindparam("ids"))
_FILTERS: dict[str, Part] = {
    "subjects": ITEM.c.subject.in_(bindparam("subjects")),
    "path": ITEM.c.path == bindparam("path"),
    "until": ITEM.c.date <= bindparam("until"),
    "heard": _DONE | (ITEM.c.heard == "") | (ITEM.c.heard >= bindparam("heard")),
    "silent": _DONE | ((ITEM.c.heard > "") & (ITEM.c.heard < bindparam("silent"))),
    "keywords": _KEYWORD.where(WORD.c.slug.in_(bindparam("keywords"))).exists(),
    # An item is where it says; where it says nothing, where its space is.
    "places": _PLACE.where(WORD.c.slug.in_(bindparam("places"))).exists()
    | (NAMES_NO_PLACE & ITEM.c.subject.in_(_THERE.where(FACT.c.slug.in_(bindparam("places"))))),
}
_BLOCKS, _STATES = (
    [column(of).in_(bindparam(name)) for column in (lambda of: of, unindexed)]
    for of, name in ((ITEM.c.block, "blocks"), (ITEM.c.state, "states"))
)
# As PostgreSQL asks of one item after the other: with an offset it makes no list of all such words.
_ONE_BY_ONE: dict[str, Part] = {
    "keywords": _KEYWORD.where(WORD.c.slug.in_(bindparam("keywords"))).offset(0).exists(),
    "places": _PLACE.where(WORD.c.slug.in_(bindparam("places"))).offset(0).exists()
    | (
        ~_PLACE.offset(0).exists()
        & select(FACT.c.path)
        .where(FACT.c.path == ITEM.c.subject, FACT.c.key == "territory", current())
        .where(FACT.c.slug.in_(bindparam("places")))
        .correlate_except(FACT)
        .offset(0)
        .exists()
    ),
}
_AFTER = tuple_(-NUMBER, spelled(ITEM.c.path), ITEM.c.position) > tuple_(
    bindparam("number"), bindparam("page"), bindparam("position")
)
_OF_TYPES = ITEM.c.subject.in_(
    select(PAGE.c.path).where(PAGE.c.type.in_(bindparam("types"))).correlate(None)
)


def item_condition(
    selection: ItemSelection, asking: Asking, *, one_by_one: bool = False
) -> Condition:
    """What holds of the rows of ``catalogue_item`` that are chosen, and may be seen.

    ``one_by_one``: as ``filters.pages`` has it.
    """
    chosen = {name: value for name in _FILTERS if (value := getattr(selection, name))}
    # SQLite would rather walk all open needs where one page's are asked for.
    few = bool(selection.subjects or selection.path)
    parts: list[Part] = [_SEEN]
    if selection.blocks:
        parts.append(_BLOCKS[few])
    if selection.states:
        parts.append(_STATES[few])
    ways = {**_FILTERS, **_ONE_BY_ONE} if one_by_one else _FILTERS
    parts += [ways[name] for name in chosen]
    if selection.places:
        chosen["places"] = (*selection.places, *EVERYWHERE)
    if selection.after is not None:
        number, chosen["page"], chosen["position"] = selection.after
        chosen["number"] = -number
        parts.append(_AFTER)
    if selection.of.types:
        parts.append(_OF_TYPES)
    having = facts(ITEM.c.subject, selection.of, asking, one_by_one=one_by_one)
    chosen |= {"blocks": selection.blocks, "states": selection.states, "types": selection.of.types}
    return Condition((*parts, *having.parts), {**asking.values, **chosen, **having.values})
