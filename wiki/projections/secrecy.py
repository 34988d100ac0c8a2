"""What a state worked out at an older commit could tell to whom it may no longer be told.

A projection that cannot catch up answers as of its marker. A text that was corrected since then was
read by the same people; a page that was closed, moved or deleted, or a team that someone has left,
must not be told, but to those who may still read it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from wiki.pages.access import (
    ALL,
    PUBLIC,
    RIGHTS_KEYS,
    TEAM_OF,
    Access,
    below,
    shown_groups,
    visible,
)
from wiki.pages.head.frontmatter import Head
from wiki.pages.members import members
from wiki.pages.paths import folder_of, page_of
from wiki.projections.pagespan import Levels, inherited, levels
from wiki.repository.repository import Repository
from wiki.repository.span import Span

#: files that differ beyond which it is not looked any further
_MOST = 500
#: keys of a head that say nothing of who reads what
_WORDS = frozenset({"title", "summary", "lang", "themes", "territory"})


@dataclass(frozen=True)
class Closing:
    """Pages at ``path``, or below, that were for the group ``before`` and are for ``after`` now.

    ``after`` is None where nobody of that group is sure to read them still.
    """

    path: str
    before: str
    after: str | None = None

    def concerns(self, audience: frozenset[str]) -> bool:
        """Whether an old state may tell ``audience`` what it may no longer read."""
        if ALL in audience:
            return False
        if self.after is None:
            return visible(self.before, self.path, audience)
        shown = shown_groups(audience)
        return self.before in shown and self.after not in shown


def concern(closings: Iterable[Closing], audience: frozenset[str]) -> bool:
    """Whether one of ``closings`` took something from ``audience``."""
    return any(one.concerns(audience) for one in closings)


def closings(repository: Repository, since: str, to: str) -> tuple[Closing, ...]:
    """What was closed between two commits, once each; for everyone, where that is not known.

    Told from the heads of the pages that differ: those below a page inherit from it. Who may read
    all may still do so, whatever happened.
    """
    span = Span(repository, since, to)
    if not span.known:
        return (_for_everyone(""),)
    before, after = levels(repository, since), levels(repository, to)
    found: dict[Closing, None] = {}
    for count, change in enumerate(span.changes()):
        if count == _MOST:
            return (_for_everyone(""),)
        if (path := page_of(change.file)) is not None:
            found.update(dict.fromkeys(_closings_of(path, before, after)))
    return tuple(found)


def _closings_of(path: str, before: Levels, after: Levels) -> Iterator[Closing]:
    old, new = before.head(path), after.head(path)
    if old is None and new is not None and not _has_below(path, before):
        return
    was = _access(path, old, before)
    if new is None:
        if old is not None:
            yield Closing(path, was.group)
        return
    now = _access(path, new, after)
    if old is not None and _other_facts(old) != _other_facts(new):
        yield _for_everyone(path)
    if was.group != now.group:
        # Those below a page that is for a team may have had teams of their own, unheard until now.
        is_team = was.group.startswith(TEAM_OF)
        yield Closing(path, was.group, None if is_team else now.group)
    left = old is not None and {*members(old, "team")} - {*members(new, "team")}
    if was.team_page is not None and (left or was.team_page != now.team_page):
        yield Closing(path, TEAM_OF + was.team_page)
    if old is not None and {*members(old, "readers")} - {*members(new, "readers")}:
        yield Closing(path, TEAM_OF + path)


def _access(path: str, head: Head | None, at: Levels) -> Access:
    """Who the page is for; of one that is not there, who those below its place are for."""
    above = inherited(path, at.above(path)).access
    return above if head is None else below(above, path, head)


def _has_below(path: str, at: Levels) -> bool:
    stands = at.repository.stands(folder_of(path), at.commit)
    return stands is not None and stands[0] == "tree"


def _for_everyone(path: str) -> Closing:
    return Closing(path, PUBLIC)


def _other_facts(head: Head) -> tuple[Mapping[str, object], bool, object]:
    """All that a head says but words and rights: what plugins read in it may entrust a page."""
    said = {key: head[key] for key in head if key not in _WORDS and key not in RIGHTS_KEYS}
    return said, head.broken, {key: head.doubtful[key] for key in head.doubtful}
