"""``/-/territories``: what is where, as a map and a list; the map as an image, and for frames."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.reading import Reader
from wiki.api.reading.html import get_fact_label, get_fact_words
from wiki.api.reading.rows import count_facets
from wiki.api.web import (
    anonymous_view,
    current_reader,
    let_others_frame,
    render_page,
    share_response,
)
from wiki.api.web.listings import clear_link, facet_links, indexed

from . import sisters
from .counts import spread_of
from .presenters import IMAGE, picture, title_of, told
from .query import LABELS, Asked, asked_here, keys_of
from .svg import SOURCE, Beside

bp = Blueprint("territories", __name__)

#: values of one facet that can be chosen
_CHOICES = 12
_KEPT = 300


@bp.get("/territories")
@indexed
def show() -> Response:
    """The map and the list, of what the reader may see."""
    reader = current_reader()
    asked = asked_here(reader)
    keys = keys_of(reader)
    counts = count_facets(reader, keys, asked.selection, limit=_CHOICES)
    facets = [
        (
            key,
            get_fact_label(reader, key),
            [(one.slug, get_fact_words(reader, key, one.value), one.count) for one in counts[key]],
        )
        for key in keys
        if counts[key]
    ]
    found = sisters.at_sisters(reader, asked, request.args.get("region", ""))
    share_response()
    return render_page(
        "territories/page.html",
        **_page(reader, asked, sisters.marks(found, asked) if found else None),
        **sisters.told(found, asked),
        kinds=[
            {
                "label": str(label),
                "url": Asked(kind).url("territories"),
                "chosen": kind == asked.kind,
            }
            for kind, label in LABELS.items()
        ],
        facets=facet_links(facets),
        clear=clear_link(keys),
        frame=asked.url("territories/embed"),
        image=asked.url(IMAGE),
    )


@bp.get("/territories/map.svg")
def image() -> Response:
    """The picture alone, of what the reader may see: what stands in pages."""
    reader = current_reader()
    asked = asked_here(reader)
    svg = picture(spread_of(reader, asked.selection), asked, linked=False)
    share_response()
    response = Response(str(svg), content_type="image/svg+xml; charset=utf-8")
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return response


@bp.get("/territories/embed")
@anonymous_view
def embed() -> Response:
    """The map and its list alone, as a visitor sees them, for a frame on another site."""
    reader = current_reader()
    asked = asked_here(reader)
    response = render_page(
        "territories/embed.html",
        **_page(reader, asked),
        home=reader.instance.settings.public_url + asked.url("territories"),
        noindex=True,
    )
    let_others_frame(response, "style-src 'self'; img-src 'self' data:; font-src 'self'")
    response.headers["Cache-Control"] = f"public, max-age={_KEPT}"
    response.headers["Vary"] = "Accept-Language"
    return response


def _page(
    reader: Reader, asked: Asked, beside: Mapping[str, Beside] | None = None
) -> dict[str, Any]:
    spread = spread_of(reader, asked.selection)
    return {
        "title": title_of(asked),
        "map": picture(spread, asked, beside=beside),
        "spread": told(spread, asked),
        "places": spread.told,
        "source": SOURCE,
    }
