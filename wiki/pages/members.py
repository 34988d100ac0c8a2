"""Whom a line of a head names that says who is in a team, or reads: people, groups, until a day.

::

    team: ["[[personnes/anne]] until:2027-03-01", "groupe:jury-2027"]

French and English are equal (``jusqu'au:``, ``group:``). What names nobody for sure is left out:
access that is written in content fails closed.
"""

import re
from dataclasses import dataclass
from datetime import date

from wiki.pages.head.frontmatter import Head, link_target
from wiki.pages.words import slug

#: what the name of a group begins with
GROUP = "groupe:"
_GROUP = re.compile(r"\s*groupe?\s*:(.*)", re.IGNORECASE | re.DOTALL)
_UNTIL = re.compile(r"(?<!\w)(?:until|jusqu['’]?au)\s*:(.*)", re.IGNORECASE)


@dataclass(frozen=True)
class Member:
    """A person page as it is written, or ``groupe:<name>``; ``until`` is the last day, if any."""

    name: str
    until: date | None = None


def members(head: Head, key: str) -> tuple[Member, ...]:
    """Whom the line names; nobody where the key stands twice. Of two of a name, the first."""
    if key in head.doubtful:
        return ()
    found: dict[str, Member] = {}
    for word in head.words(key):
        if (one := member_of(word)) is not None:
            found.setdefault(one.name, one)
    return tuple(found.values())


def member_of(word: str) -> Member | None:
    """Whom one entry names; None for nobody, or where its day is none."""
    # The day may stand behind the brackets of the link or within them. It counts wherever it does:
    # what was to end must not go on for ever.
    plain = word.replace("[[", "").replace("]]", " ")
    until = None
    if (said := _UNTIL.search(plain)) is not None:
        plain = plain[: said.start()]
        if (until := _day(said[1])) is None:
            return None
    if (group := _GROUP.fullmatch(plain)) is not None:
        name = slug(group[1])
        return Member(GROUP + name, until) if name else None
    target = link_target(plain)
    return Member(target, until) if target else None


def written(member: Member) -> str:
    """How a head says it."""
    name = member.name if member.name.startswith(GROUP) else f"[[{member.name}]]"
    return f"{name} until:{member.until.isoformat()}" if member.until else name


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if len(text.strip()) == 10 else None
    except ValueError:
        return None
