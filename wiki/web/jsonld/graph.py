"""Things as one JSON-LD document: addresses made whole, each thing once, nothing that is empty."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from wiki.hookspecs.things import Thing
from wiki.projections.tables.conditions import replace_surrogates

CONTEXT = "https://schema.org"
MEDIA_TYPE = "application/ld+json"
#: characters of one text, such as a summary
LONGEST = 1_000


def linked_document(site: str, things: Iterable[Thing]) -> dict[str, Any]:
    """The document that says ``things`` of the site at ``site``."""
    nodes: dict[str, dict[str, Any]] = {}
    for thing in things:
        _node(site, thing, nodes)
    return {"@context": CONTEXT, "@graph": list(nodes.values())}


def _node(site: str, thing: Thing, nodes: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What refers to ``thing``; what is said of it is added to what is known of its address."""
    address = site + thing.address
    if thing.type:
        node = nodes.setdefault(address, {"@type": thing.type, "@id": address})
        for name, value in thing.properties.items():
            if (said := _value(site, value, nodes)) is not None:
                node[name] = said
    return {"@id": address}


def _value(site: str, value: Any, nodes: dict[str, dict[str, Any]]) -> Any:
    """``value`` as JSON; None where it says nothing."""
    if isinstance(value, Thing):
        return _node(site, value, nodes)
    if isinstance(value, str):
        return replace_surrogates(value.strip())[:LONGEST] or None
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        said = {name: _value(site, one, nodes) for name, one in value.items()}
        return {name: one for name, one in said.items() if one is not None} or None
    if isinstance(value, Iterable):
        found = [one for each in value if (one := _value(site, each, nodes)) is not None]
        return found if len(found) > 1 else next(iter(found), None)
    return value
