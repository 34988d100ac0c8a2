"""Searching: results by kind with counts, as one types, as JSON, as a table and as a feed."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from wiki.digests.words import say as said
from wiki.errors import BadRequest
from wiki.people.targets import SEARCH, read_target
from wiki.plugins import tell
from wiki.projections.catalogue import select
from wiki.projections.cataloguing.ranks import NEWEST, ORDERS, SOONEST, TITLE
from wiki.projections.searching.results import SearchResults
from wiki.reading import Reader
from wiki.reading.html import get_fact_label
from wiki.reading.lists import count_facets, find_rows, list_facet_keys, suggest_pages
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.account.watch import follow_button
from wiki.web.csv import csv_response
from wiki.web.feeds import feed_reader, feed_response
from wiki.web.indexing import indexed
from wiki.web.operations.latency import count_as
from wiki.web.search.at_sisters import show_sisters, wants_sisters
from wiki.web.search.beside import list_elsewhere, search_sisters
from wiki.web.search.downloads import MOST, entries, lines
from wiki.web.search.hits import OF_A_KIND, also, facets, groups, value_words
from wiki.web.search.instant import instant
from wiki.web.search.lists import PAGE, chosen_values, clear_link, list_offset, page_links
from wiki.web.search.query import Asked
from wiki.web.search.suggestions import answer_to, help_for, ways_on
from wiki.web.support import (
    current_person,
    current_reader,
    render_html,
    render_page,
    share_response,
    wants_fragment,
    wants_json,
)
from wiki.web.throttle import count_request

bp = Blueprint("search", __name__)

QUERY_LENGTH = 300
#: results that are looked at where a few of each kind are shown
_OF_ALL_KINDS = 60
#: pages that are suggested before anything is typed
_UNASKED = 8
#: values of each facet that one may begin with
_TO_BEGIN = 24
ORDER_WORDS = {
    "": lazy("The best first"),
    NEWEST: lazy("Changed last"),
    TITLE: lazy("By title"),
    SOONEST: lazy("The next date first"),
}


@bp.get("/search")
@indexed
def search() -> Response:
    """What answers ``?q=``, narrowed by the facets chosen, in the order of ``?sort=``."""
    reader = current_reader()
    asked = _asked(reader)
    count_request("search")
    if wants_fragment():
        share_response()
        return Response(
            render_html("search/_hits.html", **instant(reader, asked.query)), mimetype="text/html"
        )
    if wants_sisters() and asked.asks and not wants_json():
        share_response()
        return show_sisters(_called(reader, asked), search_sisters(reader, asked))
    in_one_list = bool(asked.chosen.get("type") or asked.order)
    start, size = (list_offset(), PAGE) if in_one_list else (0, _OF_ALL_KINDS)
    if wants_json():
        share_response()
        results = asked.results(reader, limit=size, offset=start)
        _count(asked, results)
        return _json(results)
    shown = 0 if in_one_list else OF_A_KIND
    results = asked.results(reader, limit=size, offset=start, of_a_kind=shown)
    _count(asked, results)
    if asked.in_vain(results):
        # Told each time: what is kept would be given without.
        hook = reader.instance.plugins.hook.asked_in_vain
        tell(hook, words=asked.query.strip(), way="search", reader=reader)
    else:
        share_response()
    return render_page(
        "search/results.html",
        noindex=asked.asks,
        query=asked.query,
        asks=asked.asks,
        groups=groups(reader, asked, results),
        total=results.total,
        facets=facets(reader, results),
        clear=clear_link(list_facet_keys(reader)),
        kept=_kept(asked),
        orders=_orders(asked, results),
        exact=asked.exact,
        loosely=replace(asked, exact=False).url(),
        exactly=replace(asked, exact=True).url(),
        suggestion=_suggestion(asked, results.suggestion),
        missing=results.missing if results.total else (),
        also=also(reader, results.also),
        follow=follow_button(SEARCH, asked.terms) if asked.asks else None,
        mine=current_person() is not None,
        search_url=request.full_path,
        taken=_taken(asked, results) if asked.asks else None,
        feed=asked.url("search.atom") if asked.asks else "",
        help=help_for(reader, asked) if asked.asks and not results.total else None,
        elsewhere=list_elsewhere(reader, asked) if asked.asks and not start else [],
        ways=ways_on(reader, asked, results.total),
        answer=answer_to(reader, asked),
        begin=[] if asked.asks else _to_begin(reader),
        listing=page_links(results.total, len(results.hits), start)
        if in_one_list
        else {"total": 0, "first": 0, "last": 0, "newer": "", "older": ""},
    )


@bp.get("/search.csv")
def as_table() -> Response:
    """The answers as a table, for who asks. Raises BadRequest where nothing is looked for."""
    reader = current_reader()
    asked = _something(reader)
    count_request("search")
    return csv_response(lines(reader, asked), "recherche.csv")


@bp.get("/search.atom")
def as_feed() -> Response:
    """The answers that changed last, as a feed. Raises BadRequest where nothing is looked for."""
    reader = feed_reader()
    asked = replace(_something(reader), order="")
    count_request("search")
    return feed_response(
        title=f"{_called(reader, asked)} · {reader.instance.settings.site_name}",
        url=asked.url(),
        self_url=asked.url("search.atom"),
        entries=entries(reader, asked),
    )


@bp.get("/suggest")
def suggest() -> Response:
    """Pages whose titles begin with ``?q=``, of one ``?type=`` if any, for what one writes.

    Where nothing is typed yet, those that changed last. Raises TooMany.
    """
    reader = current_reader()
    count_request("suggestion")
    share_response()
    asked = request.args.get("q", "")[:QUERY_LENGTH].strip()
    kind = request.args.get("type", "")[:QUERY_LENGTH]
    if asked:
        found = [(one.title, one.path, one.kind) for one in suggest_pages(reader, asked, kind)]
    else:
        rows = find_rows(reader, select((kind,) if kind else ()), limit=_UNASKED).rows
        found = [(one.title, one.path, one.type) for one in rows]
    return jsonify([{"title": title, "path": path, "type": what} for title, path, what in found])


def _count(asked: Asked, results: SearchResults) -> None:
    """Counts a search, and whether anything was found; not its words."""
    if asked.query.strip():
        count_as("search" if results.total else "search_without_result")


def _asked(reader: Reader) -> Asked:
    order = request.args.get("sort", "")
    return Asked(
        request.args.get("q", "")[:QUERY_LENGTH],
        {key: values for key in list_facet_keys(reader) if (values := chosen_values(key))},
        order if order in ORDERS else "",
        bool(request.args.get("exact")),
    )


def _something(reader: Reader) -> Asked:
    asked = _asked(reader)
    if not asked.asks:
        raise BadRequest(_("Say what to look for first: a word, or a choice of the search page."))
    return asked


def _kept(asked: Asked) -> list[tuple[str, str]]:
    """What stays when the words change."""
    kept = [(key, value) for key, values in asked.chosen.items() for value in values]
    return [*kept, ("exact", "1")] if asked.exact else kept


def _orders(asked: Asked, results: SearchResults) -> list[dict[str, Any]]:
    """The orders that one may choose, where there is anything to put in order."""
    if results.total < 2:
        return []
    return [
        {
            "value": order,
            "label": str(words),
            "url": replace(asked, order=order).url(),
            "now": order == asked.order,
        }
        for order, words in ORDER_WORDS.items()
    ]


def _called(reader: Reader, asked: Asked) -> str:
    """A question as it is followed, in words; one that is too long for that by its own."""
    try:
        return said(reader, read_target(SEARCH, asked.terms)).name
    except BadRequest:
        return asked.query.strip()


def _taken(asked: Asked, results: SearchResults) -> dict[str, Any]:
    return {
        "csv": asked.url("search.csv"),
        "feed": replace(asked, order="").url("search.atom"),
        "most": MOST if results.total > MOST else 0,
    }


def _to_begin(reader: Reader) -> list[dict[str, Any]]:
    """The kinds, themes and territories there are, to begin with where no word comes to mind."""
    begun = []
    for key, values in count_facets(
        reader, ("type", "theme", "territory"), limit=_TO_BEGIN
    ).items():
        choices = [
            {
                "label": value_words(reader, key, one.slug, one.value),
                "count": one.count,
                "url": Asked("", {key: (one.slug,)}).url(),
            }
            for one in values
        ]
        begun.append({"label": get_fact_label(reader, key), "choices": choices})
    return begun


def _suggestion(asked: Asked, words: str) -> dict[str, str] | None:
    return {"word": words, "url": replace(asked, query=words).url()} if words else None


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
