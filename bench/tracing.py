"""What one request costs in places entered: own files, calls between them, SQL, transactions.

A request runs in this thread under ``sys.setprofile``; a template counts as the file that it is.
What other threads and processes do for it (git, tasks) is not counted.
"""

import inspect
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from sqlite3 import dbapi2
from types import FrameType
from typing import Any

_ROOT = Path(__file__).parents[1]
_OWN = tuple(f"{_ROOT / name}/" for name in ("wiki", "plugins", "templates"))
_FOREIGN = ("/node_modules/", "/tests/")


@dataclass
class Trace:
    """What was entered between two moments of one thread.

    ``hops`` counts calls from one own file into another, library frames between them left out.
    ``selects`` holds each SELECT that was run; ``transactions`` counts, for all stores together,
    BEGIN and each SELECT that ran outside of one.
    """

    files: set[str] = field(default_factory=set)
    hops: int = 0
    selects: list[str] = field(default_factory=list)
    transactions: int = 0


@cache
def own(file: str) -> bool:
    """Whether a code object's file is the wiki's, a plugin's or a template."""
    return file.startswith(_OWN) and not any(part in file for part in _FOREIGN)


class Statements:
    """Reports each statement of every SQLite connection that is opened from now on."""

    def __init__(self) -> None:
        self.trace: Trace | None = None
        self._connect: Callable[..., sqlite3.Connection] = sqlite3.connect
        self._open_with(self._opened)

    def restore(self) -> None:
        """Leaves connections opened from now on alone."""
        self._open_with(self._connect)

    @staticmethod
    def _open_with(connect: Callable[..., sqlite3.Connection]) -> None:
        for module in (sqlite3, dbapi2):
            setattr(module, "connect", connect)  # noqa: B010 - as a library takes it up

    def _opened(self, *args: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = self._connect(*args, **options)
        connection.set_trace_callback(lambda sql: self._ran(connection, sql))
        return connection

    def _ran(self, connection: sqlite3.Connection, sql: str) -> None:
        if self.trace is None:
            return
        word = sql.lstrip().partition(" ")[0].rstrip(";").lower()
        if word in ("select", "with"):
            self.trace.selects.append(" ".join(sql.split()))
            self.trace.transactions += not connection.in_transaction
        elif word == "begin":
            self.trace.transactions += 1


@contextmanager
def statements() -> Iterator[Statements]:
    """Sees the SQL of every connection opened inside."""
    seen = Statements()
    try:
        yield seen
    finally:
        seen.restore()


def traced(request: Callable[[], object], seen: Statements) -> Trace:
    """Runs ``request`` in this thread and returns what it entered."""
    trace = Trace()
    begun: set[FrameType] = set()

    def entered(frame: FrameType, event: str, _arg: object) -> None:
        if event != "call" or not own(file := frame.f_code.co_filename):
            return
        if frame.f_code.co_flags & inspect.CO_GENERATOR:
            # A generator that goes on is no new call.
            if frame in begun:
                return
            begun.add(frame)
        trace.files.add(file)
        caller = frame.f_back
        while caller is not None and not own(caller.f_code.co_filename):
            caller = caller.f_back
        trace.hops += caller is not None and caller.f_code.co_filename != file

    seen.trace = trace
    sys.setprofile(entered)
    try:
        request()
    finally:
        sys.setprofile(None)
        seen.trace = None
    return trace
