"""Pages as a file: at once where there are few, else by the process of tasks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from wiki.api import (
    DOCUMENT_KINDS,
    BadField,
    Page,
    Reader,
    bind_pages,
    gather_pages,
    gettext,
    has_pages_below,
    lazy,
    make_document,
    pages_as_folder,
    slug,
    specifications,
    wake,
)

from .keeping import begin, put_file
from .models import EXPORT, READY, WAITING, WorkRow

NAME = "documents.work"
MARKDOWN = "markdown"
PAGE, BELOW, SPECIFICATION = "page", "below", "specification"
#: format → how it is called, what it is good for
FORMATS: Mapping[str, tuple[str, object]] = {
    "pdf": ("PDF", lazy("To print, to send, to keep as it is today.")),
    "docx": ("Word (.docx)", lazy("To go on writing in Word.")),
    "odt": ("LibreOffice (.odt)", lazy("To go on writing in LibreOffice.")),
    "epub": ("EPUB", lazy("To read on an e-reader or a phone.")),
    MARKDOWN: ("Markdown (.zip)", lazy("The texts as they are written here, with their files.")),
}
FILE = "file"
#: what is made while one waits
_PAGES, _CHARACTERS, _SECONDS = 4, 200_000, 20.0


@dataclass(frozen=True)
class Asked:
    """What someone wants: which pages, in which format."""

    path: str
    scope: str
    format: str


def checked(path: str, scope: str, format: str) -> Asked:
    """Raises BadField for a scope or a format that there is not."""
    if scope not in (PAGE, BELOW, SPECIFICATION):
        raise BadField("scope", gettext("Choose what to take."))
    if format not in FORMATS:
        raise BadField("format", gettext("Choose a format."))
    return Asked(path, scope, format)


def scopes(reader: Reader, path: str) -> list[tuple[str, str]]:
    """What can be taken from here, in words: the page, what lies below, the specification."""
    choices = [(PAGE, gettext("This page"))]
    if has_pages_below(reader, path):
        choices.append((BELOW, gettext("This page and all those below it")))
    found = specifications(reader, path)
    if found and found != [path]:
        choices.append((SPECIFICATION, gettext("The specification of the project, with its parts")))
    return choices


def begun(reader: Reader, asked: Asked) -> WorkRow:
    """The document: ready where it is small, else under way. Raises what making it does."""
    most = reader.instance.settings.document_pages
    pages = gather_pages(reader, asked.path, asked.scope, most)
    small = len(pages) <= _PAGES and sum(len(page.text) for page in pages) <= _CHARACTERS
    data = made(reader, pages, asked.format, _SECONDS) if small else b""
    values = {
        "kind": EXPORT,
        "path": asked.path,
        "scope": asked.scope,
        "format": asked.format,
        "name": file_name(pages[0].title, asked.format),
        "pages": "\n".join(page.path for page in pages),
    }
    row = begin(reader, values, READY if small else WAITING)
    if small:
        put_file(reader.instance, row.id, FILE, data)
    else:
        wake(reader.instance.settings, NAME)
    return row


def made(
    reader: Reader,
    pages: Sequence[Page],
    format: str,
    seconds: float,
    told: Callable[[int], object] = lambda _done: None,
) -> bytes:
    """The file. Raises TooLarge, Unmade."""
    if format == MARKDOWN:
        return pages_as_folder(reader, pages)
    return make_document(bind_pages(reader, pages, told=told), format, seconds=seconds)


def file_name(title: str, format: str) -> str:
    """What the file is called on the reader's disk."""
    extension = "zip" if format == MARKDOWN else DOCUMENT_KINDS[format].extension
    return f"{slug(title)[:80].strip('-') or 'page'}.{extension}"


def media_of(format: str) -> str:
    """Its content type."""
    return "application/zip" if format == MARKDOWN else DOCUMENT_KINDS[format].media
