"""A page that is not public as a link shows it: its text, its files, and what the link allows."""

from collections.abc import Collection
from http import HTTPStatus
from typing import Any

from werkzeug.wrappers import Response

from wiki.hookspecs.pages import PageContext
from wiki.pages.access import PUBLIC
from wiki.pages.page import Page
from wiki.pages.urls import page_url
from wiki.plugins import call_hook
from wiki.reading import Reader
from wiki.reading.html import render_body
from wiki.reading.lists import get_rows
from wiki.reading.page_text import text_of
from wiki.translation import gettext as _
from wiki.web.forms import render_tool
from wiki.web.link_session import ended_link
from wiki.web.page.context import context_of
from wiki.web.page.presenters import (
    asides_of,
    attachments,
    header,
    link,
    render_asides,
    tool_lines,
)
from wiki.web.support import error_page

_NONE: dict[str, Any] = {"links": [], "total": 0, "url": ""}


def is_lent(reader: Reader, path: str) -> bool:
    """Whether the page is shown to this visitor by a link alone."""
    return reader.link_to(path) is not None and reader.access(path).group != PUBLIC


def lent_page(reader: Reader, page: Page) -> Response:
    """The page without its history, nor what leads to where the link does not."""
    body = render_body(reader, page)
    context = context_of(reader, page, may_edit=False)
    head = header(context)
    tabs = [tab["url"] for tab in (head["space"] or {"tabs": []})["tabs"]]
    asides = [one for one in asides_of(context) if one.by_link]
    return render_tool(
        "pages/view.html",
        **head | {"menu_of_page": _tools(context), "restricted": "", "crumbs": []},
        **text_of(page, body),
        asides=render_asides(reader, asides, page_url(page.path)),
        children=_others(reader, page.path, tabs),
        attachments=attachments(reader, page.path) | {"url": ""},
        problems=[],
        mend="",
        restored=None,
        left_alone=False,
        chapters=[],
        next_steps=[],
        backlinks=_NONE,
        further=[],
        contributors=[],
        contributors_more=0,
        edited=None,
    )


def ended_page(reader: Reader, text: str = "") -> Response | None:
    """What is said where a link showed what is asked for and does so no more; ``text`` is kept.

    None where no link of this visitor's did.
    """
    ended = ended_link(reader)
    if ended is None:
        return None
    words = _(
        "The link that showed you this page has ended or was revoked. "
        "{who} shared it with you and can give you another one."
    )
    return error_page(
        HTTPStatus.NOT_FOUND,
        _("This link is no longer good"),
        words.format(who=ended.maker.name),
        text=text,
    )


def _tools(context: PageContext) -> list[dict[str, Any]]:
    """The lines of the page's menu that are for who came by a link."""
    found = call_hook(context.reader.instance.plugins.hook.page_tools, context=context)
    return tool_lines(one for group in found for one in group if one.by_link)


def _others(reader: Reader, path: str, tabs: Collection[str]) -> dict[str, Any]:
    """The other pages that the link shows, but for those that are tabs of the space."""
    shared = reader.link_to(path)
    rows = get_rows(reader, sorted(shared.pages - {path})) if shared else {}
    links = [link(one.title, page_url(one.path)) for one in rows.values()]
    links = [one for one in links if one["url"] not in tabs]
    return {"links": links, "total": len(links), "url": ""}
