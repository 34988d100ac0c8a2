"""The chapters of all pages, with their states: rows that git can bring back."""

import sqlite3
from collections.abc import Collection
from typing import ClassVar, NamedTuple, cast

from wiki.api.pages import Page, chapters
from wiki.api.projections import (
    Progress,
    TableProjection,
    Watch,
    progress_steps,
    replace_surrogates,
    visible_condition,
)
from wiki.api.reading import Reader
from wiki.api.reading.history import Span, page_changes

#: chapters of one page that are counted
MOST = 200
_CHAPTERS = "select path, anchor, title, state from sections_chapter"


class Chapter(NamedTuple):
    """A chapter of the page ``path``; ``state`` is "" where it says nothing."""

    path: str
    anchor: str
    title: str
    state: str


class Shelf(TableProjection):
    """The chapters of each page on which at least one says how far it is."""

    name: ClassVar[str] = "sections"
    bumps = True
    prefix = "sections:"
    watches = (
        Watch("sections_chapter", lambda row: _topics(path=row["path"], space=row["space"])),
    )
    schema: ClassVar[str] = """
create table sections_chapter (
    path text not null, position integer not null, space text not null, group_ text not null,
    anchor text not null, title text not null, state text not null,
    primary key (path, position)) without rowid;
create index sections_chapter_space on sections_chapter (space);
"""

    def write(self, rows: sqlite3.Connection, span: Span, progress: Progress | None) -> None:
        """See TableProjection."""
        step = progress_steps(progress)
        for change in page_changes(span.repository, span):
            rows.execute("delete from sections_chapter where path = ?", (change.path,))
            if change.after is not None and change.access is not None:
                rows.executemany(
                    "insert into sections_chapter values (?, ?, ?, ?, ?, ?, ?)",
                    [
                        (
                            change.path,
                            position,
                            change.space or "",
                            change.access.group,
                            replace_surrogates(one.anchor),
                            replace_surrogates(one.title),
                            one.state,
                        )
                        for position, one in enumerate(chapters_of(change.after))
                    ],
                )
            step()

    def of_space(self, space: str, audience: Collection[str]) -> list[Chapter]:
        """The chapters of the pages of a space that the audience may see, in reading order."""
        return self._found("space", space, audience)

    def of_page(self, path: str, audience: Collection[str]) -> list[Chapter]:
        """The chapters of one page."""
        return self._found("path", path, audience)

    def _found(self, column: str, value: str, audience: Collection[str]) -> list[Chapter]:
        visible, params = visible_condition(audience)
        query = f"{_CHAPTERS} where {column} = ? and {visible} order by path, position"
        with self.reading(*_topics(**{column: value})) as rows:
            return [Chapter(*row) for row in rows.execute(query, [value, *params])]


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
