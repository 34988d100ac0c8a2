"""A log-in that waits for its second factor, in the browser that began it; nobody is in yet."""

from urllib.parse import urlencode

from flask import redirect, session
from werkzeug.wrappers import Response

from wiki.people.accounts.factors.pending_logins import begin_login, find_begun, finish_login
from wiki.people.person import Person
from wiki.web.support import current_instance

SECOND_STEP = "/-/login/second"
_BEGUN = "begun"


def begin_second_step(person: Person, target: str) -> Response:
    """Goes to where the second factor is asked for; ``target`` is where they go after it."""
    token = begin_login(current_instance().private, person.id)
    session.clear()
    session[_BEGUN] = token
    return redirect(f"{SECOND_STEP}?{urlencode({'next': target})}", 303)


def begun_person() -> Person | None:
    """Who has begun to log in here; None where nobody has, or it is over."""
    return find_begun(current_instance().private, session.get(_BEGUN, ""))


def finish_second_step() -> bool:
    """Ends it; False where it was over meanwhile."""
    return finish_login(current_instance().private, session.pop(_BEGUN, ""))
