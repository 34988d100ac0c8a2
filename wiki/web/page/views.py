"""Pages as one reads them, their source, and the files beside them: every address but ``/-/``."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.cache.topics import OUTDATED, note
from wiki.editing.membership.teams import is_left_alone
from wiki.errors import BadPath, NotFound, RowsUnreachable
from wiki.hookspecs.pages import PageContext
from wiki.pages.names import FIRST_PAGES, without_locale
from wiki.pages.page import Page
from wiki.pages.paths import ROOT, normalise, title_from_path
from wiki.pages.urls import action_url, file_url, page_url
from wiki.people.follow.subscriptions import is_watched
from wiki.people.store.faults import unreachable
from wiki.people.targets import PAGE, Target
from wiki.reading import Reader
from wiki.reading.history import list_history
from wiki.reading.html import list_problems, render_alone, render_body
from wiki.reading.lists import get_rows, list_children, list_paths
from wiki.reading.page_text import text_of
from wiki.reading.pages import find_page, find_redirect, get_page, get_page_at, page_exists
from wiki.sisters.holdings import list_holders
from wiki.translation import gettext as _
from wiki.web.accessibility.state import STATEMENT
from wiki.web.cache.pages import for_all_alike
from wiki.web.conditional import wanted_kind
from wiki.web.forms import render_tool
from wiki.web.jsonld.things import linked_page
from wiki.web.link_session import open_to_links
from wiki.web.look.home import arrange_home
from wiki.web.page.context import context_of
from wiki.web.page.file_response import send_file
from wiki.web.page.guide import Guide, guide_for
from wiki.web.page.jsonld import linked_response
from wiki.web.page.lent import ended_page, is_lent, lent_page
from wiki.web.page.metadata import further
from wiki.web.page.next_steps import next_steps
from wiki.web.page.presenters import around, asides_of, follow_button, header, link, told
from wiki.web.page.setup_notice import is_unfounded
from wiki.web.page.statement import show_statement
from wiki.web.site_header import invitations
from wiki.web.support import (
    current_instance,
    current_person,
    current_reader,
    error_page,
    is_unknown,
    render_bare,
    render_page,
    share_response,
)

bp = Blueprint("pages", __name__)

#: pages that stand in for a front page that nobody has written
LISTED = 100


@bp.get("/")
@bp.get("/<path:raw>")
@open_to_links
def view(raw: str = "") -> Response:
    """A page; with ``.md``, or asked for Markdown, its source; or a file beside a page."""
    person = current_person()
    if person is None:
        return _view(raw, None, False, None)
    instance, follows, left_alone = current_instance(), False, False
    try:
        path = normalise(raw)
    except BadPath:
        if not raw.endswith(".md"):
            # For this person alone: what begins as the addresses of accounts tells them their own.
            return missing(current_reader(), "")
    else:
        # Whether they are to be told that nobody answers for this project any more.
        left_alone = is_left_alone(instance, path)
        follows = is_watched(instance.private, person.id, Target(PAGE, path))
    guide = guide_for(current_reader()) if not raw else None
    return _view(raw, follows, left_alone, guide)


@for_all_alike
def _view(raw: str, follows: bool | None, left_alone: bool, guide: Guide | None) -> Response:
    reader = current_reader()
    if raw.endswith(".md"):
        return _source(reader, raw.removesuffix(".md"))
    try:
        path = normalise(raw)
    except BadPath:
        return missing(reader, "")
    page = find_page(reader, path)
    try:
        return _found(reader, raw, path, page, follows, left_alone, guide)
    except RowsUnreachable:
        if page is None:
            raise
        return _show_alone(reader, page)


def _found(
    reader: Reader,
    raw: str,
    path: str,
    page: Page | None,
    *of_person: Any,
) -> Response:
    if page is None:
        return _elsewhere(reader, path)
    if raw and (raw == ROOT or page_url(path) != page_url(raw)):
        return _redirect(page_url(path))
    share_response()
    kind = wanted_kind(request.environ)
    if kind == "markdown":
        return _markdown(page)
    if kind == "linked":
        return linked_response(reader, page)
    if is_lent(reader, path):
        return lent_page(reader, page)
    return shown(reader, page, *of_person)


def shown(
    reader: Reader,
    page: Page,
    follows: bool | None,
    left_alone: bool = False,
    guide: Guide | None = None,
) -> Response:
    """The page as ``reader`` sees it; ``follows`` is None for visitors."""
    may_edit = reader.may_edit(page.path)
    body = render_body(reader, page, editing=may_edit)
    context = context_of(reader, page, may_edit=may_edit)
    values = around(context)
    text = text_of(page, body)
    if page.path == ROOT:
        values["home"] = arrange_home(reader, text["html"])
    return render_page(
        "home.html" if page.path == ROOT else "pages/view.html",
        **(values | {"follow": follow_button(page.path, follows)}),
        **text,
        problems=told(body.problems, list_problems(reader, page)) if may_edit else [],
        mend=action_url("mend", page.path) if may_edit and page.head.lenient else "",
        restored=None,
        left_alone=left_alone,
        guide=guide,
        unfounded=page.path == ROOT and is_unfounded(),
        next_steps=next_steps(context),
        invitations=invitations(reader) if page.path == ROOT else [],
        for_whom=reader.instance.settings.for_whom,
        organisation=reader.instance.settings.organisation,
        canonical=reader.instance.settings.public_url + page_url(page.path),
        description=page.summary,
        image=_picture(context),
        # Programs read as visitors do: members are not kept from a page by what visitors wait for.
        json_ld=linked_page(context) if reader.person is None else None,
        json_ld_url=action_url("linked", page.path),
    )


def _picture(context: PageContext) -> str:
    """The first picture of the page if it is one of ours, for who shares its address."""
    row = context.row
    if row is None or not row.image or "://" in row.image:
        return ""
    return context.reader.instance.settings.public_url + file_url(row.image, {"width": "960"})


def old_version(reader: Reader, path: str, commit: str) -> Response:
    """The page as it stood at ``commit``."""
    page = get_page_at(reader, path, commit)
    body = render_body(reader, page)
    change = next(iter(list_history(reader, path, limit=1, upto=commit)), None)
    if change is None:
        raise NotFound(_("There is no such version of this page."))
    context = context_of(reader, page, may_edit=False)
    return render_tool(
        "pages/view.html",
        **header(context),
        **text_of(page, body),
        problems=[],
        mend="",
        restored={"when": change.when, "url": page_url(path)},
        left_alone=False,
        asides={"act": [], "head": [], "side": [], "foot": []},
        chapters=[],
        next_steps=[],
        children={"links": [], "total": 0, "url": ""},
        backlinks={"links": [], "total": 0, "url": ""},
        attachments={"links": [], "total": 0, "url": ""},
        further=further(reader, page, asides_of(context)),
        contributors=[],
        contributors_more=0,
        edited=None,
    )


def _source(reader: Reader, raw: str) -> Response:
    page = get_page(reader, normalise(raw))
    share_response()
    return _markdown(page)


def _markdown(page: Page) -> Response:
    response = Response(page.text, mimetype="text/markdown")
    response.set_etag(page.blob)
    return response


def _elsewhere(reader: Reader, path: str) -> Response:
    """A file of that name, the place where the page went, or what to do about there being none."""
    if "." in path.rpartition("/")[2]:
        try:
            return send_file(reader, path)
        except NotFound:
            pass
    if (moved := find_redirect(reader, path)) is not None:
        return _redirect(page_url(moved))
    if (called := _called(reader, path)) is not None:
        return redirect(page_url(called))  # for now: a page may be written at the address
    if path == ROOT and wanted_kind(request.environ) not in ("json", "markdown"):
        return _unwritten(reader)
    if path == STATEMENT:
        return show_statement(reader)
    return missing(reader, path)


def _called(reader: Reader, path: str) -> str | None:
    """The page that other software would show at ``path``: the first, or one without a language."""
    if path == ROOT:
        return next((name for name in FIRST_PAGES if page_exists(reader, name)), None)
    other = without_locale(path)
    return other if other and page_exists(reader, other) else None


def _redirect(url: str) -> Response:
    query = request.query_string.decode("latin-1")
    return redirect(f"{url}?{query}" if query else url, HTTPStatus.PERMANENT_REDIRECT)


def _unwritten(reader: Reader) -> Response:
    """The front page where there is none for this reader: the pages at the top, by title."""
    rows = list_children(reader, ROOT, limit=LISTED)
    if not rows:
        # A repository from elsewhere may have nothing but folders.
        rows = list(get_rows(reader, list_paths(reader, limit=LISTED)).values())
    share_response()
    return render_page(
        "pages/unwritten.html",
        links=[{**link(row.title, page_url(row.path)), "summary": row.summary} for row in rows],
        actions=_to_bring_it_back(reader, ROOT),
    )


def missing(reader: Reader, path: str) -> Response:
    """No such page: who may write it is offered to, one that was deleted can be brought back.

    Raises RowsUnreachable where it cannot be known whether there is one for who asks.
    """
    if is_unknown():
        raise unreachable()
    if (ended := ended_page(reader)) is not None:
        return ended
    actions = _to_bring_it_back(reader, path) if path else []
    words = title_from_path(path) if path else ""
    actions.append({"label": _("Search for it"), "url": action_url("search", query={"q": words})})
    told = _("The address may have changed, or the page has not been written yet.")
    if holders := _still_shown_at(reader, path):
        told = _("It is gone from here. {sites} may still show it, until they answer again.")
        told = told.format(sites=", ".join(holders))
    return error_page(HTTPStatus.NOT_FOUND, _("There is no page here"), told, actions=actions)


def _still_shown_at(reader: Reader, path: str) -> list[str]:
    """The sisters that may still show a page that was deleted here, for who may write it."""
    if not path or reader.person is None or not reader.may_edit(path):
        return []
    if not _was_deleted(reader, path):
        return []
    return [one.title for one in list_holders(reader.instance, path)]


def _to_bring_it_back(reader: Reader, path: str) -> list[dict[str, str]]:
    actions = []
    if reader.may_edit(path):
        actions.append({"label": _("Write this page"), "url": action_url("edit", path)})
    if _was_deleted(reader, path):
        actions.append({"label": _("See what was here"), "url": action_url("history", path)})
    return actions


def _was_deleted(reader: Reader, path: str) -> bool:
    return any(one.kind == "deleted" for one in list_history(reader, path, limit=1))


def _show_alone(reader: Reader, page: Page) -> Response:
    """Its text as git alone tells it; the notice of ``base.html`` says that the rest is missing."""
    note((OUTDATED,))
    return render_bare("pages/alone.html", page=page, **text_of(page, render_alone(reader, page)))
