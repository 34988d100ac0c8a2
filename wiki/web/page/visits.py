"""What is new on a page since one's last visit: asked by a script, as pages are kept for all."""

from typing import Any

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from wiki.editing.rights import author_of
from wiki.errors import NotFound
from wiki.jinja import day
from wiki.pages.paths import normalise
from wiki.pages.urls import action_url
from wiki.people.follow.visits import Visit, visit
from wiki.reading import Reader
from wiki.reading.births import birth_name
from wiki.reading.history import list_history
from wiki.reading.pages import get_page
from wiki.translation import gettext as _
from wiki.translation import ngettext
from wiki.web.support import current_reader

bp = Blueprint("visits", __name__)

#: changes counted; more are said to be as many
COUNTED = 100


@bp.post("/visit/<path:raw>")
def read(raw: str) -> Response:
    """Notes that the page is read, and says what is new: ``{"words", "url"}``, both perhaps ""."""
    reader = current_reader()
    page = get_page(reader, normalise(raw))
    if reader.person is None:
        raise NotFound(_("There is no page here."))
    news = {"words": "", "url": ""}
    last = next(iter(list_history(reader, page.path, limit=1)), None)
    birth = birth_name(reader.instance, page.path)
    if last and birth:
        private = reader.instance.private
        before = visit(private, reader.person.id, page.path, birth, last.commit)
        news = new_since(reader, page.path, before) or news
    answer = jsonify(news)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def new_since(reader: Reader, path: str, before: Visit | None) -> dict[str, Any] | None:
    """How many changes others have made since that visit, and where one reads them."""
    if before is None:
        return None
    own = author_of(reader).mail
    count = 0
    story = list_history(reader, path, limit=COUNTED)
    for change in story:
        if change.commit == before.commit:
            break
        count += change.mail != own and not change.file
    if not count:
        return None
    words = ngettext(
        "One change since your visit of {day}", "{count} changes since your visit of {day}", count
    )
    there = before.when.astimezone(reader.instance.settings.zone)
    return {
        "words": words.format(count=count, day=day(there)),
        "url": action_url("diff", path, {"from": before.commit, "to": story[0].commit}),
    }
