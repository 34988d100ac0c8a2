"""Answers that one worker has made, for the others: memory that all have shared since the fork.

::

    made ──▶ put ──▶ a slot by the key: digest, size, bytes ──▶ get ──▶ does it stand here? ──▶ kept

Each worker has a cache of its own, and after a save each would make the same page anew. What is
here is only looked for where it would be made otherwise; a slot holds the last of all the keys that
fall into it. Of a writer who was killed half-way nothing is read.
"""

import fcntl
import mmap
import os
import pickle
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any

#: answers that there is room for, and the bytes of each: memory is taken as it is written to
_SLOTS, _ROOM = 64, 1 << 16
#: what a slot begins with: a digest of the key and of what follows, and its size
_DIGEST = 16
_HEADER = _DIGEST + 4


class SharedAnswers:
    """What this process, and those that it forks from now on, have made.

    Nothing is shared where the system has no memory with a name for itself (Linux has).
    """

    def __init__(self) -> None:
        self._file = os.memfd_create("answers") if hasattr(os, "memfd_create") else -1
        if self._file >= 0:
            os.ftruncate(self._file, _SLOTS * _ROOM)
            self._memory = mmap.mmap(self._file, _SLOTS * _ROOM)

    def __del__(self) -> None:
        if self._file >= 0:
            os.close(self._file)

    def put(self, key: Hashable, value: Any) -> None:
        """Has others find ``value`` under ``key``, unless it is too large."""
        data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        if self._file >= 0 and _HEADER + len(data) <= _ROOM:
            at = _ROOM * _slot(key)
            header = _digest(key, data) + len(data).to_bytes(4, "little")
            self._memory[at : at + _HEADER + len(data)] = header + data

    def get(self, key: Hashable) -> Any:
        """What was put under ``key`` last; None where another, or nothing whole, is there."""
        if self._file < 0:
            return None
        at = _ROOM * _slot(key)
        header = self._memory[at : at + _HEADER]
        size = int.from_bytes(header[_DIGEST:], "little")
        data = self._memory[at + _HEADER : at + _HEADER + min(size, _ROOM)]
        if not size or header[:_DIGEST] != _digest(key, data):
            return None
        return pickle.loads(data)  # noqa: S301 - nobody but our own processes has this memory

    @contextmanager
    def turn(self, key: Hashable) -> Iterator[bool]:
        """Whether no other process makes what is under ``key``: inside, none begins to."""
        if self._file < 0:
            yield True
            return
        slot = _slot(key)
        try:
            # It is let go of where its holder is killed.
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, slot)
        except OSError:
            yield False
            return
        try:
            yield True
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, slot)


def _slot(key: Hashable) -> int:
    return int.from_bytes(_digest(key, b"")[:4], "little") % _SLOTS


def _digest(key: Hashable, data: bytes) -> bytes:
    return blake2b(data, key=blake2b(repr(key).encode()).digest(), digest_size=_DIGEST).digest()
