"""Who is here and where their caret is, as y-protocols sends it; names are the server's alone."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..varints import Cursor, Malformed, block, number

#: bytes of one state
LARGEST = 2_000
_KEPT = ("cursor", "line")


@dataclass(frozen=True)
class State:
    """What one client last said; None: it is gone."""

    client: int
    clock: int
    said: Mapping[str, Any] | None


def read_states(data: bytes) -> list[State]:
    """The states in an awareness message. Raises Malformed."""
    cursor = Cursor(data)
    count = cursor.number()
    if count > 100:
        raise Malformed
    found = list(_states(cursor, count))
    if cursor.left:
        raise Malformed
    return found


def _states(cursor: Cursor, count: int) -> Iterator[State]:
    for _one in range(count):
        client, clock, words = cursor.number(), cursor.number(), cursor.word()
        if len(words) > LARGEST:
            raise Malformed
        try:
            said = json.loads(words)
            # Python reads and writes more than JSON knows, NaN and 1e999: browsers would not.
            json.dumps(said, allow_nan=False)
        except (ValueError, RecursionError) as error:
            raise Malformed from error
        if said is not None and not isinstance(said, dict):
            raise Malformed
        yield State(client, clock, said)


def write_states(states: Sequence[State]) -> bytes:
    """The inverse of ``read_states``."""
    out = number(len(states))
    for one in states:
        words = json.dumps(one.said, ensure_ascii=False, separators=(",", ":"))
        out += number(one.client) + number(one.clock) + block(words.encode("utf-8", "replace"))
    return out


def signed(state: State, user: Mapping[str, Any]) -> State:
    """``state`` with what may be in it, under the name ``user`` that the server knows."""
    if state.said is None:
        return state
    kept = {key: state.said[key] for key in _KEPT if key in state.said}
    return State(state.client, state.clock, {**kept, "user": dict(user)})


def line_of(state: State | None) -> int | None:
    """The line, from 1, that its caret is said to be in."""
    line = state.said.get("line") if state is not None and state.said else None
    return line if isinstance(line, int) and not isinstance(line, bool) and line > 0 else None
