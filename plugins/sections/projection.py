"""The chapters of all pages, with their states: rows that git can bring back."""

from collections.abc import Collection
from typing import ClassVar, NamedTuple, cast

from sqlalchemy import MetaData, Table, bindparam, delete, insert, select

from wiki.api.pages import Page, chapters
from wiki.api.projections import (
    Progress,
    Rows,
    TableProjection,
    Watch,
    index,
    integers,
    progress_steps,
    replace_surrogates,
    seen_by,
    texts,
    visible,
)
from wiki.api.reading import Reader
from wiki.api.reading.history import Span, page_changes

#: chapters of one page that are counted
MOST = 200
CHAPTER = Table(
    "sections_chapter",
    MetaData(),
    *texts("path", primary_key=True),
    *integers("position", primary_key=True, autoincrement=False),
    *texts("space group_ anchor title state"),
    index("sections_chapter_space", "space"),
    sqlite_with_rowid=False,
)
_INSERT = insert(CHAPTER)
_DELETE = delete(CHAPTER).where(CHAPTER.c.path == bindparam("path"))
_CHAPTERS = {
    name: select(*(CHAPTER.c[shown] for shown in ("path", "anchor", "title", "state")))
    .where(CHAPTER.c[name] == bindparam(name), visible(CHAPTER.c.group_, CHAPTER.c.path))
    .order_by(CHAPTER.c.path, CHAPTER.c.position)
    for name in ("space", "path")
}


class Chapter(NamedTuple):
    """A chapter of the page ``path``; ``state`` is "" where it says nothing."""

    path: str
    anchor: str
    title: str
    state: str


class Shelf(TableProjection):
    """The chapters of each page on which at least one says how far it is."""

    name: ClassVar[str] = "sections"
    in_batches = True
    bumps = True
    prefix = "sections:"
    watches = (Watch(CHAPTER, lambda row: _topics(path=row["path"], space=row["space"])),)
    schema = CHAPTER.metadata

    def write(self, rows: Rows, span: Span, progress: Progress | None) -> None:
        """See TableProjection."""
        step = progress_steps(progress)
        for change in page_changes(span.repository, span):
            rows.execute(_DELETE, {"path": change.path})
            if change.after is not None and change.access is not None:
                here = {
                    "path": change.path,
                    "space": change.space or "",
                    "group_": change.access.group,
                }
                for position, one in enumerate(chapters_of(change.after)):
                    said = {
                        "anchor": replace_surrogates(one.anchor),
                        "title": replace_surrogates(one.title),
                        "state": one.state,
                    }
                    rows.execute(_INSERT, {**here, **said, "position": position})
            step()

    def of_space(self, space: str, audience: Collection[str]) -> list[Chapter]:
        """The chapters of the pages of a space that the audience may see, in reading order."""
        return self._found("space", space, audience)

    def of_page(self, path: str, audience: Collection[str]) -> list[Chapter]:
        """The chapters of one page."""
        return self._found("path", path, audience)

    def _found(self, column: str, value: str, audience: Collection[str]) -> list[Chapter]:
        with self.reading(*_topics(**{column: value})) as rows:
            found = rows.execute(_CHAPTERS[column], {**seen_by(audience), column: value})
            return [Chapter(*row) for row in found]


def _topics(**columns: str) -> list[str]:
    """What kept pages that show the rows of one page, or of one space, depend on."""
    return [f"sections:{column}:{value}" for column, value in columns.items()]


def chapters_of(page: Page) -> list[Chapter]:
    """The chapters of a page, in order."""
    found = chapters(page.document.headings)[:MOST]
    return [Chapter(page.path, one.anchor, one.text, one.state) for one in found]


def shelf_for(reader: Reader) -> Shelf:
    """The shelf, up to date, for questions that name the reader's audience."""
    return cast(Shelf, reader.projection("sections"))
