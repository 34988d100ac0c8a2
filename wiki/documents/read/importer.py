"""A document of someone's as a page: clean Markdown, its pictures, and what to know of it.

Word, OpenDocument, HTML and Markdown. Nothing of it is believed: all of the reading is done by a
child process that is bounded in time and memory (``child.py``), pictures are drawn anew as every
upload is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from wiki.config import Settings
from wiki.documents.programs import call, require_programs
from wiki.documents.read.annotations import Remark
from wiki.documents.read.child import READ_AS, parse
from wiki.errors import BadUpload, TooLarge
from wiki.translation import gettext as _

ACCEPTED = ("docx", "docm", "odt", "html", "htm", "xhtml", "md", "markdown", "txt")


@dataclass(frozen=True)
class ImportedDocument:
    """A document as a page: ``text`` with its head, links to ``pictures`` by name in ``folder``.

    ``remarks`` are what did not come along, or came otherwise: a sentence, the same for all of its
    kind, and what it was. ``comments`` of its readers are no part of the text. ``author``, ``when``
    and ``keywords`` are what the document says of itself, if anything.
    """

    title: str
    text: str
    folder: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    comments: tuple[str, ...] = ()
    author: str = ""
    when: datetime | None = None
    keywords: tuple[str, ...] = ()


def take_document(
    settings: Settings,
    name: str,
    data: bytes,
    *,
    seconds: float,
    beside: bool = False,
    most: int | None = None,
) -> ImportedDocument:
    """What the file called ``name`` says, of at most ``most`` bytes, else of those of an upload.

    ``beside``: it lies in a folder. Links and pictures that lead to what lies there are kept, and
    begin with a point or a slash; without it their words alone.

    Raises BadUpload, TooLarge, TooMany, Unmade, NotInstalled.
    """
    stem, extension = _named(name)
    if extension in READ_AS:
        require_programs()
    most = settings.max_upload if most is None else most
    if len(data) > most:
        size = most // 1_000_000
        raise TooLarge(_("The file is larger than {size} MB.").format(size=size))
    if not data.strip():
        raise BadUpload(_("This file is empty."))
    question = {
        "stem": stem,
        "extension": extension,
        "seconds": seconds,
        "beside": beside,
        "max_upload": settings.max_upload,
        "max_page": settings.max_page,
        "max_pixels": settings.max_pixels,
    }
    said, pictures = call(parse, question, data, seconds=seconds)
    return ImportedDocument(
        title=said["title"],
        text=said["text"],
        folder=said["folder"],
        pictures=dict(zip(said["pictures"], pictures, strict=True)),
        remarks=tuple((words, detail) for words, detail in said["remarks"]),
        comments=tuple(said["comments"]),
        author=said["author"],
        when=datetime.fromisoformat(said["when"]) if said["when"] else None,
        keywords=tuple(said["keywords"]),
    )


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
