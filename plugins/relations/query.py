"""What part of the graph an address asks for: ``?around=&kind=&theme=&territory=&q=``."""

from dataclasses import dataclass, replace

from flask import request

from wiki.api.errors import BadRequest, NotFound
from wiki.api.meaning import fold
from wiki.api.paths import action_url, normalise, slug
from wiki.api.reading import Reader, get_page
from wiki.api.reading.rows import get_row
from wiki.api.translation import gettext, lazy

from .builder import graph_of, node_key
from .graph import KINDS, Graph, around, narrowed

#: letters of a search that are read
_LONGEST = 100

LABELS = {
    "project": lazy("Projects"),
    "person": lazy("People"),
    "need": lazy("Needs"),
    "theme": lazy("Themes"),
    "territory": lazy("Territories"),
    "dossier": lazy("Dossiers"),
    "event": lazy("Events"),
    "carrefour": lazy("Carrefours"),
    "organisation": lazy("Organisations"),
}
ONE = {
    "project": lazy("Project"),
    "person": lazy("Person"),
    "need": lazy("Need"),
    "theme": lazy("Theme"),
    "territory": lazy("Territory"),
    "dossier": lazy("Dossier"),
    "event": lazy("Event"),
    "carrefour": lazy("Carrefour"),
    "organisation": lazy("Organisation"),
}
#: what a tie says, read either way
TIE_LABELS = {
    "team": lazy("team"),
    "needs": lazy("need"),
    "theme": lazy("theme"),
    "territory": lazy("territory"),
    "presented": lazy("presented at"),
    "programme": lazy("programme"),
    "link": lazy("link"),
}


@dataclass(frozen=True)
class Asked:
    """``around`` is the key of a node or ""; ``kinds`` none where all are asked for."""

    around: str = ""
    kinds: tuple[str, ...] = ()
    theme: str = ""
    territory: str = ""
    words: str = ""

    def url(self, place: str = "", **more: object) -> str:
        """The address that asks the same at ``place``, with what is given beside."""
        said = {
            "around": self.around,
            "kind": ",".join(self.kinds),
            "theme": self.theme,
            "territory": self.territory,
            "q": self.words,
        }
        return action_url("relations", place, {**said, **more})

    def without(self, **changed: str) -> "Asked":
        """The same with other words."""
        return replace(self, **changed)  # type: ignore[arg-type]


def asked_of(reader: Reader) -> Asked:
    """What this address asks of ``reader``. Raises NotFound where it is around nothing."""
    words = request.args.get("kind", "").split(",") + request.args.getlist("kind")
    return Asked(
        _centre(reader, request.args.get("around", "").strip()),
        tuple(kind for kind in KINDS if kind in words),
        slug(request.args.get("theme", "")[:_LONGEST]),
        slug(request.args.get("territory", "")[:_LONGEST]),
        request.args.get("q", "").strip()[:_LONGEST],
    )


def part_of(reader: Reader, asked: Asked) -> tuple[Graph, list[int]]:
    """The part that was asked for, and where each of its nodes stands in the whole."""
    whole = graph_of(reader)
    part = whole
    if asked.around:
        part = around(part, part.places[asked.around])
    part = narrowed(part, asked.kinds, asked.theme, asked.territory)
    return part, [whole.places[node.key] for node in part.nodes]


def found_in(graph: Graph, words: str) -> list[int]:
    """The nodes whose labels have each word, or all where none is asked for; most tied first."""
    wanted = fold(words).split()
    chosen = [
        place
        for place, node in enumerate(graph.nodes)
        if not wanted or all(word in fold(node.label) for word in wanted)
    ]
    return sorted(chosen, key=lambda place: (-len(graph.ties[place]), graph.nodes[place].label))


def _centre(reader: Reader, said: str) -> str:
    """The key of the node that ``said`` names: itself, or the path of a page in its space."""
    if not said:
        return ""
    places = graph_of(reader).places
    if said in places:
        return said
    if ":" in said:
        raise NotFound(gettext("There is nothing of that name on the map."))
    try:
        page = get_page(reader, normalise(said))
    except BadRequest as error:
        raise NotFound(gettext("There is nothing of that name on the map.")) from error
    row = get_row(reader, page.path)
    space = get_row(reader, row.space) if row is not None and row.space else row
    key = node_key(space.type, space.path) if space is not None else ""
    if key not in places:
        raise NotFound(gettext("This page is not on the map: it belongs to no project or person."))
    return key
