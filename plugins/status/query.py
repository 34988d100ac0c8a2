"""What a list of stories asks for: ``::: devenus year:2026 state:arrêté limit:10`` (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wiki.api.meaning import fold
from wiki.api.pages import Problem
from wiki.api.pages.items import read_query
from wiki.api.paths import read_number, slug
from wiki.api.translation import written_language

from .model import CLOSED, CLOSED_NAMES, SLEEPING, SLEEPING_NAMES, STATES

BLOCK_NAMES = ("devenus", "whatbecame")
#: what stories are found by
KEYS = ("year", "theme", "event", "territory", "state")
LIMIT, MOST = 20, 100

_NAMES = {
    "year": ("année", "year"),
    "theme": ("thème", "theme"),
    "event": ("événement", "event"),
    "territory": ("territoire", "territory"),
    "state": ("état", "state"),
    "limit": ("limite", "limit"),
    "below": ("sous", "below"),
}
_BY_NAME = {fold(name): key for key, names in _NAMES.items() for name in names}
_STATES = {name: state for state, names in STATES.items() for name in names}
_STATES |= dict.fromkeys(SLEEPING_NAMES, SLEEPING) | dict.fromkeys(CLOSED_NAMES, CLOSED)
_BAD_LIMIT = "“{value}” is not a number from 1 to 100."
_BAD_STATE = "“{value}” is no state that stories can be listed by."
_BAD_YEAR = "“{value}” is no year such as 2026."


@dataclass(frozen=True)
class Asked:
    """``values`` by key, as slugs (events as they were written); ``nothing``: not understood."""

    values: Mapping[str, Sequence[str]]
    limit: int = LIMIT
    below: str = "index"
    nothing: bool = False
    problems: tuple[Problem, ...] = ()


def read_asked(args: str, line: int = 0) -> Asked:
    """Reads the words after the block's name; never raises."""
    told = [names[written_language() == "en"] for names in _NAMES.values()]
    query = read_query(args, _BY_NAME, line, told)
    problems = list(query.problems)

    def wrong(kind: str, message: str, value: str) -> None:
        problems.append(Problem(line, kind, message, {"value": value}))

    values: dict[str, Sequence[str]] = {
        key: [slug(one) for one in words] for key, words in query.values.items() if key in KEYS
    }
    if "event" in query.values:
        values["event"] = query.values["event"]
    if "state" in values:
        for one in values["state"]:
            if one not in _STATES:
                wrong("bad-state", _BAD_STATE, one)
        values["state"] = [_STATES[one] for one in values["state"] if one in _STATES]
    for key, (low, high) in query.ranges.items():
        years = _years(low, high) if key == "year" else None
        if years is None:
            wrong("bad-year", _BAD_YEAR, f"{low}..{high}")
        else:
            values["year"] = years
    limit = query.value("limit", str(LIMIT))
    number = read_number(limit) or 0
    if not 1 <= number <= MOST:
        wrong("bad-limit", _BAD_LIMIT, limit)
    if len(problems) > len(query.problems) or query.nothing:
        return Asked({}, nothing=True, problems=tuple(problems))
    return Asked(values, number, query.value("below", "index"), problems=tuple(problems))


def states_named(words: Sequence[str]) -> list[str]:
    """The states that words of an address name, in either language."""
    return [_STATES.get(slug(one), slug(one)) for one in words]


def _years(low: str, high: str) -> list[str] | None:
    first, last = read_number(low or "1990"), read_number(high or "2100")
    if first is None or last is None or not 1900 <= first <= last <= 2200:
        return None
    return [str(year) for year in range(first, last + 1)]
