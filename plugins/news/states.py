"""The states of a project as choices: what one says with each, and the word that is written."""

from collections.abc import Mapping, Sequence
from typing import Any

from wiki.api.html import get_fact_words
from wiki.api.paths import slug
from wiki.api.reading import Reader
from wiki.api.translation import lazy, use_language

#: the key of facts that says how a project stands, whoever reads it in the text
STATE = "state"
#: after these nobody is asked for news
ENDS = ("stopped", "transferred")
_WAY = ("idea", "concept", "prototype", "pilot", "market")

STILL: Mapping[str, Any] = {
    "idea": lazy("Still an idea"),
    "concept": lazy("Still a concept"),
    "prototype": lazy("Still a prototype"),
    "pilot": lazy("Still a pilot"),
    "market": lazy("Still in everyday use"),
    "paused": lazy("Still paused"),
    "stopped": lazy("It has stopped, as told"),
    "transferred": lazy("Others carry it on, as told"),
}
BECAME: Mapping[str, Any] = {
    "idea": lazy("Back to an idea"),
    "concept": lazy("Now a concept"),
    "prototype": lazy("Now a prototype"),
    "pilot": lazy("Now a pilot"),
    "market": lazy("Now in everyday use"),
    "paused": lazy("Paused"),
    "stopped": lazy("It has stopped"),
    "transferred": lazy("Others carry it on"),
}
_UNCHANGED = {"fr": "Toujours au même point", "en": "No change so far"}


def known_states(reader: Reader) -> tuple[str, ...]:
    """The states that can be said on this site; none where no plugin reads any."""
    key = reader.instance.fact_keys.get(STATE)
    return tuple(value for value in key.values if value in BECAME) if key else ()


def choices(reader: Reader, present: str) -> list[tuple[str, str]]:
    """``(state, words)`` for the form, the present one first."""
    states = known_states(reader)
    first = [(present, str(STILL[present]))] if present in states else []
    return first + [(one, str(BECAME[one])) for one in states if one != present]


def quick_choices(reader: Reader, present: str) -> list[tuple[str, str]]:
    """The few of them that a mail has room for: as it was, one step on, and the ways to end."""
    states = known_states(reader)
    if present in _WAY:
        onwards: Sequence[str] = _WAY[_WAY.index(present) + 1 :][:1]
    else:
        onwards = ("prototype", "pilot")
    wanted = [present, *onwards, "paused", *ENDS]
    said = dict(choices(reader, present))
    return [(one, said[one]) for one in dict.fromkeys(wanted) if one in states]


def written(reader: Reader, state: str, lang: str) -> str:
    """The word of a state as writers put it in a page of that language."""
    key = reader.instance.fact_keys[STATE]
    with use_language(lang):
        word = get_fact_words(reader, STATE, state).replace(" ", "-")
    if key.aliases.get(slug(word)) == state:
        return word
    named = [name for name, value in key.aliases.items() if value == state]
    return named[-1] if named else state


def unchanged(lang: str) -> str:
    """What is written where someone says that nothing has changed, and no more."""
    return _UNCHANGED["en" if lang == "en" else "fr"]
