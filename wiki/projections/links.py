"""Who points where: wiki links by path, former path or title, each resolved as its reader may see.

Nothing is resolved in advance: what a link leads to depends on who asks, since a page that one may
not see must look like one that is not there.
"""

import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from wiki.cache.topics import note, noting
from wiki.errors import BadPath
from wiki.pages.markdown.walk import Link
from wiki.pages.page import ALIASES, Page
from wiki.pages.paths import follow, normalise
from wiki.pages.words import fold, slug
from wiki.projections.base import Progress
from wiki.projections.conditions import below, replace_surrogates, visible_condition
from wiki.projections.pagespan import PageChange, page_changes
from wiki.projections.row_changes import Watch
from wiki.projections.table import TableProjection, progress_steps
from wiki.repository.span import Span

#: links looked at for one call of ``broken``
SCANNED = 5000


@dataclass(frozen=True)
class Name:
    """A page's path and title."""

    path: str
    title: str


@dataclass(frozen=True)
class Broken:
    """A link to nothing: on which page and line, and what was written."""

    path: str
    target: str
    line: int


class Links(TableProjection):
    """Links, backlinks, redirects and names."""

    name = "links"
    bumps = True
    watches = (
        Watch("links_page", lambda row: [f"name:{row['path']}", f"title:{row['title_key']}"]),
        Watch("links_alias", lambda row: [f"name:{row['alias']}", f"aliases:{row['path']}"]),
        Watch("links_link", lambda row: [f"to:{row['path_key']}", f"called:{row['title_key']}"]),
    )
    schema = """
    create table links_page (
        path text primary key, title text not null, title_key text not null,
        group_ text not null) without rowid;
    create index links_page_title on links_page (title_key, path);
    create table links_alias (
        alias text not null, path text not null, group_ text not null,
        primary key (alias, path)) without rowid;
    create index links_alias_path on links_alias (path);
    -- path_key: the page or file it names, title_key: the title it names; '' where it names none
    create table links_link (
        path text not null, position integer not null, target text not null, text text not null,
        line integer not null, kind text not null,
        path_key text not null, title_key text not null,
        group_ text not null, primary key (path, position)) without rowid;
    create index links_link_path on links_link (path_key, path);
    create index links_link_title on links_link (title_key, path) where title_key != '';
    """

    def write(self, rows: sqlite3.Connection, span: Span, progress: Progress | None) -> None:
        """See TableProjection."""
        step = progress_steps(progress)
        for change in page_changes(span.repository, span):
            _write(rows, change)
            step()

    def changed(
        self, rows: sqlite3.Connection, _span: Span, topics: Collection[str]
    ) -> Iterator[str]:
        """See TableProjection: a link goes by its title where no page has the path that it says."""
        for name in topics:
            if name.startswith("name:"):
                found = rows.execute(
                    "select distinct title_key from links_link where path_key = ?", (name[5:],)
                )
                yield from (f"called:{key}" for (key,) in found)

    def resolve(self, target: str, audience: Collection[str]) -> str | None:
        """The page that ``[[target]]`` leads to: by its path, else a former path, else its title.

        Of several pages of one title, the first by path.
        """
        by_path, by_title = path_key(target), title_key(target)
        with self.reading(f"name:{by_path}", f"title:{by_title}") as rows:
            return _resolve(rows, by_path, by_title, audience)

    def redirect(self, path: str, audience: Collection[str]) -> str | None:
        """The page that had the address ``path`` formerly, where none has it now."""
        with self.reading(f"name:{path}") as rows:
            return _by_alias(rows, path, audience)

    def backlinks(
        self, path: str, audience: Collection[str], after: str = "", limit: int = 50
    ) -> list[Name]:
        """The other pages that link to ``path``, by path, from ``after`` on.

        Those of a page that is shown are asked for more than once: they are looked up once.
        """
        key = ("backlinks", path, frozenset(audience), after)
        asked, names, topics = self.tables.memory.get(key, (0, [], ()))
        if asked < limit:
            with noting() as topics:
                names = self._backlinks(path, audience, after, limit)
            self.tables.memory[key] = (limit, names, topics)
        note(topics)
        return list(names[:limit])

    def _backlinks(
        self, path: str, audience: Collection[str], after: str, limit: int
    ) -> list[Name]:
        visible, params = visible_condition(audience, "l")
        with self.reading(f"name:{path}", f"aliases:{path}", f"to:{path}") as rows:
            branches: list[str] = []
            values: list[object] = []
            for condition, keys in _ways_to(rows, path, audience):
                branches.append(
                    "select path from (select distinct l.path from links_link l"
                    f" where {condition} and {visible} and l.path > ? and l.path != ?"
                    " order by l.path limit ?)"
                )
                values += [*keys, *params, after, path, limit]
            found = rows.execute(
                f"select path, title from links_page where path in ({' union '.join(branches)})"
                " order by path limit ?",
                (*values, limit),
            ).fetchall()
        note(f"name:{from_}" for from_, _title in found)
        return [Name(*row) for row in found]

    def pairs(self, audience: Collection[str]) -> list[tuple[str, str]]:
        """Every two pages of which one links to the other, as this audience sees it: from, to."""
        here, here_params = visible_condition(audience, "l")
        there, there_params = visible_condition(audience, "p")
        led: dict[tuple[str, str], str | None] = {}
        found: set[tuple[str, str]] = set()
        with self.reading() as rows:
            # Nearly all links say a path that stands; what is left is looked up one by one.
            asked = rows.execute(
                "select distinct l.path, l.path_key, l.title_key, p.path from links_link l"
                f" left join links_page p on p.path = l.path_key and {there} where {here}",
                (*there_params, *here_params),
            )
            for path, by_path, by_title, to in asked.fetchall():
                key = (by_path, by_title)
                if to is None and key not in led:
                    led[key] = _resolve(rows, by_path, by_title, audience)
                to = to or led[key]
                if to is not None and to != path:
                    found.add((path, to))
        return sorted(found)

    def sources(self, path: str) -> list[str]:
        """Every page with a link to the address ``path`` or to one below it, whoever may see it.

        For the door in, which repairs links when pages move.
        """
        with self.reading() as rows:
            found = rows.execute(
                "select distinct path from links_link where path_key = ?"
                " or (path_key >= ? and path_key < ?) order by path",
                (path, *below(path)),
            ).fetchall()
        return [source for (source,) in found]

    def same_title(self, path: str, audience: Collection[str], limit: int = 10) -> list[Name]:
        """The other pages that bear the title of the page at ``path``."""
        visible, params = visible_condition(audience)
        with self.reading() as rows:
            found = rows.execute(
                "select path, title from links_page where path != ? and"
                " title_key = (select title_key from links_page where path = ?)"
                f" and {visible} order by path limit ?",
                (path, path, *params, limit),
            ).fetchall()
        return [Name(*row) for row in found]

    def broken(
        self, audience: Collection[str], after: tuple[str, int] = ("", -1), limit: int = 50
    ) -> tuple[list[Broken], tuple[str, int] | None]:
        """Links that lead this audience nowhere, and where to go on (None: that was all).

        Looks at a bounded number of links: a call may find none and still say where to go on.
        """
        visible, params = visible_condition(audience)
        with self.reading() as rows:
            found = rows.execute(
                "select path, position, target, line, path_key, title_key from links_link"
                f" where (path, position) > (?, ?) and kind != 'file' and {visible}"
                " order by path, position limit ?",
                (*after, *params, SCANNED),
            )
            broken: list[Broken] = []
            last: tuple[str, int] | None = None
            seen = 0
            for path, position, target, line, by_path, by_title in found:
                seen += 1
                last = (path, position)
                if _resolve(rows, by_path, by_title, audience) is None:
                    broken.append(Broken(path, target, line))
                    if len(broken) == limit:
                        return broken, last
        return broken, last if seen == SCANNED else None


