"""What a text is read against: the site that it comes from, and what was lost of it."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Target:
    """Where a link leads: ``kind`` is ``page`` (a path here), ``file`` (an address here), ``web``
    (an address elsewhere) or ``nowhere``; ``words`` stand there where the link says none. A file
    that is not ``there`` did not come along.
    """

    kind: str
    to: str
    words: str
    anchor: str = ""
    there: bool = True


class Site(Protocol):
    """The site that pages come from; there, ``CamelCase`` may be a link."""

    @property
    def links_by_capitals(self) -> bool:
        """Whether it is."""

    def link(self, raw: str, page: str) -> Target:
        """What ``[[raw]]`` leads to in the text of ``page``."""

    def medium(self, raw: str, page: str) -> Target:
        """What ``{{raw}}`` shows there."""


@dataclass(frozen=True)
class Loss:
    """What could not be carried: a short translated word for it, what stood there, its line."""

    what: str
    detail: str
    line: int


@dataclass
class Losses:
    """All that one text lost, each once."""

    found: dict[tuple[str, str], Loss] = field(default_factory=dict)
    most: int = 200

    def add(self, what: str, detail: str, line: int = 0) -> None:
        """Notes it; of a text that has too many, the first are kept."""
        detail = " ".join(detail[:400].split())[:200]
        if len(self.found) < self.most:
            self.found.setdefault((what, detail), Loss(what, detail, line))
