"""The lines of a programme as the head of an event has them: a project, and what is said of it.

::

    programme:
      - "[[projets/capteurs]]"
      - "[[projets/ruches|Ruches parlantes]] — Des capteurs qui écoutent les abeilles"

The second says by itself how the project is shown, to those too who may not read its page.
"""

import re
from dataclasses import dataclass

from wiki.pages.head.frontmatter import Head, link_target

_WORDS = re.compile(r"\s*\[\[[^\[\]|]*(?:\|([^\[\]]*))?\]\](?:\s*[—–-]\s+(.*))?", re.S)
#: what would end a link or its label; no title needs it
_STEERS = str.maketrans("[]|\n\r", "()/  ")


@dataclass(frozen=True)
class ProgrammeEntry:
    """A line: ``word`` as it is written, the ``target`` of its link, what it says of it, or ""."""

    word: str
    target: str
    title: str
    summary: str


def programme_entries(head: Head) -> list[ProgrammeEntry]:
    """The lines of the programme of a head, those without a target left out."""
    found = []
    for word in head.words("programme"):
        if target := link_target(word):
            said = _WORDS.fullmatch(word)
            title, summary = (said[1] or "", said[2] or "") if said else ("", "")
            found.append(ProgrammeEntry(word, target, title.strip(), summary.strip()))
    return found


def programme_word(path: str, title: str = "", summary: str = "") -> str:
    """A line of a programme that says a title, perhaps a sentence, of the project ``path``."""
    title, summary = (" ".join(one.translate(_STEERS).split()) for one in (title, summary))
    if not title:
        return f"[[{path}]]"
    return f"[[{path}|{title}]]" + (f" — {summary}" if summary else "")
