"""Takes mail addresses out of what git holds, where it is shown: names and messages of commits."""

import re

_WORD = re.compile(r"\S+")
MASKED = "…@…"


def masked(text: str) -> str:
    """``text`` with each word that may be a mail address as ``…@…``; the rest as it stands."""
    return _WORD.sub(_mask, text) if "@" in text else text


def _mask(word: re.Match[str]) -> str:
    # A place, as in “@Bretagne”, is no address.
    return MASKED if "@" in word[0][1:-1] else word[0]
