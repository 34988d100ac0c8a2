"""Pointers of Git LFS: what git holds in place of a file whose bytes are kept elsewhere.

::

    version https://git-lfs.github.com/spec/v1
    oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
    size 12345
"""

import re
from dataclasses import dataclass

#: the first line; older programs wrote the second name
_FIRST = re.compile(rb"version https://(?:git-lfs|hawser)\.github\.com/spec/")
#: as ``Pointer.text`` writes it, and no other way
_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n"
    rb"oid sha256:([0-9a-f]{64})\nsize (0|[1-9][0-9]{0,15})\n"
)
#: bytes of a pointer, the shortest and the longest that there is
SHORTEST, LONGEST = 126, 141


@dataclass(frozen=True, order=True)
class Pointer:
    """``oid`` is the sha256 of the bytes, of which there are ``size``."""

    oid: str
    size: int

    @property
    def text(self) -> bytes:
        """What git holds."""
        lines = ("version https://git-lfs.github.com/spec/v1", f"oid sha256:{self.oid}")
        return "\n".join((*lines, f"size {self.size}", "")).encode()


def read_pointer(data: bytes) -> Pointer | None:
    """The pointer that a file of git's is, byte for byte; None where it is none."""
    found = _POINTER.fullmatch(data) if SHORTEST <= len(data) <= LONGEST else None
    return None if found is None else Pointer(found[1].decode(), int(found[2]))


def is_like_pointer(data: bytes) -> bool:
    """Whether a program takes it for a pointer, however it is written."""
    return _FIRST.match(data[:100].lstrip()) is not None
