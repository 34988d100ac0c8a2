"""Graphs as values, for any graph."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

PAIRS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=40)
KINDS = st.lists(st.sampled_from(["project", "person", "theme"]), min_size=12, max_size=12)


def made(part: Any, kinds: list[str], pairs: list[tuple[int, int]]) -> Any:
    """A graph of twelve nodes."""
    graphs = part("graph")
    nodes = [graphs.Node(f"{kind}:{n}", kind, str(n), f"/{n}") for n, kind in enumerate(kinds)]
    return graphs.joined(nodes, ((nodes[a].key, nodes[b].key, "link") for a, b in pairs))


@given(kinds=KINDS, pairs=PAIRS)
@settings(deadline=None)
def test_between_any_two_there_is_one_edge_at_most(
    plugin_module: Any, kinds: Any, pairs: Any
) -> None:
    graph = made(plugin_module, kinds, pairs)
    ends = [frozenset((edge.source, edge.target)) for edge in graph.edges]
    assert len(ends) == len(set(ends))
    assert set(ends) == {frozenset(pair) for pair in pairs if pair[0] != pair[1]}


@given(kinds=KINDS, pairs=PAIRS, steps=st.integers(0, 3), most=st.integers(1, 12))
@settings(deadline=None)
def test_around_is_a_part_that_has_its_centre(
    plugin_module: Any, kinds: Any, pairs: Any, steps: int, most: int
) -> None:
    graph = made(plugin_module, kinds, pairs)
    found = plugin_module("graph").around(graph, 3, steps, most)
    assert graph.nodes[3] in found.nodes
    assert len(found.nodes) <= most
    keys = {node.key for node in found.nodes}
    inside = [
        edge
        for edge in graph.edges
        if {graph.nodes[edge.source].key, graph.nodes[edge.target].key} <= keys
    ]
    assert len(found.edges) == len(inside)


@given(pairs=PAIRS)
@settings(deadline=None, max_examples=10)
def test_every_layout_is_finite_and_the_same_again(plugin_module: Any, pairs: Any) -> None:
    layout, places = plugin_module("layout"), plugin_module("places")
    graph = made(plugin_module, ["project"] * 12, pairs)
    edges = np.array([(e.source, e.target) for e in graph.edges], dtype=np.int64).reshape(-1, 2)
    start = places.begun(graph, {})
    at = layout.laid_out(start, edges, 20)
    assert np.isfinite(at).all()
    assert np.allclose(at, layout.laid_out(start, edges, 20), atol=1e-3), "but for rounding"
    still = np.arange(12) < 6
    held = layout.laid_out(start, edges, 20, still=still)
    assert (held[:6] == start[:6]).all()
