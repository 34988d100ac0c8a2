"""An event as any of the formats says it, and what it is known by (pure; it stands alone).

A child that reads a calendar imports this, and what it imports: no more of the wiki than words.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from wiki.api.translation import gettext as _

_TITLE = 200


@dataclass(frozen=True)
class Happening:
    """One event. ``uid`` names it for ever, ``occurrence`` one date of several that repeat.

    ``starts`` and ``ends`` are days, or moments: those without a zone are the site's own; ``ends``
    is the last day of what lasts days. ``dates`` are what a page of all of them tells.
    """

    uid: str
    title: str
    starts: date | None
    ends: date | None = None
    place: str = ""
    territory: str = ""
    text: str = ""
    organiser: str = ""
    url: str = ""
    themes: tuple[str, ...] = ()
    cancelled: bool = False
    private: bool = False
    updated: datetime | None = None
    occurrence: str = ""
    dates: tuple[date, ...] = ()
    where: str = ""


def key_of(one: Happening) -> str:
    """What an event is known by, now and later, whatever it is called then."""
    said = f"{one.uid}\n{one.occurrence}".encode("utf-8", "replace")
    return f"event/{hashlib.sha256(said).hexdigest()[:20]}"


def name_of(one: Happening) -> str:
    """Its title, on one line."""
    return one_line(one.title, _TITLE) or _("An event without a title")


def person_of(words: str) -> str:
    """A name without any address: these are published nowhere."""
    kept = " ".join(word for word in words.split() if "@" not in word)
    return one_line(kept, 120).strip(" ,;\"'")


def one_line(text: str, most: int) -> str:
    """``text`` on one line, cut where it is longer."""
    words = " ".join(text.replace("\0", "").split())
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"
