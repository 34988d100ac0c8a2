"""What a list of needs or offers asks for: its words read into a selection of the catalogue."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from wiki.api.meaning import fold
from wiki.api.pages import FactKey, Problem
from wiki.api.pages.items import Query, read_query
from wiki.api.paths import read_number, slug
from wiki.api.reading.item_rows import ItemSelection, select_items
from wiki.api.reading.rows import select
from wiki.api.translation import written_language

from .model import LISTED, MET, OPEN, SLEEPING, Kind

LIMIT = 20
MOST = 100

#: what this plugin knows → its names, French and English, then others that are read too; further
#: keys are facts, those of plugins under their own names
_NAMES = {
    "theme": ("thème", "theme", "themes"),
    "territory": ("territoire", "territory", "place", "lieu"),
    "keyword": ("mot-clé", "keyword", "keywords", "mots-clés"),
    "project": ("projet", "project"),
    "open": ("ouverts", "open", "ouvert", "ouverte", "ouvertes"),
    "sleeping": ("endormis", "sleeping", "endormi", "endormie", "endormies"),
    "sort": ("tri", "sort"),
    "limit": ("limite", "limit"),
}
_KEYS = {fold(name): key for key, names in _NAMES.items() for name in names}
#: keys that are no facts of a space: they take values, not ranges, and no space has "any" of them
_OWN = frozenset({"territory", "keyword", "project", "sort", "limit"})
#: flags that name a state
_FLAGS = (OPEN, SLEEPING)
_SORTS = {
    **dict.fromkeys(("new", "newest", "nouveau", "nouveaux", "recent", "recents"), "new"),
    **dict.fromkeys(("old", "oldest", "ancien", "anciens"), "old"),
    **dict.fromkeys(("before", "deadline", "avant", "echeance"), "before"),
}

_BAD_SORT = "“{value}” is no order: use new, old or before."
_BAD_LIMIT = "“{value}” is not a number from 1 to 100."
_NO_VALUE = "“{key}:” asks for nothing: write a value after it."
_NO_RANGE = "“{key}” takes values, not a range."
_NO_WORD_AFTER = "“{key}” stands alone, without a value."
_NO_PROJECT = "There is no page “{value}” here."


@dataclass(frozen=True)
class Wanted:
    """What a list asks for; ``nothing`` where that is not understood for sure.

    ``filters`` are the same wishes as the board's address says them; ``selection`` leaves the
    ``states`` out.
    """

    selection: ItemSelection
    states: tuple[str, ...] = (OPEN, SLEEPING, MET)
    sort: str = "new"
    limit: int = LIMIT
    problems: tuple[Problem, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()
    nothing: bool = False


def read_wanted(
    kind: Kind,
    args: str,
    keys: Iterable[FactKey],
    space_of: Callable[[str], str | None],
    line: int = 0,
) -> Wanted:
    """What ``args`` ask for. ``keys``: of plugins; ``space_of``: a page's name → its space."""
    facts = {key.key: key for key in keys}
    names = {name: key.key for key in facts.values() for name in (key.key, *key.names)}
    query = read_query(args, names | _KEYS, line, _told(facts.values()))
    problems = [*query.problems, *_senseless(query, line)]
    nothing = bool(problems)
    spaces: list[str] = []
    for name in query.values.get("project", ()):
        # A project that some may not see has no needs for them; the others' are still listed.
        if (space := space_of(name)) is None:
            problems.append(Problem(line, "no-project", _NO_PROJECT, {"value": name}))
        spaces.append(space or name)
    values = {
        key: [_canonical(word, facts.get(key)) for word in words]
        for key, words in query.values.items()
        if key not in _OWN and key not in _FLAGS
    }
    ranges = {
        key: (_canonical(low, facts.get(key)), _canonical(high, facts.get(key)))
        for key, (low, high) in query.ranges.items()
        if key not in _OWN and key not in _FLAGS
    }
    asked = tuple(state for state in _FLAGS if state in query.flags)
    states = asked or (OPEN, SLEEPING, MET)
    return Wanted(
        select_items(
            kind.blocks,
            keywords=query.values.get("keyword", ()),
            places=query.values.get("territory", ()),
            subjects=spaces,
            of=select(
                values=values,
                ranges=ranges,
                flags=[one for one in query.flags if one not in _FLAGS],
            ),
        ),
        states,
        _SORTS.get(slug(query.value("sort", "new")), "new"),
        min(read_number(query.value("limit", "")) or LIMIT, MOST),
        tuple(problems),
        _filters(query, values, ranges, facts, spaces, states),
        nothing,
    )


def _told(keys: Iterable[FactKey]) -> list[str]:
    """The names of everything that can be asked for, in the reader's language."""
    pairs = [*_NAMES.values(), *(key.names for key in keys if key.names)]
    return [
        names[0] if written_language() == "fr" else names[min(1, len(names) - 1)] for names in pairs
    ]


def _senseless(query: Query, line: int) -> Iterable[Problem]:
    for key in sorted(query.flags & _OWN):
        yield Problem(line, "no-value", _NO_VALUE, {"key": key})
    for key in sorted(query.ranges.keys() & (_OWN | set(_FLAGS))):
        yield Problem(line, "no-range", _NO_RANGE, {"key": key})
    for key in sorted(query.values.keys() & set(_FLAGS)):
        yield Problem(line, f"{key}-value", _NO_WORD_AFTER, {"key": key})
    for word in query.values.get("sort", ()):
        if slug(word) not in _SORTS:
            yield Problem(line, "bad-sort", _BAD_SORT, {"value": word})
    for word in query.values.get("limit", ()):
        if not 1 <= (read_number(word) or 0) <= MOST:
            yield Problem(line, "bad-limit", _BAD_LIMIT, {"value": word})


def _canonical(word: str, key: FactKey | None) -> str:
    return key.aliases.get(slug(word), word) if key else word


def _filters(
    query: Query,
    values: dict[str, list[str]],
    ranges: dict[str, tuple[str, str]],
    facts: dict[str, FactKey],
    spaces: list[str],
    states: Iterable[str],
) -> tuple[tuple[str, str], ...]:
    pairs = [
        (key, slug(word)) for key in ("keyword", "territory") for word in query.values.get(key, ())
    ]
    pairs += [(key, slug(word)) for key, words in values.items() for word in words]
    for key, (low, high) in ranges.items():
        order = facts[key].values if key in facts else ()
        first = order.index(low) if low in order else 0
        last = order.index(high) if high in order else len(order) - 1
        pairs += [(key, value) for value in order[first : last + 1]]
    pairs += [("project", space) for space in spaces]
    if tuple(states) != LISTED:
        pairs += [("state", state) for state in states]
    return tuple(dict.fromkeys(pairs))
