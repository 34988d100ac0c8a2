"""What a log-in under way must come back with, the provider spoken to, and what did not work.

It is in the browser's own signed cookie, for ten minutes and once. Nothing of this is there without
``oidc_issuer``.
"""

import json
import logging
import time
from http import HTTPStatus

from flask import Blueprint, current_app, session
from werkzeug.wrappers import Response

from wiki.config import Settings
from wiki.errors import NotFound
from wiki.people.accounts import sign_ons
from wiki.translation import gettext as _
from wiki.web.account.oidc.provider import Provider
from wiki.web.account.oidc.tokens import ProviderFailed
from wiki.web.support import current_instance, error_page, hide_address

bp = Blueprint("oidc", __name__)

#: seconds in which one comes back from the provider, or says yes to a link
LONGEST = 600
_EXTENSION = "carrefour-sign-on"
_log = logging.getLogger(__name__)


def provider_of(settings: Settings) -> Provider:
    """The provider that people log in by. Raises NotFound where there is none."""
    if not settings.oidc_issuer:
        raise NotFound(_("There is no page here."))
    asked = tuple(value for name, value in vars(settings).items() if name.startswith("oidc_"))
    asked = (*asked, settings.public_url)
    known: tuple[object, Provider] | None = current_app.extensions.get(_EXTENSION)
    if known is None or known[0] != asked:
        # What it says of itself is asked once; other settings are another provider.
        known = asked, Provider(settings, return_address(settings))
        current_app.extensions[_EXTENSION] = known
    return known[1]


def return_address(settings: Settings) -> str:
    """Where the provider sends people back to, which it wants to know before."""
    return f"{settings.public_url}/-/oidc/callback"


def keep(name: str, words: dict[str, str]) -> None:
    """Remembers ``words`` under ``name`` for this browser, from their first time on."""
    session[name] = json.dumps({"until": str(int(time.time()) + LONGEST), **words})


def take(name: str) -> dict[str, str] | None:
    """What was kept under ``name``, once, and not too long."""
    kept = session.pop(name, None)
    words: dict[str, str] = json.loads(kept) if kept else {}
    return words if words and time.time() < int(words["until"]) else None


def show_down(error: ProviderFailed) -> Response:
    """The page for a provider that does not answer; why is in the log."""
    _log.warning("sign-on failed: %s", error)
    return show_unfinished(
        HTTPStatus.BAD_GATEWAY,
        _(
            "It does not answer as it should. Log in as usual, or try again in a while; the team "
            "of the wiki finds the reason in its log."
        ),
    )


def show_unfinished(status: int, words: str) -> Response:
    """The page for a log-in that did not come to its end."""
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
