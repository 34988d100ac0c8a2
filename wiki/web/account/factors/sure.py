"""The page that asks who is signed in whether it is really them: by password, passkey or mail."""

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from wiki.people.accounts.factors.parties import passkey_host
from wiki.people.accounts.factors.passkeys import list_passkeys
from wiki.web.account.confirmation import asked_of, confirm, note_sure
from wiki.web.account.factors.passkeys import owner_of_answer
from wiki.web.account.views import next_address
from wiki.web.forms import FormText, redisplay, render_tool
from wiki.web.support import current_instance, signed_in_person

bp = Blueprint("confirmation", __name__)


@bp.get("/account/sure")
def ask() -> Response:
    """Asks them."""
    person = signed_in_person()
    instance = current_instance()
    keys = list_passkeys(instance.private, person.id)
    return render_tool(
        "account/sure.html",
        **{**asked_of(person), "here": next_address("/-/account")},
        passkey_host=passkey_host(instance.settings) if keys else "",
    )


@bp.post("/account/sure")
@redisplay(ask)
def say(credential: FormText) -> Response:
    """Believes them for a while, and goes back to where it was asked."""
    person = signed_in_person()
    if credential:
        owner_of_answer("sure", person)
    else:
        confirm(person)
    note_sure()
    return redirect(next_address("/-/account"), 303)
