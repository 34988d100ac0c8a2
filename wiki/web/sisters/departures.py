"""An account was erased: which sisters have followed, for whoever has the address."""

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.errors import NotFound
from wiki.pages.urls import action_url
from wiki.people.sisters import departures
from wiki.sisters.holdings import FOLLOWED, list_followers
from wiki.translation import gettext as _
from wiki.web.forms import render_tool
from wiki.web.snapshot import unpinned
from wiki.web.support import current_instance

bp = Blueprint("departures", __name__)


@bp.get("/departures/<token>")
@unpinned
def departure(token: str) -> Response:
    """Which sisters have followed, and which are asked again."""
    instance = current_instance()
    if not (found := departures.find(instance.private, token)):
        raise NotFound(_("There is no such page, or no longer: it goes after a year."))
    followers = list_followers(instance, token)
    return render_tool(
        "sisters/departure.html",
        private_address=True,
        day=found[0].at,
        until=found[0].at + departures.KEPT,
        url=instance.settings.public_url + action_url(f"departures/{token}"),
        followers=followers,
        all=all(one.state == FOLLOWED for one in followers),
    )
