"""What every answer and every unsafe request passes: headers, origin, CSRF token, cookie."""

from functools import wraps
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response as BaseResponse

from wiki.config import Settings
from wiki.web.http.cookies import RememberedCookies
from wiki.web.http.hosts import allowed_hosts
from wiki.web.support import View, current_person

REPORTS = "/-/csp-reports"
#: the policies of Trusted Types are made in ``frontend/src/js`` (``trust.js``, ``converting.js``)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'; manifest-src 'self'; worker-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types default inert clipboard; "
    # Chromium would keep what goes to ``report-to`` for a minute, and sends none from plain http.
    f"report-uri {REPORTS}"
)
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), interest-cohort=()"),
    # The answer cache, which knows what is the same for everybody, says otherwise.
    ("Cache-Control", "private, no-store"),
    ("Vary", "Cookie, Authorization"),
)
_SECURE = (("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),)

csrf = CSRFProtect()


def protect(app: Flask, settings: Settings) -> None:
    """Sets the cookies' rules, refuses forged requests, and gives every answer its headers."""
    hosts = allowed_hosts(settings)
    common = (*_HEADERS, *_SECURE) if settings.secure else _HEADERS
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if settings.secure else "session",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        # The session behind the cookie is a row with ages of its own (accounts/sessions.py).
        PERMANENT_SESSION_LIFETIME=90 * 86400,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.session_interface = RememberedCookies(app)
    csrf.init_app(app)

    @app.before_request
    def _refuse_forged() -> None:
        # Who watches a node, or probes a container, asks it by its address; there are no links.
        named = request.blueprint == "health" or request.environ.get("HTTP_HOST", "") in hosts
        if not named:
            abort(HTTPStatus.BAD_REQUEST)
        if request.method not in _SAFE_METHODS and (
            request.headers.get("Sec-Fetch-Site") == "cross-site"
        ):
            abort(HTTPStatus.FORBIDDEN)

    @app.after_request
    def _add_headers(response: Response) -> Response:
        headers = response.headers
        policy = POLICY
        if settings.live_editing and request.path.startswith("/-/edit/"):
            # Where people write together; no other page connects there.
            there = settings.live_url(request.host)
            policy = POLICY.replace("connect-src 'self'", f"connect-src 'self' {there}")
        given = {name.lower() for name in headers.keys()}  # noqa: SIM118 - of pairs
        for name, value in (("Content-Security-Policy", policy), *common):
            if name.lower() not in given:
                headers.add(name, value)
        return response


def open_to_all(view: View) -> View:
    """Marks the view of a form that visitors send without having a cookie of ours.

    Who is signed in is still asked for the form's token.
    """

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if current_person() is not None:
            csrf.protect()
        return view(*args, **kwargs)

    return cast(View, csrf.exempt(checked))


def allow_form_target(response: BaseResponse, url: str) -> None:
    """Lets the forms of the page ``response`` be answered by leading to ``url``, and where it is.

    A browser holds what a form leads to against the same rule as where it is sent.
    """
    parts = urlsplit(url)
    web = parts.scheme in ("http", "https")
    source = f"{parts.scheme}://{parts.netloc}" if web else f"{parts.scheme}:"
    policy = POLICY.replace("form-action 'self'", f"form-action 'self' {source}")
    response.headers["Content-Security-Policy"] = policy


def let_others_frame(response: BaseResponse, sources: str = "") -> None:
    """Lets other sites show the answer, which may take in what ``sources`` says, and no more."""
    closed = (
        "base-uri 'none'; form-action 'none'; object-src 'none'; frame-ancestors *; "
        "require-trusted-types-for 'script'; trusted-types default inert"
    )
    policy = "; ".join(filter(None, ("default-src 'none'", sources, closed)))
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
