"""What an answer depends on: topics, noted by what is asked while the answer is made.

::

    with noting() as topics:
        reader.row("projets/lora")        notes  page:projets/lora
        session.execute(select(VoteRow))  notes  rows:vote
        depends_on("weather")             notes  own:weather

Nobody lists what a page asks: what is asked says so itself, here and in plugins.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: all that is worked out from git
HEAD = "head"
#: the day that it is on the site
DAY = "day"
#: whatever is private, or kept elsewhere; every answer depends on it, whatever else it notes
SITE = "site"
#: a state that is out of date: an answer made from it is not kept
OUTDATED = "outdated"

#: what the answer that this thread makes has noted; None where nobody wants to know
noted: ContextVar[set[str] | None] = ContextVar("noted", default=None)


def depends_on(*topics: str) -> None:
    """Notes that the present answer depends on ``topics`` of a plugin's own.

    For what is neither on a page nor in a table, such as what another site tells. Once it is
    otherwise, ``invalidate_pages`` of the same topics lets no answer stand that depends on it.
    """
    note(own(topics))


def own(topics: Iterable[str]) -> list[str]:
    """The topics of a plugin, told apart from those of tables and pages."""
    return [f"own:{topic}" for topic in topics]


def note(topics: Iterable[str]) -> None:
    """Notes that the present answer depends on ``topics``."""
    if (known := noted.get()) is not None:
        known.update(topics)


@contextmanager
def noting() -> Iterator[set[str]]:
    """Gives what is noted inside; whoever notes outside is told of it too."""
    topics: set[str] = set()
    outside = noted.get()
    token = noted.set(topics)
    try:
        yield topics
    finally:
        noted.reset(token)
        if outside is not None:
            outside |= topics


@contextmanager
def only(*topics: str) -> Iterator[None]:
    """Notes ``topics`` and nothing of what is asked inside: they say all that it depends on."""
    note(topics)
    token = noted.set(None)
    try:
        yield
    finally:
        noted.reset(token)
