"""That it is really them: asked before what cannot be taken back, or must not fall to others."""

from datetime import timedelta

from flask import request, session

from wiki.errors import BadField
from wiki.people import accounts
from wiki.people.person import Person
from wiki.people.sessions import opened, session_key
from wiki.translation import gettext as _
from wiki.web.account import address
from wiki.web.support import current_instance

#: how long ago someone without a password may have logged in
RECENT = timedelta(minutes=15)


def confirm(person: Person) -> None:
    """Checks the password in the form; for who has none, that they have logged in just now.

    Raises BadField, TooMany.
    """
    instance, cookie = current_instance(), session.get("_user_id", "")
    if not person.has_password:
        since = opened(instance.private, cookie)
        if since is None or instance.private.now() - since > RECENT:
            raise BadField(
                "",
                _(
                    "It has been a while since you logged in. To be sure that it is you: log out, "
                    "log in again, and come back here within a quarter of an hour."
                ),
            )
        return
    known = accounts.authenticate(
        instance.private,
        instance.settings,
        email=person.email,
        password=request.form.get("password", ""),
        address=address(),
        # Whoever guesses elsewhere holds up nobody who is in.
        device=lambda one: session_key(cookie) if one == person.id else "",
    )
    if known is None or known.id != person.id:
        raise BadField("password", _("This is not your password of today."))
