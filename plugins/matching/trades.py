"""What skills are: fields, the skills of each, what is part of what, and the terms for them (pure).

Read from ``trades.md``, whose head says how it is written. A word is looked up by its stem, the
longest term first: an “architecte logiciel” is no “architecte”.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cache
from pathlib import Path

from wiki.api.meaning import text_digest

from .thesaurus import LONGEST, Key, key_of

_ITEM = re.compile(r"( *)- (.+)")
_ASKING = re.compile(r" *> (.+)")
_FIELD = "## "
#: before a term that has other senses
_DOUBTFUL = "?"
#: terms of a skill that stand for it
_GLOSSED = 12
#: how well one who can do the whole serves who asks for a part of it, a step of the tree
_STEP = 0.7
#: how well one who can do a part of it serves who asks for the whole
_PART = 0.9


@dataclass(frozen=True)
class Skill:
    """Something that people can do: ``wider`` is the skill that it is part of, if there is one;
    ``gloss`` is a line of its sure terms, ``asking`` are lines that ask for it: for encoders."""

    name: str
    field: str
    wider: "Skill | None" = None
    gloss: str = dataclass_field(default="", compare=False)
    asking: tuple[str, ...] = dataclass_field(default=(), compare=False)

    def within(self) -> Iterator["Skill"]:
        """Itself and all that it is part of, the nearest first."""
        skill: Skill | None = self
        while skill is not None:
            yield skill
            skill = skill.wider


@dataclass(frozen=True)
class Mention:
    """A term in a text: the skills that it may mean, the place of its first stem, and of the one
    after its last. ``doubtful`` where the term has other senses."""

    skills: tuple[Skill, ...]
    start: int
    end: int
    doubtful: bool = False


@dataclass(frozen=True)
class Trades:
    """All skills, and which of them each term means."""

    skills: Sequence[Skill] = ()
    terms: Mapping[Key, tuple[Skill, ...]] = dataclass_field(default_factory=dict)
    doubtful: frozenset[Key] = frozenset()
    #: what they were read from, in short: pairs that were found by other skills are found again
    edition: str = ""

    def mentions(self, stems: Sequence[str]) -> list[Mention]:
        """The terms in a text, in its order; no stem is part of two."""
        found: list[Mention] = []
        start = 0
        while start < len(stems):
            for size in range(min(LONGEST, len(stems) - start), 0, -1):
                key = tuple(stems[start : start + size])
                if key in self.terms:
                    found.append(
                        Mention(self.terms[key], start, start + size, key in self.doubtful)
                    )
                    start += size
                    break
            else:
                start += 1
        return found

    def sure_mentions(self, stems: Sequence[str]) -> list[Mention]:
        """The same without the doubtful terms that no other of their field stands beside."""
        found = self.mentions(stems)
        return [one for one in found if not one.doubtful or _has_witness(one, found)]


def _has_witness(mention: Mention, found: Sequence[Mention]) -> bool:
    fields = {skill.field for skill in mention.skills}
    return any(
        skill.field in fields for other in found if not other.doubtful for skill in other.skills
    )


def closeness(asked: Skill, held: Skill) -> float:
    """How well who can do ``held`` serves who asks for ``asked``: 1 for the same, 0 for nothing.

    A part serves for the whole, and the whole, less surely, for its parts; one part does not serve
    for another.
    """
    if held == asked:
        return 1.0
    if asked in held.within():
        return _PART
    for steps, wider in enumerate(asked.within()):
        if wider == held:
            return float(_STEP**steps)
    return 0.0


def read_trades(text: str) -> Trades:
    """The skills of a page such as ``trades.md``."""
    skills: list[Skill] = []
    terms: defaultdict[Key, list[Skill]] = defaultdict(list)
    doubtful: set[Key] = set()
    current, above = "", list[tuple[int, Skill]]()
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if line.startswith(_FIELD):
            current, above = line.removeprefix(_FIELD).strip(), []
        elif current and (item := _ITEM.fullmatch(line)) is not None:
            depth, words = len(item[1]), [word.strip() for word in item[2].split(" = ")]
            while above and above[-1][0] >= depth:
                above.pop()
            bare = [word.lstrip(_DOUBTFUL) for word in words]
            sure = [word for word in words if not word.startswith(_DOUBTFUL)]
            gloss = ", ".join((sure or bare)[:_GLOSSED])
            asking = tuple(_asking(lines[number + 1 :]))
            skill = Skill(bare[0], current, above[-1][1] if above else None, gloss, asking)
            above.append((depth, skill))
            skills.append(skill)
            for word, term in zip(words, bare, strict=True):
                key = key_of(term)
                if not key or len(key) > LONGEST:
                    continue
                if skill not in terms[key]:
                    terms[key].append(skill)
                if word.startswith(_DOUBTFUL):
                    doubtful.add(key)
    return Trades(
        skills,
        {key: tuple(found) for key, found in terms.items() if found},
        frozenset(doubtful),
        _edition_of(text),
    )


def _asking(lines: Iterable[str]) -> Iterator[str]:
    """The lines that ask for a skill, right below it."""
    for line in lines:
        if (asking := _ASKING.fullmatch(line)) is None:
            return
        yield asking[1]


@cache
def known_trades() -> Trades:
    """The skills that come with the plugin."""
    return read_trades(_bundled())


def known_edition() -> str:
    """The edition of ``known_trades``, told without reading them: a start needs no more."""
    return _edition_of(_bundled())


def _bundled() -> str:
    return Path(__file__).with_name("trades.md").read_text("utf-8")


def _edition_of(text: str) -> str:
    return text_digest(text).hex()
