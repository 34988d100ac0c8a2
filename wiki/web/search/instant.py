"""What stands under the search field while one types: themes, then a few answers of each kind."""

from typing import Any

from wiki.pages.urls import action_url, page_url
from wiki.pages.words import fold
from wiki.projections.searching.results import SearchResults
from wiki.reading import Reader
from wiki.reading.html import get_fact_label
from wiki.reading.lists import count_facets, search_pages
from wiki.web.search.hits import OF_A_KIND, by_kind, kind_word, title_of

_LOOKED_AT, _THEMES, _HITS = 200, 3, 12
#: letters before themes are looked for: one begins too many of them
_SHORTEST = 2


def instant(reader: Reader, query: str) -> dict[str, Any]:
    """What ``search/_hits.html`` wants."""
    results = search_pages(reader, query, limit=_HITS) if query.strip() else SearchResults()
    groups = [
        {
            "label": kind_word(kind),
            "hits": [
                {"url": page_url(hit.path, hit.anchor), "title": title_of(hit), "extract": ""}
                for hit in hits[:OF_A_KIND]
            ],
        }
        for kind, hits in by_kind(results.hits)
    ]
    if themes := _themes(reader, query):
        groups.insert(0, {"label": get_fact_label(reader, "theme"), "hits": themes})
    return {
        "query": query,
        "groups": groups,
        "total": results.total,
        "suggestion": results.suggestion,
    }


def _themes(reader: Reader, query: str) -> list[dict[str, str]]:
    """The themes of which a word begins so, the most frequent first."""
    begun = fold(query.strip())
    if len(begun) < _SHORTEST:
        return []
    known = count_facets(reader, ("theme",), limit=_LOOKED_AT).get("theme", [])
    found = [one for one in known if f" {begun}" in f" {fold(one.value)}"][:_THEMES]
    return [
        {
            "url": action_url("search", query={"theme": one.slug}),
            "title": one.value,
            "extract": "",
        }
        for one in found
    ]
