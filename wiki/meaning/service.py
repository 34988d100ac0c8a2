"""The process that encodes for all others of a server: weights take 200 MB, and are seldom wanted.

::

    a web worker ──┐
    a task ────────┴──call──▶ this process ──▶ rows of vectors

It is started by a call and ends when there was none for a while (``processes/supervisor.py``). What
is asked by a process that steps back, such as that of a task, is read at the lowest priority and
with rests: after an import it takes minutes, and people come first.
"""

import json
import os
import socket
import sys
import time
from collections.abc import Sequence
from threading import Lock, Thread, get_native_id
from typing import TYPE_CHECKING

from wiki.config.memory import is_short_of
from wiki.meaning.encoding import BY_NAME, Encoder, Matrix, encode_elsewhere
from wiki.processes.calls import Door
from wiki.processes.memory import be_ended_first

if TYPE_CHECKING:
    from wiki.processes.supervisor import EndAsked

#: seconds without a call after which the process ends
IDLE = 30.0
_LOOK = 0.2
#: texts that are read between two rests: who waits for one of their own comes in between
_AT_ONCE = 8
#: seconds that someone waits who is waited for, who then goes by words alone; those who step back
#: wait for as long as it takes
_PATIENCE = 5.0
_LOWEST = 19
#: bytes that others are left where weights are read, and kept; seconds until that is looked at,
#: and for which work that can wait waits for them: other tasks wait behind it
_SPARE, _SOON, _WHILE = 60 << 20, 1.0, 20.0
#: for the kernel, where memory is at an end: words are left, and it starts again
_EXPENDABLE = 600


class Elsewhere:
    """An encoder whose texts are read by the process behind ``door``."""

    def __init__(self, encoder: Encoder, door: Door) -> None:
        self.name, self.dimensions = encoder.name, encoder.dimensions
        self.weight, self.quick = encoder.weight, encoder.quick
        self._door = door

    def encode(self, texts: Sequence[str]) -> Matrix:
        """See Encoder. Raises OSError where nobody reads, or not in time."""
        until = time.monotonic() + _PATIENCE
        try:
            return self._ask(texts, until)
        except ConnectionError:
            # Whoever was at it is gone; another is started.
            return self._ask(texts, until)

    def _ask(self, texts: Sequence[str], until: float) -> Matrix:
        import numpy as np

        patient = os.getpriority(os.PRIO_PROCESS, 0) > 0
        with self._door.call() as line:
            line.settimeout(None if patient else max(until - time.monotonic(), _LOOK))
            line.sendall(json.dumps([self.name, patient, list(texts)]).encode() + b"\n")
            with line.makefile("rb") as answer:
                rows = np.frombuffer(answer.read(), np.float32)
        if rows.size != len(texts) * self.dimensions:
            raise ConnectionResetError("the process that encodes is gone, or has no memory")
        return rows.reshape(len(texts), self.dimensions)


def offer(door: Door) -> None:
    """Has this process, and those forked from it, ask behind ``door`` from now on."""
    encode_elsewhere(lambda encoder: Elsewhere(encoder, door))


def run(door: Door, asked: "EndAsked", idle: float = IDLE) -> None:
    """Answers calls until the end is asked for, or nobody has called for ``idle`` seconds.

    Where memory is short, for a moment.
    """
    encode_elsewhere(None)
    be_ended_first(_EXPENDABLE)
    reading = _Reading()
    threads: list[Thread] = []
    last = time.monotonic()
    while not asked:
        threads = [one for one in threads if one.is_alive()]
        if (line := door.answer(_LOOK)) is not None:
            threads.append(Thread(target=reading.answer, args=(line,), daemon=True))
            threads[-1].start()
        if threads:
            last = time.monotonic()
        elif (since := time.monotonic() - last) > idle or (since > _SOON and is_short_of(_SPARE)):
            return


class _Reading:
    """The encoders, each reading for one at a time."""

    def __init__(self) -> None:
        self._locks = {name: Lock() for name in BY_NAME}
        self._ready: set[str] = set()

    def answer(self, line: socket.socket) -> None:
        """Reads what is asked on ``line``, whose other end may hang up at any time."""
        try:
            with line, line.makefile("rb") as question:
                self._read(line, *json.loads(question.readline()))
        except ConnectionError:
            pass

    def _read(self, line: socket.socket, name: str, patient: bool, texts: Sequence[str]) -> None:
        kind, until = BY_NAME[name], time.monotonic() + _WHILE * patient
        while name not in self._ready and is_short_of(kind.takes + _SPARE):
            if time.monotonic() > until:
                return  # they go by words alone, or are tried again
            time.sleep(_SOON)
        self._ready.add(name)
        encoder = kind.make()
        if patient and sys.platform == "linux":
            # Of this thread alone.
            os.setpriority(os.PRIO_PROCESS, get_native_id(), _LOWEST)
        for start in range(0, len(texts), _AT_ONCE):
            begun = time.thread_time()
            with self._locks[name]:
                rows = encoder.encode(texts[start : start + _AT_ONCE])
            line.sendall(rows.tobytes())
            if patient:
                time.sleep(time.thread_time() - begun)
