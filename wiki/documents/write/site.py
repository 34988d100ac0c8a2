"""A book as a folder of plain pages: read in any browser, from a disk, without a network.

No script and no address of elsewhere: a style sheet of ours, a page for each chapter, a first page
with the contents.
"""

import re
import zipfile
from collections.abc import Mapping
from html import escape
from io import BytesIO
from pathlib import Path

from wiki.documents.write.book import Book, Chapter
from wiki.translation import gettext as _
from wiki.translation import use_language

_HERE = Path(__file__).parent
_STYLE = "style.css"
_PAGE = ".html"
_FIRST = f"index{_PAGE}"
_ID = re.compile(r'<[^>]* id="([^"]*)"')
_TO = re.compile(r'(<a [^>]*href=")#([^"]*)(")')
_NOTE = re.compile(r'<a epub:type="noteref"')
_ASIDE = re.compile(r'<aside epub:type="footnote"')
#: one day that is in every archive: the same book makes the same file
_DAY = (2000, 1, 1, 0, 0, 0)


def as_site(book: Book) -> bytes:
    """A ZIP of the folder."""
    names = [f"{number}{_PAGE}" for number, _one in enumerate(book.chapters, 1)]
    places = {
        anchor: f"{name}#{anchor}"
        for name, one in zip(names, book.chapters, strict=True)
        for anchor in _ID.findall(one.html)
    }
    places |= {one.anchor: name for name, one in zip(names, book.chapters, strict=True)}
    with use_language(book.lang):
        files = {_FIRST: _first(book, names).encode()}
        for number, one in enumerate(book.chapters):
            files[names[number]] = _chapter(book, one, names, number, places).encode()
    files[_STYLE] = (_HERE / _STYLE).read_bytes()
    return in_archive({**files, **book.media})


def in_archive(files: Mapping[str, bytes]) -> bytes:
    """The ``files``, in a ZIP."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            part = zipfile.ZipInfo(name, _DAY)
            part.external_attr = 0o644 << 16
            part.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(part, data)
    return out.getvalue()


def _first(book: Book, names: list[str]) -> str:
    cover = book.cover
    picture = f'<img class="cover" src="{cover.picture}" alt="">' if cover else ""
    said = [
        f'<p class="kind">{escape(cover.kind)}</p>' if cover and cover.kind else "",
        f"<h1>{escape(book.full_title)}</h1>",
        f'<p class="lead">{escape(book.summary)}</p>' if book.summary else "",
        f"<p>{escape(cover.authors)}</p>" if cover and cover.authors else "",
    ]
    lines = "".join(
        f'<li class="level-{one.level}"><a href="{name}">{escape(one.title)}</a></li>'
        for name, one in zip(names, book.chapters, strict=True)
    )
    heading = f'<h2 id="contents">{escape(_("Contents"))}</h2>'
    contents = f'<nav aria-labelledby="contents">{heading}<ul>{lines}</ul></nav>'
    return _page(book, book.full_title, f"{picture}<main>{''.join(said)}{contents}</main>")


def _chapter(
    book: Book, one: Chapter, names: list[str], number: int, places: Mapping[str, str]
) -> str:
    html = _TO.sub(lambda found: found[1] + places.get(found[2], _FIRST) + found[3], one.html)
    # Notes as a browser knows them; their numbers stand in the text, and are counted below it.
    html = _ASIDE.sub('<aside class="note"', _NOTE.sub('<a class="to-note"', html))
    lead = f'<p class="lead">{escape(one.summary)}</p>' if one.summary else ""
    turns = [f'<a href="{_FIRST}">{escape(_("Contents"))}</a>']
    if number:
        title = escape(book.chapters[number - 1].title)
        turns.insert(0, f'<a rel="prev" href="{names[number - 1]}">← {title}</a>')
    if number + 1 < len(names):
        title = escape(book.chapters[number + 1].title)
        turns.append(f'<a rel="next" href="{names[number + 1]}">{title} →</a>')
    over = f'<p class="over"><a href="{_FIRST}">{escape(book.full_title)}</a></p>'
    main = f'<main id="{escape(one.anchor)}"><h1>{escape(one.title)}</h1>{lead}{html}</main>'
    label = escape(_("Pages"))
    turning = f'<nav class="turn" aria-label="{label}">{"".join(turns)}</nav>'
    return _page(book, f"{one.title} · {book.full_title}", over + main + turning)


def _page(book: Book, title: str, body: str) -> str:
    runs = ' dir="rtl"' if book.direction == "rtl" else ""
    foot = "<br>".join(escape(line) for line in (book.site, book.note) if line)
    return (
        f'<!doctype html>\n<html lang="{escape(book.lang)}"{runs}><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="{_STYLE}"></head>'
        f"<body>{body}<footer>{foot}</footer></body></html>\n"
    )
