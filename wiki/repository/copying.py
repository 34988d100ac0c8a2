"""Commits taken unchanged from one repository into another, with all that they need, no more."""

import subprocess
from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryFile

from wiki.repository.process import STREAM_TIME, GitFailed, end, start

_PACK = ("pack-objects", "--revs", "--stdout", "--delta-base-offset", "-q")
_UNPACK = ("index-pack", "--stdin", "--fix-thin")


def copy_commits(source: Path, target: Path, tips: Collection[str], known: str | None) -> None:
    """Copies what ``tips`` reach, and ``known``, which is there already, does not.

    Raises GitFailed; then the target holds a part of it, which nothing names.
    """
    wanted = "".join(f"{tip}\n" for tip in tips) + (f"^{known}\n" if known else "")
    with TemporaryFile() as asked, TemporaryFile() as said:
        asked.write(wanted.encode("ascii"))
        asked.seek(0)
        sender = start(source, _PACK, stdin=asked, stdout=subprocess.PIPE, stderr=said)
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
