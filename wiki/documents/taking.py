"""A document of someone's as a page: clean Markdown, its pictures, and what to know of it.

Word, OpenDocument, HTML and Markdown. Nothing of it is believed: archives are looked into first,
the reading is fenced, pictures are drawn anew as every upload is.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wiki.config import Settings
from wiki.documents.album import Album
from wiki.documents.containers import check_container, part_of, pictures
from wiki.documents.nodes import plain
from wiki.documents.pandoc import convert
from wiki.documents.running import Unmade
from wiki.documents.telling import comments_of, text_of, told_of
from wiki.documents.tree import Cleaning
from wiki.errors import BadUpload, TooLarge
from wiki.pages.frontmatter import edit_head, read_head
from wiki.pages.paths import title_from_path
from wiki.pages.words import slug
from wiki.translation import gettext as _

ACCEPTED = ("docx", "odt", "html", "htm", "md", "markdown", "txt")
_READ_AS = {"docx": "docx+styles", "odt": "odt", "html": "html", "htm": "html"}
_WRITTEN_AS = "commonmark+pipe_tables+strikeout+footnotes+definition_lists+task_lists"
_OPEN_TITLE = re.compile(r"<dc:title>(.*?)</dc:title>", re.S)
_CHARSET = re.compile(rb"<meta[^>]{1,200}charset\s*=\s*[\"']?([\w-]{1,40})", re.I)


@dataclass(frozen=True)
class Taken:
    """A document as a page: ``text`` with its head, links to ``pictures`` by name in ``folder``.

    ``told``: sentences about what did not come along, or came otherwise. ``comments`` of its
    readers, which are no part of the text.
    """

    title: str
    text: str
    folder: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()


def take_document(settings: Settings, name: str, data: bytes, *, seconds: float) -> Taken:
    """What the file called ``name`` says. Raises BadUpload, TooLarge, Unmade."""
    stem, extension = _named(name)
    if len(data) > settings.max_upload:
        size = settings.max_upload // 1_000_000
        raise TooLarge(_("The file is larger than {size} MB.").format(size=size))
    if not data.strip():
        raise BadUpload(_("This file is empty."))
    if extension not in _READ_AS:
        return _written(stem, data, settings)
    if extension in ("docx", "odt"):
        check_container(data, extension)
    else:
        data = _decoded(data).encode()
    return _read(settings, stem, extension, data, seconds)


def _named(name: str) -> tuple[str, str]:
    stem, dot, extension = name.replace("\\", "/").rpartition("/")[2].rpartition(".")
    extension = extension.lower()
    if not dot or extension not in ACCEPTED:
        if extension == "doc":
            raise BadUpload(
                _("This is a document of an old Word. Open it, and save it as .docx first.")
            )
        if extension == "pdf":
            raise BadUpload(
                _("A PDF cannot be made a page: send the document that it was made of.")
            )
        raise BadUpload(
            _("This kind of file cannot be read. These can: {kinds}.").format(
                kinds="Word (.docx), LibreOffice (.odt), HTML, Markdown (.md)"
            )
        )
    return stem, extension


def _written(stem: str, data: bytes, settings: Settings) -> Taken:
    """A text that is Markdown already is kept as its author put it."""
    text = _decoded(data).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    page = read_head(text)
    title = page.head.text("title") or _first_heading(text) or title_from_path(stem)
    if not page.head.text("title") and not _first_heading(text):
        text = edit_head(text, {"title": title})
    told = []
    if re.search(r"!\[[^\]]*\]\((?!https?:)", text):
        told.append(_("Its pictures are files of their own: attach them to the page afterwards."))
    _check_length(text, settings)
    return Taken(title, text, slug(title) or "page", told=tuple(told))


def _first_heading(text: str) -> str:
    found = re.search(r"^#\s+(.+?)\s*#*$", text, re.M)
    return found[1] if found else ""


def _read(settings: Settings, stem: str, extension: str, data: bytes, seconds: float) -> Taken:
    source = _READ_AS[extension]
    tree = _tree(convert({"input": data}, source, "json", seconds=seconds))
    inside = pictures(data) if extension in ("docx", "odt") else {}
    album = Album(settings, inside)
    cleaning = Cleaning(
        album.name,
        title=_title_of(tree, extension, data),
        summary=plain(tree["meta"].get("subtitle", {}).get("c", [])),
    )
    try:
        blocks = cleaning.whole(tree["blocks"])
        title = cleaning.title or title_from_path(stem)
        folder = slug(title)[:80].strip("-") or "page"
        tree = {**tree, "meta": {}, "blocks": album.placed(blocks, folder)}
        clean = json.dumps(tree).encode()
    except (RecursionError, KeyError, IndexError, TypeError, ValueError) as error:
        raise Unmade(_("This document is made in a way that could not be read.")) from error
    written = convert({"input": clean}, "json", _WRITTEN_AS, ["--wrap=none"], seconds=seconds)
    head = {"title": title, **({"summary": cleaning.summary} if cleaning.summary else {})}
    text = edit_head("\n" + written.decode().strip() + "\n", head)
    _check_length(text, settings)
    comments = comments_of(extension, data)
    told = told_of(extension, data, cleaning.lost_pictures, len(comments))
    return Taken(title, text, folder, album.kept, told, comments)


def _tree(data: bytes) -> dict[str, Any]:
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Unmade(_("This document is made in a way that could not be read.")) from error
    return dict(tree)


def _title_of(tree: Mapping[str, Any], extension: str, data: bytes) -> str:
    """The title that a document says it has, and not only its file."""
    if extension == "odt" and (
        found := _OPEN_TITLE.search(part_of(data, "meta.xml").decode("utf-8", "replace"))
    ):
        return text_of(found[1])
    return plain(tree["meta"].get("title", {}).get("c", []))


def _decoded(data: bytes) -> str:
    """Text in the code that it says, in UTF-8, or in the one of old Windows programs."""
    said = _CHARSET.search(data[:4_000])
    for code in (said[1].decode() if said else "", "utf-8-sig", "cp1252"):
        try:
            return data.decode(code) if code else data.decode("utf-8-sig")
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("utf-8", "replace")


def _check_length(text: str, settings: Settings) -> None:
    if len(text.encode()) > settings.max_page:
        raise TooLarge(
            _("As a page this document would be too long. Split it, and import its parts.")
        )
