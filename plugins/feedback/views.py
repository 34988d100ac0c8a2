"""Giving feedback: four questions about a page or a section of it, with an account or without."""

from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.api.errors import BadField, NotFound, WikiError
from wiki.api.limits import client_address
from wiki.api.pages import Page
from wiki.api.paths import action_url, normalise, page_url
from wiki.api.reading import Reader, find_redirect, get_page, get_title, page_exists
from wiki.api.reading.html import render_passage
from wiki.api.translation import gettext, language
from wiki.api.web import current_reader, render_page
from wiki.api.web.forms import (
    FormFlag,
    FormText,
    read_fields,
    see_other,
    show_refusal,
    typed_values,
)
from wiki.api.web.open_forms import antispam, open_to_all

from . import handover, submission, teamviews
from .blocks import Ask, hypotheses_in, open_asks
from .models import WORDS
from .presenters import give_url, prompt_words, told_on_page
from .store import is_team, is_unread, shown_of
from .submission import PROMPTS, Words

bp = Blueprint("feedback", __name__)

_ALL_SAID = 50


class _NoLongerAsked(WikiError):
    status = HTTPStatus.CONFLICT


@bp.get("/feedback/<path:path>")
def form(path: str) -> Response:
    """The four questions; for the page's team, what was answered (``?write=1``: the questions)."""
    reader = current_reader()
    path = normalise(path)
    if not page_exists(reader, path) and (moved := find_redirect(reader, path)) is not None:
        return redirect(give_url(moved))
    if is_team(reader, path) and not request.args.get("write"):
        return teamviews.answers(reader, path)
    if handover.reads_handed(reader, path) and not request.args.get("write"):
        return teamviews.handed_answers(reader, path)
    page = get_page(reader, path)
    return _form(reader, page, _chosen(reader, page, request.args.get("section", "")))


@bp.post("/feedback/<path:path>")
@open_to_all
def send(
    path: str, section: FormText, instead: FormFlag, name: FormText, email: FormText
) -> Response:
    """Keeps the answer; without an account, first asks by mail. Raises NotFound."""
    reader = current_reader()
    page = get_page(reader, normalise(path))
    ask = _chosen(reader, page, section)
    person = reader.person
    try:
        if ask is None:
            gone = gettext("This page no longer asks for feedback. What you wrote is below.")
            raise _NoLongerAsked(gone)
        if antispam.caught():
            return _form(reader, page, ask, sent=True)
        if is_unread(reader.instance, page.path) and not instead:
            raise BadField("instead", gettext("Say so here, or nobody would read what you wrote."))
        by = person or submission.visitor(name, email, language())
        submission.answer(reader, page.path, ask, _typed(page), by, client_address())
    except NotFound:
        raise
    except WikiError as error:
        return show_refusal(partial(_form, reader, page, ask), error)
    if person is None:
        return _form(reader, page, ask, sent=True)
    done = gettext("Thank you. The team reads it, and you see here what becomes of it.")
    return see_other(action_url("feedback/mine"), done)


def _chosen(reader: Reader, page: Page, section: str) -> Ask | None:
    asks = open_asks(page, reader.today)
    return next((one for one in asks if one.section == section), asks[0] if asks else None)


@read_fields
def _typed(page: Page, hypothesis: FormText, shown: FormFlag) -> Words:
    known = hypothesis if hypothesis in hypotheses_in(page) else ""
    return Words(**typed_values(*PROMPTS), hypothesis=known, shown=shown)


def _form(reader: Reader, page: Page, ask: Ask | None, *, sent: bool = False) -> Response:
    team = reader.access(page.path).team_page
    asks = open_asks(page, reader.today)
    return render_page(
        "feedback/form.html",
        private_address=True,
        page={"label": page.title, "url": page_url(page.path)},
        action=give_url(page.path),
        ask=ask,
        question=render_passage(reader, ask.question, page.path) if ask and ask.question else "",
        sections=[(one.section, one.heading or gettext("The whole page")) for one in asks],
        hypotheses=hypotheses_in(page),
        prompts=prompt_words(),
        values=typed_values(*PROMPTS, "hypothesis", "shown", "instead", "name", "email"),
        most=WORDS,
        traps=antispam.fields(),
        sent=sent,
        unread=is_unread(reader.instance, page.path),
        team=get_title(reader, team) if team and page_exists(reader, team) else "",
        said=_said(reader, page.path),
        noindex=True,
    )


def _said(reader: Reader, path: str) -> list[dict[str, Any]]:
    return [told_on_page(reader, row) for row in shown_of(reader, path, _ALL_SAID)]
