"""``/-/series/new``, ``/-/series/next/<series>``, ``/-/series/template/<series>``."""

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.api.errors import BadField, Forbidden, LogInFirst, NotFound
from wiki.api.pages.editing import save
from wiki.api.paths import action_url, join, new_name, normalise, page_url
from wiki.api.reading import Reader, is_free, resolve_target
from wiki.api.reading.rows import get_row, get_rows
from wiki.api.translation import gettext, language, lazy
from wiki.api.web import current_reader, signed_in_reader
from wiki.api.web.forms import Form, LineField, redisplay, render_tool, see_other, typed_values

from .creation import EveningForm, SeriesForm, make_evening, make_series, proposed
from .kit import (
    CALENDAR,
    EVENING,
    RHYTHMS,
    TEMPLATES,
    TEXTS,
    Series,
    may_add_evening,
    may_keep_template,
    next_day,
    organises_series,
    part,
    series_at,
    templates,
)
from .template_copy import Copied, as_template

bp = Blueprint("series_forms", __name__)

#: pages that a line of one series leads to, and that no template names
_OF_ONE = ("person", "project", "event", "carrefour")


@bp.get("/series/new")
def new() -> Response:
    """What a series begins with."""
    reader = signed_in_reader()
    rows = list(templates(reader))
    values = typed_values(*SeriesForm().data)
    chosen = values["template"] or (rows[0].path if rows else "")
    # Those in another language only where there is none in the reader's.
    near = [row for row in rows if row.lang == language() or row.path == chosen] or rows
    return render_tool(
        "series/new.html",
        values=values | {"template": chosen},
        templates=[
            {
                "path": one.path,
                "title": one.title,
                "summary": one.summary,
                "url": page_url(one.path),
            }
            for one in near
        ],
        rhythms=[("", "—"), *((key, str(label)) for key, (_n, label, _w) in RHYTHMS.items())],
    )


@bp.post("/series/new")
@redisplay(new, BadField)
def make() -> Response:
    """Makes the series and its kit."""
    reader = signed_in_reader()
    path = make_series(reader, SeriesForm.read())
    words = gettext(
        "The series is there, with its calendar and its texts. They are yours to change."
    )
    return see_other(page_url(path), words)


@bp.get("/series/next/<path:path>")
def following(path: str) -> Response:
    """The next evening, filled in: a day and a place to look over."""
    reader, series = _organised(path)
    return render_tool(
        "series/next.html",
        series=_link(series),
        action=action_url("series/next", series.path),
        values=typed_values(**proposed(reader, series, next_day(reader, series))),
    )


@bp.post("/series/next/<path:path>")
@redisplay(following, BadField)
def make_next(path: str) -> Response:
    """Makes the page of the evening, and leads to its preparation."""
    reader, series = _organised(path)
    made = make_evening(reader, series, EveningForm.read())
    return see_other(action_url("events/prepare", made))


@bp.get("/series/template/<path:path>")
def template_form(path: str) -> Response:
    """What a template made of the series will hold."""
    _reader, series = _readable(path)
    return render_tool(
        "series/template.html",
        series=_link(series),
        action=action_url("series/template", series.path),
        values=typed_values(title=series.title),
    )


class TemplateForm(Form):
    """What a template is called."""

    title = LineField(150, empty=lazy("Give it a title."))


@bp.post("/series/template/<path:path>")
@redisplay(template_form, BadField)
def make_template(path: str) -> Response:
    """Keeps the texts of the series as a template, without its people and dates."""
    reader, series = _readable(path)
    label = TemplateForm.read().title.data
    at = join(TEMPLATES, new_name(label, lambda _name: False))
    if not is_free(reader, at):
        words = gettext("There is a template of that name already: give it another.")
        raise BadField("title", words)
    for below, text in _template_pages(reader, series, label):
        save(reader, join(at, below) if below else at, text, reader.head, _words(label))
        reader = reader.renewed()
    words = gettext("The template is there: whoever begins a series can choose it.")
    return see_other(page_url(at), words)


def _link(series: Series) -> dict[str, str]:
    return {"label": series.title, "url": page_url(series.path)}


def _template_pages(reader: Reader, series: Series, label: str) -> list[tuple[str, str]]:
    """Name below the template and text of each page, the first page last: then it is whole."""

    def stays(target: str) -> bool:
        path = resolve_target(reader, target)
        row = get_row(reader, path) if path else None
        return row is not None and row.group == "public" and row.type not in _OF_ONE

    rows = get_rows(reader, [*series.row.facts.get("team", ())]).values()
    copied = Copied(series.title, tuple(row.title for row in rows), stays)

    found = []
    for names in (EVENING, CALENDAR, TEXTS):
        page = part(reader, series, names)
        row = get_row(reader, page.path) if page else None
        if page is None or row is None or row.group != series.row.group:
            continue
        text = as_template(page.text, page.title, copied)
        found.append((page.path.rpartition("/")[2], text))
    return [*found, ("", as_template(series.page.text, label, copied))]


def _words(label: str) -> str:
    return gettext("Kept “{title}” as a template").format(title=label)


def _organised(path: str) -> tuple[Reader, Series]:
    reader = current_reader()
    series = series_at(reader, normalise(path))
    if series is not None and organises_series(reader, series):
        if not may_add_evening(reader, series):
            raise Forbidden(gettext("The evenings of this series are made by its team."))
        return reader, series
    if reader.person is None:
        raise LogInFirst(gettext("Log in first."))
    raise NotFound(gettext("There is no such page here."))


def _readable(path: str) -> tuple[Reader, Series]:
    """A series whose texts may become everyone's: a public one, or one's own."""
    reader = signed_in_reader()
    series = series_at(reader, normalise(path))
    if series is None or not (series.row.group == "public" or organises_series(reader, series)):
        raise NotFound(gettext("There is no such page here."))
    if not may_keep_template(reader, series):
        raise Forbidden(gettext("The templates of this wiki are not yours to change."))
    return reader, series
