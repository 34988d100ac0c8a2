"""From one commit to another: the files that differ (state) and the commits between (story)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, cast

from wiki.cache.properties import cached_property
from wiki.repository.commits import read_time
from wiki.repository.objects import (
    EMPTY,
    READ_MESSAGE,
    READ_NAME,
    REGULAR,
    Commit,
    decode_name,
)
from wiki.repository.process import fields, output_of
from wiki.repository.repository import Repository

Status = Literal["A", "M", "D", "R"]

_NOTHING = b"0" * 40
#: id, parents, author's name, mail and time, message: as many fields as ``_story`` takes
_FORMAT = "--format=tformat:%H%x00%P%x00%an%x00%ae%x00%ad%x00%B%x00"


@dataclass(frozen=True)
class FileChange:
    """A file that differs; ids are of blobs, None where there is no ordinary file."""

    file: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class FileMove:
    """What one commit did to one file; ``old_file`` is where a renamed one (R) came from."""

    status: Status
    file: str
    old_file: str | None
    before: str | None
    after: str | None


@dataclass(frozen=True)
class CommitStory:
    """A commit and what it did; of a merge, only what differs from every parent."""

    commit: Commit
    files: tuple[FileMove, ...]


@dataclass(frozen=True)
class Span:
    """What lies between ``since`` (perhaps EMPTY: then everything) and ``to``."""

    repository: Repository
    since: str
    to: str

    @cached_property
    def ancestor(self) -> bool:
        """Whether ``to`` contains ``since``.

        If not, history was rewritten, and a story starts over; the state that
        ``changes`` tells is right in any case.
        """
        return self.repository.is_ancestor(self.since, self.to)

    @cached_property
    def known(self) -> bool:
        """Whether ``since`` can be compared with at all: after a purge it may be gone for good."""
        return self.since == EMPTY or self.repository.has(self.since)

    def changes(self) -> Iterator[FileChange]:
        """Each file that differs, in git's order of names; a move is one gone and one come."""
        if self.since == self.to:
            return
        if self.since != EMPTY:
            few = self.repository.differing_files(self.since, self.to)
            if few is not None:
                yield from (FileChange(*one) for one in few)
                return
        arguments = ("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev")
        with output_of(
            self.repository.folder, *arguments, "--end-of-options", self.since, self.to
        ) as output:
            parts = fields(output)
            for facts in parts:
                move = _move(facts, next(parts), None)
                if move is not None:
                    yield FileChange(move.file, move.before, move.after)

    def commits(self) -> Iterator[CommitStory]:
        """Each commit that ``to`` has and ``since`` has not, parents first, as they come."""
        if self.to in (EMPTY, self.since):
            return
        arguments = (
            *("log", "--reverse", "--topo-order", "--date=raw", "--encoding=UTF-8", _FORMAT),
            *("--raw", "-z", "-M", "-c", "--no-abbrev", "--no-ext-diff", "--no-color"),
        )
        known = [] if self.since == EMPTY else [f"^{self.since}"]
        with output_of(
            self.repository.folder, *arguments, "--end-of-options", self.to, *known
        ) as output:
            yield from _stories(fields(output))


def _stories(parts: Iterator[bytes]) -> Iterator[CommitStory]:
    """Commits from ``git log -z``: six fields, perhaps an empty one, then the files' entries."""
    field = next(parts, None)
    while field is not None:
        id = field.strip()
        parents, name, mail, when, message = (next(parts) for _number in range(5))
        files: list[FileMove] = []
        field = next(parts, None)
        while field is not None and not field.strip():
            field = next(parts, None)
        while field is not None and field.lstrip(b"\n").startswith(b":"):
            facts = field.lstrip(b"\n")
            first = next(parts)
            renamed = facts.rpartition(b" ")[2][:1] in b"RC" and not facts.startswith(b"::")
            move = _move(facts, next(parts), first) if renamed else _move(facts, first, None)
            if move is not None:
                files.append(move)
            field = next(parts, None)
        while field is not None and not field.strip():
            field = next(parts, None)
        commit = Commit(
            id=id.decode("ascii"),
            author_name=name.decode("utf-8", "replace")[:READ_NAME],
            author_mail=mail.decode("utf-8", "replace")[:READ_NAME],
            when=read_time(when.decode("ascii", "replace")),
            message=message.decode("utf-8", "replace")[:READ_MESSAGE].strip(),
            parents=tuple(parents.decode("ascii").split()),
        )
        yield CommitStory(commit, tuple(files))


def _move(facts: bytes, name: bytes, old_name: bytes | None) -> FileMove | None:
    """One entry of git's raw format; None where no ordinary file is concerned.

    ``:mode mode id id S``; a merge of n parents has n colons, n + 1 modes, n + 1 ids, n letters.
    The first parent is the one a merge is told against.
    """
    parents = len(facts) - len(facts.lstrip(b":"))
    words = facts[parents:].split(b" ")
    modes, ids = words[: parents + 1], words[parents + 1 : 2 * parents + 2]
    before = _ordinary(modes[0], ids[0])
    after = _ordinary(modes[-1], ids[-1])
    if before == after and old_name is None:
        return None  # a link, a submodule, or a change of mode alone
    if old_name is not None and before is not None and after is not None:
        return FileMove("R", decode_name(name), decode_name(old_name), before, after)
    status = "A" if before is None else "D" if after is None else "M"
    return FileMove(cast(Status, status), decode_name(name), None, before, after)


def _ordinary(mode: bytes, id: bytes) -> str | None:
    return id.decode("ascii") if mode in REGULAR and id != _NOTHING else None
