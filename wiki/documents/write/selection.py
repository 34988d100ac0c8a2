"""Which pages a document is made of, in the order in which they are read.

A page comes before those below it; these in the order in which it speaks of them, then by title.
"""

from collections.abc import Iterator, Mapping

from wiki.errors import TooLarge
from wiki.pages.page import Page
from wiki.pages.paths import ROOT, follow, parent
from wiki.pages.words import slug
from wiki.projections.catalogue import PageRow
from wiki.reading import Reader
from wiki.reading.lists import get_row, get_rows
from wiki.reading.pages import find_page, get_page, list_paths_below, resolve_target
from wiki.translation import gettext as _

PAGE, BELOW, SPECIFICATION = "page", "below", "specification"
SCOPES = (PAGE, BELOW, SPECIFICATION)
#: how many of the pages below are looked at to know whether there are any
_LOOKED_AT = 300
#: how the chapters of a specification are called, by the last part of an address or by title
_SPECIFICATIONS = ("cahier-des-charges", "specification", "specifications")


def gather_pages(reader: Reader, path: str, scope: str, most: int) -> list[Page]:
    """The pages of ``scope`` that the reader may see: at least one.

    Raises NotFound where they may not see the page, TooLarge where there are more than ``most``.
    """
    first = get_page(reader, path)
    if scope == PAGE:
        return [first]
    roots = (specification_pages(reader, path) if scope == SPECIFICATION else []) or [path]
    pages: list[Page] = []
    for root in roots:
        below = get_rows(reader, list_paths_below(reader, root))
        if len(below) + len(pages) >= most:
            raise TooLarge(
                _("This makes more than {count} pages. Take a smaller part of it.").format(
                    count=most
                )
            )
        pages += _in_order(reader, get_page(reader, root), below)
    return pages


def specification_pages(reader: Reader, path: str) -> list[str]:
    """The pages of the space around ``path`` that hold its specification, topmost ones alone."""
    row = get_row(reader, path)
    space = row.space if row is not None and row.space else path
    if space == ROOT:
        return []
    found: list[str] = []
    for name, one in sorted(get_rows(reader, [space, *list_paths_below(reader, space)]).items()):
        called = _is_specification(name.rpartition("/")[2]) or _is_specification(slug(one.title))
        if called and not any(name.startswith(f"{above}/") for above in found):
            found.append(name)
    return found


def _is_specification(name: str) -> bool:
    return any(name == word or name.startswith(f"{word}-") for word in _SPECIFICATIONS)


def has_pages_below(reader: Reader, path: str) -> bool:
    """Whether pages below ``path`` can be seen."""
    return bool(get_rows(reader, list_paths_below(reader, path)[:_LOOKED_AT]))


def _in_order(reader: Reader, page: Page, below: Mapping[str, PageRow]) -> Iterator[Page]:
    """``page`` and those ``below`` it; one whose parent cannot be seen stands where that would."""
    above: dict[str, list[str]] = {}
    for name in below:
        above.setdefault(_nearest(name, below, page.path), []).append(name)
    waiting = [page]
    while waiting:
        current = waiting.pop()
        yield current
        spoken = _spoken_of(reader, current)
        names = above.get(current.path, [])
        names.sort(key=lambda name: (spoken.get(name, len(spoken)), slug(below[name].title), name))
        waiting += [one for name in reversed(names) if (one := find_page(reader, name))]


def _nearest(name: str, below: Mapping[str, PageRow], root: str) -> str:
    above = parent(name)
    while above is not None and above not in below and above != root:
        above = parent(above)
    return above if above is not None else root


def _spoken_of(reader: Reader, page: Page) -> dict[str, int]:
    """The pages that ``page`` links to, in its order."""
    order: dict[str, int] = {}
    for link in page.document.links:
        wiki = link.kind == "wiki"
        to = resolve_target(reader, link.target) if wiki else follow(page.file, link.target)
        if to is not None:
            order.setdefault(to, len(order))
    return order
