"""Who may set a site up: whoever has its link, for a day; then its founder, until it is done."""

from flask import request
from werkzeug.wrappers import Response

from wiki.parts.setup_link import is_good
from wiki.people.guides import open_guides
from wiki.people.limits.durable import HOUR, attempt, client_network
from wiki.translation import gettext as _
from wiki.web.account.confirmation import ask_unless_sure
from wiki.web.admin.index import admin
from wiki.web.forms import see_other
from wiki.web.support import current_instance
from wiki.web.throttle import client_address

#: wrong tokens an hour, from one network
_WRONG = 30
#: what the founder is led through first: its pages answer until it is put away, and nobody else
SETUP = "setup"


def lets_in(token: str) -> bool:
    """Whether who asks with ``token`` may set the site up. Raises TooMany.

    Wrong ones are counted, and no right one is ever kept waiting for them.
    """
    instance = current_instance()
    if is_good(instance.settings, token, instance.private.now()):
        return True
    attempt(instance.private, f"setup@{client_network(client_address())}", _WRONG, HOUR)
    return False


def is_under_way() -> bool:
    """Whether the administrator who asks is the founder, and not done with the set-up."""
    return SETUP in open_guides(current_instance().private, admin().id)


def close_when_done() -> Response | None:
    """Before each page that follows the first: where it leads once the site is set up.

    A founder who comes back later says first that it is them: what is chosen there decides where
    links to log in go.
    """
    if not is_under_way():
        return see_other("/-/admin/settings", _("This site is set up already"))
    return ask_unless_sure(request.path)
