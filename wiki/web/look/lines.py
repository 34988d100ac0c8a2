"""The lines of the menu and the foot, as they were chosen: those that lead the reader somewhere."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

from markupsafe import Markup

from wiki.config.look import Entry
from wiki.errors import BadPath
from wiki.hookspecs.site import MenuItem
from wiki.pages.paths import normalise
from wiki.pages.urls import page_url
from wiki.reading import Reader
from wiki.reading.html import render_passage
from wiki.reading.pages import find_redirect, page_exists
from wiki.translation import gettext as _
from wiki.translation import language
from wiki.web.accessibility.state import STATEMENT, foot_link
from wiki.web.look.presenters import picture_url


def chosen_menu(reader: Reader, lines: Sequence[MenuItem]) -> Sequence[MenuItem]:
    """``lines`` of plugins, with the menu that was chosen in the place of theirs."""
    entries = reader.instance.look.menu
    if not entries:
        return lines
    # Their buttons of the home page, and the tools under the reader's name, stay.
    rest = [
        one if one.personal else replace(one, label="")
        for one in lines
        if one.personal or one.invitation
    ]
    return [*(MenuItem(label, url) for label, url in open_lines(reader, entries)), *rest]


def open_lines(reader: Reader, entries: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    """Name and address of each line, but of those that lead to what is not there for the reader."""
    for one in entries:
        if (url := _address(reader, one.url)) is not None:
            yield one.name(language()), url


def present_foot(reader: Reader) -> dict[str, Any]:
    """The foot of a page: links, a text, partners; see ``templates/base.html``."""
    key = ("foot", language(), reader.audience)
    return reader.instance.cache.answer(key, lambda: _foot(reader))


def default_foot() -> dict[str, Any]:
    """The foot where nothing was chosen."""
    links = [*_default_links(), foot_link(own=False)]
    return {"links": links, "html": Markup(), "partners": []}


def _foot(reader: Reader) -> dict[str, Any]:
    look = reader.instance.look
    links = [{"label": label, "url": url} for label, url in open_lines(reader, look.links)]
    statement = foot_link(own=page_exists(reader, STATEMENT))
    if look.links:
        # One that was chosen keeps its place.
        statements = [] if any(one["url"] == statement["url"] for one in links) else [statement]
    else:
        links, statements = _default_links(), [statement]
    return {
        "links": [*links, *statements],
        "html": render_passage(reader, look.footer, "") if look.footer else Markup(),
        "partners": [
            {"name": one.name, "url": one.url, "logo": picture_url(one.logo)}
            for one in look.partners
        ],
    }


def _default_links() -> list[dict[str, str]]:
    return [
        {"label": _("Legal notice"), "url": page_url("mentions-legales")},
        {"label": _("Privacy"), "url": page_url("confidentialite")},
        {"label": _("Recent changes"), "url": "/-/changes"},
    ]


def _address(reader: Reader, url: str) -> str | None:
    """Where a line leads, of a page that has moved its new address; None where nothing is."""
    parts = urlsplit(url)
    if parts.netloc or parts.scheme or parts.path == "/" or parts.path.startswith("/-/"):
        return url
    try:
        path = normalise(unquote(parts.path).strip("/"))
    except BadPath:
        return None
    if page_exists(reader, path):
        return url
    moved = find_redirect(reader, path)
    return None if moved is None else page_url(moved)
