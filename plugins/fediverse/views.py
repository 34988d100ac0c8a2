"""``/-/fediverse``: actors, their collections and posts, as others ask for them; the inboxes.

Each is a document of ActivityStreams. Who rather wants a page is led to what it is about.
"""

from http import HTTPStatus

from flask import Blueprint, jsonify, redirect, request
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from wiki.api.errors import NotFound, TooLarge, WikiError
from wiki.api.jobs import wake
from wiki.api.limits import count_request, set_retry_after
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.reading.rows import get_rows
from wiki.api.translation import gettext
from wiki.api.web import anonymous_view, current_instance
from wiki.api.web.open_forms import open_to_all

from .actors import SITE, Actor, find_actor
from .addresses import MEDIA, addresses_of
from .icon import draw_initial
from .inbox import messages
from .inbox.receipts import LONGEST, receive
from .models import FollowerRow, PostRow
from .outbox.activities import creation, post_of, share
from .outbox.documents import Document, actor_document, bare, collection, tombstone
from .outbox.posts import subject_of
from .switch import is_on, public_pem

bp = Blueprint("fediverse", __name__)

#: posts of one part of an outbox
_PART = 20


@bp.get("/fediverse/actors/<actor>")
@anonymous_view
def actor(actor: str) -> Response:
    """An actor. Raises NotFound."""
    instance, found = _actor(actor)
    if _wants_page():
        return redirect(found.url, HTTPStatus.SEE_OTHER)
    return _document(actor_document(instance, found, public_pem(instance)))


@bp.get("/fediverse/actors/<actor>/followers")
@anonymous_view
def followers(actor: str) -> Response:
    """How many follow, and nobody's name. Raises NotFound."""
    instance, found = _actor(actor)
    asked = select(func.count()).where(FollowerRow.actor == found.row.name)
    count = instance.private.find_value(asked) or 0
    return _document(collection(_here(instance, found, "followers"), count))


@bp.get("/fediverse/actors/<actor>/outbox")
@anonymous_view
def outbox(actor: str) -> Response:
    """What an actor posted or passed on, the newest first, in parts. Raises NotFound."""
    instance, found = _actor(actor)
    here, visitor = _here(instance, found, "outbox"), Reader(instance)
    rows = _posts_of(visitor, found)
    ids, after = [one.id for one in rows], request.args.get("after")
    if after is None:
        return _document({**collection(here, len(ids)), "first": f"{here}?after="})
    start = ids.index(after) + 1 if after in ids else 0
    part = rows[start : start + _PART]
    made = (_activity(visitor, found, row) for row in part)
    said = collection(f"{here}?after={after if start else ''}", len(ids), [*filter(None, made)])
    said |= {"type": "OrderedCollectionPage", "partOf": here}
    if part and len(ids) > start + _PART:
        said["next"] = f"{here}?after={part[-1].id}"
    return _document(said)


@bp.get("/fediverse/posts/<post>")
@anonymous_view
def post(post: str) -> Response:
    """A post; of one that is gone, that it was there. Raises NotFound."""
    instance = _instance()
    visitor, row = Reader(instance), instance.private.find_row(PostRow, post[:16])
    if row is not None and not row.live:
        gone = _document(tombstone(addresses_of(instance), row.id))
        gone.status_code = HTTPStatus.GONE
        return gone
    subject = subject_of(visitor, row) if row is not None else None
    said = post_of(visitor, row) if row is not None else None
    if subject is None or said is None:
        raise NotFound(gettext("There is no such post."))
    return redirect(subject.url, HTTPStatus.SEE_OTHER) if _wants_page() else _document(said)


@bp.get("/fediverse/icon.png")
@anonymous_view
def icon() -> Response:
    """The picture of the site. Raises NotFound."""
    picture = draw_initial(_instance().settings.site_name)
    response = Response(picture, mimetype="image/png")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@bp.post("/fediverse/inbox")
@open_to_all
def shared_inbox() -> Response:
    """What other servers tell all actors."""
    return _received()


@bp.post("/fediverse/actors/<actor>/inbox")
@open_to_all
def inbox(actor: str) -> Response:
    """What other servers tell one actor. Raises NotFound."""
    _actor(actor)
    return _received()


def _received() -> Response:
    """The answer to a message: that it came, or why it is not taken, in words."""
    instance = _instance()
    count_request("inbox")
    count_request("inboxes", by="everyone")
    body = request.stream.read(LONGEST + 1)
    if len(body) > LONGEST:
        raise TooLarge(gettext("This is too long for a message."))
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        if receive(instance, request.method, _target(), headers, body):
            wake(instance.settings, messages.TASK)
    except WikiError as error:
        refused = Response(error.words, int(error.status), mimetype="text/plain")
        return set_retry_after(refused, error)
    return Response(status=HTTPStatus.ACCEPTED)


def _target() -> str:
    """What was asked for, as the first line of the request says it."""
    query = request.query_string.decode("ascii", "replace")
    return f"{request.path}?{query}" if query else request.path


def _activity(visitor: Reader, actor: Actor, row: PostRow) -> Document | None:
    if subject_of(visitor, row) is None:
        return None
    if actor.row.kind != SITE:
        return bare(share(visitor, actor.row.name, row))
    made = creation(visitor, row)
    return None if made is None else bare(made)


def _posts_of(visitor: Reader, actor: Actor) -> list[PostRow]:
    """The posts on pages that everybody may read now, the newest first."""
    asked = select(PostRow).where(PostRow.live).order_by(PostRow.published.desc(), PostRow.id)
    if actor.row.kind != SITE:
        asked = asked.where(PostRow.sharers.contains(f" {actor.row.name} ", autoescape=True))
    rows = visitor.instance.private.list_rows(asked)
    there = get_rows(visitor, list({one.path for one in rows}))
    return [one for one in rows if one.path in there]


def _here(instance: Instance, actor: Actor, part: str) -> str:
    return addresses_of(instance).part(actor.row.name, part)


def _instance() -> Instance:
    """The instance. Raises NotFound while it is not in the fediverse."""
    instance = current_instance()
    if not is_on(instance):
        raise NotFound(gettext("There is nothing here."))
    return instance


def _actor(name: str) -> tuple[Instance, Actor]:
    instance = _instance()
    count_request("api")
    found = find_actor(instance, name[:60])
    if found is None:
        raise NotFound(gettext("There is nothing here."))
    return instance, found


def _wants_page() -> bool:
    """Whether a browser asks, which has no use for the document."""
    return request.accept_mimetypes.best_match([MEDIA, "application/ld+json", "text/html"]) == (
        "text/html"
    )


def _document(said: Document) -> Response:
    response = jsonify(said)
    response.mimetype = MEDIA
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
