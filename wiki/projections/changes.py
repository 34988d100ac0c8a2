"""Who changed what, when: a page's history and recent changes, without walking git.

A *lineage* is one page through its renames: its rows keep one number, whatever its path was then.
Each row keeps the group of its page at that commit, and the group it is *shown* to: the stricter of
that one and the page's present one, so that narrowing a page also hides what was said of it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Executable, SelectBase, bindparam, case, func, select, union

from wiki.cache.topics import note
from wiki.pages.paths import ROOT, owner_of
from wiki.projections.histories.moments import read_moment
from wiki.projections.histories.schema import (
    AUTHOR,
    BY_LINEAGE,
    COMMIT,
    PAGE,
    ROW,
    TABLES,
    WATCHES,
)
from wiki.projections.histories.story import Story, lineage_at
from wiki.projections.histories.visible_changes import Change, visible_changes
from wiki.projections.interface import Progress
from wiki.projections.pagespan import head_text, page_changes
from wiki.projections.spans import stories
from wiki.projections.tables.conditions import inside, seen_by, visible, within
from wiki.projections.tables.dialect import OrderedJoin
from wiki.projections.tables.names import NAME, spelled
from wiki.projections.tables.projection import TableProjection, progress_steps
from wiki.projections.tables.rows import Rows, pick_columns
from wiki.repository.span import Span

#: an audience of more groups sees nearly every row: then one scan from the newest is quicker
_BRANCHES = 20
#: a subtree of more rows is dense among the newest
_DENSE = 2000
#: more than any number of a row
_END = 2**62

_BEFORE: BindParameter[int] = bindparam("before")
_LIMIT: BindParameter[int] = bindparam("limit")
_SHOWN = visible(ROW.c.shown, ROW.c.path)
_WITH_COMMITS = ROW.join(COMMIT, COMMIT.c.seq == ROW.c.seq)
_CHANGES = (
    select(ROW.c.id, COMMIT.c.id, *pick_columns(ROW, "seq path old_path"))
    .add_columns(case((PAGE.c.alive, PAGE.c.path)), ROW.c.kind, ROW.c.file)
    .add_columns(*pick_columns(COMMIT, "author mail moment message"), ROW.c.group_)
    .select_from(_WITH_COMMITS.join(PAGE, PAGE.c.lineage == ROW.c.lineage))
    .order_by(ROW.c.id.desc())
    .limit(_LIMIT)
)
_SEQ_OF = select(COMMIT.c.seq).where(COMMIT.c.id == bindparam("commit"))
_UPTO = func.coalesce(_SEQ_OF.scalar_subquery(), bindparam("else"))
_HISTORY = _CHANGES.where(ROW.c.lineage == bindparam("lineage"), ROW.c.id < _BEFORE, _SHOWN)
_HISTORY = _HISTORY.where(ROW.c.seq <= _UPTO).with_hint(ROW, BY_LINEAGE, "sqlite")
_WRITTEN_BY = _CHANGES.where(COMMIT.c.mail == bindparam("mail"), ROW.c.id < _BEFORE, _SHOWN)

_E, _V = ROW.alias("e"), ROW.alias("v")
_LAST_TEXT = (
    select(_E.c.id)
    .where(_E.c.lineage == ROW.c.lineage, _E.c.id < ROW.c.id)
    .where(_E.c.file.is_(None), visible(_E.c.shown, _E.c.path))
    .with_hint(_E, BY_LINEAGE, "sqlite")
    .order_by(_E.c.id.desc())
    .limit(1)
    .correlate(ROW)
)
_VERSIONS_BEFORE = (
    select(ROW.c.id, _V.c.path, COMMIT.c.id)
    .select_from(ROW.join(_V, _V.c.id == _LAST_TEXT.scalar_subquery()))
    .join(COMMIT, COMMIT.c.seq == _V.c.seq)
    .where(ROW.c.id.in_(bindparam("ids")))
)

_R = ROW.alias("r")
_NEWEST = (
    select(_R.c.id)
    .where(_R.c.id > bindparam("since"), _R.c.id < _BEFORE)
    .order_by(_R.c.id.desc())
    .limit(_LIMIT)
)
_SEEN = visible(_R.c.shown, _R.c.path)
# Named first, one after the other: most subtrees are small, and of a large one some are enough.
_NUMBERED = select(NAME.c.number).select_from(OrderedJoin(NAME, _R, _R.c.path == NAME.c.number))
#: by whether texts are kept as numbers
_MANY = {
    numbered: select(func.count()).select_from(below.limit(_DENSE).subquery())
    for numbered, below in (
        (True, _NUMBERED.where(inside(NAME.c.text))),
        (False, select(_R.c.id).where(inside(_R.c.path))),
    )
}


def _recent(newest: SelectBase) -> Executable:
    return _CHANGES.where(ROW.c.id.in_(newest))


_RECENT = _recent(_NEWEST.where(_SEEN).with_hint(_R, "NOT INDEXED", "sqlite"))
_RECENT_INSIDE = {
    dense: _recent(_NEWEST.where(inside(path), _SEEN).with_hint(_R, hint, "sqlite"))
    for dense, path, hint in (
        (True, spelled(_R.c.path), "NOT INDEXED"),
        (False, _R.c.path, "INDEXED BY changes_row_path"),
    )
}


@lru_cache(_BRANCHES * _BRANCHES)
def _recent_of(groups: int, guests: int) -> Executable:
    """The newest of some groups and guests: one short index range for each, joined."""
    branches = [
        *(_R.c.shown == bindparam(f"group{number}") for number in range(groups)),
        *(_R.c.path == bindparam(f"guest{number}") for number in range(guests)),
    ]
    parts = [_NEWEST.where(branch).subquery() for branch in branches]
    return _recent(union(*(select(part.c.id) for part in parts)))


_AUTHORS = AUTHOR.join(PAGE, PAGE.c.lineage == AUTHOR.c.lineage)
_KNOWN = (AUTHOR.c.lineage == bindparam("lineage"), visible(AUTHOR.c.group_, PAGE.c.path))
_AUTHOR = select(AUTHOR).select_from(_AUTHORS).where(*_KNOWN).cte("seen")
_BY_MAIL = (
    select(_AUTHOR.c.mail, func.sum(_AUTHOR.c.commits).label("commits"))
    .add_columns(func.min(_AUTHOR.c.first).label("first"), func.max(_AUTHOR.c.last).label("last"))
    .group_by(_AUTHOR.c.mail)
    .subquery("t")
)
_NAMES = _AUTHOR.alias("names").c
_NAME = select(_NAMES.name).where(_NAMES.mail == _BY_MAIL.c.mail).order_by(_NAMES.last.desc())
_FIRST, _LAST = COMMIT.alias("f"), COMMIT.alias("l")
_MOMENTS_OF = _BY_MAIL.join(_FIRST, _FIRST.c.seq == _BY_MAIL.c.first)
_CONTRIBUTORS = (
    select(_NAME.limit(1).scalar_subquery(), *pick_columns(_BY_MAIL, "mail commits"))
    .add_columns(_FIRST.c.moment, _LAST.c.moment)
    .select_from(_MOMENTS_OF.join(_LAST, _LAST.c.seq == _BY_MAIL.c.last))
    .order_by(_BY_MAIL.c.commits.desc(), _BY_MAIL.c.first, spelled(_BY_MAIL.c.mail))
    .limit(_LIMIT)
)
_OF_COMMIT = select(ROW).where(ROW.c.seq == COMMIT.c.seq, _SHOWN).correlate(COMMIT)
_SHOWN_COMMIT = _SEQ_OF.where(_OF_COMMIT.exists())
_NUMBERS = select(COMMIT.c.id, COMMIT.c.seq).where(COMMIT.c.id.in_(bindparam("commits")))
_TIMES = select(
    *(
        select(COMMIT.c.moment).where(COMMIT.c.seq == seq).correlate(PAGE).scalar_subquery()
        for seq in (PAGE.c.born, PAGE.c.last)
    )
).where(PAGE.c.path == bindparam("path"), PAGE.c.alive)
_MOMENTS = {
    name: select(PAGE.c.path, COMMIT.c.moment)
    .select_from(PAGE.join(COMMIT, COMMIT.c.seq == PAGE.c[name]))
    .where(PAGE.c.alive, PAGE.c.path.in_(bindparam("paths")))
    for name in ("told", "born")
}


@dataclass(frozen=True)
class Contributor:
    """Someone who changed a page: how many commits, the moments of the first and the last."""

    name: str
    mail: str
    commits: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class Times:
    """When a page was made, and when it last changed itself."""

    created: datetime
    updated: datetime


class Version(NamedTuple):
    """A page's text as a commit left it."""

    path: str
    commit: str


