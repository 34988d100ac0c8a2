"""Whether what pages say at their top is as it was between two commits, and which texts are not.

Who may read, edit or be in a team is said in heads alone, and nearly all saves leave them as they
are. So an answer of a projection that goes by heads holds at a later commit too, as long as this
tells that none changed: git is asked for the few files that differ, and nothing is worked out.
"""

from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from cachetools import LRUCache

from wiki.errors import TooLarge
from wiki.pages.paths import page_of
from wiki.projections.interface import Busy, Projection
from wiki.projections.pagespan import LARGEST, head_text, levels
from wiki.repository.objects import EMPTY, decode
from wiki.repository.repository import Repository

#: pages that are compared; where more changed, ``changed_bodies`` does not say
_MOST = 50
#: commits before one that is asked for, of which something may be known
_STEPS = 16
#: answers that are remembered
_TOLD = 512


class Body(NamedTuple):
    """A page whose body changed: its path, and the blobs before and after."""

    path: str
    before: str
    after: str


class Bodies(NamedTuple):
    """The pages of which only the body changed, by file."""

    files: Mapping[str, Body]

    def has(self, path: str) -> bool:
        """Whether the page at ``path`` is one of them."""
        return any(body.path == path for body in self.files.values())

    def texts(self, repository: Repository, but: str = "") -> list[bytes] | None:
        """The texts of all, before and after; not of the page ``but``. None: one is too large."""
        blobs = (blob for path, *both in self.files.values() if path != but for blob in both)
        try:
            return [repository.read_blob(blob, limit=LARGEST) for blob in blobs]
        except TooLarge:
            return None

    def then(self, later: "Bodies") -> "Bodies":
        """What changed in both, one after the other."""
        joined = {
            file: body._replace(before=self.files.get(file, body).before)
            for file, body in later.files.items()
        }
        return Bodies({**self.files, **joined})


_NOTHING = Bodies({})
#: how a head begins and ends as the wiki writes it
_BEGIN, _END = b"---\n", b"\n---\n"
_told: LRUCache[tuple[Path, str, str], Bodies | None] = LRUCache(_TOLD)
_guard = Lock()


def changed_bodies(repository: Repository, since: str, to: str) -> Bodies | None:
    """What changed from one commit to another; None where a page came, went or changed its head.

    Or where that would take too long to tell.
    """
    if since == to:
        return _NOTHING
    if EMPTY in (since, to):
        return None
    key = (repository.folder, since, to)
    with _guard:
        if key in _told:
            return _told[key]
    found = _changed(repository, since, to)
    with _guard:
        _told[key] = found
    if found is not None:
        levels(repository, to).share(levels(repository, since))
    return found


def bodies_since(part: Projection, repository: Repository, commit: str) -> Bodies | None:
    """``changed_bodies`` from where ``part`` stands to ``commit``; None where that is not known."""
    try:
        return changed_bodies(repository, part.reflects(), commit)
    except Busy:
        return None


def _changed(repository: Repository, since: str, to: str) -> Bodies | None:
    """Told commit by commit, as each is compared once, but where there are many between."""
    steps: list[str] = []
    commit, known = to, None
    while known is None and len(steps) < _STEPS:
        parents = repository.commit_info(commit).parents
        if len(parents) != 1:
            break
        steps.append(commit)
        commit = parents[0]
        with _guard:
            known = _NOTHING if commit == since else _told.get((repository.folder, since, commit))
    if known is None or (steps == [to] and commit == since):
        return _compared(repository, since, to)
    for step in reversed(steps):
        one = changed_bodies(repository, commit, step)
        if one is None:
            return None
        known, commit = known.then(one), step
    return known if len(known.files) <= _MOST else None


def _compared(repository: Repository, since: str, to: str) -> Bodies | None:
    differing = repository.differing_files(since, to)
    if differing is None:
        return None
    found: dict[str, Body] = {}
    for file, before, after in differing:
        path = page_of(file)
        if path is None:
            continue
        if before is None or after is None or len(found) == _MOST:
            return None
        try:
            was, now = (repository.read_blob(blob, limit=LARGEST) for blob in (before, after))
        except TooLarge:
            return None
        if not same_head(was, now):
            return None
        found[file] = Body(path, before, after)
    return Bodies(found)


def same_head(was: bytes, now: bytes) -> bool:
    """Whether two texts of a page begin with the same head."""
    end = was.find(_END, len(_BEGIN)) + len(_END)
    if was.startswith(_BEGIN) and end >= len(_END) and now.startswith(was[:end]):
        return True  # the usual case, to the byte
    return head_text(decode(was)) == head_text(decode(now))
