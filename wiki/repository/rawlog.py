"""A span's commits with all that git says of them: modes, both identities, their bytes.

``span.py`` tells of ordinary files; who judges what others have written must see the rest as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from wiki.repository.commits import read_time
from wiki.repository.objects import (
    EMPTY,
    READ_MESSAGE,
    READ_NAME,
    Author,
    Commit,
    decode_name,
)
from wiki.repository.process import STREAM_TIME, fields, output_of
from wiki.repository.repository import Repository

NOTHING = "0" * 40

#: id, parents, author, author's time, committer, what the words are encoded in, message: as many
#: fields as ``_commits`` takes
_FORMAT = "--format=tformat:%x01%H%x00%P%x00%an%x00%ae%x00%ad%x00%cn%x00%ce%x00%e%x00%B%x00"
_FIELDS = 8

#: for git, which knows all that a commit changes before it says the first of it
_MEMORY = 500_000_000


class TooManyChanges(Exception):
    """A commit changes more files than were asked for; its id."""


@dataclass(frozen=True)
class RawChange:
    """One entry that a commit changed; a mode is ``000000``, an id NOTHING, where there is none.

    ``old_file`` is where a moved one came from. Of a merge that is told against all its parents,
    ``old_mode`` and ``before`` are those of the first.
    """

    file: str
    old_file: str | None
    old_mode: bytes
    mode: bytes
    before: str
    after: str


@dataclass(frozen=True)
class RawCommit:
    """A commit, who committed it, and every entry that it changed.

    ``encoding`` is what it says that its words are encoded in; "" is UTF-8.
    """

    commit: Commit
    committer: Author
    changes: tuple[RawChange, ...]
    encoding: str = ""

    @property
    def id(self) -> str:
        """The commit's id."""
        return self.commit.id


def raw_commits(
    repository: Repository,
    since: str,
    to: str,
    *,
    merges: Literal["first-parent", "combined"],
    moves: bool,
    most: int | None = None,
    timeout: float = STREAM_TIME,
) -> Iterator[RawCommit]:
    """The commits that ``to`` has and ``since`` (perhaps EMPTY) has not, parents first.

    A merge is told against its first parent, or by what differs from every parent; ``moves`` pairs
    what went with what came. Raises GitFailed, also after ``timeout`` seconds, and TooManyChanges
    for a commit that changes more than ``most`` files: some kilobytes can name more than there are
    atoms.
    """
    if to in (EMPTY, since):
        return
    arguments = (
        *("log", "--reverse", "--topo-order", "--date=raw", "--encoding=UTF-8", _FORMAT),
        *("--raw", "-z", "-M" if moves else "--no-renames", f"--diff-merges={merges}"),
        *("--no-abbrev", "--no-ext-diff", "--no-color", "--end-of-options", to),
    )
    known = [] if since == EMPTY else [f"^{since}"]
    memory = 0 if most is None else _MEMORY
    with output_of(repository.folder, *arguments, *known, timeout=timeout, memory=memory) as output:
        yield from _commits(fields(output), most)


def _commits(parts: Iterator[bytes], most: int | None) -> Iterator[RawCommit]:
    field = next(parts, None)
    while field is not None:
        id = field.rpartition(b"\1")[2].decode("ascii")
        parents, name, mail, when, *committer, encoding, message = (
            next(parts) for _ in range(_FIELDS)
        )
        changes: list[RawChange] = []
        field = next(parts, None)
        while field is not None and not field.lstrip(b"\n").startswith(b"\1"):
            if (facts := field.lstrip(b"\n")).startswith(b":"):
                if len(changes) == most:
                    raise TooManyChanges(id)
                changes.append(_change(facts, parts))
            field = next(parts, None)
        commit = Commit(
            id=id,
            author_name=_text(name)[:READ_NAME],
            author_mail=_text(mail)[:READ_NAME],
            when=read_time(when.decode("ascii", "replace")),
            message=_text(message)[:READ_MESSAGE].strip(),
            parents=tuple(parents.decode("ascii").split()),
        )
        committed = Author(*(_text(part)[:READ_NAME] for part in committer))
        yield RawCommit(commit, committed, tuple(changes), _text(encoding))


def _change(facts: bytes, parts: Iterator[bytes]) -> RawChange:
    """``:mode mode id id S``; of a merge of n parents n colons, n + 1 modes, n + 1 ids, n letters.

    Only of two sides does git tell what moved, and then names both.
    """
    parents = len(facts) - len(facts.lstrip(b":"))
    words = facts[parents:].split(b" ")
    first = decode_name(next(parts))
    moved = parents == 1 and words[-1][:1] in b"RC"
    file = decode_name(next(parts)) if moved else first
    return RawChange(
        file=file,
        old_file=first if moved and words[-1][:1] == b"R" else None,
        old_mode=words[0],
        mode=words[parents],
        before=words[parents + 1].decode("ascii"),
        after=words[2 * parents + 1].decode("ascii"),
    )


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
