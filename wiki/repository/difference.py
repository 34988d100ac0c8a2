"""Two texts compared word by word, for people who do not read patches."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


class Titled(Protocol):
    """A heading of the new text: its line (0-based) and its words."""

    @property
    def line(self) -> int: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True)
class Run:
    """Text that stayed, came or went; it may span lines."""

    kind: Literal["same", "added", "removed"]
    text: str


@dataclass(frozen=True)
class Hunk:
    """A changed stretch with whole lines around it; lines are 0-based."""

    old_line: int
    new_line: int
    heading: str
    runs: tuple[Run, ...]


def word_diff(
    old: str, new: str, headings: Sequence[Titled] = (), context: int | None = 3
) -> list[Hunk]: ...
