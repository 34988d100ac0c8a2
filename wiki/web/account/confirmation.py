"""That it is really them: asked before what cannot be taken back, or must not fall to others.

Either with the form itself (``confirm``), or by a page of its own (``/-/account/sure``), which
holds for a quarter of an hour, as a log-in does.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import redirect, request, session
from werkzeug.wrappers import Response

from wiki.errors import BadField
from wiki.people import accounts
from wiki.people.accounts.sessions import opened, session_key
from wiki.people.accounts.sign_ons import provider_name
from wiki.people.person import Person
from wiki.translation import gettext as _
from wiki.web.forms import FormText, read_fields
from wiki.web.support import (
    current_instance,
    current_session,
    flash_message,
)
from wiki.web.throttle import client_address

#: how long ago someone may have logged in, or said that it is them, to be believed without a word
RECENT = timedelta(minutes=15)
_SAID = "sure"
#: where one sees and changes what lets one in
HERE = "/-/account/security"


def note_sure() -> None:
    """Believes who is signed in for a while, now that they have said that it is them."""
    now = int(current_instance().private.now().timestamp())
    session[_SAID] = [current_session(), now]


def ask_first(target: str = HERE) -> Response:
    """Has someone say that it is them, and go to ``target`` then."""
    if request.method == "POST":
        words = _("That was more than a quarter of an hour ago: nothing was changed.")
        flash_message(words, "info")
    return redirect(f"/-/account/sure?{urlencode({'next': target})}", 303)


def ask_unless_sure(target: str) -> Response | None:
    """None for who has just said that it is them; else as ``ask_first``."""
    return None if is_sure() else ask_first(target)


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


def sure_of(person: Person) -> Person | None:
    """``person``, sure to be them, where they have said so or logged in just now."""
    return replace(person, sure=True) if is_sure() else None


@read_fields
def confirm(person: Person, password: FormText) -> Person:
    """Checks the password in the form; for who has none, that they have logged in just now.

    ``person``, who is sure now. Raises BadField, TooMany.
    """
    instance, cookie = current_instance(), session.get("_user_id", "")
    if not person.has_password:
        if is_stale(person):
            raise BadField("", _("To be sure that it is you, log in once more."))
        return replace(person, sure=True)
    known = accounts.authenticate(
        instance.private,
        instance.settings,
        email=person.email,
        password=password,
        address=client_address(),
        # Whoever guesses elsewhere holds up nobody who is in.
        device=lambda one: session_key(cookie) if one == person.id else "",
    )
    if known is None or known.id != person.id:
        raise BadField("password", _("This is not your password of today."))
    return replace(person, sure=True)
