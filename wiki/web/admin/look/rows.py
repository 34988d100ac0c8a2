"""Lines of a form that one moves up and down, adds and takes away, before anything is saved.

A button says ``up-3``, ``down-3``, ``remove-3`` or ``add``; the form comes back with it done.
"""

from collections.abc import MutableSequence
from typing import TypeVar

Row = TypeVar("Row")


def move_row(rows: MutableSequence[Row], action: str) -> bool:
    """Does in ``rows`` what the button says; whether it is one of those buttons."""
    verb, _, number = action.partition("-")
    if verb not in ("up", "down", "remove") or not number.isdecimal():
        return False
    at = int(number)
    to = {"up": at - 1, "down": at + 1}.get(verb, at)
    if not (0 <= at < len(rows) and 0 <= to < len(rows)):
        return True
    row = rows.pop(at)
    if verb != "remove":
        rows.insert(to, row)
    return True
