"""Searching: results by kind with counts, as one types, and as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from flask import Blueprint, jsonify, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from wiki.errors import NotFound
from wiki.pages.paths import ROOT, ancestors
from wiki.pages.urls import page_url
from wiki.people.targets import SEARCH
from wiki.projections.searching.results import Hit, SearchResults
from wiki.projections.searching.synonyms import THESAURUS, written_terms
from wiki.reading import Reader
from wiki.translation import lazy
from wiki.web.listing import PAGE, chosen_values, cleared, facet_links, offset, page_links
from wiki.web.support import (
    current_reader,
    page_of,
    render,
    share,
    wants_fragment,
    wants_json,
)
from wiki.web.watching import follow_of

bp = Blueprint("search", __name__)

T = TypeVar("T")

QUERY_LENGTH = 300
#: of each kind, where all kinds are shown
_OF_A_KIND = 5
_FACET_VALUES = 12
#: terms of the thesaurus that are named beside the question
_ALSO = 5

KIND_WORDS = {
    "project": lazy("Projects"),
    "need": lazy("Needs"),
    "offer": lazy("Offers"),
    "person": lazy("People"),
    "event": lazy("Events"),
    "dossier": lazy("Dossiers"),
    "organisation": lazy("Organisations"),
    "carrefour": lazy("Carrefours"),
    "page": lazy("Pages"),
}


@bp.get("/search")
def search() -> Response:
    """What answers ``?q=``, narrowed by the facets chosen."""
    reader = current_reader()
    query = request.args.get("q", "")[:QUERY_LENGTH]
    keys = reader.facet_keys
    chosen = {key: values for key in keys if (values := chosen_values(key))}
    count_search(reader)
    if wants_fragment():
        share()
        return Response(render("search/_hits.html", **_hits(reader, query)), mimetype="text/html")
    start, size = offset(), PAGE
    kind = chosen.get("type", ())
    if not kind:
        start, size = 0, 60
    results = reader.search(query, filters=chosen, limit=size, offset=start)
    share()
    if wants_json():
        return _json(results)
    return page_of(
        "search/results.html",
        query=query,
        groups=_groups(reader, results, bool(kind)),
        total=results.total,
        facets=_facets(reader, results),
        clear=cleared(keys),
        chosen=[(key, value) for key, values in chosen.items() for value in values],
        suggestion=_suggestion(results.suggestion),
        also=_also(reader, results.also),
        took_too_long=False,
        follow=follow_of(SEARCH, request.query_string.decode("latin-1"))
        if query.strip() or chosen
        else None,
        search_url=request.full_path,
        listing=page_links(results.total, len(results.hits), start)
        if kind
        else {"total": 0, "first": 0, "last": 0, "newer": "", "older": ""},
        noindex=True,
    )


def count_search(reader: Reader) -> None:
    """At most so many searches a minute from one place."""
    limit = reader.instance.settings.searches_per_minute
    reader.instance.rates.attempt(f"search:{request.remote_addr}", limit, 60)


@bp.get("/suggest")
def suggest() -> Response:
    """Pages whose titles begin with ``?q=``, for link pickers."""
    reader = current_reader()
    share()
    return jsonify(
        [
            {"title": one.title, "path": one.path, "type": one.kind}
            for one in reader.suggest(request.args.get("q", "")[:QUERY_LENGTH])
        ]
    )


def _groups(reader: Reader, results: SearchResults, one_kind: bool) -> list[dict[str, Any]]:
    counts = {one.slug: one.count for one in results.facets.get("type", ())}
    kinds: dict[str, list[Hit]] = {}
    for hit in results.hits:
        kinds.setdefault(hit.kind, []).append(hit)
    rows = reader.rows([hit.path for hit in results.hits])
    where = _places(reader, results.hits)
    groups = []
    for kind, hits in _in_order(kinds):
        shown = hits if one_kind else hits[:_OF_A_KIND]
        total = counts.get(kind, len(hits))
        groups.append(
            {
                "label": str(KIND_WORDS.get(kind, kind)),
                "total": total,
                "url": "" if one_kind else _with_type(kind),
                "hits": [_hit(reader, hit, rows, where) for hit in shown],
            }
        )
    return groups


def _in_order(kinds: dict[str, T]) -> list[tuple[str, T]]:
    """The kind of the best answer first, then always in the same order."""
    best = next(iter(kinds), "")
    order = [best, *KIND_WORDS]
    return sorted(kinds.items(), key=lambda one: order.index(one[0]) if one[0] in order else 99)


def _places(reader: Reader, hits: Iterable[Hit]) -> dict[str, str]:
    """By path of a hit, the titles of the pages above it, the root left out."""
    above = {hit.path: [one for one in ancestors(hit.path) if one != ROOT] for hit in hits}
    names = sorted({one for group in above.values() for one in group})
    titles = reader.catalogue.titles(names, reader.audience) if names else {}
    return {
        path: " / ".join(titles[one] for one in group if one in titles)
        for path, group in above.items()
    }


def _hit(reader: Reader, hit: Hit, rows: Any, where: Mapping[str, str]) -> dict[str, Any]:
    row = rows.get(hit.path)
    facts: list[str] = []
    state = ""
    if row is not None:
        state = row.first("state")
        facts = [row.first("territory")]
    return {
        "url": page_url(hit.path, hit.anchor),
        "title": hit.title,
        "extract": Markup(hit.snippet_html),  # noqa: S704 - escaped where it is made
        "path_words": where.get(hit.path, ""),
        "state": reader.fact_words("state", state),
        "about_state": reader.fact_page("state", state),
        "facts": [fact for fact in facts if fact],
        "item": None,
        "kind": hit.kind if hit.kind in ("need", "offer") else "",
    }


def _hits(reader: Reader, query: str) -> dict[str, Any]:
    results = reader.search(query, limit=12) if query.strip() else SearchResults()
    kinds: dict[str, list[dict[str, Any]]] = {}
    for hit in results.hits:
        kinds.setdefault(hit.kind, []).append(
            {"url": page_url(hit.path, hit.anchor), "title": hit.title, "extract": ""}
        )
    return {
        "query": query,
        "groups": [
            {"label": str(KIND_WORDS.get(kind, kind)), "hits": hits[:_OF_A_KIND]}
            for kind, hits in _in_order(kinds)
        ],
        "total": results.total,
        "suggestion": results.suggestion,
    }


def _facets(reader: Reader, results: SearchResults) -> list[dict[str, Any]]:
    groups = []
    for key in reader.facet_keys:
        values = [
            (one.slug, _value_words(reader, key, one.slug, one.label), one.count)
            for one in results.facets.get(key, ())[:_FACET_VALUES]
        ]
        groups.append((key, reader.fact_label(key), values))
    return facet_links(groups)


def _value_words(reader: Reader, key: str, slug: str, label: str) -> str:
    if key == "type":
        return str(KIND_WORDS.get(slug, slug))
    known = reader.instance.fact_keys.get(key)
    return str(known.words.get(slug, label)) if known and known.words else label


def _also(reader: Reader, folded: Sequence[str]) -> list[str]:
    """The terms that were looked for too, as the thesaurus writes them; a few of them."""
    if not folded:
        return []
    try:
        written = written_terms(reader.page(THESAURUS).body)
    except NotFound:
        return []
    return list(dict.fromkeys(written[words] for words in folded if words in written))[:_ALSO]


def _suggestion(words: str) -> dict[str, str] | None:
    from wiki.pages.urls import action_url

    return {"word": words, "url": action_url("search", query={"q": words})} if words else None


def _with_type(kind: str) -> str:
    from urllib.parse import urlencode

    pairs = [(key, value) for key, value in request.args.items(multi=True) if key != "from"]
    return f"{request.path}?{urlencode([*pairs, ('type', kind)])}"


def _json(results: SearchResults) -> Response:
    return jsonify(
        {
            "total": results.total,
            "results": [
                {
                    "path": hit.path,
                    "title": hit.title,
                    "type": hit.kind,
                    "score": hit.score,
                    "snippet": hit.snippet_html,
                }
                for hit in results.hits
            ],
            "facets": {
                key: [
                    {
                        "value": one.slug,
                        "label": one.label,
                        "count": one.count,
                        "chosen": one.chosen,
                    }
                    for one in values
                ]
                for key, values in results.facets.items()
            },
        }
    )
