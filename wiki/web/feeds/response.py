"""Who reads a feed, and what they are answered.

A feed is a visitor's, whoever is signed in: one's cookie must not decide what an address that is
handed on says. Only a token of the scope ``feeds`` in the address makes it a person's own.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import g, request
from werkzeug.http import http_date
from werkzeug.wrappers import Response

from wiki.errors import BadRequest, Forbidden
from wiki.people.accounts.access_tokens import Granted
from wiki.projections.interface import Busy
from wiki.reading import Reader
from wiki.translation import gettext as _
from wiki.translation import language
from wiki.web.cache.responses import etag_of
from wiki.web.conditional import has_already
from wiki.web.credentials import act_as, feed_token
from wiki.web.feeds.document import Feed, FeedEntry, atom, entry_id
from wiki.web.support import current_instance, current_person, current_reader, share_response

#: a longer question is nobody's
QUESTION = 2000
#: the time of a feed in which nothing has ever happened
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def feed_reader() -> Reader:
    """Who reads this feed: a visitor, or the owner of the token in its address.

    To be called first by the view of a feed. Raises Forbidden where the token is no good (the same
    for every reason), BadRequest where the question is too long.
    """
    if len(request.query_string) > QUESTION:
        raise BadRequest(_("This address is too long to be a feed’s: copy it again."))
    if "token" in request.args:
        granted = feed_token()
        if granted is None:
            raise Forbidden(
                _("This feed’s address is no longer good. Your account page makes you a new one.")
            )
        g.feed_of = granted
        act_as(granted)
    elif current_person() is not None:
        g.person, g.reader = None, Reader(current_instance())
    return current_reader()


def feed_response(*, title: str, url: str, self_url: str, entries: Sequence[FeedEntry]) -> Response:
    """A feed as an answer that need not be sent again while it stands.

    ``url`` is the page that it tells of, ``self_url`` its own address with nothing in it but what
    it depends on; both begin with "/". Raises Busy where nobody can say what is in it.
    """
    if not entries and current_instance().projections.missing("changes"):
        raise Busy("what has changed is lost, and being worked out again")
    settings = current_instance().settings
    granted: Granted | None = g.feed_of if "feed_of" in g else None
    own = _with_language(self_url)
    address = settings.public_url + own
    moment = max((one.updated for one in entries), default=BEGINNING)
    body = atom(
        Feed(
            id=entry_id(address, granted.token if granted else ""),
            title=title,
            url=settings.public_url + url,
            # A document is handed on more easily than its address: it does not hold the token.
            self_url=None if granted else address,
            site_url=settings.public_url,
            site_name=settings.site_name,
            lang=language(),
            updated=moment.astimezone(UTC),
            entries=entries,
        )
    )
    return document_response(body, "application/atom+xml", moment, own)


def document_response(body: bytes, kind: str, moment: datetime | None, asked: str) -> Response:
    """``body`` as an answer, last changed at ``moment`` (None: nothing is in it yet).

    ``asked`` is the address with what it depends on, and nothing else. For visitors the answer is
    kept for all; whoever has it already is told that it still stands.
    """
    response = Response(body, mimetype=kind)
    response.headers["Content-Type"] = f"{kind}; charset=utf-8"
    response.headers["ETag"] = etag_of(body)
    response.headers["Last-Modified"] = http_date(moment or BEGINNING)
    response.headers["X-Robots-Tag"] = "noindex"
    if "feed_of" in g:
        response.headers["Referrer-Policy"] = "no-referrer"
    elif not _own_request() and _only(asked):
        # The cache of answers judges the conditions itself.
        share_response()
        return response
    if has_already(request.environ, response.headers["ETag"], response.headers["Last-Modified"]):
        response.status_code, response.data = 304, b""
        response.headers.pop("Content-Length", None)
    return response


def _own_request() -> bool:
    """Whether there is a cookie or a credential: then nothing is kept."""
    return "HTTP_COOKIE" in request.environ or "HTTP_AUTHORIZATION" in request.environ


def _only(address: str) -> bool:
    """Whether nothing but what ``address`` has was asked: no room is spent on invented words."""
    return set(request.args.items(multi=True)) <= set(parse_qsl(urlsplit(address).query))


def _with_language(url: str) -> str:
    """``url`` with the language that was asked for in the address, if any was."""
    asked = request.args.get("lang")
    if asked not in current_instance().settings.offered:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'lang': asked})}"
