"""What lets one in: one's passkeys, added, named and removed."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.errors import NotFound
from wiki.people.accounts.factors import passkeys
from wiki.people.accounts.factors.parties import find_party, passkey_host
from wiki.people.person import Person
from wiki.translation import gettext as _
from wiki.web.account.challenges import spend
from wiki.web.account.confirmation import is_sure
from wiki.web.account.devices import browser_name
from wiki.web.account.notices import tell_of_access
from wiki.web.account.passkeys import current_party
from wiki.web.forms.responses import pressed_button, redisplay, render_tool, see_other
from wiki.web.support import current_instance, flash_message, signed_in_person

bp = Blueprint("entering", __name__)

HERE = "/-/account/security"


@bp.get("/account/security")
def show() -> Response:
    """One's passkeys."""
    person = signed_in_person()
    instance = current_instance()
    party = find_party(instance.settings)
    return render_tool(
        "account/security.html",
        sure=is_sure(),
        passkeys=passkeys.list_passkeys(instance.private, person.id),
        passkey_host=passkey_host(instance.settings),
        passkey_origin=party.origin if party else "",
    )


@bp.post("/account/passkeys")
@redisplay(show)
def change() -> Response:
    """Adds, renames or removes a passkey, by the ``action``; only who is sure to be them."""
    person = signed_in_person()
    change = pressed_button({"add": _add, "rename": _rename, "remove": _remove})
    return change(person) if is_sure() else ask_first()


def ask_first() -> Response:
    """Has someone say that it is them, and come back here."""
    flash_message(_("That was more than a quarter of an hour ago: nothing was changed."), "info")
    return redirect(f"/-/account/sure?next={HERE}", 303)


def _add(person: Person) -> Response:
    instance, form = current_instance(), request.form
    challenge = spend(form.get("challenge", ""), "add", person.id)
    name = browser_name(request.headers.get("User-Agent", "")) or _("A device")
    answer = form.get("credential", "")
    party = current_party()
    added = passkeys.add_passkey(instance.private, party, person.id, answer, challenge, name)
    tell_of_access(instance, person, "passkey-added", added.name)
    return see_other(HERE, _("Your passkey is added: next time, it lets you in by itself."))


def _rename(person: Person) -> Response:
    form = request.form
    private = current_instance().private
    passkeys.rename_passkey(private, person.id, form.get("id", ""), form.get("name", ""))
    return see_other(HERE, _("Saved."))


def _remove(person: Person) -> Response:
    instance = current_instance()
    name = passkeys.remove_passkey(instance.private, person.id, request.form.get("id", ""))
    if name is None:
        raise NotFound(_("There is no such passkey."))
    tell_of_access(instance, person, "passkey-removed", name)
    return see_other(HERE, _("The passkey is removed: it opens nothing any more."))
