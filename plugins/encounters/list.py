"""The list as one reader may see it: people and projects, what they offer and look for."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from hmac import new

from wiki.api.events import Attendance, Event
from wiki.api.paths import page_url
from wiki.api.people import accounts_named, get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import find_items, select_items
from wiki.api.reading.rows import PageRow, get_row

from .consent import agreed, opens, reached
from .store import asked_by, target_key

_ITEMS = 4
_OFFERS, _NEEDS, _OPEN = ("offres", "offers"), ("besoins", "needs"), ("", " ")


@dataclass(frozen=True)
class Line:
    """Someone, or a project, that one may ask. ``about`` names them in the form."""

    about: str
    label: str
    url: str
    offers: tuple[str, ...]
    needs: tuple[str, ...]
    asked: bool
    #: somebody would read it
    open: bool
    to: Attendance | str


def people_of(reader: Reader, event: Event, mine: Attendance) -> list[Line]:
    """The others who agreed, by name."""
    instance = reader.instance
    if event.when is None:
        return []
    people = agreed(instance, event.path)
    day = opens(event.when, instance.settings.zone)
    asked = asked_by(instance, event.path, mine)
    lines = [
        _line(reader, mark(instance, event.path, one), one.name, _page(reader, one), one, asked)
        for one in reached(instance, people, day)
        if one.key != mine.key
    ]
    return sorted(lines, key=lambda line: line.label.casefold())


def projects_of(reader: Reader, event: Event, mine: Attendance) -> list[Line]:
    """The projects of the programme, in its order, but those that are one's own."""
    asked = asked_by(reader.instance, event.path, mine)
    return list(_projects(reader, event, mine, asked))


def mark(instance: Instance, event: str, one: Attendance) -> str:
    """What stands for someone in the form: it says nothing elsewhere."""
    words = f"encounters:{event}:{one.key}".encode()
    return "p-" + new(instance.secret, words, sha256).hexdigest()[:16]


def _projects(
    reader: Reader, event: Event, mine: Attendance, asked: frozenset[str]
) -> Iterator[Line]:
    person = get_person(reader.instance.private, mine.person) if mine.person else None
    for path, row in ((path, get_row(reader, path)) for path in event.programme):
        team = list(row.facts.get("team", ())) if row else []
        if row is None or (person is not None and person.page in team):
            continue
        joined = accounts_named(reader.instance.private, team)
        reads = any(not one.disabled for one in joined)
        yield _line(reader, path, row.title, row, path, asked, reads=reads)


def _page(reader: Reader, one: Attendance) -> PageRow | None:
    person = get_person(reader.instance.private, one.person) if one.person else None
    return get_row(reader, person.page) if person is not None and person.page else None


def _line(
    reader: Reader,
    about: str,
    label: str,
    row: PageRow | None,
    to: Attendance | str,
    asked: frozenset[str],
    *,
    reads: bool = True,
) -> Line:
    return Line(
        about=about,
        label=label,
        url=page_url(row.path) if row else "",
        offers=_said(reader, row, _OFFERS),
        needs=_said(reader, row, _NEEDS),
        asked=target_key(to) in asked,
        open=reads,
        to=to,
    )


def _said(reader: Reader, row: PageRow | None, blocks: tuple[str, ...]) -> tuple[str, ...]:
    if row is None:
        return ()
    chosen = select_items(blocks, _OPEN, path=row.path)
    return tuple(item.plain for item in find_items(reader, chosen, "page", _ITEMS).rows)
