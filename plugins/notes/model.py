"""What ``::: à-compléter`` says: what is missing, and who could add it (pure)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from wiki.api.paths import slug

#: the folded names of the block
BLOCKS = ("a-completer", "todo")
#: roles that mean the team of the space that the line stands in
TEAM = frozenset(
    {
        "equipe",
        "l-equipe",
        "team",
        "the-team",
        "organisateurs",
        "organisatrices",
        "organisation",
        "organisers",
        "organizers",
    }
)
#: what follows the last dash of a line says who
_WHO = re.compile(r"(?<!\s)\s++[—–]\s++(?P<who>[^—–]++)\Z")
_LINK = re.compile(r"\[\[\s*(?P<target>[^\[\]|#\n]+?)\s*(?:[|#][^\[\]\n]*)?\]\]")
_BETWEEN = re.compile(r"(?:(?<!\s)\s++)?(?:,|;|\bou\b|\bor\b|\bet\b|\band\b)\s*")
#: longer words after a dash go on with the sentence
_ROLE, _WORDS, _PEOPLE = 30, 4, 12


@dataclass(frozen=True)
class Missing:
    """``what`` (Markdown) is missing; ``people`` (targets of links) or ``roles`` could add it.

    ``key`` names the line in its page: those of the same words are the same thing.
    """

    what: str
    people: tuple[str, ...]
    roles: tuple[str, ...]
    key: str

    @property
    def for_team(self) -> bool:
        """Whether one of the roles is the team of the space."""
        return any(slug(role) in TEAM for role in self.roles)


def read_missing(text: str) -> Missing:
    """What the words of an item say (``Item.text``: its box and marks are taken out)."""
    what, people, roles = text, (), ()  # type: str, tuple[str, ...], tuple[str, ...]
    if (found := _WHO.search(text)) and text[: found.start()].strip():
        pieces = list(_pieces(found["who"]))
        if len(pieces) <= _PEOPLE and all(map(_is_role, (role for _to, role in pieces))):
            what = text[: found.start()].rstrip()
            people = tuple(dict.fromkeys(to for to, _role in pieces if to))
            roles = tuple(dict.fromkeys(role for _to, role in pieces if role))
    if not people and not roles:
        what = text
        people = tuple(dict.fromkeys(one["target"] for one in _LINK.finditer(text)))[:_PEOPLE]
    return Missing(what, people, roles, key_of(text))


def key_of(text: str) -> str:
    """What names a line of these words, whatever its box says."""
    return sha256(" ".join(text.split()).encode()).hexdigest()[:12]


def _pieces(who: str) -> Iterator[tuple[str, str]]:
    """The links and the roles of a list of people, one of both each."""
    at = 0
    for link in _LINK.finditer(who):
        yield from (("", role) for role in _roles(who[at : link.start()]))
        yield link["target"], ""
        at = link.end()
    yield from (("", role) for role in _roles(who[at:]))


def _is_role(words: str) -> bool:
    return len(words) <= _ROLE and len(words.split()) <= _WORDS


def _roles(words: str) -> Iterator[str]:
    for one in _BETWEEN.split(words):
        if role := " ".join(one.strip(" .").split()):
            yield role
