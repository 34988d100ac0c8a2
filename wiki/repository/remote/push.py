"""Takes a push: git unpacks it apart from everything, we are asked, and only then the branch moves.

::

    body ──▶ git receive-pack ──▶ quarantine ──▶ pre-receive ──▶ judge, in this process
                                                     ▲                 │ under the writers' lock
                    the branch moves, or nothing ◀───┴── ok, or words ◀┘

Where others have saved meanwhile the judge moves the branch itself, to a commit that joins both
(``Joined``): git is told no, as it would move it to what was pushed, and its client that it went.

The hook is four lines of shell that hand the question to the process that waits, and its answer
back: no second wiki need start, and the lock is held by who asked for it.
"""

import os
import re
import secrets
import select
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, cast

from wiki.errors import WikiError
from wiki.repository.objects import BRANCH, Author
from wiki.repository.process import end, output_of, start
from wiki.repository.rawlog import NOTHING
from wiki.repository.remote.protocol import CLONE_TIME, packet, remote_words, spoken
from wiki.repository.repository import Repository

#: bytes of git's answer: a report of a few lines
_LONGEST_ANSWER = 1_000_000
#: git allocates no more at once: of a delta some bytes can say that gigabytes come of them
_MOST_MEMORY = "256m"
#: seconds after which nobody is at a push any more
_ABANDONED = 3600.0
#: lines that are looked at for a certificate, which comes before any other command
_MOST_COMMANDS = 100_000
_UPDATE = re.compile(rb"([0-9a-f]{40}) ([0-9a-f]{40}) (refs/[^\s\x00-\x1f\x7f]+)")
_HOOK = """#!/bin/sh
# Asks the wiki, which waits at the other end of two pipes, whether this push may be taken.
{ printf '%s\\n' "$GIT_QUARANTINE_PATH"; cat; echo "$CARREFOUR_END"; } > "/dev/fd/$CARREFOUR_ASK"
answer=$(cat < "/dev/fd/$CARREFOUR_ANSWER")
words=${answer#*;}
[ -z "$words" ] || printf '%s\\n' "$words" >&2
[ "${answer%%;*}" = ok ]
"""
#: faults that the check names in a sentence; git would say them in its own words, without the path
LEFT_TO_THE_CHECK = (
    "hasDot",
    "hasDotdot",
    "hasDotgit",
    "gitmodulesName",
    "gitmodulesSymlink",
    "gitmodulesBlob",
    "gitmodulesParse",
    "gitmodulesPath",
    "gitmodulesUrl",
    "gitmodulesUpdate",
    "gitmodulesMissing",
    "gitmodulesLarge",
    "gitattributesBlob",
    "gitattributesLarge",
    "gitattributesLineLength",
    "gitattributesMissing",
    "gitattributesSymlink",
    "gitignoreSymlink",
    "mailmapSymlink",
    "symlinkTargetBlob",
    "symlinkTargetLength",
    "symlinkTargetMissing",
    "nullSha1",
    "zeroPaddedFilemode",
)
_SETTINGS = {
    # One small pack a push; loose objects by the thousand would take longer, and stay.
    "receive.unpackLimit": "1",
    "receive.denyDeletes": "true",
    "receive.denyNonFastForwards": "true",
    "receive.hideRefs": "refs/imports",
    "transfer.hideRefs": "refs/aside",
    "receive.fsckObjects": "true",
    **{f"receive.fsck.{name}": "ignore" for name in LEFT_TO_THE_CHECK},
}


@dataclass(frozen=True)
class Update:
    """A branch or other ref that a push wants to move; NOTHING (zeros) where it is made or goes."""

    ref: str
    old: str
    new: str


class Joined(Exception):
    """What was pushed is on the branch already; said in words for the pusher."""


#: Says what it has to say to the pusher, or raises WikiError or Joined; what it enters on the stack
#: is left once git has moved the branch.
Judge = Callable[[Sequence[Update], Path, ExitStack], str]


@dataclass(frozen=True)
class Received:
    """What ``git receive-pack`` answered; ``asked`` whether it came to the question at all."""

    answer: bytes
    asked: bool


def receive(
    repository: Repository, body: IO[bytes], protocol: str, pusher: Author, judge: Judge
) -> Received:
    """Gives the push ``body`` to git, which asks ``judge`` before anything of it is taken.

    ``pusher`` stands in the branch's log as who moved it.
    """
    _sweep(repository.folder / "objects")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="push-")))
        hook = folder / "pre-receive"
        hook.write_text(_HOOK, "ascii")
        hook.chmod(0o700)
        end_of_question = secrets.token_hex(16)
        asking, asks = os.pipe()
        answers, answering = os.pipe()
        with TemporaryFile() as pushed:
            while chunk := body.read(1 << 20):
                pushed.write(chunk)
            pushed.seek(0)
            child = start(
                repository.folder,
                ("receive-pack", "--stateless-rpc", str(repository.folder)),
                settings={**_SETTINGS, "core.hooksPath": str(folder)},
                variables={
                    **spoken(protocol),
                    **_named(pusher),
                    # Names of refs come as the client sent them: nobody but the hook can end
                    # the question.
                    "CARREFOUR_END": end_of_question,
                    "GIT_ALLOC_LIMIT": _MOST_MEMORY,
                    "CARREFOUR_ASK": str(asks),
                    "CARREFOUR_ANSWER": str(answers),
                },
                stdin=pushed,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=[asks, answers],
                with_us=True,
            )
        os.close(asks)
        os.close(answers)
        output = _Reading(cast(IO[bytes], child.stdout))
        until = time.monotonic() + CLONE_TIME
        answer = stack.enter_context(os.fdopen(answering, "wb"))
        joined = ""
        try:
            question = _question(asking, end_of_question, until)
            if question is not None:
                try:
                    verdict = _verdict(judge, question, stack)
                except Joined as error:
                    verdict, joined = "no;", str(error)
                answer.write(verdict.encode("utf-8", "replace"))
            answer.close()
            said = output.whole(until)
        finally:
            os.close(asking)
            end(child)
        return Received(_report(joined) if joined else said, question is not None)


