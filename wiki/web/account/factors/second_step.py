"""The second factor at a log-in: proved, or set up first where it is due and there is none."""

from flask import Blueprint, g, redirect
from werkzeug.wrappers import Response

from wiki.errors import LogInFirst
from wiki.people.accounts.factors.parties import passkey_host
from wiki.people.accounts.factors.requirement import standing_of
from wiki.people.person import Person
from wiki.translation import gettext as _
from wiki.web.account.devices import trust_this_device
from wiki.web.account.factors.passkeys import add_passkey, owner_of_answer
from wiki.web.account.factors.proofs import (
    check_digits,
    check_recovery_code,
    offer_secret,
    offered_secret,
    picture_of,
    set_up_application,
)
from wiki.web.account.factors.recovery_codes import show_codes
from wiki.web.account.pending_login import begun_person, finish_second_step
from wiki.web.account.views import enter, next_address
from wiki.web.forms import FormFlag, FormText, read_fields, redisplay, render_tool
from wiki.web.support import current_instance

bp = Blueprint("second_step", __name__)


@bp.get("/login/second")
def ask() -> Response:
    """Asks for the second factor, or has one set up."""
    person = begun_person()
    if person is None:
        return redirect("/-/login", 303)
    instance = current_instance()
    standing = standing_of(instance.private, instance.settings, person)
    shown = {
        "next": next_address(),
        "name": person.name,
        "passkey_host": passkey_host(instance.settings),
    }
    if standing.has_one:
        return render_tool(
            "account/second-step.html",
            **shown,
            keys_known=standing.passkeys,
            digits=standing.codes,
            trust=instance.settings.known_device_days > 0,
        )
    return render_tool("account/second-first.html", **shown, **offer(person))


@bp.post("/login/second")
@redisplay(ask)
def answer(trust: FormFlag, credential: FormText, offered: FormText, digits: FormText) -> Response:
    """Lets in whoever has proved the second factor, or has set up their first one."""
    person = _begun()
    instance = current_instance()
    if standing_of(instance.private, instance.settings, person).has_one:
        _prove(person)
        _finish()
        response = enter(person, strong=True)
        if trust:
            trust_this_device(person)
        return response
    if credential:
        add_passkey(person, "first")
    else:
        set_up_application(person, offered, digits)
    _finish()
    target = next_address()
    entered = enter(person, target, strong=True)
    # The page is theirs already, with forms of the new session.
    g.person = person
    for name in ("reader", "csrf_token"):
        g.pop(name, None)
    page = show_codes(person, target)
    for cookie in entered.headers.getlist("Set-Cookie"):
        page.headers.add("Set-Cookie", cookie)
    return page


@read_fields
def offer(person: Person, offered: FormText) -> dict[str, str]:
    """What a page shows that has an application set up: the same secret until it is taken."""
    word, secret = offered, offered_secret(person, offered)
    if secret is None:
        secret, word = offer_secret(person)
    groups = (secret[at : at + 4] for at in range(0, len(secret), 4))
    return {
        "offered": word,
        "secret": " ".join(groups),
        "picture": picture_of(secret, person),
    }


def _begun() -> Person:
    person = begun_person()
    if person is None:
        raise LogInFirst(_("That took too long. Please log in once more."))
    return person


@read_fields
def _prove(person: Person, credential: FormText, recovery: FormText, digits: FormText) -> None:
    """Raises BadField, TooMany."""
    if credential:
        owner_of_answer("second", person)
    elif recovery:
        check_recovery_code(person, recovery)
    else:
        check_digits(person, digits)


def _finish() -> None:
    if not finish_second_step():
        raise LogInFirst(_("That took too long. Please log in once more."))
