"""A document before it has a form: a title, chapters of plain HTML, and the pictures in them.

Made of the pages of a wiki as one reader sees them (``binder.py``); or by whoever gives chapters
of clean HTML, such as the booklet of an event.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from wiki.pages.markdown.direction import direction


@dataclass(frozen=True)
class Chapter:
    """One part of a book, at a ``level`` from 1; ``html`` has headings above that alone."""

    title: str
    html: str
    level: int = 1
    summary: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Cover:
    """What the cover of a book says beside its title: what it is, by whom, under which picture.

    ``picture`` is the name of one in the ``media`` of the book, four wide and three high, that says
    nothing.
    """

    kind: str
    authors: str
    picture: str


@dataclass(frozen=True)
class BookPart:
    """A chapter that stands after the pages of a book: ``html`` such as the gate's, no headings.

    ``drawings``: the ``src`` of a picture in it → SVG that we drew ourselves.
    """

    title: str
    html: str
    drawings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Book:
    """What a document is made of. ``note`` is a line of small print: whence, as of when.

    ``project``: what that is called which the book tells a part of; "" where it tells the whole.
    ``media``: name of a picture in the chapters → bytes: PNG or JPEG, or SVG that we drew
    ourselves. A book of one chapter has neither cover nor contents, unless it is given a ``cover``:
    that chapter's title is the book's.
    """

    title: str
    lang: str
    chapters: Sequence[Chapter]
    summary: str = ""
    note: str = ""
    site: str = ""
    project: str = ""
    media: Mapping[str, bytes] = field(default_factory=dict)
    cover: Cover | None = None

    @property
    def full_title(self) -> str:
        """The title, with the project before it of which it is a part."""
        return f"{self.project} — {self.title}" if self.project else self.title

    @property
    def direction(self) -> str:
        """Which way it runs as a whole, as its title does: ``ltr`` or ``rtl``."""
        return direction(self.title) or "ltr"

    @property
    def alone(self) -> bool:
        """Whether it is one page, not a book with a cover."""
        return len(self.chapters) == 1 and self.cover is None


def as_html(book: Book, *, title: bool) -> str:
    """The chapters as one HTML text for pandoc; ``title``: a book's chapters bear theirs."""
    parts = []
    for one in book.chapters:
        if not book.alone and title:
            level = one.level
            parts.append(f'<h{level} id="{one.anchor}">{escape(one.title)}</h{level}>')
            if one.summary:
                parts.append(f"<p><em>{escape(one.summary)}</em></p>")
        parts.append(one.html)
    return "\n".join(parts)
