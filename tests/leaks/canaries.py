"""Words that stand nowhere but in one place, so that a leak names its source.

``canariteamqtitle`` stands in the *title* of what the kind *team* of secrets hides. Each is one
word of plain letters: the same in a path, a keyword, a search, a slug and a mail address.
"""

import re
from collections.abc import Iterable
from html import unescape
from urllib.parse import unquote

_CANARY = re.compile(r"canari([a-z]+?)q([a-z]+)")
_ESCAPE = re.compile(r"\\u00([0-9a-f]{2})")


def canary(kind: str, place: str) -> str:
    """The word for ``place`` in what ``kind`` hides."""
    return f"canari{kind}q{place}"


def canaries(text: str) -> set[str]:
    """The canaries in ``text``, however it was written: HTML, JSON or an address."""
    plain = unquote(unescape(_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)))
    return {found[0] for found in _CANARY.finditer(plain.lower())}


def forbidden(words: Iterable[str], kinds: Iterable[str]) -> set[str]:
    """Those of ``words`` that someone who may know of ``kinds`` alone may not read."""
    may = set(kinds)
    return {word for word in words if (found := _CANARY.match(word)) and found[1] not in may}
