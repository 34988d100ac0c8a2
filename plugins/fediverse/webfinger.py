"""``/.well-known/webfinger`` and ``/.well-known/nodeinfo``: how others find who is here."""

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from wiki.api.errors import NotFound
from wiki.api.limits import count_request
from wiki.api.plugin import Instance, __version__
from wiki.api.translation import gettext
from wiki.api.web import anonymous_view, current_instance

from .actors import Actor, find_actor, site_name
from .addresses import MEDIA, addresses_of
from .switch import is_on

root = Blueprint("fediverse_well_known", __name__)
bp = Blueprint("fediverse_node", __name__)

_SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/2.1"


@root.get("/webfinger")
@anonymous_view
def webfinger() -> Response:
    """Whose name, such as ``acct:serres@example.org``, is what. Raises NotFound."""
    instance = _instance()
    count_request("api")
    at, resource = addresses_of(instance), request.args.get("resource", "")
    found = _named(instance, resource)
    if found is None:
        raise NotFound(gettext("There is nothing here."))
    name, rel = found.row.name, "http://webfinger.net/rel/profile-page"
    response = jsonify(
        {
            "subject": f"acct:{name}@{at.host}",
            "aliases": [at.actor(name), found.url],
            "links": [
                {"rel": "self", "type": MEDIA, "href": at.actor(name)},
                {"rel": rel, "type": "text/html", "href": found.url},
            ],
        }
    )
    response.mimetype = "application/jrd+json"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@root.get("/nodeinfo")
@anonymous_view
def nodes() -> Response:
    """Where it is said what this server is."""
    instance = _instance()
    href = f"{addresses_of(instance).site}/-/fediverse/nodeinfo/2.1"
    return jsonify({"links": [{"rel": _SCHEMA, "href": href}]})


@bp.get("/fediverse/nodeinfo/2.1")
@anonymous_view
def node() -> Response:
    """What this server is, as NodeInfo 2.1 says it; its accounts are counted for nobody."""
    instance = _instance()
    return jsonify(
        {
            "version": "2.1",
            "software": {"name": "carrefour", "version": __version__},
            "protocols": ["activitypub"],
            "services": {"inbound": [], "outbound": ["atom1.0"]},
            "openRegistrations": instance.settings.registration == "open",
            "usage": {"users": {}},
            "metadata": {"nodeName": instance.settings.site_name},
        }
    )


def _named(instance: Instance, resource: str) -> Actor | None:
    """The actor of a name, or of an address; the host's own name is the site."""
    at = addresses_of(instance)
    if resource.startswith("acct:"):
        name, _at, host = resource.removeprefix("acct:").lstrip("@").rpartition("@")
        if host.casefold() != at.host.casefold():
            return None
        name = name.casefold()
    else:
        name = at.name_in(resource)
    if resource.rstrip("/") == at.site or name == at.host.casefold():
        name = site_name(instance)
    return find_actor(instance, name[:60]) if name else None


def _instance() -> Instance:
    instance = current_instance()
    if not is_on(instance):
        raise NotFound(gettext("There is nothing here."))
    return instance
