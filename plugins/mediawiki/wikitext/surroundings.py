"""What a page's text is read against: the site that it comes from, as far as it is known."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from .nodes import Nodes


@dataclass(frozen=True)
class Target:
    """Where a link leads: ``kind`` is ``page`` (a path here), ``file`` (an address here), ``web``
    (an address elsewhere), ``category`` (its name), ``language`` (the same page in another
    language) or ``nowhere``; ``words`` are what stands there where the link says none. A file that
    is not ``there`` is none of those that came along.
    """

    kind: str
    to: str
    words: str
    there: bool = True


class Site(Protocol):
    """The site that pages come from."""

    name: str

    def target(self, title: str, page: str) -> Target:
        """What ``[[title]]`` leads to in the text of ``page``; without its fragment."""

    def template(self, name: str) -> Nodes | None:
        """What the template of that name puts into a page; None where it is not there."""


@dataclass(frozen=True)
class Loss:
    """What could not be carried: a short translated word for it, and what stood there."""

    what: str
    detail: str


@dataclass
class Losses:
    """All that one text lost, each once; ``restore`` makes of marks what was written there."""

    found: dict[Loss, None]
    most: int = 200
    restore: Callable[[str], str] = str

    def add(self, what: str, detail: str) -> None:
        """Notes it; of a text that has too many, the first are kept."""
        if len(self.found) < self.most:
            self.found[Loss(what, " ".join(self.restore(detail[:400]).split())[:200])] = None
