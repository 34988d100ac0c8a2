"""What a document says, read in a child process (``importer.py``), from which only this comes back.

A page is clean Markdown, made of pandoc's tree of the document, or of a text that is Markdown.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from wiki.charsets import decode_text
from wiki.config import Settings
from wiki.documents.pandoc import convert
from wiki.documents.read import webpage
from wiki.documents.read.album import Album
from wiki.documents.read.annotations import Remark, comments_of, remarks_of, text_of
from wiki.documents.read.archives import check_container, part_of, pictures
from wiki.documents.read.nodes import plain
from wiki.documents.read.origin import Origin, origin_of
from wiki.documents.read.tree import Cleaning
from wiki.errors import TooLarge, Unmade
from wiki.pages.head.changes import edit_head
from wiki.pages.head.frontmatter import read_head
from wiki.pages.paths import title_from_path
from wiki.pages.words import slug
from wiki.translation import gettext as _

#: endings that pandoc reads, and as what; others are texts
READ_AS = {
    "docx": "docx+styles",
    "docm": "docx+styles",
    "odt": "odt",
    "html": "html",
    "htm": "html",
    "xhtml": "html",
}
_PACKED = ("docx", "docm", "odt")
_WRITTEN_AS = "commonmark+pipe_tables+strikeout+footnotes+definition_lists+task_lists"
_OPEN_TITLE = re.compile(r"<dc:title>([^<]*)</dc:title>", re.S)
_CHARSET = re.compile(
    rb"<(?:meta[^>]{1,200}charset|\?xml[^>]{1,200}encoding)\s*=\s*[\"']?([\w-]{1,40})", re.I
)

Parsed = tuple[dict[str, Any], Sequence[bytes]]


def parse(question: Mapping[str, Any], data: bytes) -> Parsed:
    """The fields of ``ImportedDocument``, ``pictures`` as names and as their bytes.

    Raises BadUpload, TooLarge, Unmade.
    """
    limits = ("max_upload", "max_page", "max_pixels")
    settings = Settings(**{name: question[name] for name in limits})
    stem, extension = question["stem"], question["extension"]
    if extension not in READ_AS:
        return _written(stem, data, settings)
    if extension in _PACKED:
        check_container(data, extension)
        remarks = remarks_of(extension, data)
    else:
        page = _decoded(data)
        remarks = webpage.remarks_of(page)
        data = webpage.without_programs(page).encode("utf-8", "replace")
    reading = _Reading(settings, question["beside"], question["seconds"])
    return reading.read(stem, extension, data, remarks)


def _written(stem: str, data: bytes, settings: Settings) -> Parsed:
    """A text that is Markdown already is kept as its author put it."""
    text = _decoded(data).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    page = read_head(text)
    title = page.head.text("title") or _first_heading(text) or title_from_path(stem)
    if not page.head.text("title") and not _first_heading(text):
        text = edit_head(text, {"title": title})
    remarks: list[Remark] = []
    if re.search(r"!\[[^\]]*\]\((?!https?:)", text):
        words = _("Its pictures are files of their own: attach them to the page afterwards.")
        remarks.append((words, ""))
    _check_length(text, settings)
    return _parsed(title, text, slug(title) or "page", remarks=remarks)


def _first_heading(text: str) -> str:
    found = re.search(r"^#\s+(.+?)\s*#*$", text, re.M)
    return found[1] if found else ""


@dataclass(frozen=True)
class _Reading:
    """How a document is read: ``beside`` as in ``Cleaning``, in at most so many seconds."""

    settings: Settings
    beside: bool
    seconds: float

    def read(self, stem: str, extension: str, data: bytes, remarks: Sequence[Remark]) -> Parsed:
        """The page that a document is."""
        tree = _tree(convert({"input": data}, READ_AS[extension], "json", seconds=self.seconds))
        inside = pictures(data) if extension in _PACKED else {}
        album = Album(self.settings, inside, beside=self.beside)
        cleaning = Cleaning(
            album.name,
            self.beside,
            title=_title_of(tree, extension, data),
            summary=plain(tree["meta"].get("subtitle", {}).get("c", [])),
        )
        origin = origin_of(extension, data, tree["meta"])
        try:
            blocks = cleaning.whole(tree["blocks"])
            title = cleaning.title or title_from_path(stem)
            folder = slug(title)[:80].strip("-") or "page"
            tree = {**tree, "meta": {}, "blocks": album.placed(blocks, folder)}
            clean = json.dumps(tree).encode()
        except (RecursionError, KeyError, IndexError, TypeError, ValueError) as error:
            raise Unmade(_("This document is made in a way that could not be read.")) from error
        files, options = {"input": clean}, ["--wrap=none"]
        written = convert(files, "json", _WRITTEN_AS, options, seconds=self.seconds)
        head = {"title": title, **({"summary": cleaning.summary} if cleaning.summary else {})}
        text = edit_head("\n" + written.decode().strip() + "\n", head)
        _check_length(text, self.settings)
        words = _("A picture of a kind that is not known here")
        remarks = [*remarks, *((words, name) for name in cleaning.lost_pictures)]
        comments = comments_of(extension, data) if extension in _PACKED else ()
        return _parsed(title, text, folder, album.kept, remarks, comments, origin)


def _parsed(
    title: str,
    text: str,
    folder: str,
    kept: Mapping[str, bytes] | None = None,
    remarks: Sequence[Remark] = (),
    comments: Sequence[str] = (),
    origin: Origin = Origin(),  # noqa: B008 - it never changes
) -> Parsed:
    kept = kept or {}
    said = {"title": title, "text": text, "folder": folder, "pictures": list(kept)}
    found = {"remarks": list(remarks), "comments": list(comments), **asdict(origin)}
    return {**said, **found}, list(kept.values())


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
    return decode_text(data, found[1].decode("ascii", "replace") if found else "")[0]


def _check_length(text: str, settings: Settings) -> None:
    if len(text.encode()) > settings.max_page:
        raise TooLarge(
            _("As a page this document would be too long. Split it, and import its parts.")
        )
