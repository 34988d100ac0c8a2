"""The cases that figures are made of: needs that a reader may see, and when things happened."""

import logging
from collections.abc import Iterator
from datetime import date
from typing import cast

from wiki.api.pages.items import milestones
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import ItemRow, iterate_items, select_items
from wiki.api.reading.rows import PageRow, get_rows

from .medians import ANSWER, INTRODUCTION, MET, Case
from .times import Life, Times

_log = logging.getLogger(__name__)

NEEDS = ("besoins", "needs")


def cases_for(reader: Reader) -> list[Case] | None:
    """A case for each need that the reader may see and whose birth is known.

    None while the history is still being read, after an update say: fewer would be no answer.
    """
    rows = [row for row in needs_of(reader) if row.identity]
    times = cast(Times, reader.projection("figures"))
    lives = times.lives(row.identity or "" for row in rows)
    behind = len(lives) < len(rows) and times.reflects() != reader.head
    if behind or reader.instance.projections.missing("catalogue"):
        return None
    spaces = get_rows(reader, sorted({row.space for row in rows if row.space}))
    days = _private_days(reader.instance)
    return [
        _case(reader, row, lives[row.identity], spaces.get(row.space or ""), days)
        for row in rows
        if row.identity in lives
    ]


def needs_of(reader: Reader) -> Iterator[ItemRow]:
    """All needs that the reader may see."""
    return iterate_items(reader, select_items(NEEDS))


def _case(
    reader: Reader,
    row: ItemRow,
    life: Life,
    space: PageRow | None,
    private: dict[tuple[str, str], date],
) -> Case:
    zone = reader.instance.settings.zone
    born = life.born.astimezone(zone).date()
    days: dict[str, int] = {}
    for kind in (ANSWER, INTRODUCTION):
        day = private.get((row.identity or "", kind))
        if day is not None and day >= born:
            days[kind] = (day - born).days
    if life.met is not None and row.state == "x":
        days[MET] = max(0, (life.met.astimezone(zone).date() - born).days)
    facts = space.facts if space else {}
    return Case(
        days, tuple(facts.get("theme", ())), row.places or tuple(facts.get("territory", ()))
    )


def _private_days(instance: Instance) -> dict[tuple[str, str], date]:
    """The first day of each need's first answer and introduction."""
    first: dict[tuple[str, str], date] = {}
    for identity, kind, day in instance.plugins.call(milestones, instance):
        first[identity, kind] = min(day, first.get((identity, kind), day))
    return first
