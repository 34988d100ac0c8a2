"""A graph as a file: GraphML and GEXF for programs that draw, CSV for sheets, FreeMind."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from wiki.api.documents import FREEMIND, as_freemind

from .graph import KINDS, Graph, Node
from .graph_xml import write_gexf, write_graphml
from .layout import Points

#: what sheets of numbers would take for something to work out
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_UTF8_MARK = "\ufeff"
#: branches below one branch of a mind map
_BESIDE = 60


@dataclass(frozen=True)
class Drawn:
    """What a file is made of: a graph, where its nodes stand, and the words for what it says."""

    graph: Graph
    at: Points
    title: str
    base: str
    kinds: Mapping[str, str]
    ties: Mapping[str, str]
    heads: tuple[str, ...] = ()
    centre: str = ""

    def address(self, node: Node) -> str:
        """Where a node leads, in full."""
        return self.base + node.url

    def addresses(self) -> list[str]:
        """Where each node leads."""
        return [self.address(node) for node in self.graph.nodes]


@dataclass
class Branch:
    """A branch of a mind map, as the writer wants it."""

    text: str
    url: str = ""
    state: str = ""
    notes: list[str] = field(default_factory=list)
    links: list[Any] = field(default_factory=list)
    children: "list[Branch]" = field(default_factory=list)


def as_gexf(drawn: Drawn) -> bytes:
    """For Gephi, with places and colours."""
    return write_gexf(drawn.graph, drawn.at, drawn.title, drawn.addresses())


def as_graphml(drawn: Drawn) -> bytes:
    """For yEd, Cytoscape, igraph and others."""
    return write_graphml(drawn.graph, drawn.at, drawn.title, drawn.addresses())


def as_csv(drawn: Drawn) -> bytes:
    """One line for each relation; what is tied to nothing has a line of its own."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(drawn.heads)
    nodes = drawn.graph.nodes
    for edge in drawn.graph.edges:
        _line(writer, drawn, nodes[edge.source], drawn.ties[edge.tie], nodes[edge.target])
    for place, node in enumerate(nodes):
        if not drawn.graph.ties[place]:
            _line(writer, drawn, node, "", None)
    return (_UTF8_MARK + out.getvalue()).encode("utf-8", "replace")


def as_mind_map(drawn: Drawn) -> bytes:
    """From the centre outwards; without one, by kind. Each node stands below its first only."""
    graph = drawn.graph
    centre = graph.places.get(drawn.centre)
    if centre is not None:
        return as_freemind(_walked(drawn, centre))
    root = Branch(drawn.title, drawn.base)
    for kind in KINDS:
        of_kind = [place for place, node in enumerate(graph.nodes) if node.kind == kind]
        if of_kind:
            of_kind.sort(key=lambda place: -len(graph.ties[place]))
            root.children.append(
                Branch(drawn.kinds[kind], children=[_beside(drawn, one) for one in of_kind])
            )
    return as_freemind(root)


#: ending → who writes it, and what it is
FORMATS: Mapping[str, tuple[Callable[[Drawn], bytes], str]] = {
    "gexf": (as_gexf, "application/xml; charset=utf-8"),
    "graphml": (as_graphml, "application/xml; charset=utf-8"),
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "mm": (as_mind_map, FREEMIND),
}


def _line(writer: Any, drawn: Drawn, one: Node, tie: str, other: Node | None) -> None:
    cells = [one.label, drawn.kinds[one.kind], drawn.address(one), tie]
    cells += [other.label, drawn.kinds[other.kind], drawn.address(other)] if other else [""] * 3
    writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])


def _beside(drawn: Drawn, place: int) -> Branch:
    nodes = drawn.graph.nodes
    branch = _branch(drawn, place)
    branch.children = [_branch(drawn, other) for other, _tie in drawn.graph.ties[place][:_BESIDE]]
    left = len(drawn.graph.ties[place]) - _BESIDE
    if left > 0:
        branch.children.append(Branch(f"… {left}", drawn.address(nodes[place])))
    return branch


def _walked(drawn: Drawn, centre: int) -> Branch:
    """Breadth first, so that each is as near the centre as it is on the map."""
    root = _branch(drawn, centre)
    met = {centre}
    edge = [(centre, root)]
    while edge:
        beyond = []
        for place, branch in edge:
            for other, _tie in drawn.graph.ties[place]:
                if other not in met:
                    met.add(other)
                    child = _branch(drawn, other)
                    branch.children.append(child)
                    beyond.append((other, child))
        edge = beyond
    return root


def _branch(drawn: Drawn, place: int) -> Branch:
    node = drawn.graph.nodes[place]
    return Branch(node.label, drawn.address(node))
