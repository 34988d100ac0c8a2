"""Where introductions show elsewhere: beside an item, on one's account, in figures."""

from collections.abc import Sequence
from datetime import date

from wiki.api.panels import Aside, Waiting
from wiki.api.paths import action_url
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import ItemRow
from wiki.api.translation import gettext, ngettext

from . import cards
from .links import SIDE
from .models import IntroductionRow
from .states import ASKED, CONNECTED, WAITS, view
from .store import find_all, of_person
from .subjects import is_identity, subject_of
from .views.begin import asked_lines
from .views.queue import may_connect


def in_talks(item: ItemRow, reader: Reader) -> Sequence[Aside]:
    """“In talks”, for those concerned alone: who is asked, or who met, about this line."""
    person = reader.person
    if person is None or not item.identity:
        return []
    found = find_all(
        reader.instance,
        IntroductionRow.about == item.identity,
        IntroductionRow.over.is_(None),
        IntroductionRow.confirmed.is_not(None),
    )
    lines = [
        line
        for one in found
        for line in asked_lines(reader, person, one)
        if line["state"] in (ASKED, WAITS, CONNECTED)
    ]
    proposed = sum(one.row.proposer == person.id for one in found)
    if not lines and not proposed:
        return []
    data = {"lines": lines, "proposed": proposed, "url": action_url("introductions")}
    return [Aside("introductions/_talks.html", data, "head", 10)]


def waiting_lines(reader: Reader) -> list[Waiting]:
    """What one is asked and has not answered; for connectors, that the queue waits."""
    person = reader.person
    if person is None:
        return []
    lines: list[Waiting] = []
    for one in of_person(reader.instance, person.id):
        for side in one.sides:
            if side.person == person.id and view(one.talk, side.id) == ASKED:
                lines.append(_waiting_line(reader, one.names_opposite(side), one.row, side.id))
    if may_connect(person) and (count := len(cards.cards_for(reader, person))):
        words = ngettext("{count} request to look at", "{count} requests to look at", count)
        lines.append(Waiting(words.format(count=count), action_url("queue"), personal=False))
    return lines


def milestones(instance: Instance) -> Sequence[tuple[str, str, date]]:
    """For each line: the day of its first answer, and that of its first introduction."""
    zone = instance.settings.zone
    first: dict[tuple[str, str], date] = {}
    for one in find_all(instance, IntroductionRow.confirmed.is_not(None), limit=100_000):
        row = one.row
        if not is_identity(row.about):
            continue
        for kind, moment in (("answer", row.answered), ("introduction", row.connected)):
            if moment is not None:
                day = moment.astimezone(zone).date()
                key = (row.about, kind)
                first[key] = min(day, first.get(key, day))
    return [(about, kind, day) for (about, kind), day in sorted(first.items())]


def _waiting_line(reader: Reader, other: str, row: IntroductionRow, side_id: str) -> Waiting:
    subject = subject_of(reader, row.about)
    said = f" — {subject.said}" if subject else ""
    return Waiting(
        gettext("{other} would like an answer").format(other=other) + said,
        SIDE.path(reader.instance, side_id),
        row.confirmed,
    )
