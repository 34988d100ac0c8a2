"""What the address of a table asks for: a type, columns, an order, and filters."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import request

from wiki.api.reading import Reader
from wiki.api.reading.rows import Selection, select
from wiki.api.web.listings import chosen_values

from .columns import ADDRESS, TITLE, TYPES, Column, chosen, of_type

#: beside what plugins' facts give
_FACETS: Mapping[str, tuple[str, ...]] = {
    "project": ("theme", "territory", "presented"),
    "person": ("skill", "role", "territory", "theme"),
    "event": ("kind", "territory", "theme"),
    "dossier": ("theme", "territory"),
    "organisation": ("territory",),
}


@dataclass(frozen=True)
class Asked:
    """One table, as ``reader`` asks for it."""

    reader: Reader
    kind: str
    columns: tuple[Column, ...]
    sort: str
    facets: tuple[str, ...]
    filters: Mapping[str, tuple[str, ...]]

    @property
    def selection(self) -> Selection:
        """The pages that are in it."""
        return select(types=(self.kind,), values=self.filters)


def asked_of(reader: Reader) -> Asked:
    """The table that this address asks for; what it does not know counts for nothing."""
    kind = request.args.get("type", "")
    if kind not in TYPES:
        kind = TYPES[0]
    own = [key.key for key in reader.instance.fact_keys.values() if key.facet]
    keys = (*_FACETS[kind], *(own if kind == "project" else ()))
    sort = request.args.get("sort", "")
    return Asked(
        reader=reader,
        kind=kind,
        columns=tuple(chosen(kind, request.args.getlist("column"))),
        sort=sort if sort in _orders(kind) else TITLE.sort,
        facets=keys,
        filters={key: values for key in keys if (values := chosen_values(key))},
    )


def for_file(asked: Asked) -> Asked:
    """The same with each page's address, unless columns were chosen: rows are told apart by it."""
    if request.args.getlist("column"):
        return asked
    return replace(asked, columns=(*asked.columns, ADDRESS))


def _orders(kind: str) -> set[str]:
    """Each column's order, and for facts the other way round too."""
    own = {one.sort for one in (TITLE, *of_type(kind)) if one.sort}
    return own | {other_way(one) for one in own}


def other_way(sort: str) -> str:
    """The order from the other end; the same where there is none."""
    if sort in ("title", "updated", "created"):
        return sort
    return sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"