def _report(words: str) -> bytes:
    """What git answers to a push that it has taken."""
    lines = packet(b"unpack ok\n") + packet(f"ok {BRANCH}\n".encode("ascii")) + b"0000"
    return remote_words(words) + packet(b"\x01" + lines) + b"0000"


def _sweep(objects: Path) -> None:
    """Removes what pushes have left that were killed: git does so after two weeks only."""
    for left in objects.glob("tmp_objdir-incoming-*"):
        with suppress(OSError):
            if left.stat().st_mtime < time.time() - _ABANDONED:
                shutil.rmtree(left)


def is_signed(body: IO[bytes]) -> bool:
    """Whether a push brings a certificate, which git would keep without being asked to.

    Leaves ``body`` at its beginning.
    """
    try:
        for _ in range(_MOST_COMMANDS):
            length = int(body.read(4), 16)
            if length <= 4:
                return False
            if body.read(length - 4).startswith(b"push-cert"):
                return True
    except ValueError:
        pass  # git says what it thinks of it
    finally:
        body.seek(0)
    return False


def _named(pusher: Author) -> Mapping[str, str]:
    return {"GIT_COMMITTER_NAME": pusher.name, "GIT_COMMITTER_EMAIL": pusher.mail}


def _question(pipe: int, last: str, until: float) -> list[bytes] | None:
    """The hook's lines before ``last``; None where git ended, or time did, before it asked."""
    data = b""
    while not data.endswith(f"\n{last}\n".encode("ascii")):
        ready, _, _ = select.select([pipe], [], [], max(0.0, until - time.monotonic()))
        piece = os.read(pipe, 65_536) if ready else b""
        if not piece:
            return None
        data += piece
    return data.split(b"\n")[:-2]


def _verdict(judge: Judge, question: list[bytes], stack: ExitStack) -> str:
    """What the hook is answered: ``ok;`` or ``no;``, then words for the pusher."""
    updates = []
    for line in question[1:]:
        found = _UPDATE.fullmatch(line)
        # A name that is none belongs to no branch.
        old, new, ref = (
            (one.decode("utf-8", "replace") for one in found.groups())
            if found
            else (NOTHING, NOTHING, "")
        )
        updates.append(Update(ref, old, new))
    try:
        return f"ok;{judge(updates, Path(os.fsdecode(question[0])), stack)}"
    except WikiError as error:
        return f"no;{error.words}"


class _Reading:
    """git's answer, read by a thread of its own while the question is thought about."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._data = b""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with self._pipe:
            while piece := self._pipe.read1(65_536):  # type: ignore[attr-defined]
                if len(self._data) < _LONGEST_ANSWER:
                    self._data += piece

    def whole(self, until: float) -> bytes:
        self._thread.join(max(0.0, until - time.monotonic()))
        return self._data


@contextmanager
def overlaid(repository: Repository, quarantine: Path, head: str) -> Iterator[Repository]:
    """``repository`` as it would be with what is in ``quarantine``, and ``head`` for its branch.

    For reading; nothing of it is written.
    """
    with TemporaryDirectory(prefix="incoming-") as name:
        folder = Path(name)
        (folder / BRANCH).parent.mkdir(parents=True)
        (folder / "objects" / "info").mkdir(parents=True)
        (folder / "objects" / "pack").mkdir()
        (folder / "HEAD").write_text(f"ref: {BRANCH}\n", "ascii")
        (folder / "config").write_text("[core]\n\tbare = true\n", "ascii")
        (folder / BRANCH).write_text(f"{head}\n", "ascii")
        stores = (quarantine, repository.folder / "objects")
        (folder / "objects/info/alternates").write_text("".join(f"{one}\n" for one in stores))
        opened = Repository(folder, folder / "lock")
        try:
            yield opened
        finally:
            opened.close()


def objects_in(quarantine: Path) -> Iterator[tuple[str, str, int]]:
    """Id, type and size, unpacked, of every object that a push brought."""
    with TemporaryDirectory(prefix="incoming-") as name:
        folder = Path(name)
        (folder / "refs").mkdir()
        (folder / "HEAD").write_text(f"ref: {BRANCH}\n", "ascii")
        (folder / "objects").symlink_to(quarantine, target_is_directory=True)
        with output_of(
            folder,
            "cat-file",
            "--batch-all-objects",
            "--unordered",
            "--batch-check=%(objectname) %(objecttype) %(objectsize)",
        ) as output:
            for line in output:
                id, kind, size = line.decode("ascii").split()
                yield id, kind, int(size)