class Changes(TableProjection):
    """The story of every page, by order of commits: "recent" never means an author's clock."""

    name = "changes"
    story = True
    in_batches = True
    bumps = True
    watches = WATCHES
    schema = TABLES

    def write(self, rows: Rows, span: Span, progress: Progress | None) -> None:
        """See TableProjection."""
        story = Story(rows, span.repository)
        step = progress_steps(progress)
        for some in stories(span):
            story.take(some.told)
            step(len(some))

    def changed(self, _rows: Rows, span: Span, _topics: Collection[str]) -> Iterator[str]:
        """See TableProjection: the files that differ, with their folders, and the heads."""
        for change in span.changes():
            name = change.file
            if not name.endswith(".md"):
                yield f"attachments:{owner_of(name)}"
            while name:
                yield f"file:{name}"
                name = name.rpartition("/")[0]
        yield "file:"
        for page in page_changes(span.repository, span):
            before, after = page.before, page.after
            if before is None or after is None or (head_text(before.text) != head_text(after.text)):
                yield f"head:{page.path}"

    def history(
        self,
        path: str,
        audience: Collection[str],
        before: int | None = None,
        limit: int = 50,
        upto: str | None = None,
    ) -> list[Change]:
        """What was done to the page at ``path``, under all its names, newest first.

        With ``upto``, a commit: up to that one.
        """
        asked = {**_asked(audience, before, limit), "commit": upto, "else": 0 if upto else _END}
        with self.reading(f"story:{path}", "shown") as rows:
            asked["lineage"] = self._lineage(rows, path)
            return visible_changes(rows, rows.execute(_HISTORY, asked), audience)

    def versions_before(self, ids: Sequence[int], audience: Collection[str]) -> dict[int, Version]:
        """For changes that the audience was given, by id: the page's text before each.

        That is the last one of which it may know; a change that has none is left out.
        """
        # Earlier rows never come later: only whom they are shown to may change.
        with self.reading("shown") as rows:
            asked = {**seen_by(audience), "ids": list(ids)}
            found = rows.execute(_VERSIONS_BEFORE, asked).fetchall() if ids else ()
            return {id_: Version(path, commit) for id_, path, commit in found}

    def recent(
        self,
        audience: Collection[str],
        before: int | None = None,
        limit: int = 50,
        below: str = ROOT,
        since: int = 0,
    ) -> list[Change]:
        """What was done to the pages at and below ``below``, newest first.

        ``since`` is the id of a change: only later ones. Keeps its pace with any number of commits.
        """
        asked = {**_asked(audience, before, limit), "since": since}
        groups, guests = (asked.get(name, ()) for name in ("groups", "guests"))
        with self.reading(f"changes:{below}", "shown") as rows:
            if below != ROOT:
                asked |= within(below)
                statement = _RECENT_INSIDE[rows.scalar(_MANY[rows.numbered], asked) == _DENSE]
            elif 0 < len(groups) + len(guests) <= _BRANCHES:
                asked |= {f"group{number}": name for number, name in enumerate(groups)}
                asked |= {f"guest{number}": name for number, name in enumerate(guests)}
                statement = _recent_of(len(groups), len(guests))
            else:
                statement = _RECENT
            return visible_changes(rows, rows.execute(statement, asked), audience)

    def written_by(
        self, mail: str, audience: Collection[str], before: int | None = None, limit: int = 50
    ) -> list[Change]:
        """What was done to pages under the address ``mail``, newest first."""
        asked = {**_asked(audience, before, limit), "mail": mail}
        with self.reading("changes:index", "shown") as rows:
            return visible_changes(rows, rows.execute(_WRITTEN_BY, asked), audience)

    def _lineage(self, rows: Rows, path: str) -> int | None:
        """``lineage_at``; what is asked depends on all that was done to it."""
        known: dict[str, int | None] = self.tables.memory.setdefault("lineages", {})
        if path not in known:
            known[path] = lineage_at(rows, path)
        note((f"lineage:{known[path]}",))
        return known[path]

    def contributors(
        self, path: str, audience: Collection[str], limit: int = 20
    ) -> list[Contributor]:
        """Who changed the page, alone or with others, most commits first.

        Only from the time that the audience may see. Rows of a page that is narrower today are as
        wide as the page: ask for pages that the audience may read.
        """
        with self.reading(f"story:{path}") as rows:
            asked = {"lineage": self._lineage(rows, path), "limit": limit, **seen_by(audience)}
            found = rows.execute(_CONTRIBUTORS, asked).fetchall()
        return [
            Contributor(name, mail, n, read_moment(first), read_moment(last))
            for name, mail, n, first, last in found
        ]

    def knows(self, commit: str, audience: Collection[str] | None = None) -> bool:
        """Whether ``commit`` is one of the story; with an audience: did what that may know of."""
        seen = {} if audience is None else seen_by(audience)
        with self.reading("changes:index") as rows:
            statement = _SEQ_OF if audience is None else _SHOWN_COMMIT
            return rows.first(statement, {"commit": commit, **seen}) is not None

    def numbers(self, commits: Collection[str]) -> dict[str, int]:
        """Commit → its place in the order of commits, for those that are known."""
        with self.reading("changes:index") as rows:
            return dict(rows.execute(_NUMBERS, {"commits": list(commits)}).fetchall())

    def times(self, path: str) -> Times | None:
        """When the page at ``path`` was made and changed; None where there is none."""
        with self.reading(f"story:{path}") as rows:
            found = rows.first(_TIMES, {"path": path})
        return Times(*map(read_moment, found)) if found else None

    def told(self, paths: Sequence[str]) -> dict[str, datetime]:
        """When people last wrote at or below those of ``paths`` where any did, and not an import.

        Counts pages below that are as open as the page itself; ask for pages that one may see.
        """
        return self._moments("told", paths)

    def made(self, paths: Sequence[str]) -> dict[str, datetime]:
        """When those of ``paths`` that are pages were made; ask for pages that one may see."""
        return self._moments("born", paths)

    def _moments(self, column: str, paths: Sequence[str]) -> dict[str, datetime]:
        if not paths:
            return {}
        with self.reading(
            *(f"{topic}:{path}" for path in paths for topic in ("told", "story"))
        ) as rows:
            found = rows.execute(_MOMENTS[column], {"paths": list(paths)})
            return {path: read_moment(moment) for path, moment in found}


def _asked(audience: Collection[str], before: int | None, limit: int) -> dict[str, Any]:
    return {**seen_by(audience), "before": _END if before is None else before, "limit": limit}
