"""What fits, what is near, what else to look for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wiki.hookspecs.marks import hookspec
from wiki.hookspecs.services import service
from wiki.hookspecs.site import MenuItem

if TYPE_CHECKING:
    from wiki.reading import Reader


@dataclass(frozen=True)
class Fit:
    """Something that fits: its page, its ``identity`` ("" for a person page), why in words.

    ``score`` is how much a text says the same as the one asked about, 0 to 1: below a half are
    those on one subject, above it those that say the same. 0 where nobody knows.
    """

    path: str
    identity: str
    reasons: tuple[str, ...]
    score: float = 0.0


@service
def fits(item: str, reader: "Reader", limit: int) -> Sequence[Fit]:
    """What fits the need or offer of that identity, or what fits a person page: best first.

    Only what the reader may see; no more than ``limit``, and nothing where nothing is good enough.
    """
    return ()


@service
def near(text: str, reader: "Reader", types: Sequence[str], limit: int) -> Sequence[Fit]:
    """What is near ``text``, in meaning and words, with why: best first, only what is good enough.

    ``text`` is a title, a line break, and the rest, or any words. ``types`` are those of search:
    page types, ``page``, ``need``, ``offer``; none means all but ``page``. Only what the reader may
    see, no more than ``limit``; nothing of ``text`` is kept. A page whose text is asked about is
    found too: leave it out yourself.
    """
    return ()


@service
def search_ways(query: str, reader: "Reader") -> Sequence[MenuItem]:
    """Other ways to look for what was typed, such as by what is near in meaning.

    Shown where no page has the words, or where they are as many as in a sentence.
    """
    return ()


@service
def search_answer(query: str, reader: "Reader") -> str:
    """The address at which what was typed is answered, where it is a question; "" where not.

    It is shown above the results: a link to the page at that address, in whose place htmx puts the
    part that is given there to it. Decided by the words alone: results do not wait for it.
    """
    return ""


@service
def people_to_ask(question: str, path: str, reader: "Reader") -> MenuItem | None:
    """Where ``question``, which no page answers, is put to who looks after the page at ``path``.

    None where it cannot be. The label is a verb for a button; the question is filled in there.
    """
    return None


@service
def fitting_themes(text: str, reader: "Reader", limit: int) -> Sequence[tuple[str, str]]:
    """Themes that fit ``text``, as others have written them, each with why in the reader's words.

    Best first, no more than ``limit``.

    Asked while someone writes: it answers at once, from what the reader may see. ``text`` is as
    in ``near``.
    """
    return ()


@hookspec
def asked_in_vain(words: str, way: str, reader: "Reader") -> None:
    """Told that somebody asked ``words`` in this request, and that nothing here answers.

    ``way`` is ``search`` where nothing has the words, ``question`` where they were asked as a
    question and what there is does not say. Whoever looks tells it, by ``tell`` (``plugins.py``);
    what is made of it must not tell who asked.
    """
