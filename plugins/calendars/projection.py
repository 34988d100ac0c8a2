"""Which events are pages here: by the address that they name, by title and day, by an import."""

from collections.abc import Collection
from datetime import date
from typing import ClassVar, NamedTuple, cast
from zoneinfo import ZoneInfo

from sqlalchemy import MetaData, Table, bindparam, delete, select

from wiki.api.imports import imported_states
from wiki.api.moments import local_day, read_moment
from wiki.api.pages import Page
from wiki.api.paths import slug
from wiki.api.projections import (
    Progress,
    Rows,
    TableProjection,
    Watch,
    names,
    progress_steps,
    replace_surrogates,
    seen_by,
    texts,
    upsert,
    visible,
)
from wiki.api.reading import Reader
from wiki.api.reading.history import Span, page_changes

TABLES = MetaData()
PAGE = Table(
    "calendars_page",
    TABLES,
    *names("path", primary_key=True, autoincrement=False),
    *names("group_"),
    *texts("website title starts"),
)
#: what imports have brought, by ``key_of`` an event, and where they put it
BROUGHT = Table("calendars_brought", TABLES, *texts("key", primary_key=True), *texts("path"))
_PUT, _REMOVE = upsert(PAGE), delete(PAGE).where(PAGE.c.path == bindparam("path"))
_BRING = upsert(BROUGHT)
_SEEN = select(PAGE.c.website, PAGE.c.title, PAGE.c.starts).where(
    visible(PAGE.c.group_, PAGE.c.path)
)
_BROUGHT = select(BROUGHT.c.key, BROUGHT.c.path)
_TOPIC = "calendars:pages"
_WEBSITE = 2_000


class Known(NamedTuple):
    """The events that are pages: their websites, their titles (slugs) with their days."""

    websites: frozenset[str]
    named: frozenset[tuple[str, date]]


class Shelf(TableProjection):
    """The pages of events, and what an import of a calendar brought."""

    name: ClassVar[str] = "calendars"
    story = True
    bumps = True
    prefix = "calendars:"
    watches = (Watch(PAGE, lambda _row: [_TOPIC]), Watch(BROUGHT, lambda _row: [_TOPIC]))
    schema = TABLES

    def write(self, rows: Rows, span: Span, progress: Progress | None) -> None:
        """See TableProjection."""
        step = progress_steps(progress)
        for change in page_changes(span.repository, span):
            rows.execute(_REMOVE, {"path": change.path})
            if change.after is not None and change.after.type == "event" and change.access:
                rows.execute(_PUT, _said(change.after) | {"group_": change.access.group})
            step()
        for story in span.commits():
            states = imported_states(story.commit.message, story.commit.author_mail)
            for name, state in states:
                key, there, path = state.partition("=")
                if name == "calendar" and there and key.startswith("event/"):
                    rows.execute(_BRING, {"key": key, "path": path})

    def known(self, audience: Collection[str], zone: ZoneInfo) -> Known:
        """What the audience sees."""
        with self.reading(_TOPIC) as rows:
            found = list(rows.execute(_SEEN, seen_by(audience)))
        named = (
            (title, local_day(when, zone))
            for _website, title, starts in found
            if (when := read_moment(starts, zone)) is not None
        )
        return Known(frozenset(one[0] for one in found if one[0]), frozenset(named))

    def brought(self) -> dict[str, str]:
        """Where imports put events, by their keys, whoever may see these pages."""
        with self.reading(_TOPIC) as rows:
            return dict(map(tuple, rows.execute(_BROUGHT)))


def _said(page: Page) -> dict[str, str]:
    said = {"path": page.path, "title": slug(page.title)}
    for name in ("website", "starts"):
        said[name] = replace_surrogates(next(iter(page.head.words(name)), "").strip())[:_WEBSITE]
    return said


def shelf_for(reader: Reader) -> Shelf:
    """The shelf, up to date."""
    return cast(Shelf, reader.projection("calendars"))
