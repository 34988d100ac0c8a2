"""Whom one may mean when one knows someone: those whom it would suit, and all who have a page."""

from typing import Any

from wiki.api.limits import may_receive_request
from wiki.api.meaning import fits
from wiki.api.paths import action_url, page_url
from wiki.api.people import people_by_page
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import get_item
from wiki.api.reading.rows import PageRow, find_rows, get_row, select
from wiki.api.translation import gettext

from .rules import WORDS
from .subjects import PAGE, Subject, may_give, subject_of

#: people who would suit that are shown, and fits that are looked at for them
SHOWN, _LOOKED_AT = 3, 12
#: people whose pages are offered as one types
_KNOWN = 300


def known_people(reader: Reader) -> list[PageRow]:
    """The people who have a page that the reader may see, by name."""
    return list(find_rows(reader, select(types=("person",)), "title", _KNOWN).rows)


def page_named(reader: Reader, typed: str) -> str:
    """The person page that was chosen: its path, or its title as it was typed."""
    typed = typed.strip()
    if not typed or get_row(reader, typed):
        return typed
    found = [row.path for row in known_people(reader) if row.title.casefold() == typed.casefold()]
    return found[0] if len(found) == 1 else typed


def suited(reader: Reader, subject: Subject) -> list[dict[str, Any]]:
    """People whom the need or offer would suit, why, by what offer, and where one chooses them.

    Only those who read mails here and have time left this month: nobody else can be asked.
    """
    if subject.kind == PAGE:
        return []
    found: dict[str, dict[str, Any]] = {}
    for fit in reader.instance.plugins.call(fits, subject.about, reader, _LOOKED_AT):
        row = get_row(reader, fit.path)
        person = get_row(reader, row.space) if row and row.space and row.type != "person" else row
        if person is None or person.path in found or not _may_be_asked(reader, person, subject):
            continue
        offer = get_item(reader, fit.identity) if fit.identity else None
        asked = {"about": subject.about, "person": person.path}
        found[person.path] = {
            "path": person.path,
            "name": person.title,
            "page_url": page_url(person.path),
            "what": offer.plain if offer else "",
            "what_url": action_url("offers", fit.identity) if offer else "",
            "reasons": list(fit.reasons),
            "url": action_url("introductions/propose", query=asked),
            "words": _words(subject, fit.reasons),
        }
        if len(found) == SHOWN:
            break
    return list(found.values())


def _may_be_asked(reader: Reader, page: PageRow, subject: Subject) -> bool:
    if page.type != "person":
        return False
    joined = people_by_page(reader.instance.private, [page.path]).get(page.path)
    if joined is None or joined.disabled or joined in subject.team or joined == reader.person:
        return False
    # The words that go with it quote the need: nobody is suggested who may not read it.
    if subject_of(Reader(reader.instance, joined), subject.about) is None:
        return False
    return may_receive_request(reader.instance.private, page.path, may_give(reader, page.path))


def _words(subject: Subject, reasons: tuple[str, ...]) -> str:
    said = gettext("I think that you two should meet about “{said}”.").format(
        said=subject.said[:120]
    )
    return f"{said} {'; '.join(reasons)}"[:WORDS].strip()
