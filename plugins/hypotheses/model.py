"""Hypotheses, read from the items of ``hypothèse`` blocks (pure): a state, a date, evidence."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from wiki.api.pages import Problem, read_document
from wiki.api.pages.blocks import Block
from wiki.api.pages.items import Item
from wiki.api.paths import slug
from wiki.api.translation import lazy, written_language

BLOCK_NAMES = ("hypothese", "hypotheses", "hypothesis")

BELIEVED, TESTED, HELD, FELL = STATES = ("believed", "tested", "held", "fell")
#: the words that a writer may use for each, the one that forms write first: French, then English
NAMES = {
    BELIEVED: ("suppose", "supposee", "cru", "crue", "believed"),
    TESTED: ("teste", "testee", "tested"),
    HELD: ("confirme", "confirmee", "tenu", "tenue", "confirmed", "held"),
    FELL: ("dementi", "dementie", "tombe", "tombee", "refuted", "fell"),
}
WRITTEN = {
    "fr": {BELIEVED: "supposée", TESTED: "testée", HELD: "confirmée", FELL: "démentie"},
    "en": {BELIEVED: "believed", TESTED: "tested", HELD: "confirmed", FELL: "refuted"},
}
STATE_WORDS = {
    BELIEVED: lazy("to be checked"),
    TESTED: lazy("tested, not settled"),
    HELD: lazy("confirmed in the field"),
    FELL: lazy("refuted in the field"),
}

_KEY_LENGTH = 80
_BY_NAME = {name: state for state, names in NAMES.items() for name in names}
# After the date: perhaps a state, which ends at a dash, a colon or the end of the line.
_STATE = re.compile(r"(?P<word>[^\W\d_]+)[ \t]*(?:[—–:]|-(?=[ \t])|\Z)[ \t]*")
_LIKE_A_STATE = re.compile(r"(?P<word>[^\W\d_][\w-]*)[ \t]*(?:[—–]|[ \t]-(?=[ \t]))[ \t]*\S")
_DASH = re.compile(r"[ \t]*(?:[—–:]|-(?=[ \t]))[ \t]*")

_NO_STATE = "“{word}” is no state: states are {known}. Begin other lines with a dash."
_NO_DATE = "When was it? Begin the line with a date, such as 2026-09-12."
_EMPTY = "This line does not say what is believed."


@dataclass(frozen=True)
class Hypothesis:
    """What is believed: ``text`` (Markdown), one of STATES, since when (ISO, "" unknown).

    ``key`` names it among those of its page as long as it says the same; ``evidence`` is the
    Markdown below it; ``line`` to ``end_line`` in the whole text, ``end_line`` not included.
    """

    key: str
    state: str
    date: str
    text: str
    line: int
    end_line: int
    evidence: str = ""


def hypotheses_of(blocks: Iterable[Block]) -> list[Hypothesis]:
    """Those of a page's blocks in their order; lines that say nothing are left out."""
    found: dict[str, Hypothesis] = {}
    for item in _items(blocks):
        state, text = split_state(item.text)
        if not text:
            continue
        name = slug(text)[:_KEY_LENGTH] or "x"
        key, count = name, 1
        while key in found:
            count += 1
            key = f"{name}-{count}"
        found[key] = Hypothesis(
            key, state or BELIEVED, item.date or "", text, item.line, item.end_line, item.nested
        )
    return list(found.values())


def split_state(text: str) -> tuple[str | None, str]:
    """The state that ``text`` begins with, or None, and what is said after it."""
    text = text.strip()
    found = _STATE.match(text)
    if found and (state := _BY_NAME.get(slug(found["word"]))):
        return state, text[found.end() :].strip()
    if dash := _DASH.match(text):
        return None, text[dash.end() :].strip()
    return None, text


def problems_of(blocks: Iterable[Block]) -> list[Problem]:
    """What is wrong in ``blocks``, in words for whoever may edit them."""
    return [problem for item in _items(blocks) for problem in _problems(item)]


def evidence_of(nested: str) -> Sequence[Item] | None:
    """What stands below a hypothesis, where it is one list of lines and nothing else."""
    if not nested.strip():
        return ()
    lines = nested.split("\n")
    if any(not line.startswith(("- ", "* ", "+ ", " ")) and line.strip() for line in lines):
        return None
    blocks = read_document(f":::::: x\n{nested}\n\n::::::\n").blocks
    if len(blocks) != 1 or not blocks[0].items:
        return None
    items = blocks[0].items
    return None if any(item.nested for item in items) else items


def _items(blocks: Iterable[Block]) -> Iterator[Item]:
    return (item for block in blocks for item in block.items)


def _problems(item: Item) -> Iterator[Problem]:
    state, text = split_state(item.text)
    if not text:
        yield Problem(item.line, "empty-hypothesis", _EMPTY)
        return
    if state is None and (found := _LIKE_A_STATE.match(item.text.strip())):
        known = ", ".join(WRITTEN[written_language()].values())
        params = {"word": found["word"], "known": known}
        yield Problem(item.line, "unknown-state", _NO_STATE, params)
    told = any(problem.kind == "bad-date" for problem in item.problems)
    if state not in (None, BELIEVED) and item.date is None and not told:
        yield Problem(item.line, "no-date", _NO_DATE)
