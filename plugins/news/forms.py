"""The form that gives news of a project, for its team: a state, a sentence, a link."""

from flask import Blueprint
from sqlalchemy import update
from werkzeug.wrappers import Response

from wiki.api.errors import BadField, NotFound
from wiki.api.limits import count_request
from wiki.api.pages.editing import story_page
from wiki.api.paths import page_url
from wiki.api.reading import Reader
from wiki.api.reading.rows import PageRow, get_row
from wiki.api.translation import gettext
from wiki.api.web import render_page, signed_in_reader
from wiki.api.web.forms import redisplay, see_other, typed_values

from .models import RequestRow
from .news import MOST_LINK, MOST_WORDS, STATE, choices, read_news, tell_news

bp = Blueprint("news", __name__)


@bp.get("/news/tell/<path:path>")
def form(path: str) -> Response:
    """The form, empty. Raises LogInFirst, NotFound."""
    reader, row = _project(path)
    return render_page(
        "news/tell.html",
        project={"label": row.title, "url": page_url(row.path)},
        choices=choices(reader, row.first(STATE)),
        values=typed_news(),
        most={"words": MOST_WORDS, "link": MOST_LINK},
    )


@bp.post("/news/tell/<path:path>")
@redisplay(form, BadField)
def send(path: str) -> Response:
    """Writes the line, and shows the project. Raises LogInFirst, NotFound, what saving does."""
    reader, row = _project(path)
    values = typed_news()
    count_request("save")
    tell_news(reader, row, read_news(reader, values["state"], values["words"], values["link"]))
    _no_longer_asked(reader, row)
    return see_other(page_url(row.path), gettext("Your news stands in the story of the project."))


def typed_news() -> dict[str, str]:
    """What was typed, bounded a little above what is allowed."""
    typed = typed_values("state", "words", "link")
    return {name: value[:2000] for name, value in typed.items()}


def _project(path: str) -> tuple[Reader, PageRow]:
    reader = signed_in_reader(gettext("Log in first: news is told in your name."))
    row = get_row(reader, path)
    if row is None or row.type != "project":
        raise NotFound(gettext("There is no such project."))
    if not reader.may_edit(story_page(reader, row.path)):
        raise NotFound(gettext("There is no such project."))
    return reader, row


def _no_longer_asked(reader: Reader, row: PageRow) -> None:
    """What was asked of this person about the project by mail is answered."""
    private = reader.instance.private
    private.execute(
        update(RequestRow)
        .where(
            RequestRow.project == row.path,
            RequestRow.person == (reader.person.id if reader.person else ""),
            RequestRow.answered.is_(None),
        )
        .values(answered=private.now(), outcome="told")
    )
