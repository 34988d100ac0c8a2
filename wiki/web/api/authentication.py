"""Who asks the API: a token in the Authorization header, or the session of a browser."""

from flask import Flask, g, request

from wiki.people.accounts.access_tokens import Granted
from wiki.translation import gettext as _
from wiki.web.api.problems import REALM, BadToken, NarrowToken
from wiki.web.credentials import act_as, bearer
from wiki.web.security import csrf
from wiki.web.support import current_person
from wiki.web.throttle import count_request, network_of_request

_SAFE = ("GET", "HEAD", "OPTIONS")


def register(app: Flask) -> None:
    """Asks each request who it comes from, before any view does."""
    # Asked below, of those alone who come with a cookie.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False

    @app.before_request
    def _enter() -> None:
        unsafe = request.method not in _SAFE
        granted = _token()
        _count(granted)
        if granted is not None:
            act_as(granted)
            g.scopes, g.program = sorted(granted.scopes), granted.name
            _check_scope(granted, _scope_of(app, unsafe=unsafe))
        elif unsafe and request.routing_exception is None:
            if current_person() is None:
                raise BadToken(_("This needs a token, or that you log in."))
            csrf.protect()


def program() -> str:
    """What asks in the name of a person, as they call its token; "" where they ask themselves."""
    return str(g.get("program", ""))


def _scope_of(app: Flask, *, unsafe: bool) -> str:
    """The scope that a token needs for what is asked."""
    view = app.view_functions.get(request.endpoint or "")
    return str(getattr(view, "scope", "write" if unsafe else "read"))


def scopes() -> list[str]:
    """What the token of this request is good for."""
    return list(g.get("scopes", ()))


def _token() -> Granted | None:
    """Who the token belongs to; None where there is none. Raises BadToken, TooMany."""
    if "HTTP_AUTHORIZATION" not in request.environ:
        return None
    granted = bearer()
    if granted is None:
        _count(None)
        raise BadToken(
            _("This token is no good: it may have expired, or been revoked. Make another one."),
            f'{REALM}, error="invalid_token"',
        )
    return granted


def _check_scope(granted: Granted, scope: str) -> None:
    if not granted.allows(scope):
        raise NarrowToken(
            _("This token is not good for that: it lacks the scope “{scope}”.").format(scope=scope),
            f'{REALM}, error="insufficient_scope", scope="{scope}"',
        )


def _count(granted: Granted | None) -> None:
    """At most so many requests a minute with one token, by one person, from one address."""
    if granted is not None:
        count_request("api", granted.token)
    elif "HTTP_AUTHORIZATION" in request.environ:
        count_request("api", network_of_request())
    else:
        count_request("api")
