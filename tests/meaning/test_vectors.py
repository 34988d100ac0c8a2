"""Vectors survive: half-written files, two writers, and texts that are gone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from wiki.meaning import vectors
from wiki.meaning.vectors import Vectors, text_digest


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


def test_each_text_is_read_once(tmp_path: Path, texts: dict[bytes, str]) -> None:
    encoder = Counting()
    for _ in range(2):
        store = Vectors(encoder, tmp_path)
        store.add(store.missing(texts))
    assert encoder.read == list(texts.values())
    assert Vectors(encoder, tmp_path).of(list(texts))[1].tolist() == [4, 100]
    assert not store.of([b"?" * 16]).any()


def test_a_writer_that_died_costs_nothing(tmp_path: Path, texts: dict[bytes, str]) -> None:
    store = Vectors(Counting(), tmp_path)
    store.add(texts)
    for name in ("counting.keys", "counting.rows"):
        with (tmp_path / name).open("ab") as file:
            file.write(b"half")
    later = {text_digest("quatre"): "quatre"}
    store.add(store.missing({**texts, **later}))
    assert [row[0] for row in store.of([*texts, *later]).tolist()] == [2, 4, 5, 6]


def test_two_that_read_the_same_at_once_cost_nothing(
    tmp_path: Path, texts: dict[bytes, str]
) -> None:
    """Such as `wiki match` beside the process of tasks: each saw that it was missing."""
    for _ in range(2):
        Vectors(Counting(), tmp_path).add(texts)
    store = Vectors(Counting(), tmp_path)
    later = {text_digest("quatre"): "quatre"}
    store.add(later)
    assert [row[0] for row in store.of([*texts, *later]).tolist()] == [2, 4, 5, 6]


def test_what_is_gone_is_let_go_of(tmp_path: Path, texts: dict[bytes, str]) -> None:
    store = Vectors(Counting(), tmp_path)
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


def test_coarse_rows_compare_alike_wherever_they_stand(tmp_path: Path) -> None:
    """To the last bit: what else is in the file, and where, shows in no cosine."""
    import numpy as np

    rows = np.random.default_rng(1).standard_normal((5_000, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    keys = [text_digest(str(at)) for at in range(len(rows))]
    encoder = Counting()
    encoder.dimensions = 384
    one, other = (Vectors(encoder, tmp_path / name, coarse=True) for name in ("one", "other"))
    one.keep(keys, rows)
    other.keep(keys[::-3], rows[::-3])
    kept = keys[::-3]
    found = one.cosines(one.places(kept), rows[0])
    assert found.tobytes() == other.cosines(other.places(kept), rows[0]).tobytes()
    assert np.abs(found - rows[::-3] @ rows[0]).max() < 0.02
    unknown = [b"?" * 16]
    assert np.isnan(one.cosines(one.places(unknown), rows[0])).all()
    assert np.abs(one.of(keys[:9]) - rows[:9]).max() < 0.01
