"""Logging out: here first, then at the provider, where the session came from there.

A form must not lead to another site (``form-action``): the page that answers it goes on by itself.
"""

import logging
from hmac import compare_digest
from secrets import token_urlsafe

from flask import redirect, request, session
from werkzeug.wrappers import Response

from wiki.config import Settings
from wiki.people.accounts.sign_on_sessions import find_id_token
from wiki.people.accounts.sign_ons import provider_name
from wiki.translation import gettext as _
from wiki.web.account.oidc.flow import bp, keep, provider_of, take
from wiki.web.account.oidc.tokens import ProviderFailed
from wiki.web.account.views import leave
from wiki.web.forms import render_tool, see_other
from wiki.web.support import current_instance

_LEFT = "sign-on-left"
_log = logging.getLogger(__name__)


def logged_out_address(settings: Settings) -> str:
    """Where the provider sends back who has logged out, which it wants to know before."""
    return f"{settings.public_url}/-/oidc/logged-out"


def log_out_everywhere() -> Response:
    """Ends the session of this browser, whatever the provider says, then the one there."""
    instance = current_instance()
    settings = instance.settings
    id_token = find_id_token(instance.private, session.get("_user_id", ""))
    leave()
    if id_token is None or not settings.oidc_issuer:
        return redirect("/", 303)
    state, url = token_urlsafe(32), ""
    try:
        url = provider_of(settings).log_out_url(id_token, logged_out_address(settings), state)
    except ProviderFailed as error:
        _log.warning("logging out at the provider failed: %s", error)
    provider = provider_name(settings)
    if not url:
        words = _(
            "You are logged out here. On a computer that others use, log out at {provider} too."
        )
        return see_other("/", words.format(provider=provider))
    keep(_LEFT, {"state": state})
    answer = render_tool(
        "account/logged-out.html", private_address=True, provider=provider, url=url
    )
    answer.headers["Refresh"] = f"0; url={url}"
    return answer


@bp.get("/oidc/logged-out")
def logged_out() -> Response:
    """Back from the provider, where the session has ended too."""
    kept = take(_LEFT)
    state = request.args.get("state", "")
    if kept is None or not compare_digest(kept["state"].encode(), state.encode()):
        return redirect("/", 303)
    name = provider_name(current_instance().settings)
    return see_other("/", _("You are logged out, here and at {provider}.").format(provider=name))
