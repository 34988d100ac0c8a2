"""Who points where: wiki links by path, former path or title, each resolved as its reader may see.

Nothing is resolved in advance: what a link leads to depends on who asks, since a page that one may
not see must look like one that is not there.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import insert

from wiki.cache.topics import note, noting
from wiki.pages.markdown.walk import Link
from wiki.pages.names import name_key, path_key, title_key
from wiki.pages.page import Page
from wiki.pages.paths import follow
from wiki.projections.interface import Progress
from wiki.projections.linking import statements as sql
from wiki.projections.linking.gaps import Wanted, count_gaps, list_unlinked, list_wanted
from wiki.projections.pagespan import PageChange, page_changes
from wiki.projections.tables.conditions import replace_surrogates, seen_by, within
from wiki.projections.tables.dialect import upsert
from wiki.projections.tables.projection import TableProjection, progress_steps
from wiki.projections.tables.row_changes import Watch
from wiki.projections.tables.rows import Rows
from wiki.repository.span import Span

#: links looked at for one call of ``broken``
SCANNED = 5000
_PUT_PAGE, _INSERT_ALIAS, _INSERT_LINK = upsert(sql.PAGE), insert(sql.ALIAS), insert(sql.LINK)


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
    in_batches = True
    bumps = True
    watches = (
        Watch(
            sql.PAGE,
            lambda row: [
                f"name:{row['path']}",
                *(f"title:{key}" for key in {row["title_key"], row["name_key"]}),
            ],
        ),
        Watch(sql.ALIAS, lambda row: [f"name:{row['alias']}", f"aliases:{row['path']}"]),
        Watch(sql.LINK, lambda row: [f"to:{row['path_key']}", f"called:{row['title_key']}"]),
    )
    schema = sql.TABLES

    def write(self, rows: Rows, span: Span, progress: Progress | None) -> None:
        """See TableProjection."""
        step = progress_steps(progress)
        for change in page_changes(span.repository, span):
            _write(rows, change)
            step()

    def changed(self, rows: Rows, _span: Span, topics: Collection[str]) -> Iterator[str]:
        """See TableProjection: a link goes by its title where no page has the path that it says."""
        for name in topics:
            if name.startswith("name:"):
                keys = rows.scalars(sql.TITLES_OF_LINKS, {"at": name[5:]})
                yield from (f"called:{key}" for key in keys)

    def resolve(
        self, target: str, audience: Collection[str], *, by_name: bool = False
    ) -> str | None:
        """The page that ``[[target]]`` leads to: by its path, else a former path, else its title.

        Of several pages of one title, the first by path. ``by_name``: where none is found, by the
        name of the page's file; of several, one that lies highest.
        """
        by_path, by_title = path_key(target), title_key(target)
        with self.reading(f"name:{by_path}", f"title:{by_title}") as rows:
            return _resolve(rows, by_path, by_title, audience, by_name)

    def find_page(
        self, target: str, audience: Collection[str], *, by_name: bool = False
    ) -> Name | None:
        """As ``resolve``, with the title of the page."""
        by_path, by_title = path_key(target), title_key(target)
        with self.reading(f"name:{by_path}", f"title:{by_title}") as rows:
            found = rows.first(sql.BY_PATH, {**seen_by(audience), "at": by_path})
            path = None if found else _resolve(rows, by_path, by_title, audience, by_name)
            if path is not None:
                note((f"name:{path}",))
                found = rows.first(sql.BY_PATH, {**seen_by(audience), "at": path})
        return Name(*found) if found else None

    def redirect(self, path: str, audience: Collection[str]) -> str | None:
        """The page that had the address ``path`` formerly, where none has it now."""
        with self.reading(f"name:{path}") as rows:
            return _by_alias(rows, path, audience)

    def backlinks(
        self,
        path: str,
        audience: Collection[str],
        after: str = "",
        limit: int = 50,
        *,
        by_name: bool = False,
    ) -> list[Name]:
        """The other pages that link to ``path``, by path, from ``after`` on.

        Those of a page that is shown are asked for more than once: they are looked up once.
        """
        key = ("backlinks", path, frozenset(audience), after, by_name)
        asked, names, topics = self.tables.memory.get(key, (0, [], ()))
        if asked < limit:
            with noting() as topics:
                names = self._backlinks(path, audience, after, limit, by_name)
            self.tables.memory[key] = (limit, names, topics)
        note(topics)
        return list(names[:limit])

    def _backlinks(
        self, path: str, audience: Collection[str], after: str, limit: int, by_name: bool
    ) -> list[Name]:
        asked = {**seen_by(audience), "at": path, "after": after, "limit": limit}
        with self.reading(f"name:{path}", f"aliases:{path}", f"to:{path}") as rows:
            names, titles = _ways_to(rows, path, audience, by_name)
            asked |= {f"name{number}": name for number, name in enumerate(names)}
            asked |= {f"title{number}": title for number, title in enumerate(titles)}
            statement = sql.linking(len(names), len(titles))
            found = rows.execute(statement, asked).fetchall()
        note(f"name:{from_}" for from_, _title in found)
        return [Name(*row) for row in found]

    def pairs(self, audience: Collection[str]) -> list[tuple[str, str]]:
        """Every two pages of which one links to the other, as this audience sees it: from, to."""
        led: dict[tuple[str, str], str | None] = {}
        found: set[tuple[str, str]] = set()
        with self.reading() as rows:
            asked = rows.execute(sql.PAIRS, seen_by(audience)).fetchall()
            for path, by_path, by_title, to in asked:
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
            return rows.scalars(sql.SOURCES, within(path))

    def same_title(self, path: str, audience: Collection[str], limit: int = 10) -> list[Name]:
        """The other pages that bear the title of the page at ``path``."""
        with self.reading() as rows:
            asked = {**seen_by(audience), "at": path, "limit": limit}
            return [Name(*row) for row in rows.execute(sql.SAME_TITLE, asked)]

    def broken(
        self,
        audience: Collection[str],
        after: tuple[str, int] = ("", -1),
        limit: int = 50,
        *,
        by_name: bool = False,
    ) -> tuple[list[Broken], tuple[str, int] | None]:
        """Links that lead this audience nowhere, and where to go on (None: that was all).

        Looks at a bounded number of links: a call may find none and still say where to go on.
        """
        asked = {**seen_by(audience), "limit": SCANNED}
        asked["path"], asked["position"] = after
        with self.reading() as rows:
            found = rows.execute(sql.LATER, asked)
            broken: list[Broken] = []
            last: tuple[str, int] | None = None
            seen = 0
            for path, position, target, line, by_path, by_title in found:
                seen += 1
                last = (path, position)
                if _resolve(rows, by_path, by_title, audience, by_name) is None:
                    broken.append(Broken(path, target, line))
                    if len(broken) == limit:
                        return broken, last
        return broken, last if seen == SCANNED else None

    def wanted(
        self, audience: Collection[str], limit: int, offset: int = 0, *, by_name: bool = False
    ) -> list[Wanted]:
        """Pages that links lead to and that are not there, the most linked first."""
        with self.reading() as rows:
            return list_wanted(rows, audience, limit, offset, by_name=by_name)

    def unlinked(
        self, audience: Collection[str], limit: int, offset: int = 0, *, by_name: bool = False
    ) -> list[str]:
        """Pages that no other page links to, by path; the front page is not one."""
        with self.reading() as rows:
            return list_unlinked(rows, audience, limit, offset, by_name=by_name)

    def gaps(self, audience: Collection[str], *, by_name: bool = False) -> tuple[int, int, int]:
        """How many links lead nowhere, to how many pages, and how many pages no other links to."""
        with self.reading() as rows:
            return count_gaps(rows, audience, by_name=by_name)


def _write(rows: Rows, change: PageChange) -> None:
    path, page = change.path, change.after
    if page is None or change.access is None:
        for removal in sql.DELETE:
            rows.execute(removal, {"at": path})
        return
    group = change.access.group
    if page is change.before:
        for regrouping in sql.REGROUP:
            rows.execute(regrouping, {"at": path, "group_": group})
        return
    if change.before is not None:
        for removal in sql.DELETE[1:]:
            rows.execute(removal, {"at": path})
    here = {"path": path, "group_": group}
    title = replace_surrogates(page.title)
    keys = {"title_key": title_key(title), "name_key": name_key(path)}
    rows.execute(_PUT_PAGE, {**here, "title": title, **keys})
    aliases = {key for alias in page.aliases if (key := path_key(alias)) and key != path}
    rows.execute_many(_INSERT_ALIAS, ({**here, "alias": alias} for alias in sorted(aliases)))
    rows.execute_many(
        _INSERT_LINK,
        ({**here, **link, "position": position} for position, link in enumerate(_links(page))),
    )


def _links(page: Page) -> Iterator[dict[str, object]]:
    for link in page.document.links:
        by_path, by_title = _keys(page, link)
        if by_path or by_title:
            yield {
                "target": replace_surrogates(link.target),
                "text": replace_surrogates(link.text),
                "line": link.line,
                "kind": link.kind,
                "path_key": by_path,
                "title_key": by_title,
            }


def _keys(page: Page, link: Link) -> tuple[str, str]:
    """The path and the title that a link may mean."""
    if link.kind == "external":
        return "", ""
    if link.kind == "wiki":
        return path_key(link.target), title_key(replace_surrogates(link.target))
    return follow(page.file, link.target) or "", ""


def _resolve(
    rows: Rows, by_path: str, by_title: str, audience: Collection[str], by_name: bool = False
) -> str | None:
    seen = seen_by(audience)
    found: str | None = None
    if by_path:
        asked = {**seen, "at": by_path}
        found = rows.scalar(sql.BY_PATH, asked) or rows.scalar(sql.BY_ALIAS, asked)
    if found is None and by_title:
        found = rows.scalar(sql.BY_TITLE, {**seen, "title": by_title})
        if found is None and by_name:
            named = rows.scalars(sql.BY_NAME, {**seen, "title": by_title})
            found = min(named, key=lambda path: (path.count("/"), path), default=None)
    return found


def _by_alias(rows: Rows, path: str, audience: Collection[str]) -> str | None:
    asked = {**seen_by(audience), "at": path}
    if rows.scalar(sql.BY_PATH, asked) is not None:
        return None
    found: str | None = rows.scalar(sql.BY_ALIAS, asked)
    return found


def _ways_to(
    rows: Rows, path: str, audience: Collection[str], by_name: bool
) -> tuple[list[str], list[str]]:
    """The paths by which links lead to ``path`` for this audience, and the titles that do."""
    names = [path]
    for alias in rows.scalars(sql.ALIASES_OF, {"at": path}):
        note((f"name:{alias}", f"to:{alias}"))
        if _by_alias(rows, alias, audience) == path:
            names.append(alias)
    title, name = rows.first(sql.KEYS, {"at": path}) or ("", "")
    titles: list[str] = []
    for key in dict.fromkeys((title, name) if by_name else (title,)):
        if key:
            note((f"title:{key}", f"called:{key}"))
            if _resolve(rows, "", key, audience, by_name) == path:
                titles.append(key)
    return names, titles
