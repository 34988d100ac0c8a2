"""Needs of our own, judged against real people by their numbers, and the figures of a run.

``judged.json``: ``groups`` of people by number; ``needs``, each with the groups whose people one
would introduce at once (``good``) or might well ask (``fair``); all other people would be silly.
Needs of ``dev`` were looked at while skills and lines were chosen; those of ``held`` were written
just before the skills, by the same hand; those of ``last`` when all else was done, and changed
nothing. ``more`` and ``kept`` are colloquial and were written before the terms for such words:
``more`` was looked at, of ``kept`` only the figures, while terms were chosen. ``wide`` were written
before weights were learned (``bench/weights.py``), ``blind`` afterwards, for people drawn by lot,
and judged before they were measured: first 0.21 silly, precision 0.73, found 0.80, silence 0.80.
``silly`` are pairs
that were proposed while people were measured by nearness of words.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHOWN = 4
_FIRST = 3


@dataclass(frozen=True)
class Need:
    """A need, and the numbers of those who are good for it, or fair."""

    id: str
    half: str
    title: str
    body: str
    keywords: tuple[str, ...]
    good: frozenset[int]
    fair: frozenset[int]


@dataclass(frozen=True)
class Figures:
    """What a run is worth: shares, and of how many."""

    #: of what is proposed, what is silly; of the first three, the good; of the needs that someone
    #: is good for, those shown one; of needs for which nobody is even fair, those left in silence
    silly: float
    precision: float
    found: float
    silence: float
    proposed: int


def needs_of(half: str = "") -> list[Need]:
    """The judged needs, all or one half."""
    judged = _judged()
    groups = {name: frozenset(people) for name, people in judged["groups"].items()}
    return [
        Need(
            one["id"],
            one["half"],
            one["title"],
            one.get("body", ""),
            tuple(one.get("keywords", ())),
            frozenset().union(*(groups[name] for name in one.get("good", ()))),
            frozenset().union(*(groups[name] for name in one.get("fair", ()))),
        )
        for one in judged["needs"]
        if half in ("", one["half"])
    ]


def silly_pairs() -> list[tuple[str, int]]:
    """Pairs of a need and a person that are silly."""
    return [(need, person) for need, person in _judged()["silly"]]


def people_of(data: Path) -> list[dict[str, Any]]:
    """The people of the data set who list skills."""
    lines = (data / "carrefour" / "people.jsonl").read_text("utf-8").splitlines()
    return [person for person in map(json.loads, lines) if person["skills"]]


def number_of(id_: str) -> int:
    """The number in an id, or a path, of a person."""
    return int(id_.rpartition("-")[2])


def figures_of(needs: Sequence[Need], run: Mapping[str, Sequence[int]]) -> Figures:
    """The figures of a run: the people proposed for each need, best first."""
    proposed = silly = silent = 0
    precisions, shown = [], []
    for need in needs:
        first = run[need.id][:SHOWN]
        proposed += len(first)
        silly += sum(person not in need.good | need.fair for person in first)
        if first:
            best = first[:_FIRST]
            precisions.append(sum(person in need.good for person in best) / len(best))
        if need.good:
            shown.append(any(person in need.good for person in first))
        silent += not need.good and not need.fair and not first
    nobody = sum(not need.good and not need.fair for need in needs)
    return Figures(
        silly / max(1, proposed),
        sum(precisions) / max(1, len(precisions)),
        sum(shown) / max(1, len(shown)),
        silent / max(1, nobody),
        proposed,
    )


def _judged() -> Any:
    return json.loads(Path(__file__).with_name("judged.json").read_text("utf-8"))