def title_key(title: str) -> str:
    """What titles are compared by: no case, accents or punctuation."""
    return slug(title) or fold(replace_surrogates(title).strip())


def path_key(target: str) -> str:
    """The path that the target of a wiki link may be, "" where it can be none."""
    try:
        return normalise(target.strip()) if target.strip() else ""
    except BadPath:
        return ""


def _write(rows: sqlite3.Connection, change: PageChange) -> None:
    path, page = change.path, change.after
    if page is None or change.access is None:
        for table in ("page", "alias", "link"):
            rows.execute(f"delete from links_{table} where path = ?", (path,))
        return
    group = change.access.group
    if page is change.before:
        for table in ("page", "alias", "link"):
            rows.execute(f"update links_{table} set group_ = ? where path = ?", (group, path))
        return
    if change.before is not None:
        rows.execute("delete from links_alias where path = ?", (path,))
        rows.execute("delete from links_link where path = ?", (path,))
    title = replace_surrogates(page.title)
    rows.execute(
        "insert or replace into links_page values (?, ?, ?, ?)",
        (path, title, title_key(title), group),
    )
    aliases = {key for alias in page.aliases if (key := path_key(alias)) and key != path}
    rows.executemany(
        "insert into links_alias values (?, ?, ?)",
        [(alias, path, group) for alias in sorted(aliases)],
    )
    rows.executemany(
        "insert into links_link values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(path, position, *link, group) for position, link in enumerate(_links(page))],
    )


