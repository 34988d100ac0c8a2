"""Pages: read, written, deleted; what was read first is named, so that nothing is written over."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus

from flask import request
from werkzeug.http import parse_etags
from werkzeug.wrappers import Response

from wiki.editing import move, save
from wiki.editing.rights import check_may_edit
from wiki.editing.write_queue import write_turn
from wiki.pages.mail_mask import masked
from wiki.pages.page import Page
from wiki.pages.paths import files_of
from wiki.pages.urls import page_url
from wiki.projections.catalogue import PageRow
from wiki.projections.changes import Times
from wiki.reading import Reader
from wiki.reading.history import get_times
from wiki.reading.html import render_body
from wiki.reading.lists import get_row
from wiki.reading.pages import find_page, get_page
from wiki.translation import gettext as _
from wiki.web.api.models import (
    Conditions,
    Deletion,
    Included,
    ListedPage,
    NewText,
    PagePath,
    Saved,
    WholePage,
)
from wiki.web.api.problems import NoCondition, Stale
from wiki.web.api.responses import answer, for_visitors, page_path, room, route
from wiki.web.support import current_reader
from wiki.web.throttle import count_request

bp = room("pages", "Pages, as they stand.")


@route(bp, "get", "/pages/<page:path>", WholePage, 304, 404, etag=True)
def read_page(path: PagePath, query: Included) -> Response:
    """A page with its text.

    Its `ETag` is the blob id of the text: `git rev-parse HEAD:projets/lora.md` says the same. Send
    it back as `If-None-Match` to be told 304 while the text stands.
    """
    reader = current_reader()
    page = get_page(reader, page_path(path.path))
    row, times = get_row(reader, page.path), get_times(reader, page.path)
    listed = listed_page(page, None, {}) if row is None else listed_page(row, times, row.facts)
    html = str(render_body(reader, page).html) if query.include else None
    told = WholePage(
        **listed.model_dump(exclude={"etag"}),
        etag=page.blob,
        text=page.text,
        head=_masked(page.facts),
        html=html,
        created=times.created if times else None,
        commit=reader.head,
        may_edit=reader.may_edit(page.path),
    )
    response = for_visitors(answer(told))
    response.set_etag(page.blob)
    # HTML changes with what the page's blocks show, too.
    return response if query.include else response.make_conditional(request)


@route(bp, "put", "/pages/<page:path>", Saved, 201, 404, 409, 412, 413, 415, 428, etag=True)
def save_page(path: PagePath, header: Conditions, body: NewText) -> Response:
    """Saves the text of a page, or makes it.

    A page that exists is changed with its `ETag` as `If-Match`, which answers 412 where it is
    another by now; or with `base`, the `commit` that it was read from, which joins what others
    changed since. Without either, 428: nobody writes over what they have not read. Who may edit,
    and what a save may change, is as in the wiki's own editor. A new page answers 201.
    """
    reader, name = current_reader(), page_path(path.path)
    check_may_edit(reader, name)
    count_request("save")
    with _condition(reader, name, needed=not body.base) as (head, page):
        base = head if header.if_match else body.base or head
        saved = save.save(reader, name, body.text, base, body.message)
    # Asked of git alone: what is worked out from it may not have caught up with this very save.
    blobs = (reader.instance.repository.blob_id(file, saved.commit) for file in files_of(name))
    etag = next((blob for blob in blobs if blob), "")
    told = Saved(
        path=name,
        url=page_url(name),
        commit=saved.commit,
        etag=etag,
        created=page is None,
        merged=saved.merged,
    )
    response = answer(told, HTTPStatus.CREATED if page is None else HTTPStatus.OK)
    if told.etag:
        response.set_etag(told.etag)
    if page is None:
        response.headers["Location"] = request.path
    return response


@route(bp, "delete", "/pages/<page:path>", None, 404, 412, 428, status=204)
def delete_page(path: PagePath, header: Conditions, query: Deletion) -> Response:
    """Deletes a page and its files; what is below it stays.

    Its `ETag` as `If-Match` says which text was meant. All of it can be brought back.
    """
    reader, name = current_reader(), page_path(path.path)
    get_page(reader, name)
    check_may_edit(reader, name)
    count_request("save")
    with _condition(reader, name, needed=True):
        move.delete(reader, name, query.message)
    return Response(status=HTTPStatus.NO_CONTENT)


def listed_page(
    page: PageRow | Page, times: Times | None, facts: Mapping[str, Sequence[str]]
) -> ListedPage:
    """A page as lists show it: of the catalogue, or one that the catalogue does not have yet."""
    return ListedPage(
        path=page.path,
        title=page.title,
        type=page.type,
        lang=page.lang,
        summary=page.summary,
        url=page_url(page.path),
        etag=page.blob,
        updated=times.updated if times else None,
        facts=_masked(facts),
    )


def _masked(facts: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {key: [masked(one) for one in values] for key, values in facts.items()}


@contextmanager
def _condition(reader: Reader, name: str, *, needed: bool) -> Iterator[tuple[str, Page | None]]:
    """Holds the writers' lock while what the request's headers say of the page is so.

    Gives the head of that moment, and the page. Raises Stale where the page is another, NoCondition
    where it exists, a condition is ``needed`` and none is given.
    """
    wanted = request.headers.get("If-Match", "").strip()
    with write_turn(reader.instance):
        reader = reader.renewed()
        page = find_page(reader, name)
        matches = page is not None and parse_etags(wanted).contains(page.blob)
        new = request.headers.get("If-None-Match", "").strip() == "*"
        if (wanted and not matches) or (new and page is not None):
            raise Stale(_("The page is no longer the one that you changed: read it again."))
        if page is not None and needed and not wanted:
            raise NoCondition(
                _("Send the page’s ETag as If-Match, so that nobody’s work is written over.")
            )
        yield reader.head, page
