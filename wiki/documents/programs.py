"""Programs and functions that read or make documents: their turns, and in words what went wrong."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from wiki.errors import NotInstalled, TooLarge, TooMany, Unmade
from wiki.people.person import Person
from wiki.resources import how_to_add, is_installed
from wiki.sandbox import functions, runner
from wiki.sandbox.turns import Busy, Turns
from wiki.translation import gettext as _

#: of one process: those that work, those that wait for a turn; there are eight threads or so
_turns = Turns(2, waiting=2, room=150 << 20)
#: what pandoc and typst may take, and so what calls them
_MEMORY = 2 << 30
#: the extra of the package that brings them
_EXTRA = "documents"


def missing_programs(person: Person | None = None) -> str:
    """What cannot be done where pandoc and typst are not installed, in words; "" where they are.

    To an administrator also how to add them.
    """
    if is_installed(_EXTRA):
        return ""
    words = _(
        "PDF, Word, LibreOffice and EPUB files are neither made nor read here: the programs for it"
        " are not installed."
    )
    if person is not None and person.role == "admin":
        words += " " + _("To add them: {command} – then start the wiki again.").format(
            command=how_to_add(_EXTRA)
        )
    return words


def require_programs() -> None:
    """Raises NotInstalled where pandoc and typst are not installed."""
    if words := missing_programs():
        raise NotInstalled(words, _EXTRA)


def run(
    command: Sequence[str],
    files: Mapping[str, bytes],
    output: str,
    *,
    seconds: float,
    environment: Mapping[str, str] | None = None,
) -> bytes:
    """As ``runner.run``. Raises TooMany where its turn did not come, TooLarge where it took too
    long, Unmade where it failed."""
    with _turn(seconds):
        return runner.run(
            command, files, output, seconds=seconds, memory=_MEMORY, environment=environment
        )


def call(
    function: functions.Called, question: Mapping[str, Any], data: bytes, *, seconds: float
) -> tuple[Mapping[str, Any], list[bytes]]:
    """As ``functions.call``. Raises as ``run`` does, and what the function raises."""
    with _turn(seconds):
        return functions.call_in_child(function, question, data, seconds=seconds, memory=_MEMORY)


@contextmanager
def _turn(seconds: float) -> Iterator[None]:
    try:
        with _turns.take(seconds):
            yield
    except Busy:
        words = _("Many documents are being made just now. Try again in a minute.")
        raise TooMany(words, retry_after=60) from None
    except runner.TimedOut:
        words = _("This document takes too long to read or to make. Try a smaller part of it.")
        raise TooLarge(words) from None
    except runner.Failed:
        raise Unmade(_("This document could not be read or made. Try another format.")) from None
