"""What a need asks a person to be able to do, what a person can do, and how well these meet (pure).

A person page lists skills in a word or two each; by nearness of such words anything meets anything.
What counts is what a skill *is* (``trades.py``): nobody is proposed but for a skill that the need
asks for.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wiki.api.meaning import content_stems

from ..texts import Text
from ..trades import Mention, Skill, Trades, closeness
from .evidence import ANYONE, WEIGHTS, Meanings, likelihoods, trade_named, trade_skills

_SENTENCE = re.compile(r"[.!?;\n]+")
#: what a skill that only the page's summary says counts beside one that it lists
_SUMMARY = 0.85
#: what a skill that a need is also about adds for who has it
ALSO = 0.15
#: below, a skill does not serve
LEAST = 0.45
#: how likely a skill is at least (log odds) that a need asks for, and how much less likely than the
#: likeliest
_LIKELY, _AS_LIKELY = 0.0, 1.0


@dataclass(frozen=True)
class Asked:
    """What a need asks for, any of ``skills``; ``also`` is what it is about besides."""

    skills: frozenset[Skill] = frozenset()
    also: frozenset[Skill] = frozenset()


def asked_of(
    need: Text, trades: Trades, meant: Meanings, weights: Mapping[str, float] = WEIGHTS
) -> Asked:
    """What ``need`` asks for: what is likeliest by the words and meaning of its heading, if it is.

    A title such as “a joiner for our shop online” asks for what stands first. Where that is a trade
    that nobody knows here, nothing is asked for: what follows is no substitute.
    """
    need = need.sought
    begun = trade_named(need.title)
    anyone = begun.partition(" ")[0] in ANYONE
    if begun and not anyone and not trade_skills(begun, trades):
        return Asked()
    likely = likelihoods(need, trades, meant, weights)
    first = max(likely, key=lambda skill: (likely[skill], skill.name), default=None)
    if first is None or likely[first] < _LIKELY:
        return Asked()
    least = max(_LIKELY, likely[first] - _AS_LIKELY)
    # What is nearly as likely is another word for it; of another field it is another matter.
    skills = {one for one in likely if likely[one] >= least and one.field == first.field}
    said = (need.title, *need.keywords, *_SENTENCE.split(need.body))
    named = {skill for part in said for one in _sure(part, trades) for skill in one.skills}
    near = {skill for skill in named if skill.field == first.field}
    # Who asks for a developer, and says of what, asks for that.
    narrower = {skill for skill in near if skills & set(_wider(skill))}
    wider = {wide for skill in narrower for wide in _wider(skill)}
    return Asked(frozenset((skills | narrower) - wider), frozenset(near))


def held_by(person: Text, trades: Trades) -> Mapping[Skill, float]:
    """What a person can do, by the skills of their page and, less surely, by its summary."""
    found: dict[Skill, float] = {}
    parts: list[Skill] = []
    for word in person.keywords:
        # A word in a list of skills is one: it wants no witness.
        stems = content_stems(word)
        for one in trades.mentions(stems):
            if one.end - one.start in (1, len(stems)) and len(stems) > 1 + one.end - one.start:
                parts.extend(one.skills)
            else:
                found.update(dict.fromkeys(one.skills, 1.0))
    # A word out of a longer one, or of the summary, beside skills of other fields alone has
    # another sense.
    fields = {skill.field for skill in found or parts}
    summary = [skill for one in _sure(person.title, trades) for skill in one.skills]
    for skill, sure in (*((one, 1.0) for one in parts), *((one, _SUMMARY) for one in summary)):
        if skill.field in fields:
            found.setdefault(skill, sure)
    return found


def words_for(person: Text, name: str, trades: Trades) -> tuple[tuple[str, ...], bool]:
    """The skills that a page lists which serve who asks for the one called ``name``, as they are
    written there, and whether its summary says such a one."""
    asked = next((one for one in trades.skills if one.name == name), None)
    if asked is None:
        return (), False

    def serves(mentions: Sequence[Mention]) -> bool:
        found = (closeness(asked, skill) for one in mentions for skill in one.skills)
        return any(one >= LEAST for one in found)

    listed = [word for word in person.keywords if serves(trades.mentions(content_stems(word)))]
    return tuple(listed), serves(_sure(person.title, trades))


def _sure(words: str, trades: Trades) -> list[Mention]:
    return trades.sure_mentions(content_stems(words))


def _wider(skill: Skill) -> list[Skill]:
    return list(skill.within())[1:]
