"""What posts are about, as everybody may read it at this moment: events, projects, needs, news.

A subject is asked for by what a row keeps of it. None where not everybody may read it, where it is
closed, withdrawn or gone: then its post is deleted.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from wiki.api.events import event_of_row
from wiki.api.moments import day
from wiki.api.pages.blocks import STORY_BLOCKS
from wiki.api.paths import action_url, file_url, page_url
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import ItemRow, find_items, get_item, iterate_items, select_items
from wiki.api.reading.rows import PageRow, get_row, iterate_rows, select
from wiki.api.translation import gettext

EVENT, PROJECT, NEED, NEWS = "event", "project", "need", "news"
NEEDS = ("besoins", "needs")
_OPEN = ("", " ")
#: lines of a story that were written down later than that are history, and no news
FRESH = timedelta(days=30)
#: lines of one story that are looked at, the newest first
_LINES = 20
#: characters of a title, and of what is said below it
_TITLE, _WORDS = 300, 2_000


@dataclass(frozen=True)
class Key:
    """Which thing it is: a page (``path``), an item of that ``identity``, a line of a story."""

    kind: str
    path: str
    identity: str = ""

    @property
    def told_by(self) -> tuple[str, str]:
        """What tells it apart: an item stays the same on another page."""
        return (self.kind, self.identity if self.kind == NEED else f"{self.path}\n{self.identity}")


@dataclass(frozen=True)
class Subject:
    """What a post says; ``spaces`` are the pages at and above which it lies or is shown."""

    key: Key
    lead: str
    title: str
    words: str
    url: str
    themes: tuple[str, ...]
    spaces: tuple[str, ...]
    image: str = ""
    starts: str = ""
    ends: str = ""
    place: str = ""
    cancelled: bool = False

    @property
    def digest(self) -> str:
        """Of what is shown: another where that is another."""
        shown = {name: one for name, one in asdict(self).items() if name not in ("key", "spaces")}
        return sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


def subjects_on(visitor: Reader, path: str) -> Iterator[Subject]:
    """All that the page at ``path`` is or holds."""
    row = get_row(visitor, path)
    if row is None:
        return
    if (page := _of_page(visitor, row)) is not None:
        yield page
    yield from _of_items(visitor, iterate_items(visitor, select_items(NEEDS, path=path)))
    for line in _story(visitor, path):
        if (found := _of_line(visitor, *line)) is not None:
            yield found


def all_subjects(visitor: Reader) -> Iterator[Subject]:
    """All that there is."""
    for row in iterate_rows(visitor, select(types=(EVENT, PROJECT))):
        if (found := _of_page(visitor, row)) is not None:
            yield found
    yield from _of_items(visitor, iterate_items(visitor, select_items(NEEDS, _OPEN)))
    since = (visitor.today - FRESH).isoformat()
    today = visitor.today.isoformat()
    told = iterate_items(visitor, select_items(STORY_BLOCKS, until=today))
    for path in dict.fromkeys(one.path for one in told if (one.date or "") >= since):
        for line in _story(visitor, path):
            if (found := _of_line(visitor, *line)) is not None:
                yield found


def find_subject(visitor: Reader, key: Key) -> Subject | None:
    """The one that ``key`` stands for."""
    if key.kind == NEED:
        item = get_item(visitor, key.identity)
        return None if item is None else next(_of_items(visitor, [item]), None)
    row = get_row(visitor, key.path) if key.path else None
    if row is None:
        return None
    if key.kind == NEWS:
        line = dict(_story(visitor, key.path)).get(key.identity)
        return None if line is None else _of_line(visitor, key.identity, line)
    return _of_page(visitor, row) if row.type == key.kind else None


def is_fresh(visitor: Reader, key: Key) -> bool:
    """Whether it may be told as new: not a line about what was long ago."""
    if key.kind != NEWS:
        return True
    return key.identity[:10] >= (visitor.today - FRESH).isoformat()


def _of_page(visitor: Reader, row: PageRow) -> Subject | None:
    if row.type not in (EVENT, PROJECT):
        return None
    site = visitor.instance.settings.public_url
    image = "" if not row.image or "://" in row.image else file_url(row.image, {"width": "960"})
    key = Key(row.type, row.path)
    common: dict[str, Any] = {
        "key": key,
        "title": row.title[:_TITLE],
        "url": site + page_url(row.path),
        "themes": row.facts.get("theme", ()),
        "image": site + image if image else "",
    }
    if row.type == PROJECT:
        spaces = (row.path, *row.facts.get("presented", ()))
        return Subject(
            **common, lead=gettext("Project:"), words=row.summary[:_WORDS], spaces=spaces
        )
    event = event_of_row(visitor, row)
    starts = ends = when = ""
    if event.when is not None:
        starts, ends = _iso(visitor, event.when.starts), _iso(visitor, event.when.ends)
        when = day(starts[:10])
        if len(starts) > 10:
            when = gettext("{day}, {hour}").format(day=when, hour=starts[11:16])
    told = [when, event.place, row.summary]
    if event.cancelled:
        told.insert(0, gettext("Cancelled: see its page."))
    return Subject(
        **common,
        lead=gettext("Event:"),
        words=" · ".join(filter(None, told))[:_WORDS],
        spaces=(row.path,),
        starts=starts,
        ends=ends,
        place=event.place,
        cancelled=event.cancelled,
    )


def _of_items(visitor: Reader, items: Iterable[ItemRow]) -> Iterator[Subject]:
    site = visitor.instance.settings.public_url
    for item in items:
        if not item.identity or item.block not in NEEDS or item.state not in _OPEN:
            continue
        if not item.plain:
            continue
        # People are named by nobody but themselves.
        of = "" if item.space_type == "person" else item.space_title or item.page_title
        space = get_row(visitor, item.space) if item.space else None
        themes = () if space is None else space.facts.get("theme", ())
        yield Subject(
            key=Key(NEED, item.path, item.identity),
            lead=gettext("Need:"),
            title=item.plain[:_TITLE],
            words=of,
            url=site + action_url("needs", item.identity),
            themes=tuple(dict.fromkeys((*item.keywords, *themes))),
            spaces=(item.path,),
        )


def _story(visitor: Reader, path: str) -> list[tuple[str, ItemRow]]:
    """The lines of the stories on a page, each under a name: its day, and which of that day."""
    chosen = select_items(STORY_BLOCKS, path=path, until=visitor.today.isoformat())
    rows = find_items(visitor, chosen, sort="date", limit=_LINES).rows
    count: dict[str, int] = {}
    named = []
    for row in sorted(rows, key=lambda one: one.position):
        if row.date:
            count[row.date] = count.get(row.date, 0) + 1
            named.append((f"{row.date}/{count[row.date]}", row))
    return named


def _of_line(visitor: Reader, name: str, item: ItemRow) -> Subject | None:
    project = get_row(visitor, item.space) if item.space else None
    if project is None or project.type != PROJECT or not item.plain:
        return None
    site = visitor.instance.settings.public_url
    return Subject(
        key=Key(NEWS, item.path, name),
        lead=gettext("News:"),
        title=project.title[:_TITLE],
        words=item.plain[:_WORDS],
        url=site + page_url(project.path),
        themes=project.facts.get("theme", ()),
        spaces=(item.path,),
    )


def _iso(visitor: Reader, moment: date | None) -> str:
    """A day, or a moment in the site's zone."""
    local = getattr(moment, "astimezone", None)
    if moment is None:
        return ""
    return str((local(visitor.instance.settings.zone) if local else moment).isoformat())
