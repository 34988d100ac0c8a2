"""Postings: words and the texts that have them, many in a row: common words are read at once.

A row holds the texts of one stem whose numbers lie together, so that a change rewrites little.

::

    WORD = posting_table("near_word", metadata)
    postings = Postings(rows, WORD)
    postings.add(number, {"ruch": 1.0})
    postings.write()
    having(rows, WORD, "ruch").numbers
"""

import zlib
from array import array
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    MetaData,
    Select,
    Table,
    bindparam,
    delete,
    select,
)

from wiki.projections.tables.conditions import replace_surrogates
from wiki.projections.tables.dialect import upsert
from wiki.projections.tables.rows import Rows, integers, texts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: how many numbers lie together
_TOGETHER = 512
#: pairs of word and text that wait to be written together
_WAITING = 100_000


class Having(NamedTuple):
    """The numbers of the texts that have a word, in their order, and how much it says of each."""

    numbers: "NDArray[np.int64]"
    weights: "NDArray[np.float64]"


class _Held(NamedTuple):
    """The same while it is changed."""

    numbers: "array[int]"
    weights: "array[float]"


def posting_table(name: str, metadata: MetaData) -> Table:
    """A table of postings; its name begins with that of its projection."""
    return Table(
        name,
        metadata,
        *texts("stem", primary_key=True),
        *integers("part", primary_key=True, autoincrement=False),
        *(Column(one, LargeBinary, nullable=False) for one in ("numbers", "weights")),
        sqlite_with_rowid=False,
    )


class Postings:
    """Changes of ``table``, written some at a time; whoever makes them calls ``write`` at last."""

    def __init__(self, rows: Rows, table: Table) -> None:
        self._rows = rows
        self._one = _parts(table).where(_part(table))
        self._delete = delete(table).where(_stem(table), _part(table))
        self._put = upsert(table)
        self._added: dict[tuple[str, int], _Held] = {}
        self._gone: dict[tuple[str, int], set[int]] = {}
        self._waiting = 0

    def add(self, number: int, weights: dict[str, float]) -> None:
        """The words of a new text, whose number is higher than all before."""
        for stem, weight in weights.items():
            having = self._added.setdefault((stem, number // _TOGETHER), _nothing())
            having.numbers.append(number)
            having.weights.append(weight)
        self._wait(len(weights))

    def remove(self, number: int, stems: dict[str, float]) -> None:
        """Takes a text out."""
        for stem in stems:
            self._gone.setdefault((stem, number // _TOGETHER), set()).add(number)
        self._wait(len(stems))

    def write(self) -> None:
        """Writes what waits."""
        for key in self._added.keys() | self._gone.keys():
            self._write(key)
        self._added.clear()
        self._gone.clear()
        self._waiting = 0

    def _wait(self, more: int) -> None:
        self._waiting += more
        if self._waiting > _WAITING:
            self.write()

    def _write(self, key: tuple[str, int]) -> None:
        place = {"stem": replace_surrogates(key[0]), "part": key[1]}
        held, gone = _nothing(), self._gone.get(key, set())
        for row in self._rows.execute(self._one, place):
            _extend(held, *row)
        if key in self._added:
            held.numbers.extend(self._added[key].numbers)
            held.weights.extend(self._added[key].weights)
        kept = [pair for pair in zip(*held, strict=True) if pair[0] not in gone]
        if not kept:
            self._rows.execute(self._delete, place)
            return
        numbers, weights = zip(*kept, strict=True)
        self._rows.execute(
            self._put,
            {
                **place,
                "numbers": _places([number % _TOGETHER for number in numbers]),
                "weights": _packed(array("d", weights).tobytes()),
            },
        )


def having(rows: Rows, table: Table, stem: str) -> Having:
    """All texts that have the word, whoever sees them."""
    # A page that nobody asks about needs none of it.
    import numpy as np

    numbers, weights = [np.empty(0, np.int64)], [np.empty(0)]
    for part, places, packed in rows.execute(_parts(table), {"stem": replace_surrogates(stem)}):
        at: NDArray[np.int64]
        if len(places) < _TOGETHER // 8:
            at = np.frombuffer(places, np.uint16).astype(np.int64)
        else:
            bits = np.unpackbits(np.frombuffer(places, np.uint8), bitorder="little")
            at = np.flatnonzero(bits)
        numbers.append(at + part * _TOGETHER)
        weights.append(np.frombuffer(_unpacked(packed, len(at))))
    return Having(np.concatenate(numbers), np.concatenate(weights))


@cache
def _parts(table: Table) -> "Select[tuple[int, bytes, bytes]]":
    return (
        select(table.c.part, table.c.numbers, table.c.weights)
        .where(_stem(table))
        .order_by(table.c.part)
    )


def _stem(table: Table) -> ColumnElement[bool]:
    return table.c.stem == bindparam("stem")


def _part(table: Table) -> ColumnElement[bool]:
    return table.c.part == bindparam("part")


def _nothing() -> _Held:
    return _Held(array("Q"), array("d"))


def _extend(found: _Held, part: int, numbers: bytes, weights: bytes) -> None:
    places = _read_places(numbers)
    found.numbers.extend(part * _TOGETHER + place for place in places)
    found.weights.frombytes(_unpacked(weights, len(places)))


def _unpacked(weights: bytes, many: int) -> bytes:
    return weights if len(weights) == 8 * many else zlib.decompress(weights)


def _places(places: list[int]) -> bytes:
    """Some places of a part: two bytes each, or a bit for all there are where that is less."""
    if len(places) < _TOGETHER // 16:
        return array("H", places).tobytes()
    return sum(1 << place for place in places).to_bytes(_TOGETHER // 8, "little")


def _read_places(data: bytes) -> Sequence[int]:
    if len(data) < _TOGETHER // 8:
        return array("H", data)
    bits = int.from_bytes(data, "little")
    return [place for place in range(_TOGETHER) if bits >> place & 1]


def _packed(weights: bytes) -> bytes:
    """As small as it goes: the weights of a text are few, and come again and again."""
    packed = zlib.compress(weights)
    return packed if len(packed) < len(weights) else weights
