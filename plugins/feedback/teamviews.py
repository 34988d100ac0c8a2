"""What the team of a page does: asks, reads what was answered, says what becomes of it."""

from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.errors import BadField, NotFound
from wiki.api.limits import count_request
from wiki.api.pages import Page
from wiki.api.pages.editing import change_page
from wiki.api.paths import action_url, normalise, page_url
from wiki.api.reading import Reader, find_page, get_page, get_title, page_exists
from wiki.api.translation import gettext
from wiki.api.web import flash_message, render_page, signed_in_reader
from wiki.api.web.forms import (
    FormText,
    redisplay,
    render_tool,
    see_other,
    show_refusal,
    typed_values,
)

from . import decisions, handover, store
from .advice import list_minutes
from .blocks import (
    QUESTION,
    Ask,
    asks_of,
    sections_of,
    with_request,
    without_request,
    write_terms,
)
from .decisions import Fate
from .fates import REASONS, choices, words_of
from .models import HELD, WORDS, AnswerRow
from .presenters import change_url, give_url, parts_of

bp = Blueprint("feedback_team", __name__)


def answers(reader: Reader, path: str) -> Response:
    """What was answered about the page, section by section, in order of arrival."""
    page = find_page(reader, path)
    rows = store.of_page(reader, path)
    if page is None and not rows:
        raise NotFound(gettext("There is no page here."))
    asks = asks_of(page) if page else []
    return render_tool(
        "feedback/answers.html",
        page={"label": page.title if page else path, "url": page_url(path) if page else ""},
        asks=[_request(one) for one in asks],
        free=_free(page, asks) if page else [],
        **typed_values("question", section=request.args.get("section", "")),
        ask_url=action_url("feedback/ask", path),
        write_url=action_url("feedback", path, {"write": "1"}),
        held=[_told(reader, row) for row in rows if row.state == HELD],
        sections=_sections(reader, page, [row for row in rows if row.state != HELD]),
        full=len(rows) >= store.SHOWN,
        most=QUESTION,
        minutes=list_minutes(),
        terms=typed_values("minutes", "until"),
        handed=_handed(reader, path),
        hand_url=action_url("feedback/hand", path),
    )


def handed_answers(reader: Reader, path: str) -> Response:
    """What the page's team lets the programme team read: to be read, nothing more."""
    page = get_page(reader, path)
    rows = [row for row in store.of_page(reader, path) if handover.is_handed(row)]
    return render_tool(
        "feedback/handed.html",
        page={"label": page.title, "url": page_url(path)},
        sections=_sections(reader, page, rows),
        write_url=action_url("feedback", path, {"write": "1"}),
    )


@bp.post("/feedback/hand/<path:path>")
def hand(path: str, action: FormText) -> Response:
    """Lets the programme team read what was answered, or no more. Raises LogInFirst, NotFound."""
    reader = _signed_in()
    path = normalise(path)
    if not handover.may_hand_over(reader, path):
        raise NotFound(gettext("There is no page here."))
    if action == "keep":
        handover.take_back(reader, path)
        words = gettext("The programme team no longer reads these answers.")
    else:
        handover.hand_over(reader, path)
        words = gettext("The programme team can read these answers. You can take that back here.")
    return see_other(give_url(path), words)


def _handed(reader: Reader, path: str) -> dict[str, Any] | None:
    """Whether the answers are handed over, for who may say so; ``day`` None: they are not."""
    if not handover.may_hand_over(reader, path):
        return None
    row = handover.find_handover(reader.instance, path, store.origin_of(reader, path))
    zone = reader.instance.settings.zone
    return {
        "day": row.at.astimezone(zone).date() if row else None,
        "by": handover.who_handed(reader.instance, row) if row else "",
    }


def _request(one: Ask) -> dict[str, str]:
    return {"section": one.section, "words": one.heading or gettext("The whole page")}


def _free(page: Page, asks: Sequence[Ask]) -> list[tuple[str, str]]:
    """What the page could ask about and does not yet."""
    known = {one.section for one in asks}
    return [
        (anchor, words or gettext("The whole page"))
        for anchor, words in sections_of(page)
        if anchor not in known
    ]


@bp.post("/feedback/ask/<path:path>")
def ask(
    path: str,
    action: FormText,
    question: FormText,
    section: FormText,
    minutes: FormText,
    until: FormText,
) -> Response:
    """Writes the request into the page, or takes it out. Raises LogInFirst, NotFound."""
    reader = _signed_in()
    path = normalise(path)
    page = get_page(reader, path)
    if not store.is_team(reader, path):
        raise NotFound(gettext("There is no page here."))
    closing = action == "close"
    question, lang = question[: 4 * QUESTION], page.head.text("lang")
    try:
        terms = "" if closing else write_terms(minutes, until, reader.today, lang)
        count_request("save")
        change_page(
            reader,
            path,
            lambda now: (
                without_request(now, section)
                if closing
                else with_request(now, question, section, terms)
            ),
            gettext("Asks for no more feedback") if closing else gettext("Asks for feedback"),
        )
    except BadField as error:
        return show_refusal(partial(answers, reader, path), error)
    if closing and section in {one.section for one in asks_of(get_page(reader.renewed(), path))}:
        words = gettext("One request stands inside a list or a quote: take it out of the text.")
        return see_other(give_url(path), words, "info")
    if closing:
        words = gettext("No more is asked about it. What was said stays here.")
        return see_other(give_url(path), words)
    words = gettext("The page asks its readers. Their answers come here, and into your digest.")
    return see_other(page_url(page.path), words)


