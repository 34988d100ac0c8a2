"""The state at the end of a heading: its words, and how it is told from other brackets."""

import re
from collections.abc import Mapping
from typing import Any, Literal

from wiki.pages.words import fold
from wiki.translation import lazy

State = Literal["write", "review", "settled"]

#: how each is written, in French and in English; read in any case, with or without accents
STATE_NAMES: Mapping[State, tuple[str, str]] = {
    "write": ("à écrire", "to write"),
    "review": ("à relire", "to review"),
    "settled": ("validé", "settled"),
}
#: how each is told to a reader
STATE_WORDS: Mapping[State, Any] = {
    "write": lazy("to write"),
    "review": lazy("to review"),
    "settled": lazy("settled"),
}
_STATES = {fold(name): state for state, names in STATE_NAMES.items() for name in names}
_BRACKETS = re.compile(r"(?:(?<![ \t])[ \t]++)?\[([^\[\]\\]{1,20})\][ \t]*\Z")


def split_state(text: str) -> tuple[str, State | Literal[""]]:
    """The words of a heading without its state, and that; ``text`` as it is where it has none.

    A heading that is nothing but its state has words, and no state.
    """
    found = _BRACKETS.search(text)
    state = _STATES.get(" ".join(fold(found[1]).split())) if found else None
    if found is None or state is None or not text[: found.start()].strip():
        return text, ""
    return text[: found.start()], state
