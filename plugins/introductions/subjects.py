"""What an introduction is about, and who looks after that: a need, an offer, or a whole page."""

import re
from dataclasses import dataclass
from datetime import date

from wiki.api.errors import NotFound
from wiki.api.limits import monthly_requests
from wiki.api.paths import action_url, page_url
from wiki.api.people import Person, accounts_named
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, find_page_at
from wiki.api.reading.history import list_history
from wiki.api.reading.item_rows import ItemRow, get_item
from wiki.api.reading.rows import PageRow, get_row
from wiki.api.sisters import Origin, ask_sisters, copy_url, origin_of
from wiki.api.translation import gettext

NEEDS = ("besoins", "needs")
OFFERS = ("offres", "offers")
NEED, OFFER, PAGE = "need", "offer", "page"
#: changes of a page that are looked back to for who wrote a line of it
_PAST = 100
_SISTERS = "-/carrefours/"
_IDENTITY = re.compile(r"[bo]-[0-9a-z]{8}")


@dataclass(frozen=True)
class Subject:
    """What it is about, as one reader may see it.

    ``about`` is an identity or a path, ``said`` the words of the line (or the title of the page),
    ``team`` the accounts that look after it, or where it is ``relayed`` those who read instead.
    ``monthly`` is the number at an offer. ``origin`` is the sister Carrefour that it is of.
    """

    about: str
    kind: str
    said: str
    url: str
    page: str
    page_title: str
    team: tuple[Person, ...] = ()
    monthly: int | None = None
    open: bool = True
    relayed: bool = False
    origin: Origin | None = None


def is_identity(about: str) -> bool:
    """Whether ``about`` names a line, not a page."""
    return _IDENTITY.fullmatch(about) is not None


def subject_of(reader: Reader, about: str) -> Subject | None:
    """What ``about`` names, for who may see it; None for anyone else, and where it is gone."""
    if about.startswith(_SISTERS):
        return _of_sister(reader, about)
    if not is_identity(about):
        row = get_row(reader, about) if about else None
        return _of_page(reader, row) if row else None
    item = get_item(reader, about)
    kind = kind_of(item) if item else ""
    if item is None or not kind:
        return None
    space = get_row(reader, item.space or item.path)
    marked = item.marks.get("availability", "")
    return Subject(
        about=about,
        kind=kind,
        said=item.plain,
        url=action_url(f"{kind}s", about),
        page=space.path if space else item.path,
        page_title=item.space_title or item.page_title,
        team=_team(reader.instance, space),
        monthly=monthly_requests(marked) if marked else None,
        open=waits(item, reader.today),
    )


def waits(item: ItemRow, today: date) -> bool:
    """Whether a need or an offer waits for an answer: it is open, and its day is not over."""
    until = item.marks.get("before", "")
    return item.state in ("", " ") and not (until and until < today.isoformat())


def subject_here(reader: Reader, about: str) -> Subject:
    """What ``about`` names. Raises NotFound where it is nothing that the reader may see."""
    subject = subject_of(reader, about)
    if subject is None:
        if is_identity(about):
            raise NotFound(gettext("There is no such need or offer here."))
        raise NotFound(gettext("There is no such page here."))
    return subject


def is_writer(reader: Reader, about: str) -> bool:
    """Whether the person wrote the line that ``about`` names, whoever looks after its page."""
    person, item = reader.person, get_item(reader, about)
    if person is None or item is None:
        return False
    changes = list_history(reader, item.path, limit=_PAST)
    if all(one.mail != person.alias for one in changes):
        return False
    first = ""
    for one in changes:
        page = find_page_at(reader, one.path, one.commit)
        if page is None or about not in page.text:
            break
        first = one.mail
    return first == person.alias


def kind_of(item: ItemRow) -> str:
    """``need``, ``offer``, or "" for an item of another block."""
    return NEED if item.block in NEEDS else OFFER if item.block in OFFERS else ""


def may_give(reader: Reader, page: str) -> int:
    """The requests a month that the person of ``page`` takes."""
    row = get_row(reader, page)
    return monthly_requests(row.first("availability") if row else "")


def _of_page(reader: Reader, row: PageRow) -> Subject:
    return Subject(
        about=row.path,
        kind=PAGE,
        said=row.title,
        url=page_url(row.path),
        page=row.path,
        page_title=row.title,
        team=_team(reader.instance, row),
    )


def about_sister(sister: str, identity: str) -> str:
    """What an introduction about a line of the sister's is said to be about: no page of ours."""
    return f"{_SISTERS}{sister}/{identity}"


def _of_sister(reader: Reader, about: str) -> Subject | None:
    """A line of a sister's, from its copy here; who looks after it, its home alone knows."""
    sister, _slash, identity = about.removeprefix(_SISTERS).partition("/")
    item = ask_sisters(reader, lambda theirs: get_item(theirs, identity), None)
    origin = origin_of(reader, item.path) if item is not None else None
    kind = kind_of(item) if item is not None else ""
    if item is None or origin is None or origin.name != sister or not kind:
        return None
    return Subject(
        about=about,
        kind=kind,
        said=item.plain,
        url=copy_url(item.path, identity),
        page=item.path,
        page_title=f"{item.space_title or item.page_title} ({origin.title})",
        open=waits(item, reader.today),
        origin=origin,
    )


def _team(instance: Instance, space: PageRow | None) -> tuple[Person, ...]:
    """The accounts in use of the people who look after a space, in the order of its team."""
    if space is None:
        return ()
    pages = [space.path] if space.type == "person" else list(space.facts.get("team", ()))
    return tuple(one for one in accounts_named(instance.private, pages) if not one.disabled)
