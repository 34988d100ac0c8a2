"""Whose side someone is on at an application: the team's, that of who organises, or none.

Who is on the project's team is on that side alone, whatever else they are: nobody sees early, or
decides, what concerns their own project.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from wiki.api.errors import LogInFirst, NotFound
from wiki.api.people import Person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, system_reader
from wiki.api.reading.rows import PageRow, get_row
from wiki.api.translation import gettext

from . import store
from .calls import Call, call_at, may_organise
from .models import ApplicationRow
from .ownership import meant, orphans, standing
from .states import WITHDRAWN

TEAM, ORGANISER = "team", "organiser"
_PROGRAMME = ("programme", "admin")


@dataclass(frozen=True)
class Seen:
    """An application as someone has it before them; ``page`` is None before its space is made.

    ``call`` is the event as it stands, whoever may see it; None where it is gone.
    """

    row: ApplicationRow
    side: str
    person: Person
    page: PageRow | None
    call: Call | None


def seen(reader: Reader, id_: str) -> Seen:
    """The application, for its team and for who organises. Raises LogInFirst, NotFound."""
    person = someone(reader)
    row = store.find(reader.instance, id_)
    page = standing(reader.instance, [row]).get(row.id)
    call = call_at(system_reader(reader.instance, "applications"), row.event)
    if is_ours(reader.instance, person, row, page):
        return Seen(row, TEAM, person, page, call)
    organised = may_organise(reader, row.event)
    page = page or orphans(reader.instance, [row]).get(row.id)
    stands = (page is not None or not row.project) and row.state != WITHDRAWN
    if organised is not None and stands and _is_one(reader, row):
        return Seen(row, ORGANISER, person, page, call)
    raise NotFound(gettext("There is nothing here."))


def organised(reader: Reader, path: str) -> Call:
    """The event or series at ``path``, for who prepares it. Raises LogInFirst, NotFound."""
    someone(reader)
    call = may_organise(reader, path)
    if call is None:
        raise NotFound(gettext("There is nothing here."))
    return call


def is_ours(instance: Instance, person: Person, row: ApplicationRow, page: PageRow | None) -> bool:
    """Whether they are on the project's team; of a space not made yet, whoever proposed it."""
    if person.role == "reader":
        return False
    if page is None:
        return not row.project and row.person == person.id
    return not Reader(instance, person).names.isdisjoint(page.facts.get("team", ()))


def someone(reader: Reader) -> Person:
    """Who asks. Raises LogInFirst."""
    if reader.person is None:
        raise LogInFirst(gettext("Log in first."))
    return reader.person


def may_see(reader: Reader, rows: Sequence[ApplicationRow], event: PageRow) -> list[ApplicationRow]:
    """Those of ``rows``, applications to ``event``, that who organises it may see."""
    if reader.person is None:
        return []
    return list(rows) if reader.person.role in _PROGRAMME else meant(reader.instance, rows, event)


def _is_one(reader: Reader, row: ApplicationRow) -> bool:
    event = get_row(reader, row.event)
    return event is not None and bool(may_see(reader, [row], event))
