"""Dated facts as intervals: what holds from which day to which, for whom.

The rule (content-format.md): the newest fact dated today or before; on one day, that of the space's
root page first, then by path; on one page, the one nearest the "new" end of its list.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from wiki.pages.access import narrower_or_equal
from wiki.projections.cataloguing.schema import FOREVER


class Said(NamedTuple):
    """A fact as a page says it; among those of one page and day the highest ``order`` holds."""

    source: str
    key: str
    value: str
    since: str
    order: int
    group: str


class Interval(NamedTuple):
    """``value`` holds from a day to the one before another, for ``group`` unless in ``unless``."""

    source: str
    key: str
    value: str
    since: str
    until: str
    group: str
    unless: str


def intervals(root: str, said: Iterable[Said]) -> Iterator[Interval]:
    """The intervals of the space whose typed page is ``root``.

    A reader who may not see a page must not learn its state from the list: there is one set of
    intervals for each group that says something, made from what this group may see. Who is in two
    groups of which neither contains the other sees the intervals of both.
    """
    by_key = sorted(said, key=lambda fact: fact.key)
    for _key, facts in groupby(by_key, key=lambda fact: fact.key):
        known = list(facts)
        groups = sorted({fact.group for fact in known})
        for group in groups:
            seen = [fact for fact in known if narrower_or_equal(group, fact.group)]
            yield from _line(root, seen, group, _next(group, groups))


def _line(root: str, seen: list[Said], group: str, unless: str) -> Iterator[Interval]:
    newest_last = sorted(
        seen, key=lambda fact: (fact.since, fact.source != root, fact.source, -fact.order)
    )
    holders = [next(same_day) for _day, same_day in groupby(newest_last, key=lambda f: f.since)]
    ends = [*(fact.since for fact in holders[1:]), FOREVER]
    for fact, until in zip(holders, ends, strict=True):
        yield Interval(fact.source, fact.key, fact.value, fact.since, until, group, unless)


def _next(group: str, groups: list[str]) -> str:
    """The widest of the groups that are narrower than ``group``; "" where there is none."""
    narrower = [other for other in groups if other != group and narrower_or_equal(other, group)]
    for other in narrower:
        if all(
            narrower_or_equal(each, other) or not narrower_or_equal(other, each)
            for each in narrower
        ):
            return other
    return ""
