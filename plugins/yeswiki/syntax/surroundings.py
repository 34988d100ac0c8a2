"""What a text of a YesWiki is read against: the pages, files and forms of its site (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Target:
    """Where a link leads: ``kind`` is ``page`` (``to`` is a path), ``file`` or ``web`` (an
    address), or ``nowhere``; ``words`` are what it is called, ``there`` is whether it came too.
    """

    kind: str
    to: str
    words: str
    there: bool = True


class Site(Protocol):
    """The site that a text is of."""

    def target(self, link: str) -> Target:
        """Where a link leads: a name of a page, an address, ``files/…``."""

    def is_page(self, tag: str) -> bool:
        """Whether a page of that name came, so that the bare name in a text is a link."""

    def file(self, name: str, page: str) -> Target:
        """The file that ``{{attach}}`` of ``page`` names."""

    def listing(self, form: str, parameters: Mapping[str, str]) -> str | None:
        """The block that lists the entries of a form; None where there is none for it."""


@dataclass(frozen=True)
class Loss:
    """What could not be carried, and its source."""

    what: str
    detail: str


@dataclass
class Losses:
    """The losses of one text, each once; ``readers`` are lists of those who saw parts of it."""

    found: dict[Loss, None] = field(default_factory=dict)
    readers: list[str] = field(default_factory=list)

    def add(self, what: str, detail: str) -> None:
        """Notes one."""
        if len(self.found) < 500:
            self.found[Loss(what, " ".join(detail.split())[:300])] = None
