"""``/-/series/new``, ``/-/series/next/<series>``, ``/-/series/template/<series>``."""

from dataclasses import asdict
from http import HTTPStatus

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.api.editing import save
from wiki.api.errors import BadField, Forbidden, LogInFirst, NotFound
from wiki.api.paths import action_url, join, new_name, normalise, page_url
from wiki.api.reading import Reader, is_free, resolve_target
from wiki.api.rows import get_row, get_rows
from wiki.api.translation import gettext, language
from wiki.api.web import current_reader, flash_message, render_page, signed_in_reader

from .creation import Evening, Wish, make_evening, make_series, proposed
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

_NEW = ("template", "title", "territory", "themes", "team", "rhythm", "place", "summary")
#: pages that a line of one series leads to, and that no template names
_OF_ONE = ("person", "project", "event", "carrefour")
_NEXT = ("day", "begin", "end", "place", "capacity", "title")


@bp.get("/series/new")
def new() -> Response:
    """What a series begins with."""
    reader = signed_in_reader()
    return _new_page(reader, Wish("", ""), {})


@bp.post("/series/new")
def make() -> Response:
    """Makes the series and its kit."""
    reader = signed_in_reader()
    wish = Wish(**{name: request.form.get(name, "")[:4000] for name in _NEW})
    try:
        path = make_series(reader, wish)
    except BadField as error:
        return _new_page(reader, wish, {error.field: error.words}, error.status)
    flash_message(
        gettext("The series is there, with its calendar and its texts. They are yours to change.")
    )
    return redirect(page_url(path), HTTPStatus.SEE_OTHER)


@bp.get("/series/next/<path:path>")
def following(path: str) -> Response:
    """The next evening, filled in: a day and a place to look over."""
    reader, series = _organised(path)
    return _next_page(series, proposed(reader, series, next_day(reader, series)), {})


@bp.post("/series/next/<path:path>")
def make_next(path: str) -> Response:
    """Makes the page of the evening, and leads to its preparation."""
    reader, series = _organised(path)
    asked = Evening(**{name: request.form.get(name, "")[:1000] for name in _NEXT})
    try:
        made = make_evening(reader, series, asked)
    except BadField as error:
        return _next_page(series, asked, {error.field: error.words}, error.status)
    return redirect(action_url("events/prepare", made), HTTPStatus.SEE_OTHER)


@bp.get("/series/template/<path:path>")
def template_form(path: str) -> Response:
    """What a template made of the series will hold."""
    _reader, series = _readable(path)
    return _template_page(series, series.title, "")


@bp.post("/series/template/<path:path>")
def make_template(path: str) -> Response:
    """Keeps the texts of the series as a template, without its people and dates."""
    reader, series = _readable(path)
    label = " ".join(request.form.get("title", "").split())[:150]
    if not label:
        return _template_page(series, "", gettext("Give it a title."), 422)
    name = new_name(label, lambda _name: False)
    at = join(TEMPLATES, name)
    if not is_free(reader, at):
        words = gettext("There is a template of that name already: give it another.")
        return _template_page(series, label, words, 422)
    for below, text in _template_pages(reader, series, label):
        save(reader, join(at, below) if below else at, text, reader.head, _words(label))
        reader = reader.renewed()
    flash_message(gettext("The template is there: whoever begins a series can choose it."))
    return redirect(page_url(at), HTTPStatus.SEE_OTHER)


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


def _new_page(reader: Reader, wish: Wish, errors: dict[str, str], status: int = 200) -> Response:
    values = asdict(wish)
    rows = list(templates(reader))
    chosen = wish.template or (rows[0].path if rows else "")
    # Those in another language only where there is none in the reader's.
    near = [row for row in rows if row.lang == language() or row.path == chosen] or rows
    return render_page(
        "series/new.html",
        status,
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
        errors=dict.fromkeys((*_NEW, ""), "") | errors,
        noindex=True,
    )


def _next_page(
    series: Series, asked: Evening, errors: dict[str, str], status: int = 200
) -> Response:
    return render_page(
        "series/next.html",
        status,
        series={"label": series.title, "url": page_url(series.path)},
        action=action_url("series/next", series.path),
        values=asdict(asked),
        errors=dict.fromkeys((*_NEXT, ""), "") | errors,
        noindex=True,
    )


def _template_page(series: Series, title: str, error: str, status: int = 200) -> Response:
    return render_page(
        "series/template.html",
        status,
        series={"label": series.title, "url": page_url(series.path)},
        action=action_url("series/template", series.path),
        title=title,
        error=error,
        noindex=True,
    )
