"""``/-/relations``: the map of relations, its list, its files, and a frame for other sites."""

from typing import Any

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from wiki.api.limits import count_request
from wiki.api.paths import action_url, slug
from wiki.api.reading import Reader
from wiki.api.reading.rows import list_own_spaces
from wiki.api.translation import gettext, ngettext
from wiki.api.web import (
    anonymous_view,
    current_instance,
    current_reader,
    let_others_frame,
    render_page,
    share_response,
)
from wiki.api.web.downloads import attachment
from wiki.api.web.listings import indexed, list_offset, page_links

from .builder import graph_of
from .exports import FORMATS, Drawn
from .graph import KINDS, TIES, Graph
from .places import places_of_part
from .query import LABELS, ONE, TIE_LABELS, Asked, asked_of, found_in, part_of

bp = Blueprint("relations", __name__)

#: lines of one page of the list, and names beside each
_LISTED, _BESIDE = 50, 6
#: words of a facet that can be chosen, the most tied first
_CHOICES = 60
#: what the frame on other sites takes in: as the site's own pages do
_FRAMED = (
    "script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'"
)


@bp.get("/relations")
@indexed
def show() -> Response:
    """The map and, below it, the same as a list, which needs no script. Raises NotFound."""
    reader = current_reader()
    asked = asked_of(reader)
    part, _places = part_of(reader, asked)
    share_response()
    return render_page("relations/map.html", **_page(reader, asked, part))


@bp.get("/relations/graph.json")
def graph() -> Response:
    """What the script draws. Raises NotFound."""
    share_response()
    return _data(current_reader())


@bp.get("/relations/embed")
@anonymous_view
def embed() -> Response:
    """The map alone, as a visitor sees it, for a frame on another site. Raises NotFound."""
    reader = current_reader()
    asked = asked_of(reader)
    part, _places = part_of(reader, asked)
    response = render_page(
        "relations/embed.html",
        **{**_page(reader, asked, part), "data": asked.without(words="").url("embed.json")},
        home=reader.instance.settings.public_url + asked.url(),
        noindex=True,
    )
    let_others_frame(response, _FRAMED)
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Vary"] = "Accept-Language"
    return response


@bp.get("/relations/embed.json")
@anonymous_view
def embedded() -> Response:
    """What the script draws in that frame. Raises NotFound."""
    response = _data(current_reader())
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@bp.get("/relations/file.<any(gexf, graphml, csv, mm):ending>")
def file(ending: str) -> Response:
    """The part that is asked for, as a file. Raises NotFound, TooMany."""
    reader = current_reader()
    asked = asked_of(reader)
    count_request("table")
    part, places = part_of(reader, asked)
    settings = reader.instance.settings
    write, kind = FORMATS[ending]
    name = _title(part, asked) if asked.around else gettext("Map of relations")
    drawn = Drawn(
        part,
        places_of_part(reader, part, places),
        name,
        settings.public_url,
        {key: str(words) for key, words in ONE.items()},
        {key: str(words) for key, words in TIE_LABELS.items()},
        (
            gettext("From"),
            gettext("Kind"),
            gettext("Address"),
            gettext("Relation"),
            gettext("Towards"),
            gettext("Kind of the other"),
            gettext("Address of the other"),
        ),
        asked.around,
    )
    return attachment(write(drawn), kind, f"{slug(name)[:80] or 'relations'}.{ending}")


def _data(reader: Reader) -> Response:
    asked = asked_of(reader)
    part, places = part_of(reader, asked)
    at = places_of_part(reader, part, places)
    spots = zip(part.nodes, at.round(1).tolist(), strict=True)
    nodes = [
        [node.key, node.label, KINDS.index(node.kind), x, y, node.url] for node, (x, y) in spots
    ]
    edges = [
        number for edge in part.edges for number in (edge.source, edge.target, TIES.index(edge.tie))
    ]
    answer: Response = jsonify(
        {
            "kinds": KINDS,
            "ties": TIES,
            "centre": asked.around,
            "start": _start(reader, part),
            "nodes": nodes,
            "edges": edges,
        }
    )
    return answer


