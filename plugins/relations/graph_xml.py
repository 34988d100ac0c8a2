"""A graph as XML: GEXF for Gephi, GraphML for yEd, Cytoscape, igraph and others."""

import re
from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

from wiki.api.projections import replace_surrogates

from .graph import Graph
from .layout import Points

_GEXF = "http://www.gexf.net/1.2draft"
_GRAPHML = "http://graphml.graphdrawing.org/xmlns"
#: what XML 1.0 has no way to say
_NEVER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: colours of kinds in Gephi, as on a light page
_COLOURS = {
    "project": (43, 95, 184),
    "person": (123, 63, 152),
    "need": (156, 67, 20),
    "theme": (31, 97, 48),
    "territory": (93, 98, 18),
    "dossier": (165, 23, 95),
    "event": (13, 100, 108),
    "carrefour": (13, 100, 108),
    "organisation": (74, 85, 104),
}


def write_gexf(graph: Graph, at: Points, title: str, addresses: Iterable[str]) -> bytes:
    """With the places, colours and sizes of nodes."""
    root = Element("gexf", {"xmlns": _GEXF, "xmlns:viz": f"{_GEXF}/viz", "version": "1.2"})
    made = _below(root, "graph", defaultedgetype="directed", mode="static", name=title)
    for about, names in (("node", ("kind", "address")), ("edge", ("tie",))):
        told = _below(made, "attributes", {"class": about, "mode": "static"})
        for name in names:
            _below(told, "attribute", id=name, title=name, type="string")
    nodes, edges = _below(made, "nodes"), _below(made, "edges")
    for place, (node, address) in enumerate(zip(graph.nodes, addresses, strict=True)):
        one = _below(nodes, "node", id=node.key, label=node.label)
        x, y = _point(at, place)
        red, green, blue = map(str, _COLOURS[node.kind])
        _below(one, "viz:color", r=red, g=green, b=blue, a="1.0")
        _below(one, "viz:size", value=f"{4 + len(graph.ties[place]) ** 0.5:.2f}")
        _below(one, "viz:position", x=x, y=y, z="0.0")
        _values(one, {"kind": node.kind, "address": address})
    for number, edge in enumerate(graph.edges):
        source, target = graph.nodes[edge.source].key, graph.nodes[edge.target].key
        one = _below(edges, "edge", id=str(number), source=source, target=target)
        _values(one, {"tie": edge.tie})
    return bytes(tostring(root, "utf-8", xml_declaration=True))


def write_graphml(graph: Graph, at: Points, title: str, addresses: Iterable[str]) -> bytes:
    """With the places of nodes."""
    root = Element("graphml", xmlns=_GRAPHML)
    for about, names in (("node", ("label", "kind", "address", "x", "y")), ("edge", ("tie",))):
        for name in names:
            kind = "double" if name in ("x", "y") else "string"
            _below(root, "key", {"id": name, "for": about, "attr.name": name, "attr.type": kind})
    _below(root, "key", {"id": "name", "for": "graph", "attr.name": "name", "attr.type": "string"})
    made = _below(root, "graph", edgedefault="directed")
    _data(made, {"name": title})
    for place, (node, address) in enumerate(zip(graph.nodes, addresses, strict=True)):
        x, y = _point(at, place)
        said = {"label": node.label, "kind": node.kind, "address": address, "x": x, "y": y}
        _data(_below(made, "node", id=node.key), said)
    for edge in graph.edges:
        source, target = graph.nodes[edge.source].key, graph.nodes[edge.target].key
        _data(_below(made, "edge", source=source, target=target), {"tie": edge.tie})
    return bytes(tostring(root, "utf-8", xml_declaration=True))


def _point(at: Points, place: int) -> tuple[str, str]:
    x, y = (f"{float(value):.2f}" for value in at[place])
    return x, y


def _below(
    parent: Element, tag: str, attributes: Mapping[str, str] | None = None, **more: str
) -> Element:
    said = {**(attributes or {}), **more}
    return SubElement(parent, tag, {name: _sayable(value) for name, value in said.items()})


def _values(parent: Element, values: Mapping[str, str]) -> None:
    told = _below(parent, "attvalues")
    for name, value in values.items():
        _below(told, "attvalue", {"for": name, "value": value})


def _data(parent: Element, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        _below(parent, "data", key=name).text = _sayable(value)


def _sayable(words: str) -> str:
    """Without what XML has no way to say."""
    return _NEVER.sub("\ufffd", replace_surrogates(words))
