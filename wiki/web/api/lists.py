"""Lists of pages by kind, with what holds of them; and what plugins have of their own."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict, Field, create_model
from werkzeug.wrappers import Response

from wiki.errors import BadPath
from wiki.hookspecs.site import ApiAnswer, ApiItem, ApiList, ApiProposal, api_routes
from wiki.instance import Instance
from wiki.pages.page import TYPES
from wiki.pages.paths import ROOT, normalise
from wiki.projections.catalogue import select
from wiki.reading.history import get_times
from wiki.reading.lists import find_rows
from wiki.web.api.address import ROOT_URL
from wiki.web.api.cursors import from_cursor
from wiki.web.api.models import Answer, PageList, Paging
from wiki.web.api.pages import listed_page
from wiki.web.api.proposals import join_proposal
from wiki.web.api.responses import named, next_url, room, route, shared
from wiki.web.api.search import facet_fields, facets_of
from wiki.web.support import current_reader

#: address → the kind of page that it lists
KINDS = {
    "projects": "project",
    "people": "person",
    "organisations": "organisation",
    "events": "event",
    "dossiers": "dossier",
}


def lists(instance: Instance) -> APIBlueprint:
    """The lists of pages; they are narrowed by what the plugins know of pages too."""
    bp = room("lists", "Pages by kind, with what holds of them today; by path.")
    fields = {
        "below": (str, Field("", description="Only pages below this one.")),
        **facet_fields(("theme", "territory", *facets_of(instance))),
    }
    narrowed: Any = create_model("Narrowed", __base__=Paging, **fields)
    kinds: Any = Literal[("page", *TYPES)]
    kind: Any = Field(default_factory=list, max_length=10, description="Kinds; `page` has none.")
    typed: Any = create_model("NarrowedPages", __base__=narrowed, type=(list[kinds], kind))

    def list_pages(query: Any) -> Response:
        """All pages, by path."""
        return _listed("pages", ["" if one == "page" else one for one in query.type], query)

    list_pages.__annotations__["query"] = typed
    route(bp, "get", "/pages", PageList, 304)(list_pages)
    for name, one in KINDS.items():
        route(bp, "get", f"/{name}", PageList, 304)(_view_of(name, one, narrowed))
    return bp


def _view_of(name: str, kind: str, narrowed: Any) -> Callable[..., Response]:
    def view(query: Any) -> Response:
        return _listed(name, [kind], query)

    view.__annotations__["query"] = narrowed
    view.__name__ = f"list_{name}"
    view.__doc__ = f"The pages of the kind `{kind}`, by path."
    return view


def _listed(name: str, types: list[str], query: Any) -> Response:
    reader = current_reader()
    place = from_cursor(name, query.cursor)
    try:
        below = normalise(query.below) if query.below else ROOT
    except BadPath:
        # No page can be called so: nothing is below it.
        return shared(PageList(pages=[], next=None))
    known = query.model_dump(exclude={"cursor", "limit", "below", "type"})
    chosen = select(types, {key: values for key, values in known.items() if values}, below=below)
    after = str(place[0]) if place else ""
    rows = find_rows(reader, replace(chosen, after=after), "path", query.limit + 1).rows
    shown = rows[: query.limit]
    following = next_url(name, (shown[-1].path,) if len(rows) > query.limit else None)
    pages = [listed_page(row, get_times(reader, row.path), row.facts) for row in shown]
    return shared(PageList(pages=pages, next=following), following)


def of_plugins(instance: Instance) -> list[APIBlueprint]:
    """What plugins give to the API, each its own room."""
    found = []
    facets, plugins = facets_of(instance), instance.plugins
    for key in plugins.keys(api_routes):
        bp = APIBlueprint(f"api_{key}", __name__, url_prefix=ROOT_URL, operation_id_callback=named)
        for one in plugins.call(api_routes.named(key), facets):
            bp.abp_tags = [Tag(name=one.room)]
            if isinstance(one, ApiList):
                _join_list(bp, one)
            elif isinstance(one, ApiAnswer):
                _join_answer(bp, one)
            elif isinstance(one, ApiProposal):
                join_proposal(bp, one)
            else:
                _join_item(bp, one)
        found.append(bp)
    return found


def _join_list(bp: APIBlueprint, declared: ApiList) -> None:
    name = declared.path.strip("/")
    asked: Any = create_model(f"Asked_{name}", __base__=(declared.query, Paging))
    rows: Any = (Sequence[declared.row], ...)  # type: ignore[name-defined]
    part: Any = create_model(
        f"{name.capitalize()}List",
        __base__=Answer,
        __doc__="A part of a list.",
        **{name: rows, "next": (str | None, Field(description="The address of the next part."))},
    )

    def view(query: Any) -> Response:
        place = from_cursor(name, query.cursor)
        values, last = declared.answer(current_reader(), query, place, query.limit)
        after = next_url(name, last)
        return shared(part.model_validate({name: list(values), "next": after}), after)

    view.__annotations__["query"] = asked
    view.__name__ = f"list_{name}"
    view.__doc__ = declared.summary
    route(bp, "get", declared.path, part, 304)(view)


def _join_answer(bp: APIBlueprint, declared: ApiAnswer) -> None:
    def view(query: Any) -> Response:
        told: BaseModel = declared.row.model_validate(declared.answer(current_reader(), query))
        return shared(told)

    view.__annotations__["query"] = declared.query
    view.__name__ = declared.name
    view.__doc__ = declared.summary
    route(bp, "get", declared.path, declared.row, 304)(view)


def _join_item(bp: APIBlueprint, declared: ApiItem) -> None:
    asked: Any = create_model(
        "ItemPath", __config__=ConfigDict(frozen=True), id=(str, Field(min_length=1))
    )

    def view(path: Any) -> Response:
        told: BaseModel = declared.row.model_validate(declared.answer(current_reader(), path.id))
        return shared(told)

    view.__annotations__["path"] = asked
    view.__name__ = f"read_{declared.path.strip('/').partition('/')[0]}"
    view.__doc__ = declared.summary
    route(bp, "get", f"{declared.path}/<id>", declared.row, 304, 404)(view)
