"""Giving a remote what we have: forward only, and beside its branch where that cannot be.

A remote's commits are never overwritten. The one thing that may go is what we ourselves have put
there last: the public history is made again without a page that was closed, and its copies must
follow (``--force-with-lease`` with the very commit).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from wiki.errors import StorageFailed
from wiki.instance import Instance
from wiki.mirroring.pull import keep_aside
from wiki.people.mirrors import DIVERGED, IN_STEP, PUBLIC, Mirror, Outcome
from wiki.projections.public import Public
from wiki.repository.objects import BRANCH, EMPTY
from wiki.repository.remote.addresses import BESIDE, Remote, push
from wiki.repository.repository import Repository
from wiki.translation import gettext as _


@dataclass(frozen=True)
class Source:
    """What is pushed: a repository and its newest commit; ``ours`` is the wiki's own head then."""

    repository: Repository
    head: str
    ours: str
    public: bool


def source_of(instance: Instance, mirror: Mirror) -> Source:
    """What this mirror gives; of the public history as of the head. Raises StorageFailed."""
    ours = instance.repository.head()
    if mirror.what != PUBLIC:
        return Source(instance.repository, ours, ours, public=False)
    projections = instance.projections
    projections.catch_up("public")
    folder: Path | None = cast(Public, projections.part("public")).folder
    if folder is None and ours == EMPTY:
        return Source(instance.repository, EMPTY, ours, public=False)
    if folder is None or projections.behind("public"):
        # An older one may hold what was closed since.
        raise StorageFailed(_("The public history could not be brought up to date."))
    repository = Repository(folder, folder / "unused.lock")
    return Source(repository, repository.head(), ours, public=True)


def give(
    instance: Instance,
    mirror: Mirror,
    remote: Remote,
    heads: Mapping[str, str],
    pulled: Outcome | None,
) -> Outcome:
    """Pushes; ``pulled`` is how taking from it went just before, for a mirror in both directions.

    Raises RemoteFailed, StorageFailed.
    """
    source = source_of(instance, mirror)
    try:
        return _give(instance, mirror, remote, heads, pulled, source)
    finally:
        if source.public:
            source.repository.close()


def _give(
    instance: Instance,
    mirror: Mirror,
    remote: Remote,
    heads: Mapping[str, str],
    pulled: Outcome | None,
    source: Source,
) -> Outcome:
    theirs = heads.get(BRANCH)
    if source.head == EMPTY:
        return Outcome(IN_STEP, head=source.ours, theirs=theirs or "")
    if _may_move(source, mirror, theirs):
        if theirs != source.head:
            push(source.repository.folder, remote, source.head, expected=theirs)
        # What was ours here is theirs now, and so taken.
        return Outcome(
            IN_STEP, head=source.ours, pushed=source.head, theirs=source.head, taken=source.head
        )
    found = pulled or _apart(instance, mirror, remote)
    beside = mirror.beside or f"{BESIDE}{instance.private.now():%Y-%m-%d}"
    return _give_beside(mirror, remote, heads, source, replace(found, beside=beside))


def _may_move(source: Source, mirror: Mirror, theirs: str | None) -> bool:
    """Whether a branch that stands at ``theirs`` may go to our head without loss of anyone's."""
    if theirs is None or source.repository.is_ancestor(theirs, source.head):
        return True
    return source.public and theirs == mirror.pushed


def _apart(instance: Instance, mirror: Mirror, remote: Remote) -> Outcome:
    """What a remote that we only push to has more than we."""
    if mirror.what == PUBLIC:
        return Outcome(DIVERGED)
    return keep_aside(instance, mirror, remote)


def _give_beside(
    mirror: Mirror, remote: Remote, heads: Mapping[str, str], source: Source, found: Outcome
) -> Outcome:
    """Pushes to a branch of our own, so that the copy goes on while its main is someone else's."""
    theirs = heads.get(BRANCH, "")
    if source.repository.is_ancestor(source.head, theirs):
        # It has all of ours, and more.
        return replace(found, head=source.ours, pushed=mirror.pushed, theirs=theirs, beside="")
    beside = found.beside
    stands = heads.get(f"refs/heads/{beside}")
    if not _may_move(source, mirror, stands):
        beside = f"{BESIDE}{source.head[:12]}"
        stands = heads.get(f"refs/heads/{beside}")
    if stands != source.head:
        ref = f"refs/heads/{beside}"
        push(source.repository.folder, remote, source.head, ref=ref, expected=stands)
    return replace(found, head=source.ours, pushed=source.head, theirs=theirs, beside=beside)
