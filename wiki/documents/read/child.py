"""What a document says, read in a child process (``importer.py``), from which only this comes back.

A page is clean Markdown, made of pandoc's tree of the document, or of a text that is Markdown.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from wiki.charsets import decode
from wiki.config import Settings
from wiki.documents.pandoc import convert
from wiki.documents.read.album import Album
from wiki.documents.read.annotations import comments_of, text_of, told_of
from wiki.documents.read.archives import check_container, part_of, pictures
from wiki.documents.read.nodes import plain
from wiki.documents.read.tree import Cleaning
from wiki.errors import TooLarge, Unmade
from wiki.pages.head.changes import edit_head
from wiki.pages.head.frontmatter import read_head
from wiki.pages.paths import title_from_path
from wiki.pages.words import slug
from wiki.translation import gettext as _

#: endings that pandoc reads, and as what; others are texts
READ_AS = {"docx": "docx+styles", "odt": "odt", "html": "html", "htm": "html"}
_WRITTEN_AS = "commonmark+pipe_tables+strikeout+footnotes+definition_lists+task_lists"
_OPEN_TITLE = re.compile(r"<dc:title>([^<]*)</dc:title>", re.S)
_CHARSET = re.compile(rb"<meta[^>]{1,200}charset\s*=\s*[\"']?([\w-]{1,40})", re.I)

Parsed = tuple[dict[str, Any], Sequence[bytes]]


def parse(question: Mapping[str, Any], data: bytes) -> Parsed:
    """The fields of ``taking.Taken``, ``pictures`` as names and as their bytes.

    Raises BadUpload, TooLarge, Unmade.
    """
    limits = ("max_upload", "max_page", "max_pixels")
    settings = Settings(**{name: question[name] for name in limits})
    stem, extension = question["stem"], question["extension"]
    if extension not in READ_AS:
        return _written(stem, data, settings)
    if extension in ("docx", "odt"):
        check_container(data, extension)
    else:
        data = _decoded(data).encode("utf-8", "replace")
    return _read(settings, stem, extension, data, question["seconds"])


def _written(stem: str, data: bytes, settings: Settings) -> Parsed:
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
    return _parsed(title, text, slug(title) or "page", told=told)


def _first_heading(text: str) -> str:
    found = re.search(r"^#\s+(.+?)\s*#*$", text, re.M)
    return found[1] if found else ""


def _read(settings: Settings, stem: str, extension: str, data: bytes, seconds: float) -> Parsed:
    source = READ_AS[extension]
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
    return _parsed(title, text, folder, album.kept, told, comments)


def _parsed(
    title: str,
    text: str,
    folder: str,
    kept: Mapping[str, bytes] | None = None,
    told: Sequence[str] = (),
    comments: Sequence[str] = (),
) -> Parsed:
    kept = kept or {}
    said = {"title": title, "text": text, "folder": folder, "pictures": list(kept)}
    return {**said, "told": list(told), "comments": list(comments)}, list(kept.values())


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
    """Text in the encoding that it says, in UTF-8, or in the one of old Windows programs."""
    found = _CHARSET.search(data[:4_000])
    said = found[1].decode("ascii", "replace") if found else ""
    # Where a name can be read letter by letter, it is not UTF-16, whatever it is (as browsers do).
    for label in ("" if said.lower().startswith("utf-16") else said, "utf-8", "windows-1252"):
        try:
            return decode(data, label).removeprefix("\ufeff")
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("utf-8", "replace")


def _check_length(text: str, settings: Settings) -> None:
    if len(text.encode()) > settings.max_page:
        raise TooLarge(
            _("As a page this document would be too long. Split it, and import its parts.")
        )
