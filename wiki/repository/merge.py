"""Three texts made one, by git's own merge; a conflict is told in pieces, never in markers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Agreed:
    """Lines that both sides can live with."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Conflict:
    """Lines that both sides changed, each in its own way."""

    base: tuple[str, ...]
    mine: tuple[str, ...]
    theirs: tuple[str, ...]


@dataclass(frozen=True)
class Merge:
    """``text`` is the merged text, or None where there is a Conflict among the pieces."""

    text: str | None
    pieces: tuple[Agreed | Conflict, ...]


def merge(base: str, mine: str, theirs: str) -> Merge: ...
