"""What one text has done to another in a few phrases: chapters, items of blocks, facts.

::

    two texts ─┬─ chapter_phrases.py   “changed 3 words in “Context””, “added a row to the table …”
               ├─ item_phrases.py      “added a need: a room in Rennes” (plugins' words)
               └─ head_phrases.py      “changed “Place”: Rennes → Dakar”

Pure: texts go in, words of the reader's language come out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from wiki.hookspecs.texts import ItemWords
from wiki.pages.head.facts import FactKey
from wiki.translation import gettext as _
from wiki.web.history.chapter_phrases import chapter_phrases
from wiki.web.history.head_phrases import head_phrases
from wiki.web.history.item_phrases import item_phrases

#: what one sentence says; more is “other passages”
_PHRASES = 3


@dataclass(frozen=True)
class Words:
    """Whose words are used: those of blocks by the name of each, those of facts by their keys."""

    items: Mapping[str, ItemWords] = field(default_factory=dict)
    facts: Mapping[str, FactKey] = field(default_factory=dict)


def phrases(old: str, new: str, words: Words) -> list[str]:
    """What ``new`` has done to ``old``, the chapters first, each once; [] where that is nothing."""
    if old == new:
        return []
    found = [*chapter_phrases(old, new, frozenset(words.items))]
    found += item_phrases(old, new, words.items)
    found += head_phrases(old, new, words.facts)
    return list(dict.fromkeys(found))


def joined(found: list[str]) -> str:
    """Phrases as one: “a, b and c”."""
    if len(found) > _PHRASES:
        found = [*found[: _PHRASES - 1], _("changed other passages")]
    if len(found) < 2:
        return "".join(found)
    return _("{one} and {other}").format(one=", ".join(found[:-1]), other=found[-1])
