"""What sisters hold of ours, by what each says of itself: whether what is gone here is gone there.

A sister names the one commit of our public history that it shows. What that commit has not, it does
not show; a commit that our history knows no more is of before something was closed.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from wiki.errors import StorageFailed
from wiki.instance import Instance
from wiki.pages.paths import files_of
from wiki.pages.urls import action_url
from wiki.people.sisters import departures, exchanges, registry
from wiki.people.sisters.departures import Departure
from wiki.people.sisters.exchanges import FAILED, STOPPED
from wiki.projections.interface import Busy
from wiki.projections.publishing.openness import Judge, levels
from wiki.repository.process import GitFailed, run
from wiki.repository.repository import Repository
from wiki.sisters.statement import public_folder, public_head

#: commits of a page that are looked through
_LOOKED_AT = 200
FOLLOWED, ASKED, SILENT, APART = "followed", "asked", "silent", "apart"


@dataclass(frozen=True)
class Holding:
    """How a sister stands to something that is gone here: ``state`` is one of

    ``followed`` (it shows nothing of it, ``since``), ``asked`` (it answers, and is about to
    follow), ``silent`` (it has not answered ``since``, and is asked again), ``apart`` (nothing is
    exchanged with it at present, so what it shows cannot be told).
    """

    title: str
    address: str
    state: str
    since: datetime | None


def begin_departure(instance: Instance) -> str:
    """Has the sisters be watched for how they follow an erasure that was just done.

    The address where that is seen; "" where there are none.
    """
    if not registry.listed(instance.private):
        return ""  # whoever left need not wait until the public history is made
    try:
        head = public_head(instance)
    except Busy:
        head = ""
    id = departures.add(instance.private, head)
    return action_url(f"departures/{id}") if id else ""


def follow_departures(instance: Instance, sister: str) -> None:
    """Notes which departures the sister, which has just said what it holds, has followed."""
    private = instance.private
    known, how = registry.get(private, sister), exchanges.get(private, sister)
    for one in departures.list_open(private, known.address):
        try:
            if not (head := one.head):
                departures.note_head(private, one.id, head := public_head(instance))
            followed = not how.holds or _is_within(instance, head, how.holds)
        except Busy:
            return
        if followed:
            since = how.held if how.holds and how.held else private.now()
            at = min(max(since, one.at), private.now())
            departures.note_followed(private, one, at)


def list_followers(instance: Instance, id: str) -> list[Holding]:
    """How each sister follows the departure, the one that has not first."""
    found = departures.find(instance.private, id)
    made = [_of_departure(instance, one) for one in found]
    return sorted(made, key=lambda one: (one.state == FOLLOWED, one.title.casefold()))


def list_holders(instance: Instance, path: str) -> list[Holding]:
    """The sisters that may still show the page at ``path``, which is not open to everyone here."""
    private = instance.private
    how = exchanges.listed(private)
    known = [one for one in registry.listed(private) if how[one.name].holds]
    return [
        _holding(instance, one.title, one.address)
        for one in known
        if _may_show(instance, path, how[one.name].holds)
    ]


def _of_departure(instance: Instance, one: Departure) -> Holding:
    if one.followed is not None:
        return Holding(one.title, one.address, FOLLOWED, one.followed)
    return _holding(instance, one.title, one.address)


def _holding(instance: Instance, title: str, address: str) -> Holding:
    """How a sister stands that has not followed."""
    private = instance.private
    known = next((one for one in registry.listed(private) if one.address == address), None)
    if known is None or known.blocked:
        return Holding(title, address, APART, None)
    how = exchanges.get(private, known.name)
    if how.state == STOPPED:
        return Holding(title, address, APART, None)
    return Holding(title, address, SILENT if how.state == FAILED else ASKED, how.seen)


def _is_within(instance: Instance, commit: str, holds: str) -> bool:
    """Whether ``holds`` is ``commit``, or comes after it, in our public history. Raises Busy."""
    if holds in (commit, public_head(instance)):
        return True
    folder = public_folder(instance)
    return folder is not None and _is_so(folder, "merge-base", "--is-ancestor", commit, holds)


def _may_show(instance: Instance, path: str, holds: str) -> bool:
    """Whether our page at ``path`` stands in the commit ``holds``, as far as we still know it."""
    try:
        folder = public_folder(instance)
        if folder is None or holds == public_head(instance):
            return False
        if _is_so(folder, "cat-file", "-e", f"{holds}^{{commit}}"):
            return any(_is_so(folder, "cat-file", "-e", f"{holds}:{one}") for one in files_of(path))
        return _was_open(instance.repository, path)
    except (Busy, GitFailed, StorageFailed):
        return True


def _was_open(repository: Repository, path: str) -> bool:
    """Whether everyone could read the page at one of the newest commits that decide about it."""
    names = [name for node in (*levels(path), path) for name in files_of(node)]
    judge = Judge(repository)
    asked = ("rev-list", f"--max-count={_LOOKED_AT}", repository.head(), "--", *names)
    for commit in run(repository.folder, *asked)[1].decode("ascii").split():

        def find(name: str, commit: str = commit) -> str | None:
            return repository.blob_id(name, commit)

        for file in files_of(path):
            if find(file) is not None and not judge.closed(file, find):
                return True
    return False


def _is_so(folder: Path, *asked: str) -> bool:
    return run(folder, *asked, accept=(0, 1, 128))[0] == 0
