"""Words compared as people mean them: without case, accents or punctuation; and numbers."""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

_OTHER = re.compile(r"[^0-9a-z]+")
_NUMBER = re.compile(r"[0-9]{1,9}")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'"})


def fold(text: str) -> str:
    """``text`` without case, accents or ligatures: ``Accès`` and ``acces`` are equal."""
    if text.isascii():
        return text.lower()  # the same, ten times as fast
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@lru_cache(maxsize=4_096)  # the same few words come by thousands
def slug(text: str) -> str:
    """``text`` as a page name or the key of a keyword; empty if nothing of it can stand in one.

    Lower case, accents dropped, other scripts transliterated, each run of other characters one
    hyphen: ``Travail / Emploi`` is ``travail-emploi``.
    """
    return _OTHER.sub("-", anyascii(fold(text)).lower()).strip("-")


def read_number(text: str) -> int | None:
    """The number that ``text`` is, from 0 to 999,999,999; None for whatever else.

    ``int`` takes digits of other scripts too, of which ``str.isdigit`` knows more than it does, and
    raises ValueError over some thousands of them.
    """
    return int(text) if _NUMBER.fullmatch(text) else None


def keyword(text: str) -> str:
    """A keyword as it is shown: on one line, without the ``#`` that some write before it."""
    return " ".join(text.split()).lstrip("#").lstrip()
