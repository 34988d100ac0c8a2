"""A page and what it shows as one book: cover, its text, a chapter a project, a map, sources."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from html import escape

from babel.dates import format_date

from wiki.api.pages import Page
from wiki.api.pages.books import (
    Binding,
    Book,
    Chapter,
    Cover,
    bind_pages,
    book_parts,
    gather_pages,
    has_pages_below,
)
from wiki.api.paths import page_url
from wiki.api.reading import Reader, find_page, get_page, page_exists
from wiki.api.reading.history import get_times
from wiki.api.reading.rows import get_row, list_team
from wiki.api.translation import gettext, use_language

from .facts import opening
from .motif import motif
from .pages import shown_by

#: characters of HTML of one chapter
_CHAPTER = 40_000
_COVER = "media/cover.png"
_AUTHORS = 6


@dataclass(frozen=True)
class Gathered:
    """The pages of a booklet, the one that it is about first, and how many it could not hold."""

    pages: Sequence[Page]
    left_out: int = 0


def gathered(reader: Reader, path: str) -> Gathered:
    """What is in the booklet of a page: what it shows, or else what lies below it.

    Raises NotFound, and TooLarge where too much lies below.
    """
    page = get_page(reader, path)
    most = reader.instance.settings.document_pages
    paths = shown_by(reader, page)
    if not paths:
        below = has_pages_below(reader, path)
        return Gathered(gather_pages(reader, path, "below", most) if below else [page])
    kept = (find_page(reader, one) for one in paths[: most - 1])
    pages = [page, *(one for one in kept if one is not None)]
    return Gathered(pages, max(0, len(paths) - most + 1))


def bound(
    reader: Reader, pages: Sequence[Page], told: Callable[[int], object] = lambda _done: None
) -> Book:
    """The book of ``pages``, as the reader sees them. Raises TooLarge."""
    first = pages[0]
    with use_language(first.lang):
        book = bind_pages(
            reader,
            pages,
            told=told,
            opening=partial(opening, reader),
            closing=reader.instance.plugins.call(book_parts, pages, reader),
            most=_CHAPTER,
            alone=False,
        )
        note = f"{book.note} — {_who_may_read(reader)}"
        cover = Cover(_kind(reader, first), _authors(reader, first), _COVER)
        media = {**book.media, _COVER: motif(first.path, first.themes)}
        chapters = [*book.chapters, _sources(reader, pages)]
    return replace(book, chapters=chapters, note=note, cover=cover, media=media)


def _kind(reader: Reader, page: Page) -> str:
    words = {
        "dossier": gettext("Dossier"),
        "project": gettext("Project"),
        "event": gettext("Event"),
        "organisation": gettext("Organisation"),
    }
    month = format_date(reader.today, "MMMM y", locale=page.lang)
    return f"{words.get(page.type, gettext('Booklet'))} · {month}"


def _authors(reader: Reader, page: Page) -> str:
    row = get_row(reader, page.path)
    people = list_team(reader, row) if row is not None else []
    return ", ".join(one.title for one in people[:_AUTHORS])


def _who_may_read(reader: Reader) -> str:
    if reader.person is None:
        return gettext("There is nothing in it that not everyone may read.")
    return gettext("Made with one person’s rights: ask the teams before you pass it on.")


def _sources(reader: Reader, pages: Sequence[Page]) -> Chapter:
    """Each page with its address and the day of its last change: what is told can be looked up."""
    site = reader.instance.settings.public_url
    lines = []
    for page in pages:
        times = get_times(reader, page.path)
        day = format_date(times.updated, "long", locale=page.lang) if times else ""
        address = escape(site + page_url(page.path))
        changed = f", {escape(gettext('changed on {day}').format(day=day))}" if day else ""
        link = f'<a href="{address}">{address}</a>'
        lines.append(f"<li>{escape(page.title)}{changed}<br>{link}</li>")
    words = escape(gettext("This booklet was made from these pages, as they stood on its day."))
    html = f"<p>{words}</p><ul>{''.join(lines)}</ul>"
    return Chapter(gettext("Sources"), html, anchor="sources")


PUBLIC, OWN = "booklet", "booklet-own"


def bindings_of(path: str, reader: Reader) -> list[Binding]:
    """The booklets that the reader may have of a page, the one for everyone first."""
    everyone = Reader(reader.instance)
    choices = []
    if page_exists(everyone, path):
        label = gettext("A booklet of it, of what everyone may read")
        choices.append(_binding(PUBLIC, label, everyone, path))
    if reader.person is not None and page_exists(reader, path):
        label = gettext("A booklet of it, of all that you may read")
        choices.append(_binding(OWN, label, reader, path))
    return choices


def _binding(name: str, label: str, reader: Reader, path: str) -> Binding:
    def pages() -> Sequence[Page]:
        return gathered(reader, path).pages

    return Binding(name, label, pages, partial(bound, reader))
