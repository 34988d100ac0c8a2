"""What the server asks of the policy: who may still write, and which pages are not as they were.

Blocks; asked in a thread, about everyone at once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from wiki.api.errors import Forbidden, StorageFailed
from wiki.api.pages import read_document
from wiki.api.people import Person, people_of_sessions
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, find_page, is_taken, page_exists, system_reader
from wiki.api.translation import gettext

from ..store import Here
from .commits import birth_at


@dataclass(frozen=True)
class Place:
    """Who writes where: in the session of the key ``session``, in the page ``path``."""

    session: str
    path: str


@dataclass(frozen=True)
class Stand:
    """A room that is open: the page that it is of, and the text that this had."""

    epoch: str
    path: str
    birth: str
    base_text: str


def who_may(instance: Instance, places: Collection[Place]) -> dict[Place, Person]:
    """Those who may edit what they write in, each as their account is now.

    A page that is gone takes nobody's right: that is told otherwise.
    """
    people = people_of_sessions(instance.private, {place.session for place in places})
    readers = {person.id: Reader(instance, person) for person in people.values()}
    found: dict[Place, Person] = {}
    for place in places:
        person = people.get(place.session)
        if person is not None:
            reader = readers[person.id]
            if reader.may_edit(place.path) or not is_taken(reader, place.path):
                found[place] = person
    return found


def who_is(instance: Instance, places: Collection[Place]) -> dict[Place, Person]:
    """As ``who_may``, where neither pages nor rules have moved: whose session is still open."""
    people = people_of_sessions(instance.private, {place.session for place in places})
    return {place: people[place.session] for place in places if place.session in people}


def called(instance: Instance, people: Collection[Person]) -> tuple[object, ...]:
    """What lines of heads go by beside pages and accounts: the day, and who is in which group."""
    readers = [Reader(instance, person) for person in people]
    names = frozenset((one.person.id, one.names) for one in readers if one.person)
    return Reader(instance).today, names


def are_known(instance: Instance) -> bool:
    """Whether this machine has what others closed, or can ask."""
    return instance.fresh is None or instance.fresh.knows()


def let_in(instance: Instance, place: Place, person: str) -> Person:
    """Who comes with a ticket, as their account is now. Raises Forbidden, StorageFailed."""
    if not are_known(instance):
        raise StorageFailed(gettext("The page connects again."))
    found = who_may(instance, [place]).get(place)
    if found is None or found.id != person or not page_exists(Reader(instance, found), place.path):
        raise Forbidden(gettext("You may no longer write in this page."))
    return found


def otherwise(instance: Instance, stands: Sequence[Stand]) -> tuple[list[str], list[str]]:
    """The rooms whose page is gone or moved, and those whose page was saved elsewhere.

    Raises StorageFailed.
    """
    reader = system_reader(instance, "coediting")
    absent: list[str] = []
    changed: list[str] = []
    for one in stands:
        page = find_page(reader, one.path)
        if page is not None and page.text == one.base_text:
            continue
        same = page is not None and birth_at(instance, one.path) == one.birth
        (changed if same else absent).append(one.epoch)
    return absent, changed


def chapters(text: str, people: Mapping[str, tuple[int, int | None]]) -> list[Here]:
    """Person → colour and line of their caret, as who is in which chapter."""
    headings = read_document(text).headings if any(line for _c, line in people.values()) else ()
    found: list[Here] = []
    for person, (colour, line) in people.items():
        above = [one for one in headings if line is not None and one.line < line]
        last = above[-1] if above else None
        found.append(
            Here(person, colour, last.anchor[:300], last.text[:300])
            if last
            else Here(person, colour)
        )
    return found
