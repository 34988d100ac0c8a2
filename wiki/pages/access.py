"""Who a page is for, worked out from its head and those of the pages above: only ever narrower.

What cannot be read (an unknown word, a key that stands twice, broken YAML) counts as the stricter
level, with a Problem: access that is written in content fails closed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from wiki.pages.head.frontmatter import Head
from wiki.pages.members import members
from wiki.pages.problems import Problem
from wiki.pages.words import fold

PUBLIC = "public"
MEMBERS = "members"
TEAM = "team"
ADMINS = "admins"
ANYONE = "anyone"
#: In the audience of those who may read everything.
ALL = "all"
#: ``team:<path>`` is the team of a page, and a group of pages that are for it alone.
TEAM_OF = "team:"
#: ``reads:<path>``, in an audience: reads what is for the team of that page, and edits nothing.
READS = "reads:"
#: ``guest:<path>``, in an audience: reads that page alone; the others are of who came by a link
GUEST_OF, COMMENTS, SUGGESTS = "guest:", "comments:", "suggests:"

VISIBILITIES = (PUBLIC, MEMBERS, TEAM)
EDITORS = (TEAM, MEMBERS, ANYONE)
#: A front matter that is never closed: it cannot be read.
UNREADABLE = "---\nvisibility: unclosed\n"
#: Keys of a head that say who reads and edits a page.
RIGHTS_KEYS = ("team", "readers", "visibility", "editors")
#: Types of page that only their team edits unless they say otherwise.
TEAM_TYPES = frozenset({"project", "dossier", "event", "person"})

_UNKNOWN = "“{value}” is not one of {words}: read as “{taken}”."
_TWICE = "“{key}” stands twice in the front matter: read as “{taken}”."
_NO_TEAM = "No team is named here or above: only administrators can read this page."
_WIDER = "A page above is more restricted: this page is shown to no more people than that one."


@dataclass(frozen=True)
class Access:
    """Who may read a page, who may edit it, and which page's team decides.

    ``group``: ``public``, ``members``, ``team:<path>`` or ``admins``. ``editors``: ``team``,
    ``members`` or ``anyone``. ``team_page``: the nearest page at or above that has a team; the team
    of a person page is the account joined to it. ``problems`` are those of the page itself.
    """

    group: str = PUBLIC
    editors: str = MEMBERS
    team_page: str | None = None
    problems: tuple[Problem, ...] = ()


def access(path: str, heads: Sequence[tuple[str, Head | None]]) -> Access:
    """The access of the page ``path``; ``heads`` are those from the root down to it.

    A page that does not exist is left out, or has None for a head.
    """
    found = Access()
    for page, head in heads:
        if head is not None:
            found = below(found, page, head)
    is_there = bool(heads) and heads[-1][0] == path and heads[-1][1] is not None
    return found if is_there else replace(found, problems=())


def below(above: Access, path: str, head: Head) -> Access:
    """The access of the page ``path``, whose parent has ``above`` (the root's: ``Access()``)."""
    if head.broken:
        # Its team is not known either: another team above must not read what was this one's.
        group = above.group if above.group.startswith("team:") else ADMINS
        return Access(group, TEAM, None)
    problems: list[Problem] = []
    team_page = above.team_page
    if team_of_head(head) is not None or _type(head) == "person":
        team_page = path
    if "team" in head.doubtful:
        params = {"key": "team", "taken": "[]"}
        problems.append(Problem(head.lines.get("team", 0), "doubtful-access", _TWICE, params))
    visibility = _word(head, "visibility", VISIBILITIES, PUBLIC, problems)
    group = _narrowed(above.group, visibility, team_page)
    line = head.lines.get("visibility", 0)
    if group == ADMINS and above.group != ADMINS:
        problems.append(Problem(line, "no-team", _NO_TEAM))
    elif head.text("visibility") and _rank(visibility) < _rank(above.group):
        problems.append(Problem(line, "wider-than-parent", _WIDER))
    default = TEAM if _type(head) in TEAM_TYPES else above.editors
    editors = _word(head, "editors", EDITORS, default, problems)
    return Access(group, editors, team_page, tuple(problems))


def rights_text(head: Head) -> str:
    """A short front matter of the same ``group`` and ``team_page`` as ``head``, here and below."""
    if head.broken:
        return UNREADABLE
    owned = team_of_head(head) is not None or _type(head) == "person"
    visibility = _word(head, "visibility", VISIBILITIES, PUBLIC, [])
    said = "team: own\n" * owned + f"visibility: {visibility}\n" * (visibility != PUBLIC)
    return f"---\n{said}---\n" if said else ""


def team_of_head(head: Head) -> tuple[str, ...] | None:
    """The people and groups that a head names as its page's team; None where it names none.

    The one reading of ``team``: nobody where the key stands twice, or no word of it is a link.
    """
    if "team" in head.doubtful:
        return ()
    return tuple(one.name for one in members(head, "team")) if head.words("team") else None


def visible(group: str, path: str, audience: frozenset[str]) -> bool:
    """Whether a page of ``group`` at ``path`` is shown to ``audience``."""
    if group in audience or ALL in audience or GUEST_OF + path in audience:
        return True
    return group.startswith(TEAM_OF) and READS + group.removeprefix(TEAM_OF) in audience


def shown_groups(audience: Collection[str]) -> frozenset[str]:
    """The groups of pages that are shown to ``audience`` wherever they are; not to who sees ALL."""
    return frozenset(
        TEAM_OF + name.removeprefix(READS) if name.startswith(READS) else name
        for name in audience
        if not name.startswith((GUEST_OF, COMMENTS, SUGGESTS))
    )


def narrower_or_equal(group: str, other: str) -> bool:
    """Whether all who are in ``group`` are sure to be in ``other``."""
    if group in (other, ADMINS) or other == PUBLIC:
        return True
    return other == MEMBERS and group != PUBLIC


def _narrowed(above: str, visibility: str, team_page: str | None) -> str:
    if visibility == TEAM and above in (PUBLIC, MEMBERS):
        return ADMINS if team_page is None else f"team:{team_page}"
    if visibility == MEMBERS and above == PUBLIC:
        return MEMBERS
    return above


def _rank(group: str) -> int:
    return (PUBLIC, MEMBERS, TEAM, ADMINS).index(group.partition(":")[0])


def _type(head: Head) -> str:
    return head.text("type").casefold()


def _word(
    head: Head, key: str, known: tuple[str, ...], default: str, problems: list[Problem]
) -> str:
    """The value of ``key``; the strictest of the known ones where it cannot be read."""
    line = head.lines.get(key, 0)
    if key in head.doubtful:
        problems.append(Problem(line, "doubtful-access", _TWICE, {"key": key, "taken": TEAM}))
        return TEAM
    value = head.get(key)
    if value is None:
        return default
    word = fold(value.strip()) if isinstance(value, str) else ""
    if word in known:
        return word
    params = {"value": str(value)[:80], "words": ", ".join(known), "taken": TEAM}
    problems.append(Problem(line, "unknown-access", _UNKNOWN, params))
    return TEAM
