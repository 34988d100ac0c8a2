"""Reporting a page: two lines that go to those who look after it."""

from typing import Any

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from wiki.editing.review.reports import Complaint, report
from wiki.pages.page import Page
from wiki.pages.paths import normalise
from wiki.pages.urls import page_url
from wiki.people.review import reports
from wiki.people.review.reports import Report
from wiki.reading import Reader
from wiki.reading.pages import get_page, get_title
from wiki.translation import gettext as _
from wiki.translation import language, lazy
from wiki.web import antispam
from wiki.web.forms import FormText, redisplay, render_tool, typed_values
from wiki.web.page.presenters import page_values
from wiki.web.security import open_to_all
from wiki.web.support import current_reader, flash_message
from wiki.web.throttle import client_address

bp = Blueprint("reporting", __name__)

REASONS = {
    reports.SPAM: lazy("It is advertising, or written by a machine."),
    reports.HURTFUL: lazy("It hurts someone."),
    reports.PERSONAL: lazy("It tells personal things about someone."),
    reports.ABOUT_ME: lazy("This page is about me and I did not write it: take it down."),
}


@bp.get("/report/<path:raw>")
def ask(raw: str) -> Response:
    """The form: what is the matter, two lines, an address for the answer."""
    return render_tool(
        "moderation/report.html",
        page=page_values(get_page(current_reader(), normalise(raw))),
        reasons=[(key, str(words)) for key, words in REASONS.items()],
        values=typed_values("reason", "words", "email"),
        traps=antispam.fields(),
    )


@bp.post("/report/<path:raw>")
@open_to_all
@redisplay(ask)
def send(raw: str, reason: FormText, words: FormText, email: FormText) -> Response:
    """Tells those who answer for the page."""
    reader = current_reader()
    page = get_page(reader, normalise(raw))
    if not antispam.caught():
        complaint = Complaint(
            reason=reason, words=words, email=email, lang=language(), address=client_address()
        )
        report(reader, page.path, complaint)
    return _thanks(page)


def report_values(reader: Reader, found: Report) -> dict[str, Any]:
    """A report as ``templates/moderation/queue.html`` wants it."""
    return {
        "id": found.id,
        "title": get_title(reader, found.path),
        "url": page_url(found.path),
        "reason": str(REASONS[found.reason]),
        "plea": found.reason == reports.ABOUT_ME,
        "words": found.words,
        "when": found.created,
        "answers": bool(found.email) or found.person is not None,
    }


def _thanks(page: Page) -> Response:
    flash_message(_("Thank you. Someone looks at it, and answers where you left an address."))
    return redirect(page_url(page.path), 303)
