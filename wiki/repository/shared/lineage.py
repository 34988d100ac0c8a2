"""Which of two commits comes after the other, mostly by a few steps; which a host is told of."""

from contextlib import suppress

from wiki.errors import StorageFailed
from wiki.repository.objects import EMPTY
from wiki.repository.repository import Repository

#: commits that are looked at on each side before git is asked
_NEAR = 64
#: of our commits, those that the host is told of: the first, then ever older ones
_KNOWN = (0, 1, 2, 4, 8, 16, 32)


def later(repository: Repository, one: str, other: str) -> str:
    """That of the two which comes after the other by few steps; "" where it is not so easy."""
    if one == other:
        return one
    above_one, above_other = one, other
    for _step in range(_NEAR):
        above_one, above_other = _parent(repository, above_one), _parent(repository, above_other)
        if above_one == other:
            return one
        if above_other == one:
            return other
    return ""


def reaches(repository: Repository, new: str, old: str) -> bool:
    """Whether ``new`` comes after ``old``, or is it."""
    found = later(repository, new, old)
    return found == new if found else repository.is_ancestor(old, new)


def known(repository: Repository) -> list[str]:
    """Commits of ours, of which the host need not send what they reach."""
    at, found = repository.head(), []
    for step in range(_KNOWN[-1] + 1):
        if step in _KNOWN and at not in (EMPTY, ""):
            found.append(at)
        at = _parent(repository, at)
    return found


def _parent(repository: Repository, commit: str) -> str:
    """ "" where there is none, or none that is here."""
    if commit not in (EMPTY, ""):
        with suppress(StorageFailed, LookupError):
            return repository.commit_info(commit).parents[0]
    return ""
