"""Who changed what, when: a page's history and recent changes, without walking git.

A *lineage* is one page through its renames: its rows keep one number, whatever its path was then.
Each row keeps the group of its page at that commit, and the group it is *shown* to: the stricter of
that one and the page's present one, so that narrowing a page also hides what was said of it.
"""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from wiki.cache.topics import note
from wiki.pages.access import ALL, shown_groups
from wiki.pages.paths import ROOT, ancestors, owner_of
from wiki.projections.base import Progress
from wiki.projections.conditions import below, marks, visible_condition
from wiki.projections.histories.story import Story, lineage_at
from wiki.projections.histories.visible_changes import Change, visible_changes
from wiki.projections.pagespan import head_text, page_changes
from wiki.projections.row_changes import Watch
from wiki.projections.table import TableProjection, progress_steps
from wiki.repository.span import Span

#: an audience of more groups sees nearly every row: then one scan from the newest is quicker
_BRANCHES = 20
#: a subtree of more rows is dense among the newest
_DENSE = 2000

_COLUMNS = """
select r.id, c.id, r.seq, r.path, r.old_path, case when p.alive then p.path end, r.kind,
       r.file, c.author, c.mail, c.moment, c.message, r.group_
from changes_row r {index} join changes_commit c on c.seq = r.seq
                   join changes_page p on p.lineage = r.lineage
"""


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


class Changes(TableProjection):
    """The story of every page, by order of commits: "recent" never means an author's clock."""

    name = "changes"
    story = True
    bumps = True
    watches = (
        Watch("changes_row", lambda row: _at_and_above(row["path"], row["old_path"])),
        Watch("changes_row", lambda row: [f"lineage:{row['lineage']}"]),
        # What a commit says is told to who may know of all that it did.
        Watch("changes_row", lambda _row: ["shown"], replaced=True),
        Watch("changes_page", lambda row: [f"story:{row['path']}"], without=("news", "told")),
        Watch("changes_page", lambda row: [f"told:{row['path']}"], columns=("path", "told")),
        Watch("changes_page", lambda _row: ["told"], columns=("path", "told", "alive")),
        Watch("changes_page", lambda _row: ["born"], columns=("path", "born", "alive")),
        Watch("changes_page", lambda _row: ["last"], columns=("path", "last", "alive")),
        Watch("changes_author", lambda row: [f"lineage:{row['lineage']}"]),
        Watch("changes_identity", lambda row: ["identities", f"identity:{row['identity']}"]),
    )
    schema = """
    create table changes_commit (
        seq integer primary key, id text not null unique,
        author text not null, mail text not null, moment text not null, message text not null);
    -- leaf, folder: the blobs of x.md and x/index.md; born, last, news, told: numbers of commits,
    -- news and told of those at or below the page, told of those by people's own hands alone;
    -- group_: who may read it, or might when it was there last
    create table changes_page (
        lineage integer primary key, path text not null, alive integer not null,
        leaf text, folder text, head text not null, group_ text not null,
        born integer, last integer, news integer, told integer);
    create index changes_page_path on changes_page (path, alive, lineage);
    create index changes_page_born on changes_page (born) where alive;
    create table changes_row (
        id integer primary key, seq integer not null, lineage integer not null,
        path text not null, old_path text, kind text not null, file text,
        group_ text not null, shown text not null);
    create index changes_row_lineage on changes_row (lineage, id);
    create index changes_row_shown on changes_row (shown, id);
    create index changes_row_path on changes_row (path, id);
    create index changes_row_seq on changes_row (seq, shown, path);
    -- those who wrote the page, and those whom a commit credits
    create table changes_author (
        lineage integer not null, group_ text not null, mail text not null, name text not null,
        commits integer not null, first integer not null, last integer not null,
        primary key (lineage, group_, mail)) without rowid;
    -- the first commit in which a page held an item's identity; earliest: of all pages
    create table changes_identity (
        identity text not null, lineage integer not null, seq integer not null,
        earliest integer not null, primary key (identity, lineage)) without rowid;
    create index changes_identity_seq on changes_identity (seq) where earliest;
    """

    def write(self, rows: sqlite3.Connection, span: Span, progress: Progress | None) -> None:
        """See TableProjection."""
        story = Story(rows, span.repository)
        step = progress_steps(progress)
        for commit in span.commits():
            story.take(commit)
            step()

    def changed(
        self, _rows: sqlite3.Connection, span: Span, _topics: Collection[str]
    ) -> Iterator[str]:
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
        shown, params = visible_condition(audience, "r", group="shown")
        question = (
            f"{_COLUMNS.format(index='indexed by changes_row_lineage')}"
            f" where r.lineage = ? and r.id < ? and {shown} and r.seq <= coalesce("
            "(select seq from changes_commit where id = ?), ?) order by r.id desc limit ?"
        )
        with self.reading(f"story:{path}", "shown") as rows:
            lineage = self._lineage(rows, path)
            found = rows.execute(
                question,
                (lineage, _newest(before), *params, upto, 0 if upto else _newest(None), limit),
            ).fetchall()
            return visible_changes(rows, found, audience)

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
        with self.reading(f"changes:{below}", "shown") as rows:
            if below == ROOT:
                chosen, params = _everywhere(audience, since, _newest(before), limit)
            else:
                chosen, params = _inside(rows, below, audience, since, _newest(before), limit)
            found = rows.execute(
                f"{_COLUMNS.format(index='')} where r.id in ({chosen}) order by r.id desc limit ?",
                (*params, limit),
            ).fetchall()
            return visible_changes(rows, found, audience)

    def written_by(
        self, mail: str, audience: Collection[str], before: int | None = None, limit: int = 50
    ) -> list[Change]:
        """What was done to pages under the address ``mail``, newest first."""
        shown, params = visible_condition(audience, "r", group="shown")
        with self.reading("changes:index", "shown") as rows:
            found = rows.execute(
                f"{_COLUMNS.format(index='')} where c.mail = ? and r.id < ? and {shown}"
                " order by r.id desc limit ?",
                (mail, _newest(before), *params, limit),
            ).fetchall()
            return visible_changes(rows, found, audience)

    def _lineage(self, rows: sqlite3.Connection, path: str) -> int | None:
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
        visible, params = visible_condition(audience, group="a.group_", path="p.path")
        with self.reading(f"story:{path}") as rows:
            found = rows.execute(
                f"""with seen as (
                    select a.* from changes_author a join changes_page p on p.lineage = a.lineage
                    where a.lineage = ? and {visible})
                select (select name from seen s where s.mail = t.mail order by last desc limit 1),
                       t.mail, t.n, f.moment, l.moment
                from (select mail, sum(commits) as n, min(first) as first, max(last) as last
                      from seen group by mail) t
                join changes_commit f on f.seq = t.first join changes_commit l on l.seq = t.last
                order by t.n desc, t.first, t.mail limit ?""",
                (self._lineage(rows, path), *params, limit),
            ).fetchall()
        return [
            Contributor(name, mail, n, datetime.fromisoformat(first), datetime.fromisoformat(last))
            for name, mail, n, first, last in found
        ]

    def knows(self, commit: str, audience: Collection[str] | None = None) -> bool:
        """Whether ``commit`` is one of the story; with an audience: did what that may know of."""
        question, params = "select 1 from changes_commit where id = ?", [commit]
        if audience is not None:
            shown, groups = visible_condition(audience, "r", group="shown")
            question += (
                " and exists (select 1 from changes_row r where r.seq = changes_commit.seq"
                f" and {shown})"
            )
            params += groups
        with self.reading("changes:index") as rows:
            return rows.execute(question, params).fetchone() is not None

    def numbers(self, commits: Collection[str]) -> dict[str, int]:
        """Commit → its place in the order of commits, for those that are known."""
        with self.reading("changes:index") as rows:
            return dict(
                rows.execute(
                    f"select id, seq from changes_commit where id in ({marks(commits)})",
                    tuple(commits),
                ).fetchall()
            )

    def times(self, path: str) -> Times | None:
        """When the page at ``path`` was made and changed; None where there is none."""
        with self.reading(f"story:{path}") as rows:
            found = rows.execute(
                """select (select moment from changes_commit where seq = born),
                          (select moment from changes_commit where seq = last)
                   from changes_page where path = ? and alive""",
                (path,),
            ).fetchone()
        return Times(*map(datetime.fromisoformat, found)) if found else None

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
            found = rows.execute(
                "select p.path, c.moment from changes_page p"
                f" join changes_commit c on c.seq = p.{column}"
                f" where p.alive and p.path in ({marks(paths)})",
                tuple(paths),
            )
            return {path: datetime.fromisoformat(moment) for path, moment in found}


