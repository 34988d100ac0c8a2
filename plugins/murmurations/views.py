"""``/-/murmurations``: one profile at its address, the list of them; nothing while it is off."""

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from wiki.api.errors import NotFound
from wiki.api.paths import normalise
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import get_item
from wiki.api.reading.rows import get_row
from wiki.api.translation import gettext
from wiki.api.web import anonymous_view, current_instance, share_response

from .profiles import TYPES, addresses, group_profile, has_profile, item_profile

bp = Blueprint("murmurations", __name__)

#: addresses in the list
MOST = 5_000


@bp.get("/murmurations/profiles.json")
@anonymous_view
def profiles() -> Response:
    """The addresses of all profiles."""
    visitor = _visitor()
    share_response()
    return jsonify({"profiles": list(addresses(visitor, MOST))})


@bp.get("/murmurations/pages/<path:path>")
@anonymous_view
def page(path: str) -> Response:
    """The profile of a project, an organisation or a carrefour. Raises NotFound."""
    visitor = _visitor()
    row = get_row(visitor, normalise(path))
    if row is None or row.type not in TYPES:
        raise NotFound(gettext("There is no such profile."))
    share_response()
    return jsonify(group_profile(visitor, row))


@bp.get("/murmurations/items/<identity>")
@anonymous_view
def item(identity: str) -> Response:
    """The profile of an open need or offer. Raises NotFound."""
    visitor = _visitor()
    row = get_item(visitor, identity)
    if row is None or not has_profile(row):
        raise NotFound(gettext("There is no such profile."))
    share_response()
    return jsonify(item_profile(visitor, row))


def _visitor() -> Reader:
    """Who reads what everybody does. Raises NotFound while the site has no profiles."""
    instance = current_instance()
    if not instance.settings.murmurations:
        raise NotFound(gettext("There is no such profile."))
    return Reader(instance)
