"""Where the nodes of the public graph stand: kept, so that the map looks alike from day to day.

Only what every visitor may see has a kept place. What one reader sees beside it is put next to what
it is tied to, and what they see moves nothing of the public map: so no place tells of a page that
its reader may not see. What is tied to nothing has no kept place: it stands in rows at the foot.

A part of few nodes (a theme, what is around a project) is laid out by itself: where its nodes stand
in the whole says little of how they are tied to each other.
"""

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar, cast

from cachetools import LRUCache, cached
from sqlalchemy import Column, Float, MetaData, Table, delete, insert, select

from wiki.api.meaning import fold
from wiki.api.plugin import Instance
from wiki.api.projections import Progress, Rows, TableProjection, texts
from wiki.api.reading import Reader
from wiki.api.reading.history import Span
from wiki.api.tables import depends_on, invalidate_pages

from .builder import graph_key, graph_of
from .graph import KINDS, Graph
from .layout import AGAIN, FIRST, Points, in_rows, laid_out

#: the task that keeps the places of the public graph
TASK = "relations.lay"
#: the part of a graph that may be new before all of it is laid out from the beginning
_MUCH = 0.4
#: nodes beyond which who waits for a first map gets one after fewer rounds
_MANY = 3_000
_QUICK = 90
_KEPT = 6
#: nodes up to which a part is laid out by itself, its rounds, and such parts in one process
_FEW, _OWN, _PARTS = 400, 120, 64


#: the commit after which a process looked last whether the graph has changed
_looked: dict[Path, str] = {}

TABLES = MetaData()
PLACE = Table(
    "relations_place",
    TABLES,
    *texts("key", primary_key=True),
    *(Column(name, Float, nullable=False) for name in ("x", "y")),
    sqlite_with_rowid=False,
)
DONE = Table("relations_done", TABLES, *texts("digest", primary_key=True))
_KEEP = insert(PLACE)


class Places(TableProjection):
    """Positions by key. Git says nothing of them: they are lost with the file, and made again."""

    name: ClassVar[str] = "relations"
    schema = TABLES

    def write(self, rows: Rows, span: Span, progress: Progress | None) -> None:
        """See TableProjection. There is nothing to take from a span."""

    def all(self) -> dict[str, tuple[float, float]]:
        """Every place."""
        with self.reading() as rows:
            return {key: (x, y) for key, x, y in rows.execute(select(PLACE))}

    def digest(self) -> str:
        """Which graph the places are of."""
        with self.reading() as rows:
            return rows.scalar(select(DONE.c.digest)) or ""

    def keep(self, digest: str, places: Iterable[tuple[str, float, float]]) -> None:
        """Puts these places in place of the last ones."""
        with self.tables.writing() as rows:
            rows.execute(delete(PLACE))
            rows.execute(delete(DONE))
            rows.execute_many(_KEEP, ({"key": key, "x": x, "y": y} for key, x, y in places))
            rows.execute(insert(DONE), {"digest": digest})


def is_needed(instance: Instance) -> bool:
    """Whether the branch has moved since this process was asked last."""
    head, folder = instance.repository.head(), instance.settings.instance
    if _looked.get(folder) == head:
        return False
    _looked[folder] = head
    return True


def lay(instance: Instance) -> None:
    """Lays the public graph out where it has changed; what stood somewhere begins from there."""
    graph = graph_of(Reader(instance))
    kept = _places(instance)
    digest = _digest(graph)
    if digest == kept.digest():
        return
    tied = graph.part(_tied(graph))
    at = _laid(tied, kept.all(), hurry=False)
    spots = zip(tied.nodes, at, strict=True)
    kept.keep(digest, [(node.key, float(x), float(y)) for node, (x, y) in spots])
    invalidate_pages(instance, TASK)


def _key_of(reader: Reader, _graph: Graph) -> tuple[object, ...]:
    depends_on(TASK)
    return (*graph_key(reader), _places(reader.instance).digest())


@cached(LRUCache(_KEPT), key=_key_of, lock=Lock())
def places_of(reader: Reader, graph: Graph) -> Points:
    """A place for each node of the whole graph of ``reader``, in its order."""
    kept = _places(reader.instance)
    return _with_rows(graph, lambda one: _shown(one, kept.all()))


def places_of_part(reader: Reader, part: Graph, places: Sequence[int]) -> Points:
    """A place for each node of ``part``, which stands at ``places`` in the reader's whole graph."""
    whole = graph_of(reader)
    if len(part.nodes) > _FEW or len(part.nodes) == len(whole.nodes):
        return places_of(reader, whole)[list(places)]
    return _places_apart(part, (*graph_key(reader), tuple(places)))


@cached(LRUCache(_PARTS), key=lambda _part, key: key, lock=Lock())
def _places_apart(part: Graph, _key: tuple[object, ...]) -> Points:
    return _with_rows(part, _alone)


def _tied(graph: Graph) -> list[int]:
    return [place for place, ties in enumerate(graph.ties) if ties]


def _with_rows(graph: Graph, lay_out: Callable[[Graph], Points]) -> Points:
    """Places of what is tied as ``lay_out`` says, and of the rest below it, by kind and name."""
    import numpy as np

    tied = _tied(graph)
    at = np.zeros((len(graph.nodes), 2))
    at[tied] = lay_out(graph.part(tied))
    nodes = graph.nodes
    lone = sorted(
        set(range(len(nodes))).difference(tied),
        key=lambda place: (KINDS.index(nodes[place].kind), fold(nodes[place].label)),
    )
    at[lone] = in_rows(len(lone), at[tied])
    return cast(Points, at)


def _alone(graph: Graph) -> Points:
    return laid_out(begun(graph, {}), _edges(graph), _OWN)


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
    """Of what is there and how it is tied, in any order: that of nodes is when they changed."""
    # The way of laying out is told too: where it has changed, all is laid out anew.
    said = hashlib.blake2b(b"sets", digest_size=16)
    keys = [node.key.encode("utf-8", "replace") for node in graph.nodes]
    for key in sorted(keys):
        said.update(key + b"\0")
    for source, target in sorted((keys[edge.source], keys[edge.target]) for edge in graph.edges):
        said.update(source + b"\0" + target + b"\1")
    return said.hexdigest()


def _places(instance: Instance) -> Places:
    return cast(Places, instance.projections[Places.name])
