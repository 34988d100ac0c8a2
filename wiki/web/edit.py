"""Writing: the form, its preview, saving, and the screen where two texts meet."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from wiki.editing import moving, saving, spaces
from wiki.editing.rights import check_may_edit
from wiki.errors import EditConflict, NotFound, WikiError
from wiki.pages.page import Page
from wiki.pages.paths import ROOT, files_of, normalise, title_from_path
from wiki.pages.urls import action_url, page_url
from wiki.plugins import answers
from wiki.projections.catalogue import select
from wiki.reading import Reader
from wiki.repository.merge import Conflict, merge
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.support import current_instance, current_reader, page_of, say
from wiki.web.viewing import link, page_values

bp = Blueprint("edit", __name__)

NEW_KINDS = (
    ("project", lazy("A project"), lazy("Its presentation, specifications, needs and story.")),
    ("person", lazy("A person"), lazy("What they know, what they offer, how much time they have.")),
    ("event", lazy("An event"), lazy("A Carrefour, a café, a workshop: programme, place, date.")),
    ("dossier", lazy("A dossier"), lazy("Projects gathered around a theme.")),
    ("organisation", lazy("An organisation"), lazy("Who it is, what it carries.")),
    ("", lazy("A page"), lazy("Anything else: a guide, notes of a session.")),
)


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


@bp.get("/new")
def new() -> Response:
    """The form to begin a space or a page with."""
    check_may_edit(current_reader(), "projets/nouveau")
    return _new_form({name: request.args.get(name, "") for name in _NEW_FIELDS} | _default_type())


_NEW_FIELDS = ("type", "title", "summary", "themes", "territory", "parent")


@bp.post("/new")
def make() -> Response:
    """Makes the space and leads to it."""
    reader = current_reader()
    values = {name: request.form.get(name, "") for name in _NEW_FIELDS}
    try:
        count_save(reader)
        saved = spaces.make_space(
            reader,
            spaces.NewSpace(
                type=values["type"],
                title=values["title"],
                summary=values["summary"],
                themes=[word.strip() for word in values["themes"].split(",") if word.strip()],
                territory=values["territory"],
                above=normalise(values["parent"]) if values["parent"] else "",
            ),
        )
    except WikiError as error:
        errors = {getattr(error, "field", ""): error.words}
        return _new_form(values, errors, error.status)
    return redirect(page_url(saved.path), HTTPStatus.SEE_OTHER)


@bp.get("/rename/<path:raw>")
def rename(raw: str) -> Response:
    """The form to move a page with."""
    reader = current_reader()
    page = reader.page(normalise(raw))
    check_may_edit(reader, page.path)
    return _rename_form(reader, page, page.path, {})


@bp.post("/rename/<path:raw>")
def move(raw: str) -> Response:
    """Moves a page, with all below it."""
    reader = current_reader()
    page = reader.page(normalise(raw))
    to = request.form.get("to", "")
    try:
        saved = moving.move(reader, page.path, to, request.form.get("message", ""))
    except NotFound:
        return _rename_form(
            reader, page, to, {"to": _("No page can have this address.")}, HTTPStatus.NOT_FOUND
        )
    except WikiError as error:
        return _rename_form(reader, page, to, {"to": error.words}, error.status)
    say(_("Moved. Links to it have been repaired, and its old address still leads here."))
    return redirect(page_url(saved.path), HTTPStatus.SEE_OTHER)


@bp.get("/delete/<path:raw>")
def delete(raw: str) -> Response:
    """What deleting a page would mean."""
    reader = current_reader()
    page = reader.page(normalise(raw))
    check_may_edit(reader, page.path)
    return _delete_form(reader, page, {})


@bp.post("/delete/<path:raw>")
def remove(raw: str) -> Response:
    """Deletes a page; it can be brought back from its history."""
    reader = current_reader()
    page = reader.page(normalise(raw))
    below = bool(request.form.get("below"))
    try:
        moving.delete(reader, page.path, request.form.get("message", ""), below=below)
    except WikiError as error:
        return _delete_form(reader, page, {"": error.words}, error.status)
    say(_("Deleted. It can be brought back from its history."))
    return redirect(action_url("history", page.path), HTTPStatus.SEE_OTHER)


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
    """Both texts, in words: what agrees, and for each place where both wrote, the two versions."""
    merged = merge(conflict.base, conflict.mine, conflict.theirs)
    pieces: list[dict[str, str]] = []
    for piece in merged.pieces:
        if isinstance(piece, Conflict):
            pieces.append(
                {
                    "kind": "conflict",
                    "mine": _lines(piece.mine),
                    "theirs": _lines(piece.theirs),
                    "base": _lines(piece.base),
                    "heading": "",
                }
            )
        else:
            pieces.append({"kind": "agreed", "text": _lines(piece.lines)})
    both = "".join(
        piece["text"] if piece["kind"] == "agreed" else piece["mine"] + piece["theirs"]
        for piece in pieces
    )
    last = next(iter(reader.renewed().history(path, limit=1)), None)
    return page_of(
        "pages/conflict.html",
        HTTPStatus.CONFLICT,
        page=page_values(Page(path, files_of(path)[0], conflict.theirs)),
        who=last.author if last else "",
        base=conflict.head,
        message=message,
        text=both,
        pieces=pieces,
        mine=conflict.mine,
        noindex=True,
    )


def _lines(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _new_form(
    values: dict[str, str], errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    reader = current_reader()
    counts = reader.facets(("theme", "territory"), limit=60)
    return page_of(
        "pages/new.html",
        status,
        kinds=[
            {"value": value, "label": str(label), "hint": _hint(reader, value, str(hint))}
            for value, label, hint in NEW_KINDS
        ],
        values=values,
        known_themes=[one.value for one in counts["theme"]],
        known_territories=[one.value for one in counts["territory"]],
        errors=dict.fromkeys(("", *_NEW_FIELDS), "") | (errors or {}),
        noindex=True,
    )


def _hint(reader: Reader, kind: str, words: str) -> str:
    """What a kind of page is; of a person's, too, whose the new one would be."""
    person = reader.person
    if kind != "person" or person is None or person.role == "admin":
        return words
    if person.page is None or not reader.taken(person.page):
        return f"{words} {_('It becomes your own page.')}"
    return " ".join(
        (
            words,
            _("You have yours already: another one belongs to the person whose page it is."),
            _("Once it is made, you cannot edit it."),
        )
    )


def _default_type() -> dict[str, str]:
    return {} if request.args.get("type") else {"type": "project"}


def _rename_form(
    reader: Reader, page: Page, to: str, errors: dict[str, str], status: int = 200
) -> Response:
    return page_of(
        "pages/rename.html",
        status,
        page=page_values(page),
        crumbs=crumbs_of(reader, page.path),
        to=to,
        below=reader.count(select(below=page.path)),
        pointing=len(reader.backlinks(page.path)),
        errors={"": "", "to": ""} | errors,
        noindex=True,
    )


def _delete_form(reader: Reader, page: Page, errors: dict[str, str], status: int = 200) -> Response:
    pointing = reader.backlinks(page.path, limit=13)
    return page_of(
        "pages/delete.html",
        status,
        page=page_values(page),
        crumbs=crumbs_of(reader, page.path),
        below=reader.count(select(below=page.path)),
        pointing={
            "links": [link(one.title, page_url(one.path)) for one in pointing[:12]],
            "total": len(pointing),
        },
        message=request.form.get("message", ""),
        errors={"": ""} | errors,
        noindex=True,
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
