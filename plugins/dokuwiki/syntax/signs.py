"""Smileys and signs that DokuWiki shows as others, and words that it writes as they are (pure)."""

import re
from collections.abc import Mapping

_SIGNS: Mapping[str, str] = {
    "<->": "↔",
    "->": "→",
    "<-": "←",
    "<=>": "⇔",
    "=>": "⇒",
    "<=": "⇐",
    ">>": "»",
    "<<": "«",
    "---": "—",
    "--": "–",
    "(c)": "©",
    "(tm)": "™",
    "(r)": "®",
    "...": "…",
}
_SMILEYS: Mapping[str, str] = {
    "8-)": "😎",
    "8-O": "😳",
    "8-o": "😳",
    ":-(": "🙁",
    ":-)": "🙂",
    "=)": "🙂",
    ":-/": "😕",
    ":-\\": "😕",
    ":-?": "🤔",
    ":-D": "😀",
    ":-P": "😛",
    ":-o": "😮",
    ":-O": "😮",
    ":-x": "🤐",
    ":-X": "🤐",
    ":-|": "😐",
    ";-)": "😉",
    "m(": "🤦",
    "^_^": "😊",
    ":?:": "❓",
    ":!:": "❗",
}
_BY_LENGTH = sorted(_SMILEYS, key=len, reverse=True)
#: a smiley stands alone, a sign anywhere; a size is two numbers
PATTERN = (
    rf"(?P<smiley>(?<!\w)(?:{'|'.join(map(re.escape, _BY_LENGTH))})(?!\w))"
    rf"|(?P<sign>{'|'.join(map(re.escape, sorted(_SIGNS, key=len, reverse=True)))})"
    r"|(?P<size>(?<![\w])[1-9]\d{0,9}x[1-9]\d{0,9}(?![\w]))"
)


def shown(found: re.Match[str]) -> str | None:
    """What stands for a match of ``PATTERN``; None where it is another."""
    if found["smiley"]:
        return _SMILEYS[found["smiley"]]
    if found["sign"]:
        return _SIGNS[found["sign"]]
    return found["size"].replace("x", "×") if found["size"] else None
