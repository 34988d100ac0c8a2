"""The last step of a form that begins with its questions: an address, or one button.

::

    the form ──POST──▶ receive ──▶ /-/last-step/<token> ──▶ mail ──▶ …/<link> ──POST──▶ send
    (no cookie)        (open_forms.py)        │                       the account is there
                                             └──▶ log in ──▶ back here ──POST──▶ send

It is sent once, however often its button is pressed, and never by following a link alone.
"""

from functools import partial
from http import HTTPStatus

from flask import Blueprint, g, redirect, request, session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from wiki.editing.write_queue import write_turn
from wiki.errors import NotFound, WikiError
from wiki.jinja import lasting
from wiki.people import accounts
from wiki.people import deposits as kept
from wiki.people.accounts import mail_tokens
from wiki.people.accounts.sign_ons import provider_name
from wiki.people.deposits import Deposit
from wiki.people.person import Person
from wiki.translation import gettext as _
from wiki.web import antispam
from wiki.web.account.devices import remember_device
from wiki.web.account.views import asks_second_step, begin_account, enter, send_link
from wiki.web.forms import render_tool, show_refusal, typed_values
from wiki.web.forms.open_forms import last_step_url, open_forms, send_once
from wiki.web.support import current_instance, current_person, error_page, flash_message

bp = Blueprint("deposits", __name__)

#: what a link that was mailed from here may be for
_ENTERING = ("confirm", "known")


@bp.get("/last-step/<token>")
def last_step(token: str) -> Response:
    """What was typed, and what is still to be done: an address, or one button."""
    found = _find(token)
    return _over() if found is None else _landed(found) or _page(token, found)


@bp.post("/last-step/<token>")
def take_step(token: str) -> Response:
    """Sends it, for who has an account; else mails the link that does."""
    found = _find(token)
    if found is None:
        return _over()
    if (landed := _landed(found)) is not None:
        return landed
    if current_person() is not None:
        return _send(token, found)
    verdict = antispam.check()
    if verdict is antispam.Verdict.FILLED:
        return _page(token, found, mailed=True)
    try:
        link, person = begin_account(verdict, None)
    except WikiError as error:
        return show_refusal(partial(_page, token, found), error)
    if person is not None:
        return _enter_and_send(token, found, person)
    send_link(link, at=f"last-step/{token}")
    return _page(token, found, mailed=True)


@bp.get("/last-step/<token>/<link>")
def follow(token: str, link: str) -> Response:
    """What was typed, and a button: programs that look at links send nothing."""
    found = _find(token)
    if found is None:
        return _over()
    if (landed := _landed(found)) is not None:
        return landed
    if not _is_good(link):
        return _show_used(token, found)
    return _page(token, found, link=link)


@bp.post("/last-step/<token>/<link>")
def arrive(token: str, link: str) -> Response:
    """Makes the account, or lets its owner in, and sends what was typed."""
    found, private = _find(token), current_instance().private
    if found is None:
        return _over()
    if (landed := _landed(found)) is not None:
        return landed
    person = None
    try:
        if (purpose := _is_good(link)) is not None:
            use = accounts.confirm if purpose == "confirm" else accounts.log_in_with
            person = use(private, link)
    except WikiError as error:
        return show_refusal(partial(_page, token, found), error)
    if person is None:
        return _show_used(token, found)
    return _enter_and_send(token, found, person)


def _find(token: str) -> Deposit | None:
    found = kept.find(current_instance().private, token)
    return found if found is not None and found.form in open_forms() else None


def _is_good(link: str) -> str | None:
    """What a mailed link is for; None where it is used, old, or was not mailed from here."""
    private = current_instance().private
    found = mail_tokens.peek(private, link)
    if found is None or found.purpose not in _ENTERING:
        return None
    # A sign-up that was begun with a password asks for it, at its own address.
    return found.purpose if mail_tokens.knows_password(private, link, "") else None


def _enter_and_send(token: str, found: Deposit, person: Person) -> Response:
    if asks_second_step(person):
        # Back here once they are in: what was typed waits, and the page has its button.
        return enter(person, last_step_url(token))
    enter(person, "/")
    g.person = person
    g.pop("reader", None)
    response = _send(token, found)
    remember_device(response, person)
    return response


def _send(token: str, found: Deposit) -> Response:
    """Does what the form asks, in the name of who is signed in; pressed twice, it is done once."""
    instance = current_instance()
    with write_turn(instance):
        again = _find(token)
        if again is None:
            return _over()
        if (landed := _landed(again)) is not None:
            return landed
        try:
            response = send_once(found.form, MultiDict(again.fields))
        except NotFound as error:
            return show_refusal(partial(_page, token, again), error)
        except WikiError as error:
            g.deposited = MultiDict(again.fields)
            return show_refusal(open_forms()[found.form].form, error)
        if response.status_code != HTTPStatus.SEE_OTHER:
            return response
        kept.close(instance.private, token, response.location or "/")
    if "_flashes" not in session:
        flash_message(str(open_forms()[found.form].done))
    return response


def _landed(found: Deposit) -> Response | None:
    """To what was made of it, if it was sent."""
    return redirect(found.url, HTTPStatus.SEE_OTHER) if found.url else None


def _over() -> Response:
    words = _("What was typed is kept for {time}, and not beyond. If you sent it, it is done.")
    said = words.format(time=lasting(current_instance().private.times().deposit))
    return error_page(HTTPStatus.NOT_FOUND, _("There is nothing behind this link any more"), said)


def _show_used(token: str, found: Deposit) -> Response:
    words = _("This link is used or too old. What you wrote is still here: ask for another one.")
    return show_refusal(partial(_page, token, found), NotFound(words))


def _page(token: str, found: Deposit, *, link: str = "", mailed: bool = False) -> Response:
    settings, form = current_instance().settings, open_forms()[found.form]
    code = request.values.get("code", "")
    # The address is a secret: no page that is gone to from here learns of it.
    return render_tool(
        "account/last-step.html",
        private_address=True,
        action=last_step_url(token) + (f"/{link}" if link else ""),
        here=last_step_url(token),
        until=found.until,
        change_url=f"{form.url}?kept={token}",
        button=str(form.label),
        shown=found.shown,
        from_mail=bool(link),
        mailed=mailed,
        values=typed_values("name", "email"),
        code=code,
        asks_code=bool(code) or settings.registration == "invitation",
        sign_on=provider_name(settings),
        traps=antispam.fields(),
    )
