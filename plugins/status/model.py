"""The steps of a project's life, read from the items of its ``historique`` blocks (pure)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from wiki.api.pages import Document, Fact, Problem
from wiki.api.pages.blocks import Block
from wiki.api.pages.items import Item
from wiki.api.paths import slug
from wiki.api.translation import lazy, written_language

BLOCK_NAMES = ("historique", "history")

#: states in their order, each with the words that a writer may use for it
STATES: dict[str, tuple[str, ...]] = {
    "idea": ("idee", "idea"),
    "concept": ("concept",),
    "prototype": ("prototype",),
    "pilot": ("pilote", "pilot"),
    "market": ("marche", "market"),
    "paused": ("en-pause", "paused"),
    "stopped": ("arrete", "stopped"),
    "transferred": ("transmis", "transferred"),
}
#: the states that say how far a project has come
MATURITIES = ("idea", "concept", "prototype", "pilot", "market")

STATE_WORDS = {
    "idea": lazy("idea"),
    "concept": lazy("concept"),
    "prototype": lazy("prototype"),
    "pilot": lazy("pilot"),
    "market": lazy("market"),
    "paused": lazy("paused"),
    "stopped": lazy("stopped"),
    "transferred": lazy("handed over"),
}

#: no state that one writes: nothing has been told for long
SLEEPING = "sleeping"
#: of a project that was presented and whose page is closed: nothing else is known of it
CLOSED = "closed"
#: the states after which no news is waited for
ENDS = ("stopped", "transferred")
#: what one may call it in lists
SLEEPING_NAMES = ("en-sommeil", "sleeping")
CLOSED_NAMES = ("espace-ferme", "closed")
#: the pages that say what each word means, French and English
STATE_PAGES = {
    "idea": ("etats/idee", "en/states/idea"),
    "concept": ("etats/concept", "en/states/concept"),
    "prototype": ("etats/prototype", "en/states/prototype"),
    "pilot": ("etats/pilote", "en/states/pilot"),
    "market": ("etats/marche", "en/states/market"),
    "paused": ("etats/en-pause", "en/states/paused"),
    "stopped": ("etats/arrete", "en/states/stopped"),
    "transferred": ("etats/transmis", "en/states/transferred"),
    SLEEPING: ("etats/en-sommeil", "en/states/sleeping"),
}

_NO_DATE = "This line wants a date first, such as 2026-03-01."
_NO_STATE = "“{word}” is no state: states are {known}. Begin other lines with a dash."
#: the words that a writer is told of
_KNOWN = {
    "fr": "idée, concept, prototype, pilote, marché, en-pause, arrêté, transmis",
    "en": ", ".join(names[-1] for names in STATES.values()),
}
#: each state as it is written in French
WRITTEN = tuple(zip(STATES, _KNOWN["fr"].split(", "), strict=True))
_BY_NAME = {name: state for state, names in STATES.items() for name in names}
# After the date: perhaps a state, which ends at a dash or at the end of the line.
_STATE = re.compile(r"^(?P<word>[^\W\d_][\w-]*)\s*(?:[—–:]|-(?=\s)|$)\s*", re.UNICODE)
# One word, then a dash and a text: it looks like a state, and a sentence does not begin so.
_LIKE_A_STATE = re.compile(r"^(?P<word>[^\W\d_][\w-]*)\s*(?:[—–]|\s-(?=\s))\s*\S", re.UNICODE)
_DASH = re.compile(r"^\s*[—–:-]\s*")


@dataclass(frozen=True)
class Step:
    """One line of the history: ``state`` is a key of STATES, or None where the line gives none.

    ``order`` is higher nearer the "new" end of the list, whichever end that is.
    """

    date: str
    state: str | None
    text: str
    line: int
    nested: str = ""
    order: int = 0


def read_steps(blocks: Iterable[Block]) -> tuple[list[Step], list[Problem]]:
    """The dated steps of ``blocks``, read as one list, and what is wrong in them."""
    steps: list[Step] = []
    problems: list[Problem] = []
    for item in (item for block in blocks for item in block.items):
        if item.date is None:
            # What looks like a date and is none has been told of already.
            if not any(problem.kind == "bad-date" for problem in item.problems):
                problems.append(Problem(item.line, "no-date", _NO_DATE))
            continue
        step = _read(item)
        if step.state is None and (found := _LIKE_A_STATE.match(item.text.strip())):
            params = {"word": found["word"], "known": _KNOWN[written_language()]}
            problems.append(Problem(item.line, "unknown-state", _NO_STATE, params))
        steps.append(step)
    return _ordered(steps), problems


def steps_of(items: Iterable[Item]) -> list[Step]:
    """The steps that dated ``items`` tell, with their order."""
    return _ordered([_read(item) for item in items if item.date])


def _read(item: Item) -> Step:
    state, text = split_state(item.text)
    return Step(item.date or "", state, text, item.line, item.nested)


def split_state(text: str) -> tuple[str | None, str]:
    """The state that ``text`` begins with, or None, and the text after it."""
    text = text.strip()
    found = _STATE.match(text)
    if found and (state := _BY_NAME.get(slug(found["word"]))):
        return state, text[found.end() :]
    return None, _DASH.sub("", text)


def _ordered(steps: Sequence[Step]) -> list[Step]:
    """``steps`` with their order: lists are read whether newest or oldest comes first."""
    newest_first = bool(steps) and steps[0].date >= steps[-1].date
    count = len(steps)
    return [
        replace(step, order=count - rank if newest_first else rank)
        for rank, step in enumerate(steps)
    ]


def newest_first(steps: Iterable[Step]) -> list[Step]:
    """``steps`` as readers want them."""
    return sorted(steps, key=lambda step: (step.date, step.order), reverse=True)


def facts_of(document: Document) -> Iterator[Fact]:
    """``state`` and ``maturity`` of the page's space, each from its date on."""
    steps, _ = read_steps(block for block in document.blocks if block.name in BLOCK_NAMES)
    for step in steps:
        if step.state is None:
            continue
        yield Fact("state", step.state, step.date, step.order)
        if step.state in MATURITIES:
            yield Fact("maturity", step.state, step.date, step.order)
