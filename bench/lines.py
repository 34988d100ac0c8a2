"""What a measurement says: one line of the table, with its reference from the same run."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """``value`` was measured, ``reference`` too, by the same means; ``ratio`` compares them.

    ``reached`` is None where there is no target, only a curve or a fact to look at.
    """

    what: str
    value: str
    reference: str = ""
    ratio: str = ""
    target: str = ""
    reached: bool | None = None


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of ``values`` do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(len(ordered) * share * 1000) // 1000) - 1)]


def ms(seconds: float) -> str:
    """``12.3 ms``."""
    return f"{seconds * 1000:.1f} ms"


def timed(
    what: str, seconds: float, reference: float, name: str, target: float | None = None
) -> Line:
    """A time beside the time of ``name``; ``target`` is the longest that is good."""
    return Line(
        what,
        ms(seconds),
        f"{name} {ms(reference)}",
        f"{seconds / reference:.1f} ×",
        "" if target is None else f"≤ {ms(target)}",
        None if target is None else seconds <= target,
    )


def table(lines: Sequence[Line]) -> str:
    """The lines as a Markdown table."""
    head = "| what | measured | reference | ratio | target | |\n|---|---|---|---|---|---|\n"
    marks = {True: "✓", False: "✗", None: ""}
    return head + "".join(
        f"| {line.what} | {line.value} | {line.reference} | {line.ratio} | {line.target} "
        f"| {marks[line.reached]} |\n"
        for line in lines
    )
