"""Where the nodes of the public graph stand: kept, so that the map looks alike from day to day.

Only what every visitor may see has a kept place. What one reader sees beside it is put next to what
it is tied to, and what they see moves nothing of the public map: so no place tells of a page that
its reader may not see.
"""

import hashlib
import math
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, cast

from wiki.api import Instance, Progress, Reader, Span, TableProjection

from .gathering import graph_key, graph_of
from .graph import Graph
from .layout import AGAIN, FIRST, Points, laid_out

#: the task that keeps the places of the public graph
TASK = "relations.lay"
#: the part of a graph that may be new before all of it is laid out from the beginning
_MUCH = 0.4
#: nodes beyond which who waits for a first map gets one after fewer rounds
_MANY = 3_000
_QUICK = 90
_KEPT = 6

_kept: OrderedDict[tuple[object, ...], Points] = OrderedDict()
_lock = threading.Lock()


class Places(TableProjection):
    """Positions by key. Git says nothing of them: they are lost with the file, and made again."""

    name: ClassVar[str] = "relations"
    schema: ClassVar[str] = """
create table relations_place (key text primary key, x real not null, y real not null) without rowid;
create table relations_done (digest text primary key);
"""

    def write(self, rows: sqlite3.Connection, span: Span, progress: Progress | None) -> None:
        """See TableProjection. There is nothing to take from a span."""

    def all(self) -> dict[str, tuple[float, float]]:
        """Every place."""
        with self.reading() as rows:
            found = rows.execute("select key, x, y from relations_place")
            return {key: (x, y) for key, x, y in found}

    def digest(self) -> str:
        """Which graph the places are of."""
        with self.reading() as rows:
            found = rows.execute("select digest from relations_done").fetchone()
        return found[0] if found else ""

    def keep(self, digest: str, places: Iterable[tuple[str, float, float]]) -> None:
        """Puts these places in place of the last ones."""
        with self.tables.writing() as rows:
            rows.execute("delete from relations_place")
            rows.execute("delete from relations_done")
            rows.executemany("insert into relations_place values (?, ?, ?)", places)
            rows.execute("insert into relations_done values (?)", (digest,))


def lay(instance: Instance) -> None:
    """Lays the public graph out where it has changed; what stood somewhere begins from there."""
    graph = graph_of(Reader(instance))
    kept = _places(instance)
    digest = _digest(graph)
    if digest == kept.digest():
        return
    at = _laid(graph, kept.all(), hurry=False)
    spots = zip(graph.nodes, at, strict=True)
    kept.keep(digest, [(node.key, float(x), float(y)) for node, (x, y) in spots])


def places_of(reader: Reader, graph: Graph) -> Points:
    """A place for each node of the whole graph of ``reader``, in its order."""
    kept = _places(reader.instance)
    key = (*graph_key(reader), kept.digest())
    with _lock:
        if (found := _kept.get(key)) is not None:
            return found
    at = _shown(graph, kept.all())
    with _lock:
        _kept[key] = at
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return at


def _shown(graph: Graph, known: Mapping[str, tuple[float, float]]) -> Points:
    """Known places stay as they are, as they do for everybody; new ones find theirs beside them."""
    new = [node.key not in known for node in graph.nodes]
    if sum(new) > _MUCH * max(len(new), 1):
        return _laid(graph, known, hurry=True)
    if not any(new):
        return begun(graph, known)
    import numpy as np

    still = ~np.array(new, dtype=bool)
    return laid_out(begun(graph, known), _edges(graph), AGAIN, still=still, heat=1.0)


def _laid(graph: Graph, known: Mapping[str, tuple[float, float]], *, hurry: bool) -> Points:
    new = sum(node.key not in known for node in graph.nodes)
    start = begun(graph, known)
    if new <= _MUCH * max(len(graph.nodes), 1):
        return laid_out(start, _edges(graph), AGAIN, heat=1.0)
    rounds = _QUICK if hurry and len(graph.nodes) > _MANY else FIRST
    return laid_out(start, _edges(graph), rounds)


def begun(graph: Graph, known: Mapping[str, tuple[float, float]]) -> Points:
    """Where nodes stand at first: where they stood, else in the middle of what they are tied to.

    What is tied to nothing that stands anywhere is strewn, each node always to the same spot.
    """
    import numpy as np

    wide = math.sqrt(len(graph.nodes) or 1)
    at = np.zeros((len(graph.nodes), 2))
    for place, node in enumerate(graph.nodes):
        if node.key in known:
            at[place] = known[node.key]
            continue
        angle, far = _chance(node.key)
        beside = [
            known[graph.nodes[other].key]
            for other, _tie in graph.ties[place]
            if graph.nodes[other].key in known
        ]
        middle = np.mean(beside, axis=0) if beside else np.zeros(2)
        reach = 2.0 if beside else wide * math.sqrt(far)
        at[place] = middle + reach * np.array([math.cos(angle), math.sin(angle)])
    return cast(Points, at)


def _edges(graph: Graph) -> Any:
    import numpy as np

    pairs = [(edge.source, edge.target) for edge in graph.edges]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _chance(key: str) -> tuple[float, float]:
    """An angle, and a number between 0 and 1, that a key always has."""
    drawn = hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest()
    angle, far = int.from_bytes(drawn[:4], "big"), int.from_bytes(drawn[4:], "big")
    return angle / 2**32 * math.tau, far / 2**32


def _digest(graph: Graph) -> str:
    said = hashlib.blake2b(digest_size=16)
    for node in graph.nodes:
        said.update(node.key.encode("utf-8", "replace") + b"\0")
    for edge in graph.edges:
        said.update(b"%d %d\0" % (edge.source, edge.target))
    return said.hexdigest()


def _places(instance: Instance) -> Places:
    return cast(Places, instance.projections[Places.name])
