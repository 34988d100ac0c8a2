"""That it is really them: asked before what cannot be taken back, or must not fall to others."""

from datetime import timedelta
from typing import Any

from flask import request, session

from wiki.errors import BadField
from wiki.people import accounts
from wiki.people.accounts.sessions import opened, session_key
from wiki.people.accounts.sign_ons import provider_name
from wiki.people.person import Person
from wiki.translation import gettext as _
from wiki.web.support import current_instance
from wiki.web.throttle import client_address

#: how long ago someone without a password may have logged in
RECENT = timedelta(minutes=15)


def is_stale(person: Person) -> bool:
    """Whether someone who has no password must log in once more before they are believed."""
    private = current_instance().private
    if person.has_password:
        return False
    since = opened(private, session.get("_user_id", ""))
    return since is None or private.now() - since > RECENT


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