def _at_and_above(*paths: str | None) -> Iterator[str]:
    """The topics of changes at and below each of ``paths``, and of those above."""
    for path in filter(None, paths):
        yield from (f"changes:{name}" for name in (path, *ancestors(path)))


def _everywhere(
    audience: Collection[str], since: int, before: int, limit: int
) -> tuple[str, list[object]]:
    """A query for the newest ids: one short index range for each group, joined."""
    branches = [("shown", name) for name in sorted(shown_groups(audience))]
    branches += [("path", name[6:]) for name in sorted(audience) if name.startswith("guest:")]
    if ALL in audience or len(branches) > _BRANCHES:
        visible, params = visible_condition(audience, "v", group="shown")
        return (
            f"select id from changes_row v not indexed where {visible} and id > ? and id < ?"
            " order by id desc limit ?",
            [*params, since, before, limit],
        )
    parts: list[str] = []
    values: list[object] = []
    for column, value in branches:
        parts.append(
            f"select id from (select id from changes_row where {column} = ? and id > ? and id < ?"
            " order by id desc limit ?)"
        )
        values += [value, since, before, limit]
    return " union ".join(parts) or "select 0", values


def _inside(
    rows: sqlite3.Connection,
    path: str,
    audience: Collection[str],
    since: int,
    before: int,
    limit: int,
) -> tuple[str, list[object]]:
    """A query for the newest ids of a subtree: by path where it is small, by number where not."""
    low, high = below(path)
    inside = "(v.path = ? or (v.path >= ? and v.path < ?))"
    many = rows.execute(
        f"select count(*) from (select 1 from changes_row v where {inside} limit {_DENSE})",
        (path, low, high),
    ).fetchone()[0]
    visible, params = visible_condition(audience, "v", group="shown")
    index = "not indexed" if many == _DENSE else "indexed by changes_row_path"
    return (
        f"select id from changes_row v {index} where {inside} and {visible}"
        " and id > ? and id < ? order by id desc limit ?",
        [path, low, high, *params, since, before, limit],
    )


def _newest(before: int | None) -> int:
    return 2**62 if before is None else before
