"""Pages as a file: at once where there are few, else by the process of tasks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from wiki.api.documents import DOCUMENT_KINDS, can_make, make_document
from wiki.api.errors import BadField
from wiki.api.jobs import wake
from wiki.api.pages import Page
from wiki.api.pages.books import (
    Binding,
    bind_pages,
    bindings,
    gather_pages,
    has_pages_below,
    pages_as_folder,
    specification_pages,
)
from wiki.api.paths import slug
from wiki.api.reading import Reader
from wiki.api.translation import gettext, lazy

from .models import EXPORT, READY, WAITING, WorkRow
from .store import begin, put_file

NAME = "documents.work"
MARKDOWN = "markdown"
PAGE, BELOW, SPECIFICATION = "page", "below", "specification"
#: format → how it is called, what it is good for
FORMATS: Mapping[str, tuple[str, object]] = {
    "pdf": ("PDF", lazy("To print, to send, to keep as it is today.")),
    "docx": ("Word (.docx)", lazy("To go on writing in Word.")),
    "odt": ("LibreOffice (.odt)", lazy("To go on writing in LibreOffice.")),
    "epub": ("EPUB", lazy("To read on an e-reader or a phone.")),
    "site": ("HTML (.zip)", lazy("A folder of web pages, to read in a browser without a network.")),
    MARKDOWN: ("Markdown (.zip)", lazy("The texts as they are written here, with their files.")),
}
_SCOPES = (PAGE, BELOW, SPECIFICATION)
FILE = "file"
#: characters of the name of a file
_NAME = 80
#: what is made while one waits
_PAGES, _CHARACTERS, _SECONDS = 4, 200_000, 20.0


@dataclass(frozen=True)
class Asked:
    """What someone wants: which pages, in which format."""

    path: str
    scope: str
    format: str


def checked(reader: Reader, path: str, scope: str, format: str) -> Asked:
    """Raises BadField for a scope or a format that there is not."""
    if scope not in _SCOPES and scope not in bindings_of(reader, path):
        raise BadField("scope", gettext("Choose what to take."))
    if format not in FORMATS:
        raise BadField("format", gettext("Choose a format."))
    return Asked(path, scope, format)


def formats() -> list[tuple[str, str, str, bool]]:
    """Each format with its name, what it is good for, and whether it can be made here."""
    return [
        (name, label, str(words), name == MARKDOWN or can_make(name))
        for name, (label, words) in FORMATS.items()
    ]


def scopes(reader: Reader, path: str) -> list[tuple[str, str]]:
    """What can be taken from here, in words: the page, what lies below, the specification."""
    choices = [(PAGE, gettext("This page"))]
    if has_pages_below(reader, path):
        choices.append((BELOW, gettext("This page and all those below it")))
    found = specification_pages(reader, path)
    if found and found != [path]:
        choices.append((SPECIFICATION, gettext("The specification of the project, with its parts")))
    return [*choices, *((one.name, one.label) for one in bindings_of(reader, path).values())]


def bindings_of(reader: Reader, path: str) -> dict[str, Binding]:
    """The documents that other plugins make of the page, by name."""
    return {one.name: one for one in reader.instance.plugins.call(bindings, path, reader)}


def pages_of(reader: Reader, path: str, scope: str) -> Sequence[Page]:
    """The pages that a document is made of. Raises NotFound, TooLarge."""
    binding = bindings_of(reader, path).get(scope)
    if binding is not None:
        return binding.pages()
    most = reader.instance.settings.document_pages
    return gather_pages(reader, path, scope if scope in _SCOPES else PAGE, most)


def begun(reader: Reader, asked: Asked) -> WorkRow:
    """The document: ready where it is small, else under way. Raises what making it does."""
    pages = pages_of(reader, asked.path, asked.scope)
    small = len(pages) <= _PAGES and sum(len(page.text) for page in pages) <= _CHARACTERS
    data = made(reader, asked, pages, _SECONDS) if small else b""
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
        wake(reader.instance.settings, NAME, here=True)
    return row


def made(
    reader: Reader,
    asked: Asked,
    pages: Sequence[Page],
    seconds: float,
    told: Callable[[int], object] = lambda _done: None,
) -> bytes:
    """The file. Raises TooLarge, Unmade, NotInstalled."""
    binding = bindings_of(reader, asked.path).get(asked.scope)
    if binding is not None:
        return make_document(binding.bind(pages, told), asked.format, seconds=seconds)
    if asked.format == MARKDOWN:
        return pages_as_folder(reader, pages)
    return make_document(bind_pages(reader, pages, told=told), asked.format, seconds=seconds)


def file_name(title: str, format: str) -> str:
    """What the file is called on the reader's disk."""
    name = slug(title)
    if len(name) > _NAME:
        # Between two words, where there are several.
        name = name[: _NAME + 1].rpartition("-")[0] or name[:_NAME]
    return f"{name.strip('-') or 'page'}.{DOCUMENT_KINDS[format].extension}"


def media_of(format: str) -> str:
    """Its content type."""
    return DOCUMENT_KINDS[format].media
