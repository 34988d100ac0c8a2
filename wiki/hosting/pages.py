"""The few pages of the host itself, which name no wiki: nobody is there, or not now."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from wiki.translation import language_tag, languages, lazy, text_direction, use_language
from wiki.web.conditional import wanted_language

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_STYLE = (
    "body{font:1.125rem/1.6 system-ui,sans-serif;max-width:38rem;margin:15vh auto;"
    "padding:0 1.25rem}"
    "h1{font-size:1.5rem;line-height:1.25}"
)
_PAGE = """<!doctype html>
<html lang="{lang}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>{style}</style>
</head>
<body><main><h1>{title}</h1><p>{words}</p></main></body>
</html>
"""
_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
_HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", f"default-src 'none'; style-src 'sha256-{_HASH}'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
)


class Page(NamedTuple):
    """A page: its status, and title and words that are translated when it is shown."""

    status: str
    title: Any
    words: Any
    #: seconds after which it is worth asking again
    again: int = 0


NOBODY = Page(
    "421 Misdirected Request",
    lazy("There is no site here"),
    lazy("No site is known by this address. Check how it is written."),
)
OUT = Page(
    "503 Service Unavailable",
    lazy("This site cannot be shown at the moment"),
    lazy(
        "Something is wrong with how it is set up. "
        "The people who run it find the reason in the server’s log."
    ),
    60,
)
AWAY = Page(
    "503 Service Unavailable",
    lazy("This site does not answer at the moment"),
    lazy("Try again in a moment. If you were sending something, go back and send it again."),
    5,
)
LATE = Page(
    "504 Gateway Timeout",
    lazy("This site takes too long to answer"),
    lazy("What you sent may have been saved: look before you send it again."),
)
BUSY = Page(
    "503 Service Unavailable",
    lazy("Too much arrives at once"),
    lazy("Nothing was saved: go back and send it again."),
    10,
)


def say(
    page: Page, environ: "WSGIEnvironment", start_response: "StartResponse", lang: str = "fr"
) -> list[bytes]:
    """Answers with ``page``, in ``lang`` for who asks for no language that there is."""
    wanted = wanted_language(environ.get("HTTP_ACCEPT_LANGUAGE", ""), lang, languages())
    with use_language(wanted):
        body = _PAGE.format(
            lang=language_tag(wanted),
            direction=text_direction(wanted),
            title=escape(str(page.title)),
            words=escape(str(page.words)),
            style=_STYLE,
        ).encode()
    more: Sequence[tuple[str, str]] = [("Content-Length", str(len(body)))]
    if page.again:
        more = [*more, ("Retry-After", str(page.again))]
    start_response(page.status, [*_HEADERS, *more])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
