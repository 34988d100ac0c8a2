"""What stands on the index page of administrators: needs first, then small sections by part.

A module that has something for administrators registers a section when it is imported::

    from wiki.web.admin.sections import Line, Need, Section, register

    def _lines(reader: Reader) -> Sequence[Line]:
        return [Line(_("Texts that wait"), "/-/moderation", count_waiting(reader))]

    def _needs(reader: Reader) -> Sequence[Need]:
        if not (count := count_waiting(reader)):
            return []
        return [Need(_("Texts wait to be read."), _("Read them"), "/-/moderation", PROPOSALS)]

    register(Section(lazy("Moderation"), _lines, order=30, part=CONTENT, needs=_needs))

Both are called at each request for the page, with the administrator's reader, and should be quick:
a count by an index, a state in a word. What takes longer is worked out by a task of the background
(``jobs/overview.py``). One that raises costs its own section only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wiki.reading import Reader

#: the parts of the page that sections stand in, in order
HEALTH, PEOPLE, CONTENT, USE = "health", "people", "content", "use"

# What needs someone, the most urgent first: what stops the wiki, what keeps people waiting for what
# they were promised, what will go wrong, what waits for an answer, what can be tidied up.
STOPPED = 0
MAILS, TASKS, DISK, BACKUPS, INDEX, FORMAT = 10, 20, 30, 40, 50, 60
REPORTS, PROPOSALS, WAITING, ORPHANS, LEFTOVERS = 70, 90, 92, 94, 95


@dataclass(frozen=True)
class Need:
    """Something that needs an administrator: a sentence, and one button that leads to its end.

    The button leads to ``url``; where there is ``sends``, it sends these fields there (POST), so
    that a click does it. ``order`` is one of the numbers above.
    """

    words: str
    button: str
    url: str
    order: int = BACKUPS
    sends: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A line of a section: where it leads, how many there are (None: not told), a few words."""

    label: str
    url: str
    count: int | None = None
    words: str = ""
    #: a sentence that makes the line a need, of that ``order``, whose button leads where it does
    warning: str = ""
    order: int = BACKUPS


@dataclass(frozen=True)
class Section:
    """Lines of the index page; ``order`` sorts them, lowest first, in their ``part`` of it.

    ``title`` is what the log calls it where it cannot be told.
    """

    title: Any
    lines: Callable[[Reader], Sequence[Line]]
    order: int = 50
    part: str = HEALTH
    needs: Callable[[Reader], Sequence[Need]] | None = None


_sections: list[Section] = []


def register(section: Section) -> None:
    """Puts a section on the index page."""
    _sections.append(section)


def sections() -> list[Section]:
    """Every section, in order."""
    return sorted(_sections, key=lambda one: one.order)
