"""One's own second factor: an application, recovery codes, passkeys after a password."""

from collections.abc import Callable
from datetime import date

from flask import Blueprint, session
from werkzeug.wrappers import Response

from wiki.errors import WikiError
from wiki.people.accounts.factors import one_time, recovery
from wiki.people.accounts.factors.requirement import Standing, choose, standing_of
from wiki.people.accounts.sessions import note_strong
from wiki.people.person import Person
from wiki.translation import gettext as _
from wiki.web.account.confirmation import HERE, ask_first, is_sure
from wiki.web.account.factors.notices import tell_of_access
from wiki.web.account.factors.proofs import set_up_application
from wiki.web.account.factors.recovery_codes import show_codes
from wiki.web.account.factors.second_step import offer
from wiki.web.forms import FormText, pressed_button, render_tool, see_other, show_refusal
from wiki.web.support import (
    current_instance,
    current_person,
    signed_in_person,
)

bp = Blueprint("second_factor", __name__)


@bp.get("/account/second-factor")
def show() -> Response:
    """Has an application set up, which makes digits on a telephone."""
    person = signed_in_person()
    if not is_sure():
        return ask_first("/-/account/second-factor")
    return render_tool("account/application.html", **offer(person))


@bp.post("/account/second-factor")
def change() -> Response:
    """Sets the application up or ends it, makes codes, asks for passkeys too, by the ``action``."""
    person = signed_in_person()
    change: Callable[..., Response] = pressed_button(
        {"set-up": _set_up, "end": _end, "codes": _codes, "choose": _choose, "leave": _leave}
    )
    return change(person) if is_sure() else ask_first()


def own_standing(person: Person) -> Standing:
    """How the account stands by now."""
    instance = current_instance()
    return standing_of(instance.private, instance.settings, person)


def due_day() -> date | None:
    """The day from which on a second factor is asked of who is signed in and has none yet."""
    person = current_person()
    due = own_standing(person).due if person is not None else None
    return due.date() if due else None


def show_or_return(person: Person, words: str) -> Response:
    """Back to what lets one in; by way of the recovery codes, where they are wanted now."""
    private = current_instance().private
    if own_standing(person).is_on:
        note_strong(private, session.get("_user_id", ""))
        if not recovery.count_recovery_codes(private, person.id):
            return show_codes(person, HERE)
    return see_other(HERE, words)


def _set_up(person: Person, offered: FormText, digits: FormText) -> Response:
    try:
        set_up_application(person, offered, digits)
    except WikiError as refused:
        return show_refusal(show, refused)
    return show_or_return(person, _("From now on, these digits are asked for after your password."))


def _end(person: Person) -> Response:
    instance = current_instance()
    standing = own_standing(person)
    if standing.asked and not standing.passkeys:
        words = _("Your role asks for a second factor: add another one before you remove this one.")
        return see_other(HERE, words, "error")
    one_time.end_codes(instance.private, person.id)
    tell_of_access(instance, person, "application-removed")
    return see_other(HERE, _("These digits are asked for no more."))


def _codes(person: Person) -> Response:
    if not own_standing(person).is_on:
        return see_other(HERE)
    tell_of_access(current_instance(), person, "recovery-made")
    return show_codes(person, HERE)


def _choose(person: Person) -> Response:
    choose(current_instance().private, person.id, True)
    return show_or_return(person, _("From now on, a passkey is asked for after your password."))


def _leave(person: Person) -> Response:
    choose(current_instance().private, person.id, False)
    return see_other(HERE, _("From now on, your password is enough again."))
