"""Vectors that nodes share on PostgreSQL: read once, exchanged, given back, let go of together."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.projections.stores import STORES
from wiki.meaning.vectors import text_digest
from wiki.projections.vectors import VectorPlaces

from .test_vectors import Counting, Nodes

if TYPE_CHECKING:
    from wiki.projections.tables.schemas import Schemas


@pytest.fixture(scope="module", params=STORES[1:])
def stores(request: pytest.FixtureRequest) -> Iterator["Schemas"]:
    """Schemas of PostgreSQL."""
    with request.param() as made:
        yield made


@pytest.fixture(params=["halfvec", "bytea"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The column with vectors: the extension's, or what there is without it."""
    if request.param == "bytea":
        monkeypatch.setattr("wiki.projections.tables.postgresql.vectors.EXTENSION", "no_such")
    return str(request.param)


@pytest.fixture
def nodes(tmp_path: Path, stores: "Schemas", kind: str) -> Iterator[Nodes]:
    """Nodes whose column is of that kind."""
    if VectorPlaces(tmp_path / "one" / "index", stores).kind() != kind:
        stores.discard()
        pytest.skip("this server has no pgvector")
    yield Nodes(tmp_path, stores)
    stores.discard()


def said(*words: str) -> dict[bytes, str]:
    return {text_digest(word): word for word in words}


def run(stores: "Schemas", statement: str) -> Any:
    with stores.at(Path("index")).pool.lent() as rows:
        return rows.connection.execute(statement)


@pytest.mark.parametrize("coarse", [False, True])
def test_a_text_is_read_by_one_node_and_known_by_all(nodes: Nodes, coarse: bool) -> None:
    import numpy as np

    encoders = [Counting() for _ in range(3)]
    one, other, third = (
        nodes.at(encoder, name, coarse=coarse)
        for encoder, name in zip(encoders, ("one", "other", "third"), strict=True)
    )
    texts = said(*(f"{number} of them" for number in range(200)))
    keys = list(texts)
    rows = np.random.default_rng(1).standard_normal((200, 2)).astype(np.float32) / np.float32(10)
    one.keep(keys[:150], rows[:150])
    # Whoever asks first, whatever for.
    assert (other.places(keys) >= 0).sum() == 150
    other.keep(keys[150:], rows[150:])
    for store in (one, other, third):
        assert store.missing(texts) == {}
        assert store.of(keys).tobytes() == one.of(keys).tobytes()
        assert np.abs(store.of(keys) - rows).max() < 0.002
    assert [encoder.read for encoder in encoders] == [[], [], []]
    later = said("un", "deux")
    third.add(third.missing(later))
    assert one.of(list(later)).tolist() == third.of(list(later)).tolist()


def test_what_is_gone_goes_everywhere(nodes: Nodes) -> None:
    one, other = (nodes.at(Counting(), name) for name in ("one", "other"))
    texts = said(*(f"{number}" for number in range(20)))
    kept = dict(list(texts.items())[:5])
    one.add(texts)
    assert other.missing(texts) == {}
    assert len(one.missing(said("later"))) == 1
    assert one.compact(kept)
    assert not one.follow(), "it was this node that did it"
    later = said("later")
    one.add(later)
    assert other.of(list(later)).any()
    for store in (one, other):
        assert len(store.missing(texts)) == 15
        assert store.missing({**kept, **later}) == {}


def test_what_was_thrown_away_is_given_back(nodes: Nodes, stores: "Schemas", kind: str) -> None:
    """By files of a node, such as those that it had before it shared any."""
    one, other = (nodes.at(Counting(), name) for name in ("one", "other"))
    texts = said("un", "deux", "trois")
    one.add(texts)
    run(stores, 'DROP SCHEMA "index:vectors" CASCADE')
    later = said("quatre")
    other.add(later)
    assert one.missing({**texts, **later}) == {}
    assert other.missing({**texts, **later}) == {}
    # What is damaged here is had from there.
    for path in (nodes.folder / "other/index/said").glob("*.rows"):
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert nodes.at(Counting(), "other").missing({**texts, **later}) == {}


def test_a_server_that_takes_nothing_stops_nobody(
    nodes: Nodes, stores: "Schemas", monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (nodes.at(Counting(), name) for name in ("one", "other"))
    texts, later = said("un", "deux"), said("trois")
    one.add(texts)
    with stores.at(Path("index")).pool.lent() as rows, monkeypatch.context() as patch:
        patch.setattr("wiki.projections.tables.postgresql.vectors._STATEMENT", 0.05)
        with rows.connection.transaction():
            rows.connection.execute('SELECT FROM "index:vectors".collection FOR UPDATE')
            one.add(later)
            assert one.of(list(later)).any()
    assert len(other.missing(later)) == 1
    assert len(one.missing(said("quatre"))) == 1
    assert other.missing({**texts, **later}) == {}
