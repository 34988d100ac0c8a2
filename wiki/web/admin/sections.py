"""What stands on the index page of administrators: small sections, from this room and others.

A module that has something for administrators registers a section when it is imported::

    from wiki.web.admin.sections import Line, Section, register

    def _lines(reader: Reader) -> Sequence[Line]:
        return [Line(_("Texts that wait"), "/-/moderation", count_waiting(reader))]

    register(Section(lazy("Moderation"), _lines, order=30))

``lines`` is called at each request for the page, with the administrator's reader, and should be
quick: a count, a state in a word. One that raises costs its own section only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from wiki.reading import Reader


@dataclass(frozen=True)
class Line:
    """A line of a section: where it leads, how many there are (None: not told), a few words."""

    label: str
    url: str
    count: int | None = None
    words: str = ""
    #: a sentence that stands above all sections
    warning: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the index page; ``order`` sorts them, lowest first."""

    title: Any
    lines: Callable[[Reader], Sequence[Line]]
    order: int = 50


_sections: list[Section] = []


def register(section: Section) -> None:
    """Puts a section on the index page."""
    _sections.append(section)


def sections() -> list[Section]:
    """Every section, in order."""
    return sorted(_sections, key=lambda one: one.order)
