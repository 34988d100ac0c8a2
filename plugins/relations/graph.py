"""A graph as a value: what stands in it, what is tied to what, and parts of it. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from wiki.api.plugin import cached_property

#: kinds of nodes, in the order in which lists show them
KINDS = (
    "project",
    "person",
    "need",
    "theme",
    "territory",
    "dossier",
    "event",
    "carrefour",
    "organisation",
)
#: what an edge says; where two nodes are tied in several ways, the first of these stands
TIES = ("team", "needs", "theme", "territory", "presented", "programme", "link")


@dataclass(frozen=True)
class Node:
    """``key`` is its kind and name, such as ``project:projets/lora`` or ``theme:sols``.

    ``themes`` and ``territories`` are slugs, its own among them.
    """

    key: str
    kind: str
    label: str
    url: str
    themes: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edge:
    """``source`` and ``target`` are places in the nodes of the graph; ``tie`` is one of TIES."""

    source: int
    target: int
    tie: str


@dataclass(frozen=True)
class Graph:
    """Nodes in a fixed order, and edges, of which there is one at most between any two."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    cut: bool = False

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Each key's place."""
        return {node.key: place for place, node in enumerate(self.nodes)}

    @cached_property
    def ties(self) -> Sequence[Sequence[tuple[int, str]]]:
        """For each node, those beside it, and by which tie."""
        beside: list[list[tuple[int, str]]] = [[] for _ in self.nodes]
        for edge in self.edges:
            beside[edge.source].append((edge.target, edge.tie))
            beside[edge.target].append((edge.source, edge.tie))
        return beside

    def part(self, kept: Collection[int]) -> "Graph":
        """The graph of these places alone, in the same order."""
        order = sorted(kept)
        new = {old: place for place, old in enumerate(order)}
        return Graph(
            tuple(self.nodes[old] for old in order),
            tuple(
                Edge(new[edge.source], new[edge.target], edge.tie)
                for edge in self.edges
                if edge.source in new and edge.target in new
            ),
            self.cut,
        )


def joined(nodes: Sequence[Node], said: Iterator[tuple[str, str, str]], cut: bool = False) -> Graph:
    """The graph of ``nodes`` and of ``(key, key, tie)``, as far as both ends are there."""
    places = {node.key: place for place, node in enumerate(nodes)}
    ties: dict[tuple[int, int], str] = {}
    for one, other, tie in said:
        source, target = places.get(one), places.get(other)
        if source is None or target is None or source == target:
            continue
        # Two pages that link to each other are tied once.
        pair = (target, source) if (target, source) in ties else (source, target)
        if pair not in ties or TIES.index(tie) < TIES.index(ties[pair]):
            ties[pair] = tie
    return Graph(tuple(nodes), tuple(Edge(*pair, tie) for pair, tie in ties.items()), cut)


def around(graph: Graph, centre: int, steps: int = 2, most: int = 400) -> Graph:
    """What is no further than ``steps`` from ``centre``, the nearest first, ``most`` nodes.

    A theme or territory that hundreds share is shown and not walked through: by it everything
    would be beside everything.
    """
    near = {centre}
    edge = [centre]
    cut = False
    for _ in range(steps):
        beyond: list[int] = []
        for place in edge:
            if place != centre and graph.nodes[place].kind in ("theme", "territory"):
                continue
            for other, _tie in graph.ties[place]:
                if other in near:
                    continue
                if len(near) >= most:
                    cut = True
                    break
                near.add(other)
                beyond.append(other)
        edge = beyond
    part = graph.part(near)
    return Graph(part.nodes, part.edges, graph.cut or cut)


def narrowed(
    graph: Graph, kinds: Collection[str] = (), theme: str = "", territory: str = ""
) -> Graph:
    """The nodes of these kinds, of this theme, of this territory, as far as each is asked for."""
    kept = [
        place
        for place, node in enumerate(graph.nodes)
        if (not kinds or node.kind in kinds)
        and (not theme or theme in node.themes)
        and (not territory or territory in node.territories)
    ]
    return graph if len(kept) == len(graph.nodes) else graph.part(kept)
