"""That it is really them: asked before what cannot be taken back, or must not fall to others.

Either with the form itself (``confirm``), or by a page of its own (``/-/account/sure``), which
holds for a quarter of an hour, as a log-in does.
"""

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, request, session
from werkzeug.wrappers import Response

from wiki.errors import BadField
from wiki.people import accounts
from wiki.people.accounts.factors.parties import passkey_host
from wiki.people.accounts.factors.passkeys import list_passkeys
from wiki.people.accounts.sessions import opened, session_key
from wiki.people.accounts.sign_ons import provider_name
from wiki.people.person import Person
from wiki.translation import gettext as _
from wiki.web.account.passkeys import owner_of_answer
from wiki.web.account.views import safe_next
from wiki.web.forms.responses import redisplay, render_tool
from wiki.web.support import current_instance, current_session, signed_in_person
from wiki.web.throttle import client_address

bp = Blueprint("confirmation", __name__)

#: how long ago someone may have logged in, or said that it is them, to be believed without a word
RECENT = timedelta(minutes=15)
_SAID = "sure"


@bp.get("/account/sure")
def ask() -> Response:
    """Asks who is signed in to say that it is them: by password, passkey or mailed link."""
    person = signed_in_person()
    instance = current_instance()
    keys = list_passkeys(instance.private, person.id)
    return render_tool(
        "account/sure.html",
        **{**asked_of(person), "here": safe_next(request.values.get("next", "/-/account"))},
        passkey_host=passkey_host(instance.settings) if keys else "",
    )


@bp.post("/account/sure")
@redisplay(ask)
def say() -> Response:
    """Believes them for a while, and goes back to where it was asked."""
    person = signed_in_person()
    if request.form.get("credential"):
        owner_of_answer("sure", person)
    else:
        confirm(person)
    now = int(current_instance().private.now().timestamp())
    session[_SAID] = [current_session(), now]
    return redirect(safe_next(request.form.get("next", "/-/account")), 303)


def is_sure() -> bool:
    """Whether who is signed in has logged in, or said that it is them, just now."""
    private = current_instance().private
    since = opened(private, session.get("_user_id", ""))
    if since is not None and private.now() - since <= RECENT:
        return True
    of, at = session.get(_SAID, ["", 0])
    age = private.now().timestamp() - at
    return bool(of) and of == current_session() and 0 <= age <= RECENT.total_seconds()


def is_stale(person: Person) -> bool:
    """Whether someone who has no password must log in once more before they are believed."""
    return not person.has_password and not is_sure()


def asked_of(person: Person) -> dict[str, Any]:
    """What ``account/_sure.html`` asks for instead of a password that there is not."""
    return {
        "has_password": person.has_password,
        "stale": is_stale(person),
        "provider": provider_name(current_instance().settings),
        "own_address": person.email,
        "here": request.path,
    }


def confirm(person: Person) -> None:
    """Checks the password in the form; for who has none, that they have logged in just now.

    Raises BadField, TooMany.
    """
    instance, cookie = current_instance(), session.get("_user_id", "")
    if not person.has_password:
        if is_stale(person):
            raise BadField("", _("To be sure that it is you, log in once more."))
        return
    known = accounts.authenticate(
        instance.private,
        instance.settings,
        email=person.email,
        password=request.form.get("password", ""),
        address=client_address(),
        # Whoever guesses elsewhere holds up nobody who is in.
        device=lambda one: session_key(cookie) if one == person.id else "",
    )
    if known is None or known.id != person.id:
        raise BadField("password", _("This is not your password of today."))
