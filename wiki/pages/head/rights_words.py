"""Whether a head that cannot be read for sure could say who may read or edit its page.

A head is read leniently only where this says no, so it errs on one side: whatever stands where a
key may stand and sounds like access counts, in English and French, in any case, quoted, nested, in
a comment, as does what could make a key out of something else (anchors, merges, escapes).
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from wiki.pages.words import fold

#: no head is longer; of what is, nobody looks for words
LONGEST = 64 * 1024
#: beginnings of words, as ``fold`` leaves them
_STEMS = (
    # what this wiki reads
    r"(?<![a-z])teams?(?![a-z])",
    "visib",
    "editors",
    # the same in French, and what other software says of it
    "equipe",
    "editeurs",
    "redact(?:eur|rice)s",
    "(?<![a-z])(?:acces|acl)",
    "lect(?:eur|rice)s",
    "(?:can|may|is)?[_ -]?read(?:able|ers?|only)?(?![a-z])",
    "droits?(?![a-z])",
    "(?<![a-z])rights?(?![a-z])",
    "permi(?:ssion|s)",
    "autoris",
    "authori[sz]",
    "priva",
    "prive",
    "public(?!ation)",
    "publie",
    "publish(?:ed)?(?![a-z])",
    "draft",
    "brouillon",
    "hidden",
    "unlisted",
    "masque",
    "secret",
    "confident",
    "restri",
    "restreint",
    "reserve",
    "protec",
    "proteg",
    "intern(?:al|e)?(?![a-z])",
    "password",
    "mot de passe",
    "group",
    "(?<![a-z])roles?(?![a-z])",
    "member",
    "membre",
    "audience",
    "(?<![a-z])allow",
    "(?<![a-z])deny",
    "partag",
    "(?<![a-z])shar(?:e|ed|ing)(?![a-z])",
    "owner",
    "proprietaire",
)
_KEY = re.compile(rf"(?:{'|'.join(_STEMS)})[\w .-]{{0,100}}+[\"']?\s*+[:=]")
#: the name of a table of TOML
_TABLE = re.compile(rf"^[ \t]*\[[^\]\n]*(?:{'|'.join(_STEMS)})", re.M)
#: what could bring a key that does not stand there letter by letter
_BRINGS = re.compile(r"<<|!!|!<|\\(?:[xuU]|\r?\n)|(?:^|[:?,\[{-])[ \t]*&\S", re.M)
#: flags of other software, where they say that everyone may read
_OPEN = re.compile(
    r"^(?:(?:is)?publish(?:ed)?[ \t]*[:=][ \t]*true|(?:draft|(?:is)?private)[ \t]*[:=][ \t]*false)"
    r"[ \t\r]*$",
    re.M,
)

#: other software hides a page by these; here they are words
_CLOSED = {"published": "false", "ispublished": "false", "draft": "true"}
_CLOSED |= {"private": "true", "isprivate": "true"}


def hiding_flags(values: Mapping[str, object]) -> list[str]:
    """The keys by which other software would hide the page; for this wiki they hide nothing."""
    return [
        key
        for key, value in values.items()
        if str(value).strip().lower() == _CLOSED.get(key.casefold())
    ]


@lru_cache(maxsize=64)
def may_say_rights(raw: str) -> bool:
    """Whether anything in ``raw``, the lines of a head, could say who reads or edits its page."""
    if len(raw) > LONGEST or _BRINGS.search(raw):
        return True
    seen = raw if raw.isascii() else "".join(c for c in raw if unicodedata.category(c) != "Cf")
    words = _OPEN.sub("", fold(seen))
    return _KEY.search(words) is not None or _TABLE.search(words) is not None
