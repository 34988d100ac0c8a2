"""Writing: the form, its preview, saving, and the screen where two texts meet."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Blueprint, g, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from wiki.editing import save as saving
from wiki.editing.hints import hints_for
from wiki.editing.rights import check_may_edit, check_may_propose
from wiki.errors import EditConflict, NotFound, RowsUnreachable, Unconfirmed, WikiError
from wiki.pages.document import read_document
from wiki.pages.page import Page
from wiki.pages.paths import ROOT, files_of, normalise, title_from_path
from wiki.pages.urls import action_url, page_url
from wiki.pages.words import read_number, slug
from wiki.plugins import call_hook
from wiki.projections.interface import Busy
from wiki.reading import Reader
from wiki.reading.html import render_body, render_line
from wiki.reading.lists import count_facets
from wiki.reading.pages import find_page
from wiki.rendering.links import heading_id
from wiki.translation import gettext as _
from wiki.translation import language
from wiki.web.edit.block_help import block_help
from wiki.web.edit.conflict_choices import PIECES, chosen_text
from wiki.web.edit.conflicts import conflict_page
from wiki.web.edit.drafts import draft_offered, forget_draft
from wiki.web.edit.metadata_fields import sheet_part
from wiki.web.forms import FormFlag, FormText, render_tool, see_other, show_refusal, typed_values
from wiki.web.link_session import open_to_links
from wiki.web.page.presenters import page_values, render_asides
from wiki.web.snapshot import by_heads
from wiki.web.support import current_reader
from wiki.web.throttle import count_request

bp = Blueprint("edit", __name__)


@dataclass(frozen=True)
class Writing:
    """What stands in the form: a text for ``path``, or for the ``section`` of it at ``base``."""

    path: str
    text: str
    base: str = ""
    message: str = ""
    section: str = ""


@bp.get("/edit/<path:raw>")
@by_heads
def edit(raw: str) -> Response:
    """The form to write a page with, or the one section ``?section=``."""
    reader = current_reader()
    path = normalise(raw)
    section = request.args.get("section", "")
    if _only_proposes(reader, path):
        return redirect(action_url("propose", path, {"section": section} if section else None))
    check_may_edit(reader, path)
    page = find_page(reader, path)
    text = page.text if page else first_text(path)
    if page is not None and section:
        text = saving.split_section(page, section)[1]
    return form(
        reader,
        Writing(path, text, reader.head, section=section if page else ""),
        draft=draft_offered(reader, path, section if page else "", text),
    )


@bp.post("/edit/<path:raw>")
def save(raw: str, preview: FormFlag, then: FormText) -> Response:
    """Saves; or shows the preview, where there is no script to do so beside the text."""
    # The rows are asked before anything is written, and what is written asks for none.
    g.unsaved = True
    reader = current_reader()
    path = normalise(raw)
    if _only_proposes(reader, path):
        # The same form, sent on: what was written is held instead of being refused.
        return redirect(action_url("propose", path), HTTPStatus.TEMPORARY_REDIRECT)
    writing = sent_writing(path)
    if preview:
        check_may_edit(reader, path)
        return form(reader, writing, preview=preview_of(reader, writing))
    if then == "write":
        check_may_edit(reader, path)
        return form(reader, writing)
    try:
        count_request("save")
        saved = saving.save(reader, path, whole(reader, writing), writing.base, writing.message)
    except EditConflict as conflict:
        return conflict_page(reader, path, conflict, writing.message)
    except WikiError as error:
        g.unsaved = not isinstance(error, Unconfirmed)
        if reader.person is not None and isinstance(error, NotFound):
            raise
        return show_refusal(partial(form, reader, writing), error)
    g.unsaved = False
    with suppress(RowsUnreachable):  # it is saved, and an old draft is seen to be one
        forget_draft(reader, path)
    together = _("Saved, together with what others wrote meanwhile.")
    return see_other(
        page_url(path, _written_at(reader, writing)), together if saved.merged else _("Saved.")
    )


def _written_at(reader: Reader, writing: Writing) -> str:
    """The id of the chapter that was written, as it is called now; "" for a whole page."""
    if not writing.section:
        return ""
    try:
        page = find_page(reader.renewed(), writing.path)
    except (Busy, RowsUnreachable):
        return ""  # It is saved; what is worked out from it does not stand yet.
    own = read_document(writing.text).headings
    if page is None or not own:
        return ""
    named = [one.anchor for one in page.document.headings if one.text == own[0].text]
    if not named:
        return ""
    return heading_id(writing.section if writing.section in named else named[0])


@bp.post("/preview/<path:raw>")
@open_to_links
def preview(raw: str, text: FormText) -> Response:
    """The body that a text would have, as HTML."""
    reader = current_reader()
    path = normalise(raw)
    if not reader.may_edit(path):
        check_may_propose(reader, path)
    count_request("preview")
    return Response(preview_of(reader, Writing(path, text)), mimetype="text/html")


def sent_writing(path: str) -> Writing:
    """What the form sent, or the page where two texts met. Raises BadField, as that does."""
    writing = Writing(path, **typed_values("text", "base", "message", "section"))
    sent = request.form
    return replace(writing, text=chosen_text(sent)) if PIECES in sent else writing


def form(
    reader: Reader,
    writing: Writing,
    *,
    preview: Markup | None = None,
    proposal: Mapping[str, Any] | None = None,
    draft: Mapping[str, Any] | None = None,
) -> Response:
    """The form; with ``proposal``, as ``templates/pages/edit.html`` says, what is sent is held."""
    path = writing.path
    written = Page(path, files_of(path)[0], writing.text)
    here = find_page(reader, path)
    title = here.title if here and writing.section else written.title
    return render_tool(
        "pages/edit.html",
        page={**page_values(written), "title": title},
        new=here is None,
        text=writing.text,
        base=writing.base,
        message=writing.message,
        section=writing.section,
        section_heading=heading_id(writing.section),
        names=sorted(one for one in reader.instance.views if ":" not in one),
        folder=page_url((here or written).file.rpartition("/")[0]).rstrip("/") + "/",
        line=_number(request.args.get("line", "")),
        problems=[],
        draft=draft,
        sheet=sheet_part(reader, path, writing.text),
        hints=_hints(reader, path, writing.text),
        blocks=block_help(reader.instance.plugins.hook.block_help, language()),
        preview_html=preview,
        proposal=proposal,
        parts=_parts(reader, path) if reader.person is not None else {"head": [], "foot": []},
        known=_known(reader),
        max_upload=reader.instance.settings.max_upload,
        max_text=reader.instance.settings.max_page,
    )


def _parts(reader: Reader, path: str) -> Mapping[str, Sequence[Markup]]:
    """What plugins put around the text that is being written."""
    hook = reader.instance.plugins.hook.editor_parts
    found = [one for group in call_hook(hook, path=path, reader=reader) for one in group]
    return render_asides(reader, found, action_url("edit", path))


def _hints(reader: Reader, path: str, text: str) -> list[dict[str, Any]]:
    """What templates say of the chapters that stand in the text, and of its beginning."""
    hints, chapters = hints_for(reader, path), {""}
    if any(one.chapter for one in hints):
        chapters |= {slug(one.text) for one in read_document(text).headings}
    return [
        {"heading": one.heading, "html": render_line(reader, " ".join(one.lines), path)}
        for one in hints
        if one.chapter in chapters
    ]


def _known(reader: Reader) -> dict[str, list[str]]:
    """The themes and territories of pages that this reader may know, the frequent ones first."""
    counts = count_facets(reader, ("theme", "territory"), limit=40)
    return {
        "themes": [one.value for one in counts["theme"]],
        "territories": [one.value for one in counts["territory"]],
    }


def whole(reader: Reader, writing: Writing) -> str:
    """The whole text of the page, where one section of it was written."""
    if not writing.section:
        return writing.text
    return saving.with_section(reader, writing.path, writing.section, writing.text, writing.base)


def preview_of(reader: Reader, writing: Writing) -> Markup:
    """The body that the page would have."""
    text = whole(reader, writing)
    page = Page(writing.path, files_of(writing.path)[0], text)
    return Markup(render_body(reader, page, editing=True).html)  # noqa: S704 - the gate's own output


def _only_proposes(reader: Reader, path: str) -> bool:
    """Whether someone with an account writes here what is read over first."""
    return reader.person is not None and not reader.may_edit(path) and reader.may_propose(path)


def first_text(path: str) -> str:
    """What a new page begins with."""
    title = request.args.get("title", "").strip() or title_from_path(path)
    return "" if path == ROOT else f"# {' '.join(title.split())}\n\n"


def _number(text: str) -> int:
    return read_number(text) or 0
