"""Needs and offers for programs: ``/-/api/v1/needs`` and ``/offers``, and one of either."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from wiki.api.errors import NotFound
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import ItemRow, find_items, get_item, select_items
from wiki.api.reading.rows import select
from wiki.api.translation import gettext
from wiki.api.web.json_api import ApiItem, ApiList

from .blocks import space_of
from .lists import narrowed
from .model import KIND_BY_BLOCK, KINDS, LISTED, Kind
from .presenters import json_values

#: facets of the items themselves
_OWN = ("keyword", "theme", "territory")
_CHOICES = 20

Place = tuple[str | int, ...]


class OnPage(BaseModel):
    """The page that it stands on."""

    path: str
    title: str


class OfSpace(OnPage):
    """The project, or other space, that it is of."""

    type: str


class NeedOrOffer(BaseModel):
    """A need, or an offer."""

    model_config = ConfigDict(extra="forbid")

    id: str | None
    kind: Literal["need", "offer"]
    url: str
    state: Literal["open", "sleeping", "met", "withdrawn"] = Field(
        description="An open one without news for half a year is sleeping."
    )
    heard: date | None = Field(description="The newest day that there was news of it.")
    text: str = Field(description="In bare words.")
    markdown: str
    keywords: list[str]
    places: list[str]
    before: date | None = Field(description="The day that it is needed by.")
    availability: int | None = Field(description="Requests a month that are welcome.")
    page: OnPage
    space: OfSpace | None


def routes(facets: Sequence[str]) -> Sequence[ApiList | ApiItem]:
    """A list and one thing of each kind; ``facets`` are what spaces can be narrowed by."""
    return [route for kind in KINDS for route in _routes_of(kind, _query(facets))]


def _routes_of(kind: Kind, query: type[BaseModel]) -> Iterator[ApiList | ApiItem]:
    path = f"/{kind.board}"
    yield ApiList(
        kind.board,
        path,
        f"{kind.board.capitalize()}, the newest first: those open or asleep, unless you say more.",
        query,
        NeedOrOffer,
        partial(_listed, kind),
    )
    yield ApiItem(kind.board, path, f"One {kind.name}.", NeedOrOffer, partial(_item, kind))


def _query(facets: Sequence[str]) -> type[BaseModel]:
    words: Any = Field(
        default_factory=list,
        max_length=_CHOICES,
        description="Any of these; repeat the name for several.",
    )
    states: Any = Field(
        default_factory=list, max_length=_CHOICES, description="Any of these states."
    )
    fields: Mapping[str, Any] = {
        **dict.fromkeys((*_OWN, *facets), (list[str], words)),
        "project": (list[str], Field(default_factory=list, max_length=_CHOICES)),
        "state": (list[Literal["open", "sleeping", "met", "withdrawn"]], states),
    }
    made: Callable[..., type[BaseModel]] = create_model
    return made("NeedsAsked", **fields)


def _listed(
    kind: Kind, reader: Reader, asked: Any, after: Place | None, limit: int
) -> tuple[Sequence[Mapping[str, Any]], Place | None]:
    chosen = {key: values for key, values in asked.model_dump().items() if values}
    for other in ("cursor", "limit"):
        chosen.pop(other, None)
    states = chosen.pop("state", None) or LISTED
    named = chosen.pop("project", ())
    selection = select_items(
        kind.blocks,
        keywords=chosen.pop("keyword", ()),
        places=chosen.pop("territory", ()),
        # A project that is not there has no needs; all of them would be another answer.
        subjects=[space for name in named if (space := space_of(reader, name))] or named,
        of=select(values=chosen),
        after=_place(after),
    )
    found = find_items(reader, narrowed(selection, states, reader.today), "new", limit + 1).rows
    shown = found[:limit]
    return [json_values(row, reader.today) for row in shown], _last(shown) if len(
        found
    ) > limit else None


def _place(after: Place | None) -> tuple[int, str, int] | None:
    if after is None:
        return None
    number, path, position = after
    return int(number), str(path), int(position)


def _last(rows: Sequence[ItemRow]) -> Place:
    last = rows[-1]
    return last.number, last.path, last.position


def _item(kind: Kind, reader: Reader, identity: str) -> Mapping[str, Any]:
    row = get_item(reader, identity)
    if row is None or KIND_BY_BLOCK.get(row.block) is not kind:
        raise NotFound(gettext("There is no such need or offer here."))
    return json_values(row, reader.today)
