"""Commits taken unchanged from one repository into another, with all that they need, no more."""

import subprocess
from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryFile

from wiki.repository.process import STREAM_TIME, GitFailed, end, start

_PACK = ("pack-objects", "--stdout", "--delta-base-offset", "-q")
_UNPACK = ("index-pack", "--stdin", "--fix-thin")


def copy_commits(source: Path, target: Path, tips: Collection[str], known: str | None) -> None:
    """Copies what ``tips`` reach, and ``known``, which is there already, does not.

    Raises GitFailed; then the target holds a part of it, which nothing names.
    """
    _copy(source, target, [*tips, *([f"^{known}"] if known else [])], "--revs")


def copy_objects(source: Path, target: Path, ids: Collection[str]) -> None:
    """Copies these objects and nothing beside them. Raises GitFailed."""
    # git reuses the deltas that it has, and looks for no others.
    _copy(source, target, ids, "--window=0")


def _copy(source: Path, target: Path, wanted: Collection[str], how: str) -> None:
    with TemporaryFile() as asked, TemporaryFile() as said:
        asked.write("".join(f"{one}\n" for one in wanted).encode("ascii"))
        asked.seek(0)
        sender = start(source, (*_PACK, how), stdin=asked, stdout=subprocess.PIPE, stderr=said)
        receiver = start(
            target, _UNPACK, stdin=sender.stdout, stdout=subprocess.DEVNULL, stderr=said
        )
        try:
            if sender.stdout is not None:
                sender.stdout.close()
            receiver.wait(STREAM_TIME)
            sender.wait(STREAM_TIME)
        except subprocess.TimeoutExpired as error:
            raise GitFailed(-9, "copying took too long") from error
        finally:
            end(sender)
            end(receiver)
        if status := sender.returncode or receiver.returncode:
            said.seek(0)
            raise GitFailed(status, said.read(2000).decode("utf-8", "replace").strip())
