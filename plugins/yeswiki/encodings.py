"""Text of a dump, of which parts may be in another encoding, or in two at once (pure).

Wikis that were moved from server to server often hold ``Ã©`` for ``é``: letters of UTF-8 that were
taken for those of Windows. They are put right where nothing else can have been meant.
"""

import re

from wiki.api.imports.files import decode_text

#: letters that the bytes of UTF-8 look like, in runs that begin as letters of it do
_RUN = re.compile(
    "[ÂÃÅ][\u0080-\u00bf\u2018-\u203a\u20ac\u2122\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc]"
    "|â[\u0080-\u009f€‚-„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ][\u0080-\u00bf\u2018-\u203a€™ŒœŠšŸŽžƒˆ˜]"
    "|ð[\u0090\u009f\u0178][\u0080-\u00bf\u2018-\u203a€™ŒœŠšŸŽžƒˆ˜]{2}"
)
#: what French and signs are made of: “É»” is two letters, not one of an alphabet of phonetics
_PLAUSIBLE = re.compile(
    "[\u00a0-\u00ff\u0152\u0153\u0178\u2010-\u203a\u20ac\u2122\u2190-\u21ff\u2600-\u27bf]|[\U0001f300-\U0001faff]"
)


def text_of(value: bytes) -> tuple[str, bool]:
    """The text, line ends LF; and whether some of it was guessed."""
    text, guessed = decode_text(value)
    mended = mend(text)
    return mended, bool(guessed) or mended != text


def mend(text: str) -> str:
    """``text`` with what was encoded twice as it was meant."""
    return text if text.isascii() else _RUN.sub(_meant, text)


def _meant(found: re.Match[str]) -> str:
    raw = b"".join(_byte(char) for char in found[0])
    try:
        meant = raw.decode("utf-8")
    except UnicodeDecodeError:
        return found[0]
    return meant if _PLAUSIBLE.fullmatch(meant) else found[0]


def _byte(char: str) -> bytes:
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        return char.encode("latin-1", "replace")
