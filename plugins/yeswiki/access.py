"""Who may read and write a page there, said as the wiki here says it: never to more people (pure).

A list of YesWiki is a line for each: ``*`` everybody, ``+`` who has an account, ``%`` the owner,
``@group``, a name; ``!`` before one says all others, ``#`` a note.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from wiki.api.paths import slug

#: from the widest to the strictest
PUBLIC, MEMBERS, TEAM = "public", "members", "team"
_STRICTNESS = (PUBLIC, MEMBERS, TEAM)
_ADMINISTRATORS = frozenset(("admins", "admin"))


@dataclass(frozen=True)
class Readers:
    """``level`` is one of the three; ``groups`` and ``names`` are who reads what is for a team, and
    ``owner`` is whether who has the page does."""

    level: str = PUBLIC
    groups: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    owner: bool = False


def read_list(said: str) -> Readers:
    """Whom a list lets in."""
    lines = [line.strip() for line in said.replace("\r", "\n").replace(",", "\n").split("\n")]
    lines = [line for line in lines if line and line[0] != "#"]
    if "*" in {line[0] for line in lines}:
        return Readers()
    if any(line.startswith("+") for line in lines):
        return Readers(MEMBERS)
    groups = [line[1:].strip() for line in lines if line.startswith("@")]
    names = [line for line in lines if line[0] not in "@%!"]
    return Readers(
        TEAM,
        tuple(name for name in groups if name and name.lower() not in _ADMINISTRATORS),
        tuple(names),
        any(line.startswith("%") for line in lines),
    )


def strictest(several: Iterable[Readers]) -> Readers:
    """Who is in all of them."""
    found = Readers()
    for one in several:
        if _STRICTNESS.index(one.level) > _STRICTNESS.index(found.level):
            found = one
        elif one.level == found.level == TEAM:
            found = Readers(
                TEAM,
                tuple(name for name in found.groups if name in one.groups),
                tuple(name for name in found.names if name in one.names),
                found.owner and one.owner,
            )
    return found


def as_readers(
    found: Readers, owner: str, person: Callable[[str], str]
) -> tuple[list[str], list[str]]:
    """What a head names: groups, and pages of people; and the names of those who have no page.

    ``person`` gives the page of who has that account, "" where there is none.
    """
    readers = [f"groupe:{slug(name)}" for name in found.groups if slug(name)]
    unknown: list[str] = []
    for name in (*found.names, *((owner,) if found.owner and owner else ())):
        page = person(name)
        if page and page not in readers:
            readers.append(page)
        elif not page and name not in unknown:
            unknown.append(name)
    return readers, unknown


def who_edits(said: str | None) -> str:
    """What ``editors`` says of a page: "" leaves that to what kind of page it is."""
    if said is None:
        return ""
    return "" if read_list(said).level == TEAM else "members"
