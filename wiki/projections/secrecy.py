"""Whether what was worked out at an older commit could tell what may no longer be read.

A projection that cannot catch up answers as of its marker. A text that was corrected since then was
read by the same people; a page that was closed, moved or deleted, or a team that someone has left,
must not be told.
"""

from collections.abc import Mapping

from wiki.pages.access import PUBLIC
from wiki.pages.frontmatter import Head
from wiki.pages.paths import folder_of, page_of
from wiki.projections.pagespan import Levels, inherited, levels
from wiki.repository.repository import Repository
from wiki.repository.span import Span

#: files that differ beyond which it is not looked any further
_MOST = 500
#: keys of a head that say nothing of who reads what
_WORDS = frozenset({"title", "summary", "lang", "themes", "territory"})


def is_narrower(repository: Repository, since: str, to: str) -> bool:
    """Whether a page of ``since`` may be for fewer people at ``to``; True where that is not known.

    Told from the heads of the pages that differ: those below a page inherit from it.
    """
    span = Span(repository, since, to)
    if not span.known:
        return True
    before, after = levels(repository, since), levels(repository, to)
    for count, change in enumerate(span.changes()):
        path = page_of(change.file)
        if count == _MOST or (path is not None and _is_closed(path, before, after)):
            return True
    return False


def _is_closed(path: str, before: Levels, after: Levels) -> bool:
    old, new = before.head(path), after.head(path)
    if old is None:
        return new is not None and _closes_below(path, new, before, after)
    if new is None:
        return True
    return _rights(old) != _rights(new)


def _closes_below(path: str, head: Head, before: Levels, after: Levels) -> bool:
    """Whether a page that is new takes something from those that were below its place."""
    stands = before.repository.stands(folder_of(path), before.commit)
    if stands is None or stands[0] != "tree":
        return False
    was = inherited(path, before.above(path)).access
    now = inherited(path, [*after.above(path), (path, head)]).access
    return (was.group, was.team_page) != (now.group, now.team_page) and now.group != PUBLIC


def _rights(head: Head) -> tuple[Mapping[str, object], bool, object]:
    """All that a head says but its words: what plugins read in it may entrust a page to someone."""
    said = {key: head[key] for key in head if key not in _WORDS}
    return said, head.broken, {key: head.doubtful[key] for key in head.doubtful}
