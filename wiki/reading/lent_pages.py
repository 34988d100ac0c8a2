"""What a link shows: the pages that its maker may share at this moment, and no other.

::

    ids (a signed cookie) ──▶ rows that stand ──▶ the maker's rights now ──▶ pages ──▶ a Reader

A page below the one that is shared is shown where its maker may invite there too, and where it is
for the same readers or for more: what is closed further stays so.
"""

from collections.abc import Sequence
from functools import partial
from itertools import takewhile

from wiki.instance import Instance
from wiki.pages.access import narrower_or_equal
from wiki.pages.paths import ROOT
from wiki.people.access.share_links import ShareLink, find_links
from wiki.reading.births import is_still
from wiki.reading.lists import list_paths
from wiki.reading.pages import page_exists
from wiki.reading.reader import Reader, Shared

#: pages below the one that is shared
MOST_PAGES = 500


def may_share(reader: Reader, path: str) -> bool:
    """Whether the person may show the page by a link: who may invite to it."""
    return page_exists(reader, path) and reader.may_change_rights(path)


def pages_to_share(reader: Reader, path: str, *, below: bool) -> frozenset[str]:
    """The pages that a link of the person to ``path`` shows; none where they may not share it."""
    if not may_share(reader, path):
        return frozenset()
    pages = {path}
    if below and path != ROOT:
        group = reader.access(path).group
        paths = list_paths(reader, f"{path}/", MOST_PAGES)
        for other in takewhile(lambda one: one.startswith(f"{path}/"), paths):
            open_as_much = narrower_or_equal(group, reader.access(other).group)
            if open_as_much and reader.may_change_rights(other):
                pages.add(other)
    return frozenset(pages)


def shown_by(instance: Instance, link: ShareLink) -> frozenset[str]:
    """The pages that ``link`` shows at this moment: none once it is over, or its maker may not."""
    if not link.stands(instance.private.now()) or not is_still(instance, link.path, link.born):
        return frozenset()
    return pages_to_share(Reader(instance, link.maker), link.path, below=link.below)


def reader_by_links(instance: Instance, ids: Sequence[str]) -> Reader:
    """A visitor with the links of these ids; they are looked at anew for who ``renewed`` is."""
    return Reader(instance, links=partial(_standing, instance, tuple(ids)))


def _standing(instance: Instance, ids: Sequence[str]) -> list[Shared]:
    shared = [Shared(one, shown_by(instance, one)) for one in find_links(instance.private, ids)]
    return [one for one in shared if one.pages]
