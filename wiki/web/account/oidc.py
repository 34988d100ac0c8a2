"""Single sign-on: to the provider and back, and linking it to one's account.

What a log-in under way must come back with is in the browser's own signed cookie, for ten minutes
and once. Nothing of this is there without ``oidc_issuer``.
"""

import json
import logging
import time
from dataclasses import asdict
from hmac import compare_digest
from http import HTTPStatus

from flask import Blueprint, current_app, redirect, request, session
from werkzeug.wrappers import Response

from wiki.config import Settings
from wiki.errors import BadRequest, NotFound, WikiError
from wiki.people.accounts import sign_ons
from wiki.people.accounts.sign_ons import Vouched
from wiki.people.limits.durable import client_network
from wiki.people.person import Person
from wiki.translation import gettext as _
from wiki.translation import language
from wiki.web.account.confirmation import asked_of, confirm
from wiki.web.account.oidc_provider import Flow, Provider, ProviderFailed
from wiki.web.account.views import enter, safe_next
from wiki.web.forms.responses import render_tool, see_other
from wiki.web.support import (
    current_instance,
    current_person,
    error_page,
    hide_address,
    signed_in_person,
)
from wiki.web.throttle import client_address, set_retry_after

bp = Blueprint("oidc", __name__)

#: seconds in which one comes back from the provider, or says yes to a link
LONGEST = 600
_FLOW, _OFFER = "sign-on", "sign-on-offer"
_EXTENSION = "carrefour-sign-on"
_log = logging.getLogger(__name__)


@bp.get("/oidc/login")
def login() -> Response:
    """Goes to the provider; with ``link``, to link it to the account that is logged in."""
    provider = _provider()
    settings = current_instance().settings
    tries = settings.login_failures_per_15_min * 20
    current_instance().rates.attempt(f"oidc@{client_network(client_address())}", tries, 900)
    linking = signed_in_person().id if request.args.get("link") else ""
    try:
        url, flow = provider.begin()
    except ProviderFailed as error:
        return _down(error)
    target = safe_next(request.args.get("next", "/"))
    _keep(_FLOW, {**asdict(flow), "next": target, "linking": linking})
    return hide_address(redirect(url, HTTPStatus.SEE_OTHER))


@bp.get("/oidc/callback")
def callback() -> Response:
    """Back from the provider: logs in, or asks whether to link."""
    provider = _provider()
    kept = _take(_FLOW)
    given = request.args.get("state", "")
    if kept is None or not compare_digest(kept["state"].encode(), given.encode()):
        _log.warning("sign-on refused: not begun in this browser, or too long ago")
        return _not_finished(
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
        return _down(error)
    if kept["linking"]:
        return _offer_link(vouched, kept["linking"])
    instance = current_instance()
    try:
        person = sign_ons.come_in(instance.private, instance.settings, vouched, language())
    except WikiError as error:
        return _not_finished(error.status, error.words)
    return hide_address(enter(person, kept["next"]))


@bp.post("/oidc/link")
def link() -> Response:
    """Links what the person has just been shown, once they have said that it is them.

    It lets someone in for as long as it is linked, whatever the password is changed to.
    """
    person = signed_in_person()
    offer = _take(_OFFER)
    if offer is None or offer["person"] != person.id:
        raise BadRequest(_("This question is too old: begin again. Nothing was changed."))
    try:
        confirm(person)
    except WikiError as error:
        return set_retry_after(_ask_to_link(person, offer, error), error)
    vouched = Vouched(offer["issuer"], offer["subject"])
    sign_ons.link(current_instance().private, person.id, vouched)
    return see_other("/-/account/sign-on", _("Linked: next time, it logs you in."))


def _provider() -> Provider:
    settings = current_instance().settings
    if not settings.oidc_issuer:
        raise NotFound(_("There is no page here."))
    says = (settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret)
    asked = (*says, settings.public_url)
    known: tuple[object, Provider] | None = current_app.extensions.get(_EXTENSION)
    if known is None or known[0] != asked:
        # What it says of itself is asked once; other settings are another provider.
        known = asked, Provider(settings, return_address(settings))
        current_app.extensions[_EXTENSION] = known
    return known[1]


def return_address(settings: Settings) -> str:
    """Where the provider sends people back to, which it wants to know before."""
    return f"{settings.public_url}/-/oidc/callback"


def _offer_link(vouched: Vouched, person_id: str) -> Response:
    """A question, since another may have logged this browser in at the provider."""
    person = current_person()
    if person is None or person.id != person_id:
        return _not_finished(
            HTTPStatus.FORBIDDEN, _("You are no longer logged in here. Nothing was changed.")
        )
    known_as = sign_ons.presentable(vouched.name) if vouched.name else ""
    offer = {"issuer": vouched.issuer, "subject": vouched.subject, "person": person.id}
    return _ask_to_link(person, {**offer, "known_as": known_as})


def _ask_to_link(person: Person, offer: dict[str, str], error: WikiError | None = None) -> Response:
    """The question, which may be answered for ten minutes from its first time on."""
    _keep(_OFFER, offer)
    errors = {getattr(error, "field", ""): error.words} if error else {}
    return render_tool(
        "account/link-sign-on.html",
        error.status if error else HTTPStatus.OK,
        private_address=True,
        **{**asked_of(person), "here": "/-/account/sign-on"},
        errors={"": "", "password": ""} | errors,
        known_as=offer["known_as"],
    )


def _keep(name: str, words: dict[str, str]) -> None:
    session[name] = json.dumps({"until": str(int(time.time()) + LONGEST), **words})


def _take(name: str) -> dict[str, str] | None:
    """What was kept under ``name``, once, and not too long."""
    kept = session.pop(name, None)
    words: dict[str, str] = json.loads(kept) if kept else {}
    return words if words and time.time() < int(words["until"]) else None


def _declined(error: str) -> Response:
    _log.info("sign-on refused by the provider: %r", error[:60])
    if error == "access_denied":
        return _not_finished(
            HTTPStatus.FORBIDDEN, _("You did not go on there. Nothing has happened here.")
        )
    return _not_finished(
        HTTPStatus.BAD_GATEWAY,
        _("It did not let you through. Log in as usual, or try again in a while."),
    )


def _down(error: ProviderFailed) -> Response:
    _log.warning("sign-on failed: %s", error)
    return _not_finished(
        HTTPStatus.BAD_GATEWAY,
        _(
            "It does not answer as it should. Log in as usual, or try again in a while; the team "
            "of the wiki finds the reason in its log."
        ),
    )


def _not_finished(status: int, words: str) -> Response:
    name = sign_ons.provider_name(current_instance().settings)
    return hide_address(
        error_page(
            status,
            _("You are not logged in by {provider}").format(provider=name),
            words,
            actions=[
                {"label": _("Log in as usual"), "url": "/-/login"},
                {"label": _("Begin again"), "url": "/-/oidc/login"},
            ],
        )
    )
