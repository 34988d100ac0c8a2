"""For whom a booklet is made: of what everyone may read, or of what the one who asks may."""

from collections.abc import Sequence
from functools import partial

from wiki.api.books import Binding
from wiki.api.pages import Page
from wiki.api.reading import Reader, page_exists
from wiki.api.translation import gettext

from .binder import bound, gathered

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