def _start(reader: Reader, part: Graph) -> str:
    """The key of the node that is nearest to the reader: a space of theirs, or ""."""
    mine = {row.path for row in list_own_spaces(reader)}
    return next((node.key for node in part.nodes if node.key.partition(":")[2] in mine), "")


def _page(reader: Reader, asked: Asked, part: Graph) -> dict[str, Any]:
    whole = graph_of(reader)
    found = found_in(part, asked.words)
    start = list_offset()
    shown = found[start : start + _LISTED]
    counted = dict.fromkeys(KINDS, 0)
    for node in part.nodes if not asked.kinds else _all_kinds(reader, asked).nodes:
        counted[node.kind] += 1
    title = _title(part, asked)
    return {
        "title": title,
        "around": _around(whole, asked),
        "count": _count(len(part.nodes), len(part.edges)),
        "cut": part.cut,
        "empty": not part.nodes,
        "asked": asked,
        "data": asked.without(words="").url("graph.json"),
        "kinds": [
            {
                "kind": kind,
                "label": str(LABELS[kind]),
                "one": str(ONE[kind]),
                "count": counted[kind],
                "chosen": not asked.kinds or kind in asked.kinds,
            }
            for kind in KINDS
            if counted[kind]
        ],
        "names": {
            "kinds": {key: str(words) for key, words in ONE.items()},
            "ties": {key: str(words) for key, words in TIE_LABELS.items()},
        },
        "themes": _choices(whole, "theme"),
        "territories": _choices(whole, "territory"),
        "lines": [_line(part, place, asked) for place in shown],
        "listing": page_links(len(found), len(shown), start, _LISTED),
        "found": len(found),
        "files": [
            {"label": label, "url": asked.without(words="").url(f"file.{ending}")}
            for ending, label in (
                ("gexf", gettext("GEXF, for Gephi")),
                ("graphml", gettext("GraphML, for yEd or Cytoscape")),
                ("csv", gettext("CSV, for a spreadsheet")),
                ("mm", gettext("FreeMind (.mm)")),
            )
        ],
        "frame": current_instance().settings.public_url + asked.without(words="").url("embed"),
        "clear": action_url("relations"),
    }


def _all_kinds(reader: Reader, asked: Asked) -> Graph:
    return part_of(reader, Asked(asked.around, (), asked.theme, asked.territory))[0]


def _title(part: Graph, asked: Asked) -> str:
    place = part.places.get(asked.around)
    if place is None:
        return gettext("Map of relations")
    return gettext("Around “{title}”").format(title=part.nodes[place].label)


def _around(whole: Graph, asked: Asked) -> dict[str, str] | None:
    place = whole.places.get(asked.around)
    if place is None:
        return None
    return {"label": whole.nodes[place].label, "url": whole.nodes[place].url}


def _choices(whole: Graph, kind: str) -> list[tuple[str, str]]:
    """Themes or territories: slug and words, those with the most ties, by name."""
    places = [place for place, node in enumerate(whole.nodes) if node.kind == kind]
    places.sort(key=lambda place: -len(whole.ties[place]))
    chosen = [whole.nodes[place] for place in places[:_CHOICES]]
    return sorted(
        ((node.key.partition(":")[2], node.label) for node in chosen), key=lambda one: slug(one[1])
    )


def _line(part: Graph, place: int, asked: Asked) -> dict[str, Any]:
    node = part.nodes[place]
    ties = part.ties[place]
    return {
        "label": node.label,
        "url": node.url,
        "kind": node.kind,
        "one": str(ONE[node.kind]),
        "around": asked.without(around=node.key, words="").url(),
        "ties": [
            {"label": part.nodes[other].label, "url": part.nodes[other].url}
            for other, _tie in ties[:_BESIDE]
        ],
        "more": max(len(ties) - _BESIDE, 0),
    }


def _count(nodes: int, edges: int) -> str:
    things = ngettext("{count} thing", "{count} things", nodes).format(count=nodes)
    ties = ngettext("{count} relation", "{count} relations", edges).format(count=edges)
    return f"{things}, {ties}"
