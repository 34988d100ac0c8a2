"""The page where a person lets a program in, and what programs ask beside it."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, g, jsonify, request
from werkzeug.wrappers import Response

from wiki.api.errors import NotFound
from wiki.api.limits import (
    DAY,
    Limit,
    client_address,
    client_network,
    count_attempts,
    count_request,
)
from wiki.api.plugin import Settings
from wiki.api.translation import gettext, lazy
from wiki.api.web import anonymous_view, current_instance, signed_in_person
from wiki.api.web.forms import FormList, FormText, render_tool
from wiki.api.web.open_forms import open_to_all
from wiki.api.web.programs import allow_form_target, ask_unless_sure, revoke_secret

from ..address import ADDRESS, resource_url
from . import redirects, store

bp = Blueprint("mcp_oauth", __name__)
root = Blueprint("mcp_well_known", __name__)

_AUTHORIZE, _TOKEN = "/-/oauth/authorize", "/-/oauth/token"
_REGISTER, _REVOKE = "/-/oauth/register", "/-/oauth/revoke"
_SCOPE_WORDS = {
    "read": lazy("read what you may read"),
    "propose": lazy("propose changes, which somebody reads over, and follow pages for you"),
}
_NAME_LENGTH = 100
#: programs a day that one network may make known
_REGISTERED = 100


@root.get("/oauth-authorization-server")
@anonymous_view
def metadata() -> Response:
    """What programs need to know of how they are let in (RFC 8414)."""
    site = _settings().public_url
    return jsonify(
        {
            "issuer": site,
            "authorization_endpoint": site + _AUTHORIZE,
            "token_endpoint": site + _TOKEN,
            "registration_endpoint": site + _REGISTER,
            "revocation_endpoint": site + _REVOKE,
            "scopes_supported": store.SCOPES,
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_methods_supported": ["none"],
            "revocation_endpoint_auth_methods_supported": ["none"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
    )


@root.get(f"/oauth-protected-resource{ADDRESS}")
@root.get("/oauth-protected-resource")
@anonymous_view
def resource() -> Response:
    """What is protected, and by whom (RFC 9728)."""
    settings = _settings()
    return jsonify(
        {
            "resource": resource_url(settings),
            "resource_name": settings.site_name,
            "authorization_servers": [settings.public_url],
            "scopes_supported": store.SCOPES,
            "bearer_methods_supported": ["header"],
        }
    )


@bp.post("/oauth/register")
@open_to_all
@anonymous_view
def register() -> Response:
    """Makes a program known (RFC 7591): what it calls itself, and where it is led back to."""
    _settings()
    network = client_network(client_address())
    count_attempts(current_instance().private, [Limit(f"mcp:{network}", _REGISTERED, DAY)])
    said = _said()
    named = said.get("redirect_uris")
    if (
        not isinstance(named, list)
        or not 0 < len(named) <= redirects.MOST
        or not all(isinstance(one, str) and redirects.is_allowed(one) for one in named)
    ):
        words = "Say by 'redirect_uris' where you are led back to: https, http on this machine."
        return _refused("invalid_redirect_uri", words)
    made = store.register(
        current_instance().private, _called(said.get("client_name")), tuple(named)
    )
    answer = jsonify(
        {
            "client_id": made.id,
            "client_name": made.name,
            "redirect_uris": made.redirects,
            "token_endpoint_auth_method": "none",
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "scope": " ".join(store.SCOPES),
        }
    )
    answer.status_code = HTTPStatus.CREATED
    return answer


@bp.get("/oauth/authorize")
def authorize() -> Response:
    """Asks the person whether the program may act in their name, and within which limits."""
    from authlib.oauth2.rfc6749 import OAuth2Error

    from .server import read_grant

    _settings()
    person = signed_in_person(gettext("Log in first: a program asks to act in your name."))
    try:
        grant = read_grant(person)
    except OAuth2Error as error:
        return _unusable(str(error.description))
    # What is let in lasts when a session that was left open is over.
    return ask_unless_sure(request.full_path) or _consent(grant)


@bp.post("/oauth/authorize")
def decide(action: FormText, scopes: FormList) -> Response:
    """Leads the program back, with a code where the person said yes."""
    from authlib.oauth2.rfc6749 import OAuth2Error

    from .server import authorization_server, read_grant

    _settings()
    person = signed_in_person(gettext("Log in first: a program asks to act in your name."))
    try:
        grant = read_grant(person)
    except OAuth2Error as error:
        return _unusable(str(error.description))
    allowed = action == "allow"
    if allowed and (asking := ask_unless_sure(request.full_path)):
        return asking
    asked = grant.request.client.get_allowed_scope(grant.request.payload.scope).split()
    g.granted_scopes = [one for one in asked if one == "read" or one in scopes]
    agreed = person if allowed and g.granted_scopes else None
    answer: Response = authorization_server().create_authorization_response(
        grant=grant, grant_user=agreed
    )
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@bp.post("/oauth/token")
@open_to_all
@anonymous_view
def token() -> Response:
    """A token for a code, or in place of one that ends."""
    from authlib.oauth2.rfc6749 import OAuth2Error

    from .server import authorization_server, check_target

    _settings()
    count_request("api")
    try:
        check_target()
    except OAuth2Error as error:
        return _refused(error.error, error.description)
    answer: Response = authorization_server().create_token_response()
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/oauth/revoke")
@open_to_all
@anonymous_view
def revoke(client_id: FormText, token: FormText) -> Response:
    """Ends what a program was granted (RFC 7009); that it had nothing is no fault."""
    _settings()
    count_request("api")
    if client_id and token:
        revoke_secret(current_instance().private, client_id, token)
    return jsonify({})


def _settings() -> Settings:
    """Those of the site. Raises NotFound where assistants are not let in."""
    settings = current_instance().settings
    if not settings.mcp:
        raise NotFound(gettext("There is no page here."))
    return settings


def _consent(grant: Any) -> Response:
    program: store.Program = grant.request.client.program
    asked = grant.request.client.get_allowed_scope(grant.request.payload.scope).split()
    response = render_tool(
        "mcp/consent.html",
        private_address=True,
        program=program.name,
        back=_place(grant.redirect_uri),
        reads=[str(_SCOPE_WORDS[one]) for one in asked if one == "read"],
        choices=[(one, str(_SCOPE_WORDS[one])) for one in asked if one != "read"],
        action=request.full_path,
    )
    allow_form_target(response, grant.redirect_uri)
    return response


def _said() -> dict[str, Any]:
    """What a program says of itself; nothing where that is no JSON object."""
    try:
        sent = request.get_json(silent=True)
    except RecursionError:
        return {}
    return sent if isinstance(sent, dict) else {}


def _place(url: str) -> str:
    """Where an address leads, as a person reads it."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return parts.netloc
    return "" if parts.scheme == "http" else f"{parts.scheme}:"


def _called(name: object) -> str:
    """What a program calls itself, as a line; some do not."""
    words = " ".join(str(name).split()) if isinstance(name, str) else ""
    words = "".join(one for one in words if one.isprintable())[:_NAME_LENGTH].strip()
    return words or gettext("An unnamed program")


def _refused(error: str, words: str) -> Response:
    answer = jsonify({"error": error, "error_description": words})
    answer.status_code = HTTPStatus.BAD_REQUEST
    return answer


def _unusable(reason: str) -> Response:
    """What is wrong with what a program asks: its person is told, and it is not led anywhere."""
    return render_tool("mcp/unusable.html", HTTPStatus.BAD_REQUEST, reason=reason)
