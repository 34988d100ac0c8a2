"""What documents are made of, beside the pages themselves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wiki.hookspecs.services import service

if TYPE_CHECKING:
    from wiki.documents.write.book import Book, BookPart
    from wiki.pages.page import Page
    from wiki.reading import Reader


@dataclass(frozen=True)
class Binding:
    """A way to bind what belongs to a page into one document: ``name``, and a translated ``label``.

    ``pages()`` are those in it, that page first, as the reader may see them: the document is given
    to nobody who may not see them all. ``bind(pages, told)`` makes the book of them, and tells how
    many are done.
    """

    name: str
    label: str
    pages: "Callable[[], Sequence[Page]]"
    bind: "Callable[[Sequence[Page], Callable[[int], object]], Book]"


@service
def bindings(path: str, reader: "Reader") -> Sequence[Binding]:
    """Documents that can be made of the page at ``path`` and of what it shows, for the reader.

    They are choices of the page's export, and are made as other documents are: in the background,
    for who asked. Asked there and then, without a request too.
    """
    return ()


@service
def book_parts(pages: "Sequence[Page]", reader: "Reader") -> "Sequence[BookPart]":
    """Chapters that stand after the ``pages`` of a booklet, such as where they all are on a map.

    Links to these pages lead to their chapters.
    """
    return ()


@service
def drawing_at(address: str, reader: "Reader") -> str | None:
    """The SVG that the plugin draws at an ``address`` of its own, path and query, as the reader
    may see it; None for any other. Documents take it along where a page shows it."""
    return None
