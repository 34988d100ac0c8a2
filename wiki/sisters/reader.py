"""Sisters' pages, read as one's own are: a visitor at the commit of the copies.

Nobody is known to a sister: whoever asks sees of it what a visitor sees there.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from wiki.cache.topics import OUTDATED, depends_on, note
from wiki.parts.sister_copies import Copies
from wiki.projections.interface import Busy
from wiki.reading import Reader
from wiki.sisters.mount import TOPIC

_log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


def sisters_reader(reader: Reader) -> Reader | None:
    """Who reads what sisters show, for the functions of ``reading``; None where there are none.

    The present answer depends on what they show, or begin to show. Its instance has our rows: ask
    it for what is worked out from git alone. What is asked may raise (``ask_sisters``).
    """
    depends_on(TOPIC)
    copies = reader.instance.copies.find()
    return None if copies is None else _reader(reader, copies)


def ask_sisters(reader: Reader, question: Callable[[Reader], Answer], otherwise: Answer) -> Answer:
    """What ``question`` answers of who reads what sisters show; ``otherwise`` where there are none.

    All that it asks is of one commit. Whatever is wrong with a copy never costs a page of ours:
    it is ``otherwise`` then too, for this once.
    """
    depends_on(TOPIC)
    try:
        if (copies := reader.instance.copies.find()) is None:
            return otherwise
        with copies.projections.pinned(TOPIC):
            return question(_reader(reader, copies))
    except Busy:
        _log.info("copies of sisters are being brought up to date")
    except Exception:
        _log.exception("sisters could not be asked")
    note((OUTDATED,))
    return otherwise


def _reader(reader: Reader, copies: Copies) -> Reader:
    known = reader.memory.get("sisters")
    if known is not None and known.commit == copies.projections.commit():
        return known  # type: ignore[no-any-return]
    instance = replace(
        reader.instance,
        repository=copies.repository,
        projections=copies.projections,
        cache=copies.cache,
        # A pointer of theirs would name what is ours.
        objects=None,
    )
    made = reader.memory["sisters"] = Reader(instance)
    return made
