"""What one follows: pages that one is told of by mail when they change."""

from http import HTTPStatus

from werkzeug.wrappers import Response

from wiki.digests.words import say as said
from wiki.editing.rights import someone
from wiki.people.follow import subscriptions
from wiki.people.targets import PAGE, Target
from wiki.reading.pages import get_page
from wiki.web.api.models import Followed, FollowedList, PagePath
from wiki.web.api.responses import answer, page_path, room, route
from wiki.web.support import current_reader

bp = room("following", "Pages that one is told of when they change.")


@route(bp, "get", "/following", FollowedList)
def list_following() -> Response:
    """What one follows: nobody else knows of it."""
    reader = current_reader()
    person = reader.person
    found = subscriptions.watched(reader.instance.private, person.id) if person else []
    named = [(one, said(reader, one.target)) for one in found]
    told = [
        Followed(kind=one.target.kind, label=words.name, url=words.url, since=one.since)
        for one, words in named
    ]
    return answer(FollowedList(following=told))


@route(bp, "put", "/following/<path:path>", None, 404, status=204, scope="propose")
def follow_page(path: PagePath) -> Response:
    """Follows a page: one is told by mail what changes, in the rhythm of one's account."""
    reader = current_reader()
    person = someone(reader)
    page = get_page(reader, page_path(path.path))
    target = Target(PAGE, page.path)
    subscriptions.watch(reader.instance.private, person.id, target, head=reader.head)
    return Response(status=HTTPStatus.NO_CONTENT)


@route(bp, "delete", "/following/<path:path>", None, 404, status=204, scope="propose")
def unfollow_page(path: PagePath) -> Response:
    """No longer follows a page."""
    reader = current_reader()
    person = someone(reader)
    target = Target(PAGE, page_path(path.path))
    subscriptions.unwatch(reader.instance.private, person.id, target)
    return Response(status=HTTPStatus.NO_CONTENT)
