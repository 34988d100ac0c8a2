"""Lines of a form that one moves up and down, adds and takes away, before anything is saved.

A button says ``up-3``, ``down-3``, ``remove-3`` or ``add``; the form comes back with it done.
"""

from collections.abc import MutableSequence
from typing import TypeVar

Row = TypeVar("Row")


def moved_to(action: str, count: int) -> str:
    """The button that does the same to the same line once it has moved: it has the focus then."""
    list_name, _, pressed = action.rpartition(":")
    verb, _, number = pressed.partition("-")
    if verb not in ("up", "down") or not number.isdecimal() or count < 2:
        return ""
    at = max(0, min(int(number) + (1 if verb == "down" else -1), count - 1))
    # At an end, that button does nothing any more.
    verb = {0: "down", count - 1: "up"}.get(at, verb)
    return f"{list_name}:{verb}-{at}" if list_name else f"{verb}-{at}"


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
