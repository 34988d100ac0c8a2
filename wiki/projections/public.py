"""The public history: a git repository that holds what everyone may see, and nothing else.

::

    content.git ──▶ same commits up to the first restricted page ──▶ index/public.git
                    then commits written anew, public files alone        (a link to the folder
                                                                          made last)

A client of git may ask for any object that a repository holds. So nothing restricted is ever in
this one; and where something that was public is so no more, it is made again beside the old one,
which then goes.
"""

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from wiki.disk.open_files import open_writable
from wiki.projections.interface import PATIENCE, Busy, Progress, Projection
from wiki.projections.publishing.closings import Closings
from wiki.projections.publishing.openness import Judge, is_below, is_plain, node_of
from wiki.projections.publishing.publisher import Publisher, sides
from wiki.projections.publishing.standard import forget_standard
from wiki.projections.publishing.state import (
    Marker,
    Shown,
    read_marker,
    shown,
    write_marker,
)
from wiki.projections.publishing.trees import Keeping, Looking
from wiki.projections.spans import read_ahead
from wiki.projections.tables.projection import progress_steps
from wiki.projections.tables.store import Stores
from wiki.repository.creation import create
from wiki.repository.objects import BRANCH, EMPTY, is_hash
from wiki.repository.process import run
from wiki.repository.rawlog import NOTHING, RawCommit, raw_commits
from wiki.repository.remote.copy import copy_commits
from wiki.repository.repository import Repository
from wiki.repository.rewrite import branch_of, rewriting
from wiki.repository.span import Span
from wiki.repository.upkeep import Upkeep

#: commits that are taken in one by one; where more came at once, it is quicker to start over
_FEW = 5_000
#: so many are rewritten file by file: a pack takes two processes more
_HANDFUL = 20
#: a history of so few commits is made in a moment, by whoever asks for it
_SHORT = 500


class _StartOver(Exception):
    """Something that was public is so no more, or the history has branches: make it again."""


