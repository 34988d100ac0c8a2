"""The catalogues: every page of one type, narrowed by what they say of themselves."""

from collections.abc import Iterable

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.api.pages.spaces import may_make
from wiki.api.plugin import call_hook
from wiki.api.reading import Reader
from wiki.api.reading.html import get_fact_label, get_fact_words
from wiki.api.reading.rows import Count, count_facets, find_rows, select
from wiki.api.web import current_reader, render_page, share_response
from wiki.api.web.listings import chosen_values, facet_links, indexed, list_offset, page_links
from wiki.api.web.listings import clear_link as cleared_address

from .cards import cards_of
from .model import LABELS, facet_keys

bp = Blueprint("lists", __name__)

PAGE = 24
_KINDS = {
    "projects": ("project", "updated"),
    "people": ("person", "title"),
    "events": ("event", "-starts"),
    "dossiers": ("dossier", "updated"),
    "organisations": ("organisation", "title"),
}


@bp.get("/<any(projects, people, events, dossiers, organisations):name>")
@indexed
def catalogue(name: str) -> Response:
    """All pages of one type, with counts beside them."""
    reader = current_reader()
    kind, sort = _KINDS[name]
    keys = facet_keys(kind, reader.instance.fact_keys.values())
    chosen = {key: values for key in keys if (values := chosen_values(key))}
    selection = select(types=(kind,), values=chosen)
    start = list_offset()
    found = find_rows(reader, selection, sort, PAGE, start)
    counts = count_facets(reader, keys, selection, limit=14, exactly=False)
    asked = call_hook(reader.instance.plugins.hook.catalogue_links, kind=kind, reader=reader)
    share_response()
    return render_page(
        "lists/catalogue.html",
        name=name,
        kind=kind,
        label=str(LABELS[kind]),
        cards=cards_of(reader, found.rows),
        total=found.total,
        facets=facet_links([(key, *_facet(reader, key, counts[key])) for key in keys]),
        clear=cleared_address(keys),
        listing=page_links(found.total, len(found.rows), start, PAGE, more=found.more),
        links=[one for group in asked for one in group],
        may_make=may_make(reader, kind),
    )


def _facet(
    reader: Reader, key: str, counts: Iterable[Count]
) -> tuple[str, list[tuple[str, str, Count]]]:
    values = [(one.slug, get_fact_words(reader, key, one.value), one) for one in counts]
    return get_fact_label(reader, key), values
