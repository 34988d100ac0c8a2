"""What a list asks for: ``theme:iot,agriculture maturity:concept..pilot open sort:updated``.

``KEY:VALUE`` or a bare flag; quotes for spaces, a comma is *or*, several keys are *and*, ``A..B``
is a range. What is not understood is a Problem and lists nothing: a list never shows more than was
asked for.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from wiki.pages.problems import Problem
from wiki.pages.words import fold

LENGTH = 2_000

_QUOTES = str.maketrans(dict.fromkeys("“”«»„", '"'))
_PART = re.compile(r'(?:"[^"]*(?:"|\Z)|,\s*|[^\s",])+')
_VALUE = re.compile(r'(?:"[^"]*(?:"|\Z)|[^,"])+')

_UNKNOWN_KEY = "“{key}” is not something that this list can ask for; it knows {keys}."
_NO_VALUE = "“{key}:” asks for nothing: write a value after it."
_OPEN_QUOTE = "A quotation mark is opened and not closed."
_TOO_LONG = "This line asks for too much."
_MIXED = "“{key}” cannot be both a range and a list."


@dataclass(frozen=True)
class Query:
    """What was asked for, under canonical keys; ``nothing`` if it cannot be answered for sure."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
    nothing: bool = False

    def value(self, key: str, default: str = "") -> str:
        """The first value of ``key``: for keys that make sense once, such as ``sort``."""
        return self.values.get(key, (default,))[0]


def read_query(
    args: str, keys: Mapping[str, str], line: int = 0, told: Iterable[str] | None = None
) -> Query:
    """Reads ``args``; never raises.

    ``keys``: name in either language (folded) → canonical name, flags among them. ``line``: where
    ``args`` stand, for the problems. ``told``: the names that an unknown one is answered with, such
    as those in the reader's language; else all.
    """
    values: dict[str, tuple[str, ...]] = {}
    ranges: dict[str, tuple[str, str]] = {}
    flags: set[str] = set()
    problems: list[Problem] = []

    def wrong(kind: str, message: str, **params: str) -> None:
        problems.append(Problem(line, kind, message, params))

    if len(args) > LENGTH:
        wrong("query-too-long", _TOO_LONG)
        args = args[:LENGTH]
    args = args.translate(_QUOTES)
    if args.count('"') % 2:
        wrong("open-quote", _OPEN_QUOTE)
    for part in _PART.findall(args):
        name, colon, rest = part.partition(":")
        key = keys.get(fold(name.strip('"')))
        if key is None:
            names = sorted(set(keys if told is None else told), key=fold)
            wrong("unknown-key", _UNKNOWN_KEY, key=name.strip('"'), keys=", ".join(names))
            continue
        if not colon:
            flags.add(key)
            continue
        wanted = tuple(_bare(value) for value in _VALUE.findall(rest) if _bare(value))
        low, dots, high = (_bare(end) for end in rest.partition(".."))
        if dots and len(wanted) == 1 and (low or high) and key not in ranges:
            ranges[key] = (low, high)
        elif dots and len(wanted) != 1:
            wrong("mixed-range", _MIXED, key=name)
        elif not wanted:
            wrong("no-value", _NO_VALUE, key=name)
        else:
            values[key] = tuple(dict.fromkeys((*values.get(key, ()), *wanted)))
    for key in values.keys() & ranges.keys():
        wrong("mixed-range", _MIXED, key=key)
    return Query(values, ranges, frozenset(flags), tuple(problems), nothing=bool(problems))


def _bare(value: str) -> str:
    return " ".join(value.replace('"', "").split())
