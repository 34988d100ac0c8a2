"""An account has the address that the provider tells: its password, or a mail, shows it is theirs.

The mail's link logs in and then goes to the provider once more, to link what it says then: who
follows it in a browser of their own never links the sign-on of somebody else.
"""

from functools import partial

from flask import session
from werkzeug.wrappers import Response

from wiki.errors import BadField, BadRequest, WikiError
from wiki.people import accounts
from wiki.people.accounts import sign_ons
from wiki.people.accounts.sign_on_sessions import note_sign_on
from wiki.people.accounts.sign_ons import Vouched
from wiki.people.person import Person
from wiki.translation import gettext as _
from wiki.web.account.devices import this_device
from wiki.web.account.oidc.flow import bp, keep, take
from wiki.web.account.views import asks_second_step, enter, mail_link
from wiki.web.forms import FormText, read_fields, render_tool, show_refusal
from wiki.web.support import current_instance, hide_address
from wiki.web.throttle import client_address

_PROOF = "sign-on-proof"
_LINK = "/-/oidc/login?link=1"
#: letters of an id_token that a cookie still has room for
_LONGEST_KEPT = 1_800


def ask_for_proof(vouched: Vouched, target: str) -> Response:
    """The question whether the account with the address is theirs, for ten minutes."""
    words = {"issuer": vouched.issuer, "subject": vouched.subject, "email": vouched.email}
    id_token = vouched.id_token if len(vouched.id_token) <= _LONGEST_KEPT else ""
    return _question({**words, "siret": vouched.siret, "id_token": id_token, "next": target})


@bp.post("/oidc/proof")
def prove(action: FormText) -> Response:
    """Links the sign-on to the account and logs in, or mails a link to do so with."""
    asked = take(_PROOF)
    if asked is None:
        raise BadRequest(_("This question is too old: begin again. Nothing was changed."))
    try:
        if action == "mail":
            mail_link(accounts.ask_login_link, asked["email"], _LINK)
            return _question(asked, sent=True)
        person = _by_password(asked["email"])
    except WikiError as error:
        return show_refusal(partial(_question, asked), error)
    if asks_second_step(person):
        # The provider lets in without it, so it comes first; who is in then links by the question
        # that everybody gets who is.
        return hide_address(enter(person, _LINK))
    vouched = Vouched(asked["issuer"], asked["subject"], siret=asked["siret"])
    private = current_instance().private
    sign_ons.link(private, person.id, vouched)
    answer = enter(person, asked["next"])
    note_sign_on(private, session["_user_id"], asked["id_token"])
    return hide_address(answer)


@read_fields
def _by_password(email: str, password: FormText) -> Person:
    instance = current_instance()
    person = accounts.authenticate(
        instance.private,
        instance.settings,
        email=email,
        password=password,
        address=client_address(),
        device=this_device,
    )
    if person is None:
        raise BadField("password", _("This is not the password of that account."))
    return person


def _question(asked: dict[str, str], *, sent: bool = False) -> Response:
    keep(_PROOF, asked)
    return render_tool(
        "account/prove-address.html",
        private_address=True,
        provider=sign_ons.provider_name(current_instance().settings),
        email=asked["email"],
        sent=sent,
    )