@bp.get("/feedback/fate/<id>")
def fate(id: str) -> Response:
    """One answer, and what can become of it. Raises LogInFirst, NotFound."""
    reader, row = _of_team(id)
    return render_tool(
        "feedback/fate.html",
        page={
            "label": get_title(reader, row.path) if page_exists(reader, row.path) else row.path,
            "url": give_url(row.path),
        },
        one=_told(reader, row),
        versions=decisions.versions(reader, row.path),
        fates=choices(),
        reasons=[(key, str(words)) for key, words in REASONS.items()],
        values=typed_values(
            fate=row.fate, revision=row.revision, reply=row.reply, reason=row.reason
        ),
        most=WORDS,
    )


@bp.post("/feedback/fate/<id>")
@redisplay(fate)
def decide(id: str) -> Response:
    """Says what becomes of it; a first message is let through by that. Raises NotFound."""
    reader, row = _of_team(id)
    typed = typed_values("fate", "revision", "reply", "reason")
    chosen = decisions.read_fate(reader, row, Fate(**typed))
    if row.state == HELD:
        if not store.may_let_through(reader, row):
            raise NotFound(_nothing())
        decisions.let_through(reader.instance, row.id)
    decisions.decide(reader.instance, row.id, chosen)
    words = gettext("Noted. Its author is told by mail, once a day at most.")
    return see_other(give_url(row.path), words)


@bp.get("/feedback/held")
def held() -> Response:
    """The first messages that wait, for admins, who read all. Raises LogInFirst, NotFound."""
    reader = _signed_in()
    if reader.person is None or reader.person.role != "admin":
        raise NotFound(_nothing())
    rows = store.find_all(reader.instance, AnswerRow.state == HELD, AnswerRow.path != "")
    seen = [row for row in rows if store.may_let_through(reader, row)]
    return render_page(
        "feedback/held.html", held=[_told(reader, row) for row in seen], noindex=True
    )


@bp.post("/feedback/held")
def let(id: FormText, action: FormText, next: FormText) -> Response:
    """Lets a first message through, or drops it. Raises LogInFirst, NotFound."""
    reader = _signed_in()
    row = store.find(reader.instance, id)
    if row is None or not store.may_let_through(reader, row):
        raise NotFound(_nothing())
    if action == "spam":
        decisions.drop(reader.instance, row.id)
        flash_message(gettext("It is gone, and nothing more comes from there."))
    elif action == "accept":
        decisions.let_through(reader.instance, row.id)
        flash_message(gettext("Passed on. What they say from now on arrives by itself."))
    back = store.is_team(reader, row.path) and next != "held"
    return see_other(give_url(row.path) if back else action_url("feedback/held"))


def _nothing() -> str:
    return gettext("There is nothing here.")


def _signed_in() -> Reader:
    return signed_in_reader(gettext("Log in first: this is for those who look after the page."))


def _of_team(answer_id: str) -> tuple[Reader, AnswerRow]:
    reader = _signed_in()
    row = store.find(reader.instance, answer_id)
    if row is None or not row.path or not store.is_team(reader, row.path):
        raise NotFound(_nothing())
    if row.id not in {one.id for one in store.of_page(reader, row.path, 10_000)}:
        # It is about another page, which stood at the same address.
        raise NotFound(_nothing())
    return reader, row


def _sections(reader: Reader, page: Page | None, rows: Sequence[AnswerRow]) -> list[dict[str, Any]]:
    order = {one.anchor: place for place, one in enumerate(page.document.headings)} if page else {}
    places = {
        row.section: order.get(row.section, len(order)) if row.section else -1 for row in rows
    }
    rows = sorted(rows, key=lambda row: (places[row.section], row.section))
    return [
        {
            "heading": found[-1].heading,
            "url": f"{page_url(page.path)}#h-{section}" if page and section in order else "",
            "answers": [_told(reader, row) for row in found],
        }
        for section, group in groupby(rows, key=lambda row: row.section)
        for found in [list(group)]
    ]


def _told(reader: Reader, row: AnswerRow) -> dict[str, Any]:
    zone = reader.instance.settings.zone
    return {
        "id": row.id,
        "name": store.name_of(reader.instance, row),
        "day": (row.arrived or row.created).astimezone(zone).date(),
        "parts": parts_of(row),
        "heading": row.heading,
        "title": get_title(reader, row.path) if page_exists(reader, row.path) else "",
        "shown": row.shown,
        "fate": row.fate,
        "words": words_of(row) if row.fate else "",
        "reply": row.reply,
        "change": change_url(reader, row),
        "url": action_url(f"feedback/fate/{row.id}"),
    }
