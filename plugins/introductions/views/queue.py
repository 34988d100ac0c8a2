"""``/-/queue``: the connector's ten minutes, one card at a time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.errors import NotFound, WikiError
from wiki.api.limits import client_address, set_retry_after
from wiki.api.panels import render_asides
from wiki.api.paths import action_url, page_url
from wiki.api.people import Person
from wiki.api.plugin import Instance, call_hook
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import ItemRow, get_item
from wiki.api.reading.rows import get_row
from wiki.api.translation import gettext, lazy
from wiki.api.web import current_reader, flash_message, signed_in_person
from wiki.api.web.forms import render_tool, see_other

from .. import cards, recipients, requests, someone
from ..cards import DONE, NEED, READ, SLEEPS, WAITS, Card
from ..models import DeedRow, IntroductionRow
from ..states import CONNECTED, view_of_proposer
from ..store import Introduction, find_all, unreachable
from ..subjects import Subject, subject_of
from .begin import PROPOSED_WORDS

bp = Blueprint("introductions_queue", __name__)

#: who sees how much waits
_COUNTERS = ("admin", "programme")
#: how far back, and how many lines, what came of it goes
_LOOKED_BACK = timedelta(days=180)
_LISTED = 100
_COUNT_WORDS = {
    NEED: lazy("Needs without an answer"),
    READ: lazy("New projects without a reader"),
    WAITS: lazy("Introductions that wait"),
    SLEEPS: lazy("Offers without news"),
}
_DEED_WORDS = {
    NEED: lazy("passed on"),
    READ: lazy("read"),
    SLEEPS: lazy("asked for news"),
}
_FOUND = lazy("has found since")
_WITHDRAWN = lazy("withdrawn since")


@bp.get("/queue")
def queue() -> Response:
    """The next card; it is nobody else's while one looks at it."""
    return _page(*_connector())


@bp.post("/queue")
def clear() -> Response:
    """Does what one of the buttons says, and goes on to the next."""
    reader, person = _connector()
    key, what = request.form.get("key", ""), request.form.get("what", "")
    if what == "propose":
        try:
            _propose(reader, person)
        except WikiError as error:
            return set_retry_after(_page(reader, person, error.words, error.status), error)
        what = DONE
        flash_message(gettext("Both are asked."))
    if not cards.do(reader.instance, person, key, what):
        words = gettext("Somebody else is looking after this by now; here is what comes next.")
        flash_message(words, "info")
    return see_other(action_url("queue"))


@bp.get("/queue/done")
def done() -> Response:
    """What came of what one did with the cards: one's own, and nobody else's."""
    reader, person = _connector()
    proposed = _proposed(reader.instance, person, _LISTED)
    return render_tool(
        "introductions/came.html",
        came=_came(reader, person, _LISTED),
        proposed=len(proposed),
        met=sum(view_of_proposer(one.talk) == CONNECTED for one in proposed),
    )


def may_connect(person: Person | None) -> bool:
    """Whether the queue is theirs."""
    return person is not None and not person.held and person.role in cards.ROLES


def _connector() -> tuple[Reader, Person]:
    person = signed_in_person()
    reader = current_reader()
    if not may_connect(person):
        raise NotFound(gettext("There is no such page here."))
    return reader, person


def _propose(reader: Reader, person: Person) -> None:
    subject = subject_of(reader, request.form.get("about", ""))
    if subject is None:
        raise NotFound(gettext("This is no longer there; here is what waits now."))
    helper = someone.named(reader, request.form.get("person", ""), "", "", person.lang)
    words = request.form.get("words", "")
    requests.propose(reader, subject, person, helper, words, origin=client_address())


def _page(reader: Reader, person: Person, error: str = "", status: int = 200) -> Response:
    instance = reader.instance
    dealt = cards.next_card(reader, person)
    today = datetime.combine(reader.today, datetime.min.time(), instance.settings.zone)
    return render_tool(
        "introductions/queue.html",
        status,
        card=_shown(reader, person, dealt.card) if dealt.card else None,
        left=dealt.left,
        cleared=cards.count_done(instance, person.id, today),
        came=_came(reader, person, 5),
        counts=_counts(reader) if person.role in _COUNTERS else None,
        errors={"": error},
    )


