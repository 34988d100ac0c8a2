"""Needs and offers for programs of others: ``Demand`` and ``Offer`` of schema.org."""

from collections.abc import Sequence
from typing import Any

from wiki.api.panels import PageContext
from wiki.api.paths import page_url
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import ItemRow, get_item, select_items
from wiki.api.reading.rows import get_row
from wiki.api.web.jsonld import Thing, agreed_people, as_visitor, linked_data

from ..lists import find
from ..model import KIND_BY_BLOCK, KINDS, LISTED, MET, NEED, WITHDRAWN, entry_of
from ..presenters import item_url

#: so many of each kind are told with a page
MOST = 100
_GROUPS = {"project": "Project", "organisation": "Organization", "carrefour": "Organization"}
#: what schema.org says of one that nobody has to answer any more
_ENDED = {MET: "SoldOut", WITHDRAWN: "Discontinued"}


@hookimpl(types={*_GROUPS, "person"})
def linked_things(context: PageContext) -> Sequence[Thing]:
    """The needs and offers of the page that are open, and that it is it who has them."""
    reader, path = context.reader, context.page.path
    owner = _owner(reader, path)
    if owner is None:
        return []
    said: dict[str, Any] = {}
    for kind in KINDS:
        rows = find(reader, select_items(kind.blocks, subject=path), LISTED, limit=MOST).rows
        said["seeks" if kind is NEED else "makesOffer"] = [
            _thing(reader, row, owner) for row in rows if row.identity
        ]
    return [Thing(owner.address, owner.type, said)]


def linked_item(reader: Reader, row: ItemRow) -> dict[str, Any] | None:
    """One need or offer, where everybody may read it; the same whoever reads."""
    visitor = as_visitor(reader)
    seen = get_item(visitor, row.identity) if row.identity else None
    if seen is None:
        return None
    return linked_data(visitor, [_thing(visitor, seen, _owner(visitor, seen.space or seen.path))])


def _owner(reader: Reader, path: str) -> Thing | None:
    """Who has what is said at the page: a project, an organisation, a person who agreed."""
    row = get_row(reader, path)
    if row is None:
        return None
    kind = "Person" if agreed_people(reader, [row]) else _GROUPS.get(row.type, "")
    return Thing(page_url(path), kind) if kind else None


def _thing(reader: Reader, row: ItemRow, owner: Thing | None) -> Thing:
    kind = KIND_BY_BLOCK[row.block]
    entry = entry_of(row, kind)
    url = item_url(kind, row.identity)
    ended = _ENDED.get(entry.state_on(reader.today))
    said: dict[str, Any] = {
        "name": row.plain,
        "url": reader.instance.settings.public_url + url,
        "itemOffered": {"@type": "Service", "name": row.plain, "category": row.keywords},
        "areaServed": row.places,
        "availability": f"https://schema.org/{ended}" if ended else "",
    }
    if kind is NEED:
        return Thing(url, "Demand", {**said, "availabilityEnds": entry.before})
    # Of a need, who has it says so: schema.org has no word for the way back.
    by = Thing(owner.address) if owner is not None else ""
    return Thing(url, "Offer", {**said, "offeredBy": by})