class Public(Projection):
    """``index/public.git``; see the module."""

    name = "public"

    def open(self, folder: Path, stores: Stores) -> None:
        """See Projection. Nothing is made before someone asks for it."""
        folder.mkdir(parents=True, exist_ok=True)
        self._index = folder.absolute()
        self._link = self._index / "public.git"
        self._judge: tuple[Repository, Judge] | None = None
        self._upkeep: Upkeep | None = None
        self._elsewhere: Callable[[], object] | None = None

    def leave_making(self, told: Callable[[], object]) -> None:
        """From now on a long history is not made in this process, which has no time for it.

        ``told`` is called where there is one to be made.
        """
        self._elsewhere = told

    def reflects(self) -> str:
        """See Projection."""
        return self._marker().reflects

    def _marker(self) -> Marker:
        """What it holds; nothing where it is not the repository that was made: it is made again."""
        marker, there = read_marker(self._link), self._link
        try:
            sound = (there / "config").read_bytes().startswith(b"[core]")
            sound &= (there / "HEAD").read_text("ascii") == f"ref: {BRANCH}\n"
            # Whoever moves it writes the marker later, and may be killed between.
            sound &= not marker.public or is_hash((there / BRANCH).read_text("ascii").strip())
        except (OSError, UnicodeDecodeError):
            return Marker()
        return marker if sound else Marker()

    @property
    def folder(self) -> Path | None:
        """The bare repository as it is now; None before the first was made."""
        folder = self._link.resolve()
        return folder if (folder / "HEAD").is_file() else None

    def reset(self) -> None:
        """See Projection."""
        with self._locked():
            if (folder := self.folder) is not None:
                write_marker(folder, Marker())

    def close(self) -> None:
        """See Projection."""
        if self._upkeep is not None:
            self._upkeep.close()

    def apply(self, span: Span, progress: Progress | None = None) -> None:
        """See Projection."""
        with self._locked():
            marker = self._marker()
            if marker.reflects != span.since:
                return
            folder = self.folder
            self._sweep(folder)
            if folder is not None and span.since != EMPTY and span.ancestor:
                try:
                    self._follow(folder, marker, span)
                    return
                except _StartOver:
                    pass
            if self._elsewhere is not None and _is_long(span):
                self._elsewhere()
                raise Busy("the public history")
            if folder is not None and marker.same and span.ancestor:
                self._trust(span.repository, marker.reflects)
            self._make(span.repository, span.to, progress)

    def _follow(self, folder: Path, marker: Marker, span: Span) -> None:
        """Takes in commits that close nothing ever shown.

        Where something was closed before, they lie one on top of the other: a branch would have to
        be known by what it became, and by what it comes after.
        """
        repository = span.repository
        commits = _few(marker, span)
        parents = [one.commit.parents for one in commits]
        straight = parents == [(marker.reflects,), *((one.id,) for one in commits[:-1])]
        judge = self._judge_of(repository)
        tree = Looking(repository)
        with shown(folder) as seen:
            closings = Closings(judge)
            touched: set[str] = set()
            for one in commits:
                tree.move(one)
                closed = closings.take(one, tree.find)
                if closed and not straight:
                    raise _StartOver  # of a branch beside it, what it closed must not be shown
                for node in chain(closed, *map(seen.former, closed)):
                    # Shown before, or by an earlier commit of these.
                    if seen.any_below(node) or any(is_below(other, node) for other in touched):
                        raise _StartOver
                touched.update(node_of(change.file) for change in one.changes)
            _note_moves(seen, closings)
            # What they closed was never shown: there is nothing that must come after it.
            publisher = Publisher(repository, judge, Closings(judge), tree, seen.note)
            publisher.names[marker.reflects] = marker.public
            if marker.same:
                # What a branch left from is older, and has stayed the same with all the rest.
                known = {parent for one in commits for parent in one.commit.parents}
                publisher.same.update(known - {one.id for one in commits}, {marker.reflects})
                publisher.names.update((one, one) for one in publisher.same)
            reached = _publish(folder, publisher, iter(commits), marker, span.to)
        self._done(folder, reached)

    def _trust(self, repository: Repository, commit: str) -> None:
        """Takes the pages of a history in which nothing was hidden for open, without reading them.

        That it is the same says that each of them was judged so.
        """
        judge = self._judge_of(repository)
        for one in _story(repository, commit):
            judge.know_open(change.after for change in one.changes if change.file.endswith(".md"))

    def _make(self, repository: Repository, head: str, progress: Progress | None) -> None:
        """Makes a new repository of the whole history, and puts it in the place of the old one."""
        folder = self._index / f"public-{secrets.token_hex(6)}"
        create(folder)
        step = progress_steps(progress)
        judge = self._judge_of(repository)
        with shown(folder) as seen:
            closings, tree = Closings(judge), Keeping(repository)
            plain, nodes = True, set[str]()
            for one in chain.from_iterable(
                read_ahead(repository, _story(repository, head), _pages)
            ):
                tree.stand(one.commit.parents[0] if one.commit.parents else None)
                tree.move(one)
                closings.take(one, tree.find)
                files = [side for side in sides(one, after=True) if side.blob != NOTHING]
                plain = plain and all(is_plain(file, mode) for file, mode, _blob in files)
                nodes.update(node_of(file) for file, _mode, _blob in files)
                step()
            _note_moves(seen, closings)
            if plain and judge.all_open():
                for node in nodes:
                    seen.note(node)
                reached = _keep(repository.folder, folder, Marker(), head)
            else:
                publisher = Publisher(repository, judge, closings, Keeping(repository), seen.note)
                reached = _publish(folder, publisher, _story(repository, head), Marker(), head)
        write_marker(folder, reached)
        self._swap(folder)

    def _done(self, folder: Path, marker: Marker) -> None:
        write_marker(folder, marker)
        if self._upkeep is None:
            self._upkeep = Upkeep(folder)
        self._upkeep.start_if_due()

    def _swap(self, folder: Path) -> None:
        """Puts ``folder`` where everyone looks, in one step; the old one goes, objects and all."""
        old = self.folder
        link = self._index / f"public.{os.getpid()}.link"
        link.unlink(missing_ok=True)
        link.symlink_to(folder.name, target_is_directory=True)
        link.replace(self._link)
        self.close()
        self._upkeep = None
        if old is not None:
            shutil.rmtree(old, ignore_errors=True)
        forget_standard(self._index)

    def _sweep(self, current: Path | None) -> None:
        """Removes what one who died while making it has left."""
        for left in self._index.glob("public-*"):
            if left != current:
                shutil.rmtree(left, ignore_errors=True)

    def _judge_of(self, repository: Repository) -> Judge:
        """What is known of pages' heads, by their blobs; kept from one save to the next."""
        if self._judge is None or self._judge[0] is not repository:
            self._judge = (repository, Judge(repository))
        return self._judge[1]

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time; raises Busy where another is at it for long."""
        self._index.mkdir(parents=True, exist_ok=True)
        lock = open_writable(self._index / "public.lock")
        try:
            until = time.monotonic() + PATIENCE
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError as error:
                    if time.monotonic() > until:
                        raise Busy("the public history") from error
                    time.sleep(0.02)
            yield
        finally:
            os.close(lock)


def _few(marker: Marker, span: Span) -> list[RawCommit]:
    commits: list[RawCommit] = []
    last = marker.reflects
    for one in raw_commits(span.repository, span.since, span.to, merges="first-parent", moves=True):
        straight = one.commit.parents == (last,)
        if len(commits) >= _FEW or not (straight or marker.same):
            raise _StartOver
        commits.append(one)
        last = one.id
    return commits


def _is_long(span: Span) -> bool:
    arguments = ("rev-list", "--count", f"--max-count={_SHORT + 1}", "--end-of-options", span.to)
    return int(run(span.repository.folder, *arguments)[1]) > _SHORT


def _note_moves(seen: Shown, closings: Closings) -> None:
    seen.note_moves((new, old) for new, olds in closings.moves.came.items() for old in olds)


def _story(repository: Repository, head: str) -> Iterator[RawCommit]:
    return raw_commits(repository, EMPTY, head, merges="first-parent", moves=True)


def _pages(one: RawCommit) -> Iterator[str]:
    """The pages that a commit left, to be judged."""
    return (change.after for change in one.changes if change.file.endswith(".md"))


def _keep(source: Path, folder: Path, marker: Marker, head: str) -> Marker:
    """Brings all commits into ``folder`` as they are."""
    if head not in (EMPTY, marker.public):
        copy_commits(source, folder, [head], marker.public)
        run(folder, "update-ref", BRANCH, head)
    return Marker(head, None if head == EMPTY else head, same=True)


def _publish(
    folder: Path, publisher: Publisher, commits: Iterable[RawCommit], marker: Marker, head: str
) -> Marker:
    """Brings the commits into ``folder``: the same ones, then those written anew."""
    source = publisher.repository.folder
    rest = [one for one in commits if not publisher.stays(one)]
    if not rest:
        return _keep(source, folder, marker, head)
    tips = {parent for one in rest for parent in one.commit.parents} & publisher.same
    if fresh := tips - {marker.reflects}:
        copy_commits(source, folder, sorted(fresh), marker.public if marker.same else None)
    with rewriting(folder, publisher.repository, many=len(rest) > _HANDFUL) as writer:
        for one in rest:
            publisher.rewrite(one, writer)
        tip = publisher.names[head]
        writer.finish(tip)
    if tip is not None and tip.startswith(":"):
        tip = branch_of(folder)
    return Marker(head, tip, same=False)
