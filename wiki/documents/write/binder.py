"""Pages of a wiki, as one reader sees them, bound into a book."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape

from babel.dates import format_date

from wiki.documents.write.book import Book, BookPart, Chapter
from wiki.documents.write.bounds import shortened
from wiki.documents.write.leaves import Around, chapter
from wiki.documents.write.pictures import Pictures
from wiki.errors import TooLarge
from wiki.jinja import day_of
from wiki.pages.page import Page
from wiki.pages.paths import ROOT, parent
from wiki.pages.urls import page_url
from wiki.reading import Reader
from wiki.reading.html import render_body
from wiki.reading.lists import get_row
from wiki.translation import gettext as _
from wiki.translation import language

#: characters of HTML: more takes pandoc minutes
_MOST = 8_000_000
_ID = re.compile(r'(<[^>]* id=")([^"]*)(")')
_TO = re.compile(r'(<a [^>]*href="#)([^"]*)(")')


def bind_pages(
    reader: Reader,
    pages: Sequence[Page],
    title: str = "",
    told: Callable[[int], object] = lambda _done: None,
    *,
    opening: Callable[[Page], str] = lambda _page: "",
    closing: Sequence[BookPart] = (),
    most: int = _MOST,
    alone: bool = True,
) -> Book:
    """The book of ``pages``, which the reader may see, called as the first unless ``title``.

    ``told`` is told how many pages are done. ``opening`` gives what stands before the text of a
    page: HTML such as the gate's, without headings; ``closing`` are the chapters after the pages. A
    chapter longer than ``most`` characters is cut, and says where the rest is. A single page stands
    ``alone``, unless it is to be a chapter among others. Raises TooLarge.
    """
    settings = reader.instance.settings
    pictures = Pictures(reader)
    anchors = {page_url(page.path): f"p{number}" for number, page in enumerate(pages, 1)}
    levels = _levels([page.path for page in pages])
    times = partial(day_of, zone=settings.zone)
    chapters, size = [], 0
    for page in pages:
        anchor = anchors[page_url(page.path)]
        around = Around(
            prefix=f"{anchor}-",
            level=0 if alone and len(pages) == 1 else levels[page.path],
            least=_least(page),
            title=page.title,
            site=settings.public_url,
            anchors=anchors,
            picture=pictures.name,
            day=times,
        )
        html = chapter(opening(page) + render_body(reader, page).html, around)
        html, cut = shortened(html, most)
        if cut:
            html += _rest(settings.public_url + page_url(page.path))
        size += len(html)
        if size > _MOST:
            raise TooLarge(_("This is too long for one document. Take a smaller part of it."))
        chapters.append(Chapter(page.title, html, levels[page.path], page.summary, anchor))
        told(len(chapters))
    for number, part in enumerate(closing, 1):
        anchor = f"c{number}"
        around = Around(
            prefix=f"{anchor}-",
            level=1,
            least=1,
            title=part.title,
            site=settings.public_url,
            anchors=anchors,
            picture=partial(_picture, pictures, part),
            day=times,
        )
        chapters.append(Chapter(part.title, chapter(part.html, around), anchor=anchor))
    first = pages[0]
    return Book(
        title=title or first.title,
        lang=first.lang or settings.lang,
        chapters=_joined(chapters),
        summary=first.summary,
        note=_note(reader, first),
        project="" if title else _project(reader, first),
        site=settings.site_name,
        media=pictures.media,
    )


def _picture(pictures: Pictures, part: BookPart, src: str) -> str | None:
    drawing = part.drawings.get(src)
    return pictures.drawing(drawing) if drawing is not None else pictures.name(src)


def _rest(address: str) -> str:
    words = escape(_("The rest can be read here:"))
    return f'<p><em>{words} <a href="{escape(address)}">{escape(address)}</a></em></p>'


def _project(reader: Reader, page: Page) -> str:
    """What the space is called that ``page`` is a part of; "" for what is itself a space."""
    row = get_row(reader, page.path)
    space = get_row(reader, row.space) if row and row.space and row.space != page.path else None
    return space.title if space and space.path != ROOT else ""


def _note(reader: Reader, first: Page) -> str:
    day = format_date(reader.today, "long", locale=language())
    address = reader.instance.settings.public_url + page_url(first.path)
    return _("As of {day} — {address}").format(day=day, address=address)


def _levels(paths: Sequence[str]) -> dict[str, int]:
    """The first page and those right below it are at level 1, those below these at 2 …"""
    levels: dict[str, int] = {}
    for number, path in enumerate(paths):
        above = parent(path)
        while above is not None and above not in levels:
            above = parent(above)
        root = number == 0 or above is None or above == paths[0] or above == ROOT
        levels[path] = 1 if root or above is None else min(3, levels[above] + 1)
    return levels


def _least(page: Page) -> int:
    """The level of the most important heading of a page, its own title left out."""
    headings = page.document.headings
    if headings and headings[0].level == 1 and headings[0].text.strip() == page.title.strip():
        headings = headings[1:]
    return min((one.level for one in headings), default=1)


def _joined(chapters: Sequence[Chapter]) -> list[Chapter]:
    """The same with anchors of plain letters, each once, and no link to one that is not there."""
    names: dict[str, str] = {one.anchor: one.anchor for one in chapters if one.anchor}
    parts = []
    for one in chapters:
        parts.append(_ID.sub(lambda found: _named(found, names), one.html))
    joined = []
    for one, html in zip(chapters, parts, strict=True):
        aimed = _TO.sub(lambda found: found[1] + _aim(found[2], names) + found[3], html)
        joined.append(Chapter(one.title, aimed, one.level, one.summary, one.anchor))
    return joined


def _named(found: re.Match[str], names: dict[str, str]) -> str:
    if found[2] in names:
        return found[1].removesuffix(' id="')
    names[found[2]] = f"a{len(names)}"
    return found[1] + names[found[2]] + found[3]


def _aim(anchor: str, names: Mapping[str, str]) -> str:
    """Where a link goes: where it says, or else to the beginning of that page."""
    return names.get(anchor) or names.get(anchor.partition("-")[0]) or "p1"
