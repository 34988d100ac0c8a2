"""Statements that took long: a line in the log for each, without the values of any row."""

import logging
from math import inf

_log = logging.getLogger("wiki.slow")
#: characters of a statement that are told
_LONGEST = 2_000


class _Limit:
    """Seconds that a statement may take unseen: a number that is read where it is fast."""

    seconds = inf


limit = _Limit()


def watch_statements(milliseconds: int) -> None:
    """Has statements that take longer told in this process; 0: none is."""
    limit.seconds = milliseconds / 1_000 or inf


def note_statement(statement: str, seconds: float) -> None:
    """Tells of one that took longer than ``limit``."""
    words = " ".join(statement.split())
    _log.warning("%.0f ms: %s", seconds * 1_000, words[:_LONGEST])
