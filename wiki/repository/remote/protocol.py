"""git's own servers over pipes: what a client asks for, as it comes; nothing is held in memory."""

import re
import subprocess
from collections.abc import Generator, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import IO, cast

from wiki.repository.objects import BRANCH
from wiki.repository.process import end, run, start

#: seconds that a clone may take
CLONE_TIME = 300.0
SERVICES = ("git-upload-pack", "git-receive-pack")
_CHUNK = 65_536
_AT_BRANCH = re.compile(rb"[0-9a-f]{40}(?= %s\0)" % BRANCH.encode("ascii"))
_PROTOCOL = re.compile(r"version=[0-9](:[a-z]+=[a-z0-9]{1,10}){0,3}")

#: The one branch is told of, and nothing that the wiki keeps under other names.
_READING = {
    "transfer.hideRefs": "refs",
    "uploadpack.hideRefs": "!refs/heads/main",
    # Clones without old files; kinds of filter that could be made costly are not for strangers.
    "uploadpack.allowFilter": "true",
    "uploadpackfilter.allow": "false",
    "uploadpackfilter.blob:none.allow": "true",
    "uploadpackfilter.blob:limit.allow": "true",
    "uploadpackfilter.tree.allow": "true",
}
#: Two settings: more than one word in one, and git would take the last for the only one.
_WRITING = {"receive.hideRefs": "refs/imports", "transfer.hideRefs": "refs/aside"}


def advertisement(folder: Path, service: str, protocol: str, branch: str = "") -> bytes:
    """What ``service``, one of SERVICES, says first of the repository ``folder``.

    That the branch stands at the commit ``branch``, where one is given.
    """
    if service not in SERVICES:
        raise ValueError(service)
    _status, said = run(
        folder,
        service.removeprefix("git-"),
        "--stateless-rpc",
        "--http-backend-info-refs",
        str(folder),
        settings=_READING if service == "git-upload-pack" else _WRITING,
        variables=spoken(protocol),
    )
    if branch:
        said = _AT_BRANCH.sub(branch.encode("ascii"), said, count=1)
    return packet(f"# service={service}\n".encode("ascii")) + b"0000" + said


def upload(folder: Path, asked: IO[bytes], protocol: str) -> Generator[bytes]:
    """What ``git upload-pack`` answers to ``asked``; ended, with git, when nobody reads on.

    Cut off after CLONE_TIME: the client tells that a part is missing.
    """
    with TemporaryFile() as question:
        while chunk := asked.read(_CHUNK):
            question.write(chunk)
        question.seek(0)
        child = start(
            folder,
            ("upload-pack", "--stateless-rpc", str(folder)),
            settings=_READING,
            variables=spoken(protocol),
            stdin=question,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    watch = Timer(CLONE_TIME, end, [child])
    watch.daemon = True
    watch.start()
    try:
        with cast(IO[bytes], child.stdout) as output:
            while chunk := output.read1(_CHUNK):  # type: ignore[attr-defined]
                yield chunk
    finally:
        watch.cancel()
        end(child)


def spoken(protocol: str) -> Mapping[str, str]:
    """The variables that tell git which protocol the client speaks, if that is one."""
    return {"GIT_PROTOCOL": protocol} if _PROTOCOL.fullmatch(protocol) else {}


def packet(data: bytes) -> bytes:
    """``data`` as git frames it."""
    return b"%04x%s" % (len(data) + 4, data)


def remote_words(text: str) -> bytes:
    """``text`` for the client's terminal, where each line comes after ``remote: ``."""
    lines = "".join(f"{line}\n" for line in text.splitlines())
    data = lines.encode("utf-8", "replace")
    # A packet holds less than 1,000 bytes where a client only knows the old way.
    return b"".join(packet(b"\x02" + data[at : at + 900]) for at in range(0, len(data), 900))
