"""What a YesWiki keeps, told by its dump or its entries: one form for all (pure)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from wiki.api.meaning import fold
from wiki.api.translation import gettext as _

_MACHINE = re.compile(r"[\da-fA-F]*[.:][\da-fA-F.:]*")
ENTRY, LIST = "fiche_bazar", "liste"


@dataclass(frozen=True)
class State:
    """One state of a page: ``body`` is its text, or the JSON of an entry or a list."""

    tag: str
    key: str
    when: datetime | None
    author: str
    owner: str
    body: str
    latest: bool = True


@dataclass
class Known:
    """What is known of a page beside its states; ``kind`` is "" for a page of text."""

    tag: str
    kind: str = ""
    #: the page that it is a comment on
    on: str = ""
    owner: str = ""
    themes: list[str] = field(default_factory=list)
    title: str = ""
    #: who may read and write, as lists of YesWiki; None where nothing was said
    read: str | None = None
    write: str | None = None
    states: int = 0


@dataclass
class Records:
    """All that is known before texts are read: pages by their folded tags, groups by names."""

    pages: dict[str, Known] = field(default_factory=dict)
    groups: dict[str, Sequence[str]] = field(default_factory=dict)
    mails: dict[str, str] = field(default_factory=dict)
    forms: dict[str, Mapping[str, str]] = field(default_factory=dict)
    #: tags of pages with a text in another encoding
    odd: set[str] = field(default_factory=set)

    def page(self, tag: str) -> Known:
        """The page of that tag, noted where it is new."""
        return self.pages.setdefault(fold(tag), Known(tag))

    def find(self, tag: str) -> Known | None:
        """The page of that tag, as the database compares them."""
        return self.pages.get(fold(tag))


class Told(Protocol):
    """What the pages of a site are read from: a dump, or lists of entries."""

    records: Records

    def states(self, tag: str) -> Iterator[State]:
        """All states of a page, oldest first."""

    def last(self, known: Known) -> State | None:
        """The newest state of a page."""

    def moment(self, time: str) -> datetime | None:
        """The moment that the site's clock shows; None for what is none."""


def author_of(name: str) -> str:
    """Who wrote it: visitors had no name, or the address of their machine."""
    return name if name and not _MACHINE.fullmatch(name) else _("A visitor")
