"""The gate for long pages, and code to highlight, in a process of their own that can be killed.

Python cannot stop a thread, and some expressions hold the interpreter until they are done. A child
process that is past its time is killed, less of the page is shown (or its code stands plain), and
no other request has waited for it. Its time is the processor's, as in ``allowance.py``. Children
are started when first needed, answer one line of JSON with one line of JSON, and leave by
themselves when nobody has asked for a minute.

Block views and wiki links are asked for in the parent, where the instance is (``views.py``). For a
long page the parent lays the answers out, which is quick, and a child does the gate. A page with
code is short: the child gets its text and the answers, reads it once more and does the rest. So a
child opens no store, knows no secret and needs no plugin.
"""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markdown_it.token import Token

from wiki.processes.channel import Channel
from wiki.rendering.allowance import PATIENCE
from wiki.rendering.code import language_of
from wiki.translation import for_child

#: children of one process, so that one hostile page does not hold up the next
CHILDREN = 2
_START_SECONDS, _LEAVING_SECONDS = 30.0, 5.0
#: a timer of no seconds would be none
_AT_LEAST = 0.001
#: nothing of ours but the way to this package: settings may hold passwords
_ENVIRONMENT = {"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": os.environ.get("PATH", "")}


class Refused(Exception):
    """All children were busy for too long, or the machine was; another time it may go better."""


class TooSlow(Refused):
    """A child worked for longer than it may, and so would the next."""


def weight(tokens: Sequence[Token]) -> int:
    """How many tokens there are, those inside others included."""
    total = len(tokens)
    for token in tokens:
        if token.children:
            total += len(token.children)
        elif token.type == "block":
            total += weight(token.meta["block"].tokens)
    return total


def has_code(tokens: Sequence[Token]) -> bool:
    """Whether any of it is code in a language."""
    return any(
        has_code(token.meta["block"].tokens)
        if token.type == "block"
        else token.type == "fence" and language_of(token.info)
        for token in tokens
    )


class Children:
    """The children of one process: at most ``count``, each busy with one page at a time."""

    def __init__(self, count: int = CHILDREN) -> None:
        self._free = threading.BoundedSemaphore(count)
        self._idle: list[_Child] = []
        self._lock = threading.Lock()

    def ask(self, request: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """The answer of a child to ``request``, in ``seconds`` of work. Raises TooSlow, Refused."""
        line = json.dumps({**request, "seconds": max(seconds, _AT_LEAST)}).encode() + b"\n"
        patience = PATIENCE * seconds
        if not self._free.acquire(timeout=patience):
            raise Refused
        try:
            return self._ask(line, patience)
        except OSError as error:
            raise Refused from error
        finally:
            self._free.release()

    def _ask(self, line: bytes, seconds: float) -> dict[str, Any]:
        child = self._taken()
        try:
            try:
                answer = child.ask(line, seconds)
            except ConnectionError:
                # It left because nobody had asked, just before we did.
                child.end()
                child = _Child()
                answer = child.ask(line, seconds)
        except BaseException:
            child.end()
            raise
        with self._lock:
            self._idle.append(child)
        return answer

    def _taken(self) -> "_Child":
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return _Child()

    def close(self) -> None:
        """Ends the children that are idle."""
        with self._lock:
            children, self._idle = self._idle, []
        for child in children:
            child.end()


class _Child:
    """One child process and the socket that joins it to this one."""

    def __init__(self) -> None:
        here, there = socket.socketpair()
        with there:
            # -P: what lies in the folder we stand in is no module of ours.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "wiki.rendering.child"],
                stdin=there.fileno(),
                stdout=subprocess.DEVNULL,
                env={**_ENVIRONMENT, **for_child()},
            )
        self.channel = Channel(here)
        try:
            self.channel.read(time.monotonic() + _START_SECONDS)
        except BaseException:
            self.end()
            raise

    def ask(self, line: bytes, seconds: float) -> dict[str, Any]:
        """The child's answer. Raises TimeoutError after ``seconds``.

        Raises TooSlow if its time for work was over, ConnectionError if it left before.
        """
        try:
            return self.channel.ask(line, seconds)
        except ConnectionError:
            if self._worked_too_long():
                raise TooSlow from None
            raise

    def _worked_too_long(self) -> bool:
        """Whether it ended because its time was over."""
        try:
            return self._process.wait(_LEAVING_SECONDS) == -signal.SIGPROF
        except subprocess.TimeoutExpired:
            return False

    def end(self) -> None:
        """Kills the child, whatever it is doing."""
        self.channel.close()
        self._process.kill()
        self._process.wait()


_children: dict[int, Children] = {}


def children() -> Children:
    """The children of this process; those of the process that it was forked from are not its."""
    pid = os.getpid()
    if pid not in _children:
        _children.clear()
        _children[pid] = Children()
        atexit.register(_children[pid].close)
    return _children[pid]
