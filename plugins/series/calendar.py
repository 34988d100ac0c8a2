"""The calendar of a series: what is to be done for each evening, counted from its day (pure)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from wiki.api.meaning import fold
from wiki.api.pages import Document, Page, Problem
from wiki.api.pages.blocks import Block, BlockContext
from wiki.api.pages.items import Item
from wiki.api.paths import slug
from wiki.api.translation import gettext, ngettext

BLOCK_NAMES = ("calendrier", "calendar")
#: “J-60”, “D+1”, “M+3”, “J” (the day itself)
_OFFSET = re.compile(r"^\s*(?:([JDM])\s*([+\-−–])\s*(\d{1,3})|([JD]))(?=[\s:.,—–]|$)[\s:.,—–]*")
_NO_DAY = "“{words}” does not say when: begin with J-60, J, J+1 or M+3, counted from the evening."
_LONGEST = 100
#: the addresses of lines of ``event_steps`` by other words of a task than those of their labels
ROOMS = {
    "candidatures": "/-/applications",
    "applications": "/-/applications",
    "inscriptions": "/-/registrations",
    "registration": "/-/registrations",
    "programme": "/-/events/programme",
    "annonce": "/-/events/announce",
    "announcement": "/-/events/announce",
    "date": "/-/events/when",
    "rencontres": "/-/events/suggest",
    "meeting": "/-/events/suggest",
    "questionnaire": "/-/questionnaires",
    "labels": "/-/labels",
    "notes": "/-/notes",
    "retrouvailles": "/-/encounters",
    "encounters": "/-/encounters",
    "nouvelles": "/-/status",
    "news": "/-/status",
}


@dataclass(frozen=True)
class Plan:
    """A line of a calendar: ``days``, ``months`` from the evening; ``keys``: its words with a #."""

    words: str
    days: int
    months: int
    keys: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What it is known by, for all evenings of the series, however it is moved in time."""
        return slug(self.words)[:_LONGEST]

    def day(self, evening: date) -> date:
        """The day on which it is due."""
        if not self.months:
            return evening + timedelta(days=self.days)
        count = evening.month - 1 + self.months
        year, month = evening.year + count // 12, count % 12 + 1
        return _clipped(year, month, evening.day)


def plans_of(document: Document) -> list[Plan]:
    """The lines of all calendars of a page, in their order."""
    items = (item for block in _calendars(document) for item in block.items)
    return [plan for item in items if (plan := read_plan(item)) is not None]


def read_plan(item: Item) -> Plan | None:
    """The line as a value; None where it does not say when."""
    found = _OFFSET.match(item.plain)
    if found is None:
        return None
    words = item.plain[found.end() :].strip()
    if not slug(words):
        return None
    count = int(found[3] or 0) * (-1 if found[2] and found[2] != "+" else 1)
    months = count if found[1] == "M" else 0
    keys = tuple(fold(word) for word in item.keywords)
    return Plan(words, 0 if months else count, max(-120, min(120, months)), keys)


def problems(page: Page) -> Sequence[Problem]:
    """Lines that do not say when, for those who may edit the page."""
    return [
        Problem(item.line, "calendar-no-day", _NO_DAY, {"words": item.plain[:60]})
        for block in _calendars(page.document)
        for item in block.items
        if read_plan(item) is None
    ]


def show_block(block: Block, context: BlockContext) -> str:
    """The lines with how far from the evening each is, in words."""
    lines = []
    for item in block.items:
        plan = read_plan(item)
        words = _OFFSET.sub("", item.text, count=1) if plan else item.text
        lines.append({"when": in_words(plan) if plan else "", "html": context.inline(words)})
    return context.template("series/calendar.html", lines=lines)


def in_words(plan: Plan) -> str:
    """“60 days before”, “the day itself”, “3 months after”."""
    count = plan.months or plan.days
    if not count:
        return gettext("that day")
    if plan.months:
        words = ngettext("{count} month after", "{count} months after", abs(count))
        if count < 0:
            words = ngettext("{count} month before", "{count} months before", abs(count))
    else:
        words = ngettext("{count} day after", "{count} days after", abs(count))
        if count < 0:
            words = ngettext("{count} day before", "{count} days before", abs(count))
    return words.format(count=abs(count))


def _calendars(document: Document) -> Iterator[Block]:
    return (block for block in document.blocks if block.name in BLOCK_NAMES and not block.args)


def _clipped(year: int, month: int, day: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=day - 1), following - timedelta(days=1))
