"""Writing: the form, its preview, saving, and the screen where two texts meet."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from wiki.editing import saving
from wiki.editing.rights import check_may_edit
from wiki.errors import EditConflict, NotFound, WikiError
from wiki.pages.page import Page
from wiki.pages.paths import ROOT, files_of, normalise, title_from_path
from wiki.pages.urls import page_url
from wiki.plugins import answers
from wiki.reading import Reader
from wiki.translation import gettext as _
from wiki.web.conflicts import sides
from wiki.web.support import current_instance, current_reader, page_of, say
from wiki.web.viewing import link, page_values

bp = Blueprint("edit", __name__)


@bp.get("/edit/<path:raw>")
def edit(raw: str) -> Response:
    """The form to write a page with, or the one section ``?section=``."""
    reader = current_reader()
    path = normalise(raw)
    check_may_edit(reader, path)
    page = reader.page_here(path)
    section = request.args.get("section", "")
    text = page.text if page else _first_text(path)
    if page is not None and section:
        text = saving.split_section(page, section)[1]
    return _form(reader, path, text, base=reader.head, section=section if page else "")


@bp.post("/edit/<path:raw>")
def save(raw: str) -> Response:
    """Saves; or shows the preview, where there is no script to do so beside the text."""
    reader = current_reader()
    path = normalise(raw)
    sent = request.form
    text, base = sent.get("text", ""), sent.get("base", "")
    message, section = sent.get("message", ""), sent.get("section", "")
    if "preview" in sent:
        check_may_edit(reader, path)
        preview = _preview(reader, path, _whole(reader, path, section, text, base))
        return _form(reader, path, text, base, message, section, preview=preview)
    try:
        count_save(reader)
        saved = saving.save(reader, path, _whole(reader, path, section, text, base), base, message)
    except EditConflict as conflict:
        return _conflict(reader, path, conflict, message)
    except WikiError as error:
        if reader.person is not None and isinstance(error, NotFound):
            raise
        return _form(
            reader,
            path,
            text,
            base,
            message,
            section,
            errors={getattr(error, "field", ""): error.words},
            status=error.status,
        )
    if saved.merged:
        say(_("Saved, together with what others wrote meanwhile."))
    return redirect(page_url(path, section), HTTPStatus.SEE_OTHER)


@bp.post("/preview/<path:raw>")
def preview(raw: str) -> Response:
    """The body that a text would have, as HTML."""
    reader = current_reader()
    path = normalise(raw)
    check_may_edit(reader, path)
    return Response(_preview(reader, path, request.form.get("text", "")), mimetype="text/html")


def _form(
    reader: Reader,
    path: str,
    text: str,
    base: str,
    message: str = "",
    section: str = "",
    *,
    errors: dict[str, str] | None = None,
    preview: Markup | None = None,
    status: int = 200,
) -> Response:
    draft = Page(path, files_of(path)[0], text)
    here = reader.page_here(path)
    title = here.title if here and section else draft.title
    return page_of(
        "pages/edit.html",
        status,
        page={**page_values(draft), "title": title},
        new=here is None,
        text=text,
        base=base,
        message=message,
        section=section,
        line=_number(request.args.get("line", "")),
        errors={"": "", "text": "", "message": ""} | (errors or {}),
        problems=[],
        draft=None,
        blocks=_block_help(),
        preview_html=preview,
        max_upload=reader.instance.settings.max_upload,
        noindex=True,
    )


def _whole(reader: Reader, path: str, section: str, text: str, base: str) -> str:
    return saving.with_section(reader, path, section, text, base) if section else text


def _preview(reader: Reader, path: str, text: str) -> Markup:
    page = Page(path, files_of(path)[0], text)
    return Markup(reader.body(page, editing=True).html)  # noqa: S704 - the gate's own output


def _conflict(reader: Reader, path: str, conflict: EditConflict, message: str) -> Response:
    """Both texts, in words."""
    last = next(iter(reader.renewed().history(path, limit=1)), None)
    return page_of(
        "pages/conflict.html",
        HTTPStatus.CONFLICT,
        page=page_values(Page(path, files_of(path)[0], conflict.theirs)),
        who=last.author if last else "",
        base=conflict.head,
        message=message,
        noindex=True,
        **sides(conflict),
    )


def crumbs_of(reader: Reader, path: str) -> list[dict[str, Any]]:
    """The pages above, as links."""
    return [link(one.title, page_url(one.path)) for one in reader.crumbs(path)]


def _block_help() -> list[dict[str, str]]:
    hook = current_instance().plugins.hook.block_help
    return [
        {"label": str(one.sentence), "example": one.example}
        for group in answers(hook)
        for one in group
    ]


def _first_text(path: str) -> str:
    title = request.args.get("title", "").strip() or title_from_path(path)
    return "" if path == ROOT else f"# {' '.join(title.split())}\n\n"


def count_save(reader: Reader) -> None:
    """At most so many saves a minute by one person."""
    if reader.person is not None:
        limit = reader.instance.settings.saves_per_minute
        reader.instance.rates.attempt(f"save:{reader.person.id}", limit, 60)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
