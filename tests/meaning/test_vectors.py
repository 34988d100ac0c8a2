"""Vectors survive: half-written files, two writers, and texts that are gone; on each store."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.projections.stores import STORES
from wiki.meaning import vectors
from wiki.meaning.vectors import Vectors, text_digest
from wiki.projections.tables.file import FileTables
from wiki.projections.tables.store import Stores
from wiki.projections.vectors import VectorPlaces


class Counting:
    """An encoder whose vectors are a text's length and its first letter."""

    name, dimensions, weight, quick = "counting", 2, 1.0, True

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, texts: Sequence[str]) -> Any:
        """A row each."""
        import numpy as np

        self.read.extend(texts)
        return np.array([[len(text), ord(text[0])] for text in texts], dtype=np.float32)


@pytest.fixture
def texts() -> dict[bytes, str]:
    return {text_digest(word): word for word in ("un", "deux", "trois")}


@pytest.fixture(scope="module", params=STORES)
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    """Files alone, and PostgreSQL beside them."""
    with request.param() as made:
        yield made


class Nodes:
    """The vectors of some texts at nodes that share what they share."""

    def __init__(self, folder: Path, stores: Stores) -> None:
        self.folder, self.stores = folder, stores

    def at(self, encoder: Any, node: str = "one", *, coarse: bool = False) -> Vectors:
        """Those at one node."""
        places = VectorPlaces(self.folder / node / "index", self.stores)
        return places.at("said", encoder, coarse=coarse)


@pytest.fixture
def nodes(tmp_path: Path, stores: Stores) -> Iterator[Nodes]:
    """What the test before left on PostgreSQL is thrown away."""
    yield Nodes(tmp_path, stores)
    if stores is not FileTables:
        stores.at(Path("index")).discard()


def test_each_text_is_read_once(nodes: Nodes, texts: dict[bytes, str]) -> None:
    encoder = Counting()
    for _ in range(2):
        store = nodes.at(encoder)
        store.add(store.missing(texts))
    assert encoder.read == list(texts.values())
    assert nodes.at(encoder).of(list(texts))[1].tolist() == [4, 100]
    assert not store.of([b"?" * 16]).any()


def test_a_writer_that_died_costs_nothing(nodes: Nodes, texts: dict[bytes, str]) -> None:
    store = nodes.at(Counting())
    store.add(texts)
    for name in ("counting.keys", "counting.rows"):
        with (nodes.folder / "one/index/said" / name).open("ab") as file:
            file.write(b"half")
    later = {text_digest("quatre"): "quatre"}
    store.add(store.missing({**texts, **later}))
    assert [row[0] for row in store.of([*texts, *later]).tolist()] == [2, 4, 5, 6]


def test_two_that_read_the_same_at_once_cost_nothing(nodes: Nodes, texts: dict[bytes, str]) -> None:
    """Such as `wiki match` beside the process of tasks: each saw that it was missing."""
    for _ in range(2):
        nodes.at(Counting()).add(texts)
    store = nodes.at(Counting())
    later = {text_digest("quatre"): "quatre"}
    store.add(later)
    assert [row[0] for row in store.of([*texts, *later]).tolist()] == [2, 4, 5, 6]


def test_what_is_gone_is_let_go_of(nodes: Nodes, texts: dict[bytes, str]) -> None:
    store = nodes.at(Counting())
    store.add(texts)
    last = list(texts)[-1]
    store.compact([last])
    assert store.of([last])[0].tolist() == [5, 116]
    assert len(store.missing(texts)) == 2


def test_several_processes_read_what_one_would(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "AT_ONCE", 3)
    texts = {text_digest(word): word for word in (f"{n}" * (n + 1) for n in range(20))}
    alone, encoder = Vectors(Counting(), tmp_path / "one"), Counting()
    alone.add(texts)
    monkeypatch.setattr(vectors, "_MANY", 20)
    together = Vectors(encoder, tmp_path / "two", hands=2)
    together.add(texts)
    assert encoder.read == [], "others did"
    assert (together.of(list(texts)) == alone.of(list(texts))).all()


def test_coarse_rows_compare_alike_wherever_they_stand(nodes: Nodes) -> None:
    """To the last bit: what else is in the file, and where, shows in no cosine."""
    import numpy as np

    rows = np.random.default_rng(1).standard_normal((5_000, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    keys = [text_digest(str(at)) for at in range(len(rows))]
    encoder = Counting()
    encoder.dimensions = 384
    one, other = (nodes.at(encoder, name, coarse=True) for name in ("one", "other"))
    one.keep(keys, rows)
    other.keep(keys[::-3], rows[::-3])
    kept = keys[::-3]
    found = one.cosines(one.places(kept), rows[0])
    assert found.tobytes() == other.cosines(other.places(kept), rows[0]).tobytes()
    assert np.abs(found - rows[::-3] @ rows[0]).max() < 0.02
    unknown = [b"?" * 16]
    assert np.isnan(one.cosines(one.places(unknown), rows[0])).all()
    assert np.abs(one.of(keys[:9]) - rows[:9]).max() < 0.01
