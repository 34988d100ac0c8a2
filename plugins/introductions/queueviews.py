"""``/-/queue``: the connector's ten minutes, one card at a time."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.api import (
    Instance,
    LogInFirst,
    NotFound,
    Person,
    Reader,
    WikiError,
    action_url,
    address,
    answers,
    current_person,
    current_reader,
    gettext,
    may_be_asked,
    page_of,
    page_url,
    people_by_page,
    say,
    wait,
)

from . import beginning, cards
from .cards import DONE, NEED, READ, WAITS, Card
from .keeping import find_all, unreachable
from .models import DeedRow, IntroductionRow
from .states import view_of_proposer
from .subjects import Subject, may_give, subject_of
from .views import PROPOSED_WORDS

bp = Blueprint("introductions_queue", __name__)

#: people who would fit that a card shows
FITS = 3


@bp.get("/queue")
def queue() -> Response:
    """The next card; it is nobody else's while one looks at it."""
    return _page(current_reader(), _connector(), {})


@bp.post("/queue")
def clear() -> Response:
    """Does what one of the buttons says, and goes on to the next."""
    reader, person = current_reader(), _connector()
    key, what = request.form.get("key", ""), request.form.get("what", "")
    if what == "propose":
        try:
            _propose(reader, person)
        except WikiError as error:
            return wait(_page(reader, person, {"": error.words}, error.status), error)
        what = DONE
        say(gettext("Both are asked."))
    if not cards.do(reader.instance, person, key, what):
        say(gettext("Somebody else has this card in hand by now; here is another."), "info")
    return redirect(action_url("queue"), HTTPStatus.SEE_OTHER)


def may_connect(person: Person | None) -> bool:
    """Whether the queue is theirs."""
    return person is not None and not person.held and person.role in cards.ROLES


def _connector() -> Person:
    person = current_person()
    if person is None:
        raise LogInFirst(gettext("Log in first."))
    if not may_connect(person):
        raise NotFound(gettext("There is no such page here."))
    return person


def _propose(reader: Reader, person: Person) -> None:
    subject = subject_of(reader, request.form.get("about", ""))
    if subject is None:
        raise NotFound(gettext("This is no longer there; here is what waits now."))
    helper = beginning.named(reader, request.form.get("person", ""), "", "", person.lang)
    words = request.form.get("words", "")
    beginning.propose(reader, subject, person, helper, words, origin=address())


def _page(reader: Reader, person: Person, errors: dict[str, str], status: int = 200) -> Response:
    instance = reader.instance
    card = cards.next_card(reader, person)
    today = datetime.combine(reader.today, datetime.min.time(), instance.settings.zone)
    return page_of(
        "introductions/queue.html",
        status,
        card=_shown(reader, person, card) if card else None,
        cleared=cards.count_done(instance, person.id, today),
        deeds=[_deed(reader, one) for one in cards.deeds_of(instance, person.id, 5)],
        came=_came(reader, person),
        errors={"": ""} | errors,
        noindex=True,
    )


def _shown(reader: Reader, person: Person, card: Card) -> dict[str, Any]:
    """What ``introductions/queue.html`` wants of a card."""
    about = card.about
    waiting = None
    if card.kind == WAITS:
        found = find_all(
            reader.instance, IntroductionRow.id == about, IntroductionRow.proposer == person.id
        )
        waiting = found[0] if found else None
        about = waiting.row.about if waiting else ""
    subject = subject_of(reader, about)
    values = {
        "kind": card.kind,
        "key": card.key,
        "subject": subject,
        "names": [", ".join(side.name for side in waiting.at(place)) for place in ("a", "b")]
        if waiting
        else [],
        "unreachable": unreachable(reader.instance, waiting) if waiting else [],
        "fits": _fits(reader, subject) if subject and card.kind == NEED else [],
        "know_url": action_url("introductions/propose", query={"about": about})
        if card.kind in (NEED, READ)
        else "",
        "page_url": page_url(subject.page) if subject else "",
    }
    return values | {"text": _text(reader, card, subject)}


def _fits(reader: Reader, subject: Subject) -> list[dict[str, Any]]:
    """Who would fit, and why; those who have no time left this month are not named."""
    hook, about = reader.instance.plugins.hook.fits, subject.about
    found = [
        fit for fits in answers(hook, item=about, reader=reader, limit=FITS * 3) for fit in fits
    ]
    lines: dict[str, dict[str, Any]] = {}
    for fit in found:
        row = reader.row(fit.path)
        person = reader.row(row.space) if row and row.space and row.type != "person" else row
        if person is None or person.type != "person" or person.path in lines:
            continue
        if not _may_be_proposed(reader, person.path, subject):
            continue
        lines[person.path] = {
            "path": person.path,
            "name": person.title,
            "url": page_url(person.path),
            "reasons": list(fit.reasons),
            "words": _words(subject, person.title, fit.reasons),
        }
    return list(lines.values())[:FITS]


def _may_be_proposed(reader: Reader, page: str, subject: Subject) -> bool:
    instance: Instance = reader.instance
    joined = people_by_page(instance.private, [page]).get(page)
    if joined is None or joined.disabled or joined in subject.team:
        return False
    return may_be_asked(instance.private, page, may_give(reader, page))


def _words(subject: Subject, name: str, reasons: tuple[str, ...]) -> str:
    why = "; ".join(reasons)
    words = gettext("I think that you two should meet about “{said}”.").format(
        said=subject.said[:120]
    )
    return f"{words} {why}"[: beginning.WORDS].strip()


def _text(reader: Reader, card: Card, subject: Subject | None) -> str:
    """A text to pass on by any way that one likes; it holds a link and no address."""
    if subject is None or card.kind == WAITS:
        return ""
    url = reader.instance.settings.public_url + subject.url
    if card.kind == NEED:
        return gettext(
            "{page} is looking for: {said}\nCould you help, even a little, or do you know who "
            "could? A line is enough: {url}"
        ).format(page=subject.page_title, said=subject.said, url=url)
    if card.kind == READ:
        return gettext(
            "A new project: {said}. Would you read it and tell its team what you think? {url}"
        ).format(said=subject.said, url=url)
    return gettext(
        "You offered: {said}\nDoes that still stand? One button on this page says so: {url}"
    ).format(said=subject.said, url=url)


def _deed(reader: Reader, deed: DeedRow) -> dict[str, Any]:
    kind, _colon, about = deed.key.partition(":")
    subject = subject_of(reader, about) if kind != WAITS else None
    return {
        "said": subject.said if subject else gettext("An introduction"),
        "url": subject.url if subject else action_url("introductions"),
        "when": deed.at,
    }


def _came(reader: Reader, person: Person) -> list[dict[str, Any]]:
    """What came of what one proposed: names and a word, never why."""
    since = reader.instance.private.now() - timedelta(days=180)
    found = find_all(
        reader.instance,
        IntroductionRow.proposer == person.id,
        IntroductionRow.created > since,
        limit=10,
    )
    return [
        {
            "names": " · ".join(
                name
                for place in ("a", "b")
                if (name := ", ".join(side.name for side in one.at(place)))
            ),
            "words": str(PROPOSED_WORDS[view_of_proposer(one.talk)]),
            "when": one.row.created,
        }
        for one in found
    ]
