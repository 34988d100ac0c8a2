"""A book as a file: by pandoc, by typst, or as the folder of pages that we write ourselves."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape

from wiki.documents.pandoc import convert, html_format
from wiki.documents.programs import missing_programs
from wiki.documents.write.book import Book, as_html
from wiki.documents.write.pictures import wide_on_paper
from wiki.documents.write.site import as_site, in_archive
from wiki.documents.write.styles import in_style, reference
from wiki.documents.write.titles import led_by_titles
from wiki.documents.write.typst import as_pdf, as_png
from wiki.translation import gettext as _
from wiki.translation import use_language

#: what XML 1.0 has no way to say, and no font shows
_NEVER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PICTURE = re.compile(r'(<img src=")(media/[^"]+)(")')
#: how a picture begins → what it is
_BEGINS = ((b"\x89PNG", "png"), (b"\xff\xd8", "jpeg"), (b"", "svg+xml"))


@dataclass(frozen=True)
class Kind:
    """A kind of file: its ending, its content type."""

    extension: str
    media: str


_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOCUMENT_KINDS: Mapping[str, Kind] = {
    "pdf": Kind("pdf", "application/pdf"),
    "docx": Kind("docx", _OFFICE),
    "odt": Kind("odt", "application/vnd.oasis.opendocument.text"),
    "epub": Kind("epub", "application/epub+zip"),
    "site": Kind("zip", "application/zip"),
    "markdown": Kind("zip", "application/zip"),
}


#: kinds that we write ourselves
_OURS = frozenset({"site"})


def can_make(kind: str) -> bool:
    """Whether all that a document of ``kind`` wants is installed."""
    return kind in _OURS or not missing_programs()


def make_document(book: Book, kind: str, *, seconds: float) -> bytes:
    """``book`` as one of ``DOCUMENT_KINDS``. Raises TooLarge, Unmade, NotInstalled."""
    book = _sayable(book)
    if kind == "pdf":
        return as_pdf(book, seconds=seconds)
    if kind == "site":
        return as_site(book)
    if kind == "markdown":
        return _as_markdown(book, seconds)
    with use_language(book.lang):
        contents = _contents(book) if kind != "epub" else ""
        note = f"<p><small>{escape(book.note)}</small></p>" if book.note else ""
    front, end = (_front(book) + note, "") if book.cover else ("", note)
    media = book.media if kind == "epub" else _as_photographs(book.media, seconds)
    html = _with_pictures(
        front + contents + as_html(book, title=True) + end, media, fitted=kind == "odt"
    )
    files, source = {"input": _whole(book, html).encode()}, html_format(html)
    options = [f"--metadata=lang:{book.lang}", "--syntax-highlighting=none"]
    if book.direction == "rtl":
        options += ["--metadata=dir:rtl"]
    if kind == "epub":
        # A name of its own that stays the same for the same book.
        options += ["--toc-depth=2", f"--metadata=identifier:{book.note or book.title}"]
        if book.cover is not None:
            options += [f"--metadata=author:{book.cover.authors}"] if book.cover.authors else []
        made = convert(files, source, "epub3", options, seconds=seconds)
        return in_style(made, cover=book.cover is not None)
    files[f"reference.{kind}"] = reference(kind, chapters=not book.alone)
    options += [f"--reference-doc=reference.{kind}"]
    return convert(files, source, kind, options, seconds=seconds)


def _sayable(book: Book) -> Book:
    """``book`` without the characters that would break a file made of XML."""

    def tidy(words: str) -> str:
        return _NEVER.sub("", words)

    chapters = [
        replace(one, title=tidy(one.title), html=tidy(one.html), summary=tidy(one.summary))
        for one in book.chapters
    ]
    cover = book.cover and replace(book.cover, authors=tidy(book.cover.authors))
    return replace(
        book,
        title=tidy(book.title),
        summary=tidy(book.summary),
        note=tidy(book.note),
        project=tidy(book.project),
        chapters=chapters,
        cover=cover,
    )


def _as_markdown(book: Book, seconds: float) -> bytes:
    inner = _contents(book) + as_html(book, title=True)
    html = _whole(book, led_by_titles(inner, book.full_title))
    source, target = html_format(inner), "gfm-raw_html"
    text = convert(
        {"input": html.encode()}, source, target, ["--wrap=none"], seconds=seconds
    ).decode()
    head = [
        f"# {book.full_title}",
        book.summary,
        book.cover.authors if book.cover else "",
        book.note,
    ]
    whole = "\n\n".join([*filter(None, head), text])
    return in_archive({"livret.md": whole.encode(), **book.media})


def _front(book: Book) -> str:
    """The cover's picture and words, above the contents."""
    if book.cover is None:
        return ""
    picture = f'<p><img src="{book.cover.picture}" alt=""></p>'
    lines = filter(None, (book.cover.kind, book.cover.authors))
    return picture + "".join(f"<p>{escape(line)}</p>" for line in lines)


def _contents(book: Book) -> str:
    """The chapters, each a link: a table that Word would have to be asked to fill stays empty."""
    if book.alone:
        return ""
    lines = "".join(
        f'<li><a href="#{one.anchor}">{escape(one.title)}</a></li>' for one in book.chapters
    )
    return f"<p><strong>{escape(_('Contents'))}</strong></p><ul>{lines}</ul>"


def _whole(book: Book, html: str) -> str:
    subtitle = f'<meta name="subtitle" content="{escape(book.summary)}">' if book.summary else ""
    return (
        f'<!doctype html><html lang="{escape(book.lang)}"><head><meta charset="utf-8">'
        f"<title>{escape(book.full_title)}</title>{subtitle}</head><body>{html}</body></html>"
    )


def _as_photographs(media: Mapping[str, bytes], seconds: float) -> Mapping[str, bytes]:
    """The same with drawings as PNG: older programs of offices show no SVG."""
    return {
        name: as_png(data, seconds=seconds) if name.endswith(".svg") else data
        for name, data in media.items()
    }


def _with_pictures(html: str, media: Mapping[str, bytes], *, fitted: bool) -> str:
    """Pictures written into the text itself: in its sandbox pandoc opens no other file.

    ``fitted``: each is told how wide it is, for programs that let it stand over the edge of a page.
    """

    def inside(found: re.Match[str]) -> str:
        data = media[found[2]]
        kind = next(kind for begin, kind in _BEGINS if data.startswith(begin))
        wide = f' width="{wide_on_paper(data):.1f}cm"' if fitted else ""
        written = base64.b64encode(data).decode()
        return f"{found[1]}data:image/{kind};base64,{written}{found[3]}{wide}"

    return _PICTURE.sub(inside, html)
