"""Which way the blocks of a text run: Arabic, Hebrew and their kin from right to left (pure).

A block runs as its first strong character does (rules P2 and P3 of the Unicode Bidirectional
Algorithm, UAX #9), which is what ``dir="auto"`` means in HTML; worked out here, so that documents
and mails have it too, and only in texts that hold such a character.
"""

import re
import unicodedata
from collections.abc import Sequence

from markdown_it.token import Token

#: whether anything at all may run from right to left
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
#: parts that run as the table or the list does that they belong to: its marks stand on one side
_PARTS = frozenset({"thead", "tbody", "tr", "li"})
_LISTS = frozenset({"ul", "ol"})
_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}


def direction(words: str) -> str:
    """``ltr`` or ``rtl``, by the first strong character of ``words``; "" where there is none."""
    for char in words:
        if found := _STRONG.get(unicodedata.bidirectional(char)):
            return found
    return ""


def set_directions(text: str, tokens: Sequence[Token]) -> None:
    """Gives ``dir`` to the opening tokens of blocks that run otherwise than what is around them.

    ``tokens`` are those of ``text``, ``:::`` blocks folded. Where nothing in ``text`` runs from
    right to left, nothing is done.
    """
    if _RIGHT_TO_LEFT.search(text):
        _set(tokens, "")


def _set(tokens: Sequence[Token], around: str) -> None:
    found = _directions(tokens)
    running, lists = [around], 0
    for index, token in enumerate(tokens):
        if token.type == "block":
            _set(token.meta["block"].tokens, running[-1])
        elif token.nesting == 1:
            part = token.tag in _PARTS or (lists and token.tag in _LISTS)
            own = running[-1] if part else found.get(index) or running[-1]
            lists += token.tag in _LISTS
            if own != running[-1]:
                token.attrSet("dir", own)
            running.append(own)
        elif token.nesting == -1:
            running.pop()
            lists -= token.tag in _LISTS


def _directions(tokens: Sequence[Token]) -> dict[int, str]:
    """Index of an opening token → the direction of the first words in it that have one."""
    found: dict[int, str] = {}
    # Those still open and without a direction: the next words with one decide for all of them.
    waiting: list[int] = []
    depth: list[int] = []
    for index, token in enumerate(tokens):
        if token.nesting == 1:
            depth.append(index)
            waiting.append(index)
        elif token.nesting == -1:
            if waiting and waiting[-1] == depth[-1]:
                waiting.pop()
            depth.pop()
        elif token.type == "inline" and waiting and (own := _of_inline(token)):
            found.update(dict.fromkeys(waiting, own))
            waiting.clear()
    return found


def _of_inline(token: Token) -> str:
    """The direction of what is read of a line: its words, not its addresses and marks."""
    for child in token.children or ():
        words = child.meta.get("text", "") if child.type == "wikilink" else child.content
        if child.type in ("text", "wikilink") and (own := direction(words)):
            return own
    return ""
