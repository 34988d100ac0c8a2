"""What a request wants: which kind of answer, in which language, packed or not; and who sends it.

One decision each, for those who make an answer and for those who keep it: an answer kept under
another kind than it was made for would be given to the wrong reader.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from werkzeug.datastructures import LanguageAccept, MIMEAccept
from werkzeug.http import parse_accept_header, parse_etags, unquote_etag

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: what programs that read pages for others, or for nobody, call themselves; or nothing
_PROGRAM = re.compile(
    r"bot|crawl|spider|slurp|archiv|preview|monitor|check|curl|wget|python|java/|go-http|feed|^$",
    re.IGNORECASE,
)
_KINDS = {
    "text/html": "html",
    "text/markdown": "markdown",
    "application/json": "json",
    "application/ld+json": "linked",
}


def wanted_kind(environ: "WSGIEnvironment") -> str:
    """What is asked for: ``fragment`` (by htmx), ``markdown``, ``json``, ``linked`` or ``html``.

    A link or form that htmx only follows (``HX-Boosted``) wants the page, of which it takes a part.
    """
    if "HTTP_HX_REQUEST" in environ and "HTTP_HX_BOOSTED" not in environ:
        return "fragment"
    return _kind(environ.get("HTTP_ACCEPT", ""))


def has_already(environ: "WSGIEnvironment", etag: str, modified: str) -> bool:
    """Whether who asks has the answer of that ETag, or of that Last-Modified where they have none.

    A date counts only where it is the very one: a page that was narrowed, or a commit with an old
    date, changes an answer without making it newer.
    """
    if (known := environ.get("HTTP_IF_NONE_MATCH")) is not None:
        return known == etag or parse_etags(known).contains_weak(unquote_etag(etag)[0] or "")
    return bool(modified) and environ.get("HTTP_IF_MODIFIED_SINCE") == modified


@lru_cache(maxsize=512)
def wanted_language(header: str, default: str, offered: tuple[str, ...]) -> str:
    """The best of the languages ``offered`` for an ``Accept-Language`` header."""
    return parse_accept_header(header, LanguageAccept).best_match(offered, default) or default


@lru_cache(maxsize=512)
def takes_gzip(header: str) -> bool:
    """Whether an ``Accept-Encoding`` header allows gzip."""
    return parse_accept_header(header)["gzip"] > 0


@lru_cache(maxsize=512)
def is_program(agent: str) -> bool:
    """Whether a ``User-Agent`` header says that it is a program, such as a crawler."""
    return _PROGRAM.search(agent) is not None


@lru_cache(maxsize=512)
def _kind(header: str) -> str:
    best = parse_accept_header(header, MIMEAccept).best_match(_KINDS)
    return _KINDS[best] if best else "html"
