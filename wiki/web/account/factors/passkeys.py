"""Passkeys: what a browser is asked for, logging in by one, and one's own."""

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from wiki.errors import BadField, LogInFirst, NotFound, TooMany
from wiki.people.accounts.factors import passkeys
from wiki.people.accounts.factors.parties import Party, find_party
from wiki.people.limits.durable import QUARTER, Limit, client_network, count_attempts, take_back
from wiki.people.person import Person
from wiki.translation import gettext as _
from wiki.web.account.devices import browser_name
from wiki.web.account.factors.challenges import challenge_of, new_challenge, spend
from wiki.web.account.factors.notices import tell_of_access
from wiki.web.account.pending_login import begun_person
from wiki.web.account.views import enter, login
from wiki.web.forms import FormText, read_fields, redisplay
from wiki.web.support import current_instance, signed_in_person
from wiki.web.throttle import client_address

bp = Blueprint("passkeys", __name__)

#: An evening is 500 phones on one Wi-Fi: an address may fail so many times as often as an account.
_ADDRESS_FACTOR = 20


@bp.get("/passkeys/options")
def options() -> Response:
    """What the browser's authenticator is asked for, and the word that goes back with the answer.

    ``purpose``: ``enter``, ``sure`` (it is still them) or ``add``; of who has begun to log in,
    ``second`` (their second factor) or ``first`` (a key, since they have none).
    """
    party = current_party()
    purpose = request.args.get("purpose", "")
    if purpose == "enter":
        word = new_challenge(purpose)
        asked = passkeys.request_options(current_instance().private, party, challenge_of(word))
        return jsonify({"challenge": word, "options": asked})
    if purpose not in ("sure", "add", "second", "first"):
        raise NotFound(_("There is no page here."))
    person = signed_in_person() if purpose in ("sure", "add") else begun_person()
    if person is None:
        raise LogInFirst(_("Log in first."))
    word = new_challenge(purpose, person.id)
    private, signed = current_instance().private, challenge_of(word)
    asked = (
        passkeys.creation_options(private, party, person, signed)
        if purpose in ("add", "first")
        else passkeys.request_options(private, party, signed, person.id)
    )
    return jsonify({"challenge": word, "options": asked})


@bp.post("/login/passkey")
@redisplay(login)
def log_in() -> Response:
    """Logs in whoever's passkey has answered."""
    return enter(owner_of_answer("enter"), strong=True)


@read_fields
def owner_of_answer(
    purpose: str, person: Person | None = None, challenge: FormText = "", credential: FormText = ""
) -> Person:
    """Whose passkey has answered in the form; ``person``'s alone where one is given.

    Raises BadField alike for all that can be wrong, and TooMany as wrong passwords do.
    """
    instance = current_instance()
    place = f"login@{client_network(client_address())}"
    most = instance.settings.login_failures_per_15_min * _ADDRESS_FACTOR
    try:
        count_attempts(instance.private, [Limit(place, most, QUARTER)])
    except TooMany as error:
        words = _("Too many tries from here. Please come back in a quarter of an hour.")
        raise TooMany(words, retry_after=error.retry_after) from error
    expected = person.id if person else ""
    spent = spend(challenge, purpose, expected)
    found = passkeys.find_owner(
        instance.private, current_party(), credential, spent, person_id=expected
    )
    if found is None:
        raise BadField(
            "",
            _("This passkey opens no account here, or was removed. Please come in another way."),
        )
    take_back(instance.private, place)
    return found


@read_fields
def add_passkey(person: Person, purpose: str, challenge: FormText, credential: FormText) -> None:
    """Adds the key that the browser has made to ``person``, who is told by mail. Raises BadField.

    It is called as the browser is, until its owner says otherwise.
    """
    instance, party = current_instance(), current_party()
    spent = spend(challenge, purpose, person.id)
    name = browser_name(request.headers.get("User-Agent", "")) or _("A device")
    added = passkeys.add_passkey(instance.private, party, person.id, credential, spent, name)
    tell_of_access(instance, person, "passkey-added", added.name)


def current_party() -> Party:
    """The site as passkeys know it. Raises NotFound where there can be none."""
    party = find_party(current_instance().settings)
    if party is None:
        raise NotFound(_("There is no page here."))
    return party
