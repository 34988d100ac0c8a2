"""Name badges as PDF: what each person agreed to show, and lines to write on for all else.

A name is on its badge, as on the list at the door. What someone looks for and offers, and the code
that leads to their page, are there only where they chose to be on the list of who comes and their
page is everybody's; the code of another badge leads to the event.
"""

from collections.abc import Sequence

from wiki.api.documents import CARD_SHEETS, MOST_CARDS, Card, make_cards
from wiki.api.events import Event
from wiki.api.limits import DAY, Limit, count_attempts
from wiki.api.paths import page_url
from wiki.api.people import get_person
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import find_items, select_items
from wiki.api.reading.rows import get_rows
from wiki.api.translation import gettext, language

from .models import RegistrationRow
from .organiser import arranged
from .places import COMING
from .store import Sheet
from .tickets import picture

SIZES = tuple(CARD_SHEETS)
_SEEKS, _OFFERS = ("besoins", "needs"), ("offres", "offers")
_OPEN = ("", " ")
_WORDS, _EACH, _MANY = 70, 2, 2000
#: files that are made of one event in a day
_A_DAY = 60


def parts_of(sheet: Sheet | None) -> int:
    """In how many files the badges of an event come."""
    count = sheet.count(COMING) if sheet else 0
    return -(-count // MOST_CARDS)


def make_badges(reader: Reader, event: Event, sheet: Sheet, size: int, part: int) -> bytes:
    """The badges of those who come, A to Z: the ``part`` of that number, the first being 0.

    Raises TooMany, TooLarge, Unmade.
    """
    instance = reader.instance
    count_attempts(instance.private, [Limit(f"registrations:badges:{sheet.row.id}", _A_DAY, DAY)])
    coming = arranged(one for one in sheet.people if one.state == COMING)
    people = coming[part * MOST_CARDS : (part + 1) * MOST_CARDS]
    cards = _cards(Reader(instance), event, people)
    footer = event.title
    seconds = instance.settings.document_time
    return make_cards(cards, CARD_SHEETS[size], footer, language(), seconds=seconds)


def _cards(visitor: Reader, event: Event, people: Sequence[RegistrationRow]) -> list[Card]:
    """``visitor`` reads what everybody may: a badge is seen by the whole room."""
    pages = {one.id: page for one in people if one.listed and (page := _page(visitor, one))}
    seen = get_rows(visitor, sorted(set(pages.values())))
    seeks, offers = (_said(visitor, names, list(seen)) for names in (_SEEKS, _OFFERS))
    site = visitor.instance.settings.public_url
    labels = gettext("I am looking for"), gettext("I offer")
    codes: dict[str, bytes] = {}
    cards = []
    for one in people:
        page = pages.get(one.id, "")
        page = page if page in seen else ""
        url = site + page_url(page or event.path)
        if url not in codes:
            codes[url] = picture(url, "svg")
        words = (seeks.get(page, ""), offers.get(page, ""))
        cards.append(Card(one.name, tuple(zip(labels, words, strict=True)), codes[url]))
    return cards


def _page(visitor: Reader, one: RegistrationRow) -> str:
    person = get_person(visitor.instance.private, one.person) if one.person else None
    return (person.page or "") if person is not None and not person.disabled else ""


def _said(visitor: Reader, names: tuple[str, ...], pages: Sequence[str]) -> dict[str, str]:
    """Page → its first open needs or offers in a line."""
    if not pages:
        return {}
    found: dict[str, list[str]] = {}
    chosen = select_items(names, _OPEN, subjects=tuple(pages))
    for item in find_items(visitor, chosen, limit=_MANY).rows:
        found.setdefault(item.space or item.path, []).append(_short(item.plain))
    return {page: " · ".join(said[:_EACH]) for page, said in found.items()}


def _short(words: str) -> str:
    return words if len(words) <= _WORDS else f"{words[: _WORDS - 1].rstrip()}…"