def _links(page: Page) -> Iterator[tuple[str, str, int, str, str, str]]:
    for link in page.document.links:
        by_path, by_title = _keys(page, link)
        if by_path or by_title:
            target, text = replace_surrogates(link.target), replace_surrogates(link.text)
            yield target, text, link.line, link.kind, by_path, by_title


def _keys(page: Page, link: Link) -> tuple[str, str]:
    """The path and the title that a link may mean."""
    if link.kind == "external":
        return "", ""
    if link.kind == "wiki":
        return path_key(link.target), title_key(replace_surrogates(link.target))
    return follow(page.file, link.target) or "", ""


def _resolve(
    rows: sqlite3.Connection, by_path: str, by_title: str, audience: Collection[str]
) -> str | None:
    visible, params = visible_condition(audience)
    if by_path:
        found = rows.execute(
            f"select path from links_page where path = ? and {visible}", (by_path, *params)
        ).fetchone()
        if found or (found := _alias_row(rows, by_path, audience)):
            return str(found[0])
    if by_title:
        found = rows.execute(
            f"select path from links_page where title_key = ? and {visible} order by path limit 1",
            (by_title, *params),
        ).fetchone()
        if found:
            return str(found[0])
    return None


def _by_alias(rows: sqlite3.Connection, path: str, audience: Collection[str]) -> str | None:
    visible, params = visible_condition(audience)
    if rows.execute(
        f"select 1 from links_page where path = ? and {visible}", (path, *params)
    ).fetchone():
        return None
    found = _alias_row(rows, path, audience)
    return str(found[0]) if found else None


def _alias_row(
    rows: sqlite3.Connection, alias: str, audience: Collection[str]
) -> tuple[str] | None:
    visible, params = visible_condition(audience)
    found: tuple[str] | None = rows.execute(
        f"select path from links_alias where alias = ? and {visible} order by path limit 1",
        (alias, *params),
    ).fetchone()
    return found


def _ways_to(
    rows: sqlite3.Connection, path: str, audience: Collection[str]
) -> Iterator[tuple[str, list[object]]]:
    """Conditions on a link ``l`` that make it lead to ``path`` for this audience."""
    yield "l.path_key = ?", [path]
    # A statement has room for so many: rows of before that was a rule may be more.
    aliases = rows.execute(
        "select alias from links_alias where path = ? limit ?", (path, ALIASES)
    ).fetchall()
    for (alias,) in aliases:
        note((f"name:{alias}", f"to:{alias}"))
        if _by_alias(rows, alias, audience) == path:
            yield "l.path_key = ?", [alias]
    found = rows.execute("select title_key from links_page where path = ?", (path,)).fetchone()
    if not found or not found[0]:
        return
    note((f"title:{found[0]}", f"called:{found[0]}"))
    if _resolve(rows, "", found[0], audience) == path:
        page, page_params = visible_condition(audience, "p")
        alias, alias_params = visible_condition(audience, "a")
        yield (
            "l.title_key = ? and l.title_key != ''"
            f" and not exists (select 1 from links_page p where p.path = l.path_key and {page})"
            f" and not exists (select 1 from links_alias a where a.alias = l.path_key and {alias})",
            [found[0], *page_params, *alias_params],
        )