def _counts(reader: Reader) -> dict[str, Any]:
    """How much waits, for all together; nothing of it says who did what."""
    counted = cards.counts(reader)
    return {
        "waiting": [
            {"label": str(words), "count": counted.waiting[kind]}
            for kind, words in _COUNT_WORDS.items()
        ],
        "done": counted.done,
        "by": counted.by,
    }


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
    row = get_row(reader, about) if card.kind == READ else None
    item = get_item(reader, about) if card.kind in (NEED, SLEEPS) else None
    fits = recipients.suited(reader, subject) if subject and card.kind == NEED else []
    values = {
        "kind": card.kind,
        "key": card.key,
        "subject": subject,
        "summary": row.summary if row else "",
        "since": _heard(item, reader.today) if item else None,
        "names": [", ".join(side.name for side in waiting.at(place)) for place in ("a", "b")]
        if waiting
        else [],
        "unreachable": unreachable(reader.instance, waiting) if waiting else [],
        "fits": fits,
        # Whoever reads no mail here cannot be asked: the text below can be passed on.
        "reachable": bool(subject and subject.team),
        "panels": _panels(reader, item) if item and card.kind == NEED and not fits else [],
        "know_url": action_url("introductions/propose", query={"about": about})
        if card.kind in (NEED, READ)
        else "",
        "page_url": page_url(subject.page) if subject else "",
    }
    return values | {"text": _text(reader, card, subject)}


def _heard(item: ItemRow, today: date) -> date | None:
    """The day of the last news; a day to come is a deadline, and no news."""
    heard = cards.heard_of(item)
    return heard if heard is not None and heard <= today else None


def _panels(reader: Reader, item: ItemRow) -> Sequence[Any]:
    """What stands at the foot of the page of a need for which nobody fits: where money is, say."""
    hook = reader.instance.plugins.hook.item_asides
    found = [one for group in call_hook(hook, item=item, reader=reader) for one in group]
    return render_asides(reader, found, action_url("queue"))["foot"]


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


def _came(reader: Reader, person: Person, limit: int) -> list[dict[str, Any]]:
    """What one did in half a year, newest first, and what came of it: never why it did not."""
    instance = reader.instance
    since = instance.private.now() - _LOOKED_BACK
    deeds = [_deed(reader, one) for one in cards.deeds_of(instance, person.id, since, limit)]
    proposed = [_brought(reader, one) for one in _proposed(instance, person, limit)]
    found = [one for one in (*deeds, *proposed) if one is not None]
    # What was proposed from a card is told once, by whom it names.
    named = {one["about"] for one in proposed}
    found = [one for one in found if one["names"] or one["about"] not in named]
    return sorted(found, key=lambda one: one["when"], reverse=True)[:limit]


def _proposed(instance: Instance, person: Person, limit: int) -> list[Introduction]:
    since = instance.private.now() - _LOOKED_BACK
    return find_all(
        instance,
        IntroductionRow.proposer == person.id,
        IntroductionRow.created > since,
        limit=limit,
    )


def _deed(reader: Reader, deed: DeedRow) -> dict[str, Any] | None:
    """None where what it was about is gone, or no longer theirs to see."""
    kind, _colon, about = deed.key.partition(":")
    subject = subject_of(reader, about) if kind != WAITS else None
    if subject is None:
        return None
    words = _DEED_WORDS.get(kind, _DEED_WORDS[NEED])
    if kind == NEED and not subject.open:
        item = get_item(reader, about)
        words = _FOUND if item is not None and item.state == "x" else _WITHDRAWN
    return {
        "about": about,
        "said": subject.said,
        "url": subject.url,
        "names": "",
        "words": str(words),
        "when": deed.at,
    }


def _brought(reader: Reader, one: Introduction) -> dict[str, Any]:
    subject = subject_of(reader, one.row.about)
    places = (", ".join(side.name for side in one.at(place)) for place in ("a", "b"))
    return {
        "about": one.row.about,
        "said": subject.said if subject else gettext("An introduction"),
        "url": subject.url if subject else "",
        "names": " · ".join(filter(None, places)) or gettext("An introduction"),
        "words": str(PROPOSED_WORDS[view_of_proposer(one.talk)]),
        "when": one.row.created,
    }
