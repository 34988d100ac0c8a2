"""Whether what pages say at their top is as it was between two commits, and which texts are not.

Who may read, edit or be in a team is said in heads alone, and nearly all saves leave them as they
are. So an answer of a projection that goes by heads holds at a later commit too, as long as this
tells that none changed: git is asked for the few files that differ, and nothing is worked out.
"""

from functools import lru_cache
from typing import NamedTuple

from wiki.pages.paths import page_of
from wiki.projections.interface import Busy, Projection
from wiki.projections.pagespan import head_text, text_of
from wiki.repository.objects import EMPTY
from wiki.repository.repository import Repository

#: pages that are compared; where more changed, ``changed_bodies`` does not say
_MOST = 50


class Bodies(NamedTuple):
    """The pages of which only the body changed: by path, and their texts before and after."""

    paths: frozenset[str]
    blobs: tuple[str, ...]

    def name(self, repository: Repository, word: str) -> bool:
        """Whether ``word`` stands in one of the texts."""
        return any(word in text_of(repository, blob) for blob in self.blobs)


def changed_bodies(repository: Repository, since: str, to: str) -> Bodies | None:
    """What changed from one commit to another; None where a page came, went or changed its head.

    Or where that would take too long to tell.
    """
    if since == to:
        return Bodies(frozenset(), ())
    return None if EMPTY in (since, to) else _changed(repository, since, to)


def bodies_since(part: Projection, repository: Repository, commit: str) -> Bodies | None:
    """``changed_bodies`` from where ``part`` stands to ``commit``; None where that is not known."""
    try:
        return changed_bodies(repository, part.reflects(), commit)
    except Busy:
        return None


@lru_cache(maxsize=256)
def _changed(repository: Repository, since: str, to: str) -> Bodies | None:
    paths: set[str] = set()
    blobs: list[str] = []
    differing = repository.differing_files(since, to)
    if differing is None:
        return None
    for file, before, after in differing:
        path = page_of(file)
        if path is None:
            continue
        if before is None or after is None or len(paths) == _MOST:
            return None
        texts = [text_of(repository, blob) for blob in (before, after)]
        if head_text(texts[0]) != head_text(texts[1]):
            return None
        paths.add(path)
        blobs += before, after
    return Bodies(frozenset(paths), tuple(blobs))
