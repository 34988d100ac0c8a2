"""What lets one in: one's passkeys, added, named and removed; and what else there is."""

from collections.abc import Callable

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.errors import BadField, NotFound
from wiki.people.accounts.factors import passkeys
from wiki.people.accounts.factors.parties import find_party, passkey_host
from wiki.people.accounts.factors.recovery import count_recovery_codes
from wiki.people.person import Person
from wiki.translation import gettext as _
from wiki.web.account.confirmation import HERE, ask_first, is_sure
from wiki.web.account.factors.notices import tell_of_access
from wiki.web.account.factors.passkeys import add_passkey
from wiki.web.account.factors.second_factor import own_standing, show_or_return
from wiki.web.forms import FormText, pressed_button, redisplay, render_tool, see_other
from wiki.web.support import current_instance, signed_in_person

bp = Blueprint("entering", __name__)


@bp.get("/account/security")
def show() -> Response:
    """One's passkeys, and one's second factor."""
    person = signed_in_person()
    instance = current_instance()
    party = find_party(instance.settings)
    return render_tool(
        "account/security.html",
        sure=is_sure(),
        passkeys=passkeys.list_passkeys(instance.private, person.id),
        passkey_host=passkey_host(instance.settings),
        passkey_origin=party.origin if party else "",
        standing=own_standing(person),
        recovery_left=count_recovery_codes(instance.private, person.id),
        sign_on=bool(instance.settings.oidc_issuer),
    )


@bp.post("/account/passkeys")
@redisplay(show)
def change() -> Response:
    """Adds, renames or removes a passkey, by the ``action``; only who is sure to be them."""
    person = signed_in_person()
    act: Callable[..., Response] = pressed_button(
        {"add": _add, "rename": _rename, "remove": _remove}
    )
    return act(person) if is_sure() else ask_first()


def _add(person: Person) -> Response:
    add_passkey(person, "add")
    words = _("Your passkey is added: next time, it lets you in by itself.")
    return show_or_return(person, words)


def _rename(person: Person, id: FormText, name: FormText) -> Response:
    passkeys.rename_passkey(current_instance().private, person.id, id, name)
    return see_other(HERE, _("Saved."))


def _remove(person: Person, id: FormText) -> Response:
    instance = current_instance()
    standing, kept = own_standing(person), passkeys.list_passkeys(instance.private, person.id)
    if standing.asked and not standing.codes and len(kept) == 1:
        words = _("Your role asks for a second factor: add another one before you remove this one.")
        raise BadField("", words)
    name = passkeys.remove_passkey(instance.private, person.id, id)
    if name is None:
        raise NotFound(_("There is no such passkey."))
    tell_of_access(instance, person, "passkey-removed", name)
    return see_other(HERE, _("The passkey is removed: it opens nothing any more."))
