"""Single sign-on: to the provider and back, and linking it to one's account."""

import logging
from dataclasses import asdict
from functools import partial
from hmac import compare_digest
from http import HTTPStatus

from flask import redirect, request, session
from werkzeug.wrappers import Response

from wiki.errors import BadRequest, WikiError
from wiki.people.accounts import sign_ons
from wiki.people.accounts.sign_on_sessions import note_sign_on
from wiki.people.accounts.sign_ons import ProofWanted, Vouched
from wiki.people.limits.durable import client_network
from wiki.people.person import Person
from wiki.translation import gettext as _
from wiki.translation import language
from wiki.web.account.confirmation import asked_of, confirm
from wiki.web.account.oidc.flow import bp, keep, provider_of, show_down, show_unfinished, take
from wiki.web.account.oidc.proof import ask_for_proof
from wiki.web.account.oidc.provider import Flow
from wiki.web.account.oidc.tokens import ProviderFailed
from wiki.web.account.views import enter, safe_next
from wiki.web.forms import render_tool, see_other, show_refusal
from wiki.web.support import current_instance, current_person, hide_address, signed_in_person
from wiki.web.throttle import client_address

_FLOW, _OFFER = "sign-on", "sign-on-offer"
_log = logging.getLogger(__name__)


@bp.get("/oidc/login")
def login() -> Response:
    """Goes to the provider; with ``link``, to link it to the account that is logged in."""
    settings = current_instance().settings
    provider = provider_of(settings)
    tries = settings.login_failures_per_15_min * 20
    current_instance().rates.attempt(f"oidc@{client_network(client_address())}", tries, 900)
    linking = signed_in_person().id if request.args.get("link") else ""
    try:
        url, flow = provider.begin()
    except ProviderFailed as error:
        return show_down(error)
    target = safe_next(request.args.get("next", "/"))
    keep(_FLOW, {**asdict(flow), "next": target, "linking": linking})
    return hide_address(redirect(url, HTTPStatus.SEE_OTHER))


@bp.get("/oidc/callback")
def callback() -> Response:
    """Back from the provider: logs in, or asks whether to link."""
    provider = provider_of(current_instance().settings)
    kept = take(_FLOW)
    given = request.args.get("state", "")
    if kept is None or not compare_digest(kept["state"].encode(), given.encode()):
        _log.warning("sign-on refused: not begun in this browser, or too long ago")
        return show_unfinished(
            HTTPStatus.BAD_REQUEST,
            _("It was begun in another window, or too long ago. Please begin again from here."),
        )
    issuer = request.args.get("iss")
    if request.args.get("error") or (issuer and issuer != current_instance().settings.oidc_issuer):
        return _declined(request.args.get("error", ""))
    try:
        flow = Flow(kept["state"], kept["nonce"], kept["verifier"])
        vouched = provider.finish(flow, request.args.get("code", ""))
    except ProviderFailed as error:
        return show_down(error)
    if kept["linking"]:
        return _offer_link(vouched, kept["linking"])
    instance = current_instance()
    try:
        person = sign_ons.come_in(instance.private, instance.settings, vouched, language())
    except ProofWanted:
        return ask_for_proof(vouched, kept["next"])
    except WikiError as error:
        return show_unfinished(error.status, error.words)
    # How it knows people is the provider's business: no second factor of ours is asked for.
    answer = enter(person, kept["next"], strong=True)
    note_sign_on(instance.private, session["_user_id"], vouched.id_token)
    return hide_address(answer)


@bp.post("/oidc/link")
def link() -> Response:
    """Links what the person has just been shown, once they have said that it is them.

    It lets someone in for as long as it is linked, whatever the password is changed to.
    """
    person = signed_in_person()
    offer = take(_OFFER)
    if offer is None or offer["person"] != person.id:
        raise BadRequest(_("This question is too old: begin again. Nothing was changed."))
    try:
        confirm(person)
    except WikiError as error:
        return show_refusal(partial(_ask_to_link, person, offer), error)
    vouched = Vouched(offer["issuer"], offer["subject"], siret=offer["siret"])
    sign_ons.link(current_instance().private, person.id, vouched)
    return see_other("/-/account/sign-on", _("Linked: next time, it logs you in."))


def _offer_link(vouched: Vouched, person_id: str) -> Response:
    """A question, since another may have logged this browser in at the provider."""
    person = current_person()
    if person is None or person.id != person_id:
        return show_unfinished(
            HTTPStatus.FORBIDDEN, _("You are no longer logged in here. Nothing was changed.")
        )
    known_as = sign_ons.presentable(vouched.name) if vouched.name else ""
    offer = {"issuer": vouched.issuer, "subject": vouched.subject, "person": person.id}
    return _ask_to_link(person, {**offer, "siret": vouched.siret, "known_as": known_as})


def _ask_to_link(person: Person, offer: dict[str, str]) -> Response:
    """The question, which may be answered for ten minutes from its first time on."""
    keep(_OFFER, offer)
    return render_tool(
        "account/link-sign-on.html",
        private_address=True,
        **{**asked_of(person), "here": "/-/account/sign-on"},
        known_as=offer["known_as"],
    )


def _declined(error: str) -> Response:
    _log.info("sign-on refused by the provider: %r", error[:60])
    if error == "access_denied":
        return show_unfinished(
            HTTPStatus.FORBIDDEN, _("You did not go on there. Nothing has happened here.")
        )
    return show_unfinished(
        HTTPStatus.BAD_GATEWAY,
        _("It did not let you through. Log in as usual, or try again in a while."),
    )
