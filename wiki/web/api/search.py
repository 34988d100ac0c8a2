"""Full text, and who asks."""

from typing import Any

from flask_openapi3.blueprint import APIBlueprint
from pydantic import Field, create_model
from werkzeug.wrappers import Response

from wiki.instance import Instance
from wiki.pages.urls import page_url
from wiki.reading.lists import search_pages
from wiki.web.api.authentication import scopes
from wiki.web.api.cursors import from_cursor
from wiki.web.api.models import FacetValue, Found, Hit, Me, Paging
from wiki.web.api.responses import answer, next_url, room, route, shared
from wiki.web.search.lists import FURTHEST
from wiki.web.search.views import QUERY_LENGTH
from wiki.web.support import current_person, current_reader, wanted
from wiki.web.throttle import count_request

#: values of one facet that can be chosen
CHOICES = 20


def facet_fields(keys: tuple[str, ...]) -> dict[str, Any]:
    """Fields of a question, by which it is narrowed: any of some values each."""
    words: Any = Field(
        default_factory=list,
        max_length=CHOICES,
        description="Any of these; repeat the name for several.",
    )
    return dict.fromkeys(keys, (list[str], words))


def facets_of(instance: Instance) -> tuple[str, ...]:
    """The keys of facts that pages are narrowed by, of all plugins."""
    return tuple(key.key for key in instance.fact_keys.values() if key.facet)


def finding(instance: Instance) -> APIBlueprint:
    """The routes that search; the facets are those that the plugins know of."""
    bp = room("search", "Full text, and who asks.")
    keys = ("type", "theme", "territory", *facets_of(instance), "presented")
    asked: Any = create_model(
        "Searched",
        __base__=Paging,
        q=(str, Field("", max_length=QUERY_LENGTH, description="What is looked for.")),
        question=(str, Field("", max_length=QUERY_LENGTH, description="The same as `q`.")),
        **facet_fields(keys),
    )

    def search(query: Any) -> Response:
        """What answers a question, the best first.

        Results may also be needs and offers; their path is that of the page that they stand on.
        """
        reader = current_reader()
        count_request("search")
        place = from_cursor("search", query.cursor)
        start = int(place[0]) if place else 0
        chosen = {key: tuple(values) for key in keys if (values := getattr(query, key))}
        found = search_pages(reader, query.q or query.question, chosen, query.limit, start)
        end = start + len(found.hits)
        more = found.hits and end < min(found.total, FURTHEST)
        after = next_url("search", (end,) if more else None)
        told = Found(
            total=found.total,
            results=[
                Hit(
                    path=hit.path,
                    title=hit.title,
                    type=hit.kind,
                    url=page_url(hit.path, hit.anchor),
                    score=hit.score,
                    snippet=hit.snippet_html,
                )
                for hit in found.hits
            ],
            facets={
                key: [
                    FacetValue(value=one.slug, label=one.label, count=one.count, chosen=one.chosen)
                    for one in values
                ]
                for key, values in found.facets.items()
            },
            next=after,
        )
        return shared(told, after)

    search.__annotations__["query"] = asked
    route(bp, "get", "/search", Found, 304)(search)
    route(bp, "get", "/me", Me)(me)
    return bp


def me() -> Response:
    """Who asks, and what their token is good for."""
    person = current_person()
    return answer(
        Me(
            name=person.name if person else None,
            role=person.role if person else "visitor",
            page=person.page if person else None,
            lang=wanted(),
            scopes=scopes(),
        )
    )
