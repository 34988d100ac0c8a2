"""The marks in an item's text, as one more rule of the inline parser: ``#keyword @place before:…``.

Read by the parser itself, so that what is code or a link to the reader is so here too. A mark
counts at the start or after a space.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from wiki.pages.markdown.budget import Budget
from wiki.pages.markdown.parser import build
from wiki.pages.words import fold

#: Marks of the form ``name:value``; French and English names are equal.
NAMES = {
    "avant": "before",
    "before": "before",
    "vu": "seen",
    "seen": "seen",
    "dispo": "availability",
    "disponibilite": "availability",
    "availability": "availability",
}
DATES = ("before", "seen")
_AVAILABILITY = {
    "a-little": 1,
    "un-peu": 1,
    "occasional": 2,
    "ponctuelle": 2,
    "regular": 4,
    "reguliere": 4,
}
_NAMED = re.compile(r"(?:^|\s)([^\W\d_]{2,20})\Z")
#: what a mark is known by; and a note's number, which only the reading of a whole page knows
_SIGN = re.compile(r"[#@:]|\[\^")
_VALUE = re.compile(r"\S{1,100}")
_QUOTED = re.compile(r'@"([^"\n]{1,100})"')
_LAST = ".,;:!?)]…»”"


@dataclass(frozen=True)
class Mark:
    """One mark: its kind (``keyword``, ``place`` or a name of NAMES), its value, where it stands.

    ``value`` is None where the author's, ``written``, makes no sense.
    """

    kind: str
    value: str | None
    written: str
    start: int
    end: int


def read_marks(
    content: str, budget: Budget, references: dict[str, object]
) -> tuple[list[Token], list[Mark]]:
    """The inline tokens of an item's text, and the marks in it in their order.

    A mark is also a token, of type ``mark``, with its Mark in ``meta``. Raises TooHeavy.
    """
    tokens: list[Token] = []
    env = {"budget": budget, "references": references, "item": content}
    md = _parser()
    md.inline.parse(content, md, env, tokens)
    return tokens, [token.meta["mark"] for token in tokens if token.type == "mark"]


def has_sign(content: str) -> bool:
    """Whether a mark may stand in an item's text; without, its tokens are those of the page."""
    return _SIGN.search(content) is not None


def read_date(text: str) -> str | None:
    """``text`` if it is a day that exists, written ``2027-03-01``."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def read_availability(text: str) -> int | None:
    """The requests a month that ``text`` stands for, a number or a word in either language."""
    word = fold(text.strip()).replace(" ", "-")
    if re.fullmatch(r"[0-9]{1,3}", word):
        return int(word)
    return _AVAILABILITY.get(word)


@cache
def _parser() -> MarkdownIt:
    md = build()
    md.inline.ruler.before("newline", "mark", _mark)
    return md


def _mark(state: StateInline, silent: bool) -> bool:
    # Within an image the text is another, whose places are not those of the item.
    if silent or state.linkLevel or state.env["item"] is not state.src:
        return False
    char = state.src[state.pos]
    if char == ":":
        mark = _named(state)
    elif char in "#@" and (state.pos == 0 or state.src[state.pos - 1].isspace()):
        mark = _keyword(state) if char == "#" else _place(state)
    else:
        return False
    if mark is None:
        return False
    if mark.start < state.pos:
        state.pending = state.pending[: mark.start - state.pos]
    state.push("mark", "", 0).meta = {"mark": mark}
    state.pos = mark.end
    return True


def _keyword(state: StateInline) -> Mark | None:
    end = _word_end(state, state.pos + 1, "-")
    word = state.src[state.pos + 1 : end]
    if not word or state.src[end : end + 1] == "_":
        return None
    return Mark("keyword", word, word, state.pos, end)


def _place(state: StateInline) -> Mark | None:
    if quoted := _QUOTED.match(state.src, state.pos, state.posMax):
        place = " ".join(quoted[1].split())
        return Mark("place", place, place, state.pos, quoted.end()) if place else None
    end = _word_end(state, state.pos + 1, "-'’")
    word = state.src[state.pos + 1 : end]
    if not word or state.src[end : end + 1] in ("_", "@"):
        return None
    return Mark("place", word, word, state.pos, end)


def _named(state: StateInline) -> Mark | None:
    before = _NAMED.search(state.src[max(0, state.pos - 22) : state.pos])
    kind = NAMES.get(fold(before[1])) if before else None
    after = _VALUE.match(state.src, state.pos + 1, state.posMax)
    if before is None or kind is None or after is None or not state.pending.endswith(before[1]):
        return None
    written = after[0].rstrip(_LAST)
    if not written:
        return None
    if kind in DATES:
        value = read_date(written)
    else:
        number = read_availability(written)
        value = None if number is None else str(number)
    end = state.pos + 1 + len(written)
    return Mark(kind, value, written, state.pos - len(before[1]), end)


def _word_end(state: StateInline, start: int, inside: str) -> int:
    """Where a word of letters and digits of any script ends; ``inside`` may stand between them."""
    end = start
    maximum = min(state.posMax, start + 100)
    while end < maximum and (
        state.src[end].isalnum()
        or state.src[end] in inside
        or unicodedata.category(state.src[end])[0] == "M"
    ):
        end += 1
    while end > start and state.src[end - 1] in inside:
        end -= 1
    return start if end > start and state.src[start] in inside else end
