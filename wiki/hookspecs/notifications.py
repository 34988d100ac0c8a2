"""What people are told, by mail and on their own page; and whom a team trusts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from wiki.hookspecs.marks import hookspec
from wiki.hookspecs.services import service

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.reading import Reader


class Waiting(NamedTuple):
    """Something that waits for someone: a line of their account page, and first of their digests.

    ``when`` says since when. What is not ``personal`` many could do: it stands in no digest.
    """

    text: str
    url: str
    when: datetime | None = None
    personal: bool = True


@hookspec
def waiting(reader: "Reader") -> Sequence[Waiting]:
    """What waits for the reader's person. Asked without a request too."""


@dataclass(frozen=True)
class Announcement:
    """A change that is told to more people than those who follow its page: once, as the others.

    ``commit`` made it, of the page ``path``: digests tell it to who follows a theme or the
    territory of that page, or one of the pages ``about``. ``words()`` gives, in the language in
    force, a sentence, and what it names: title, address and a sentence of
    each; no address where there is nothing that one may read.
    """

    path: str
    commit: str
    about: tuple[str, ...]
    words: Callable[[], tuple[str, Sequence[tuple[str, str, str]]]]


@service
def announcements(reader: "Reader") -> Sequence[Announcement]:
    """What was announced lately, as this reader may know it: asked once for all who see alike."""
    return ()


class Letter(NamedTuple):
    """What a mail says: on its envelope, as plain text, as HTML."""

    subject: str
    text: str
    html: str


@hookspec
def mail_makers() -> "Mapping[str, Callable[[Instance, str, str], Letter | None]]":
    """Who makes the words of a ``DeferredLetter``, by name: ``maker(instance, about, lang)``.

    It is asked each time such a mail is sent, and not told to whom; None: nothing is sent.
    """


@service
def entrusted(instance: "Instance") -> Iterable[str]:
    """The paths of spaces that their teams let the programme team read, as of now.

    Whoever has the role ``programme`` is in ``reads:<path>`` of each: they read what its team reads
    and edit nothing. Asked again with each commit and each private write.
    """
    return ()
