"""Announcing an event: once, to who follows its themes, its territory or one of its projects.

Once more, a week later at the earliest, where its programme, date or place has changed since.

No mail is written here: the change of the page that says ``announced`` is told by digests, at the
rhythm of each.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from wiki.api.errors import BadField, Forbidden
from wiki.api.events import Event, event_marks, event_of_row
from wiki.api.limits import DAY, Limit, count_attempts
from wiki.api.mail import Announcement
from wiki.api.pages import Page, edit_head
from wiki.api.pages.editing import change_page
from wiki.api.paths import page_url
from wiki.api.reading import Reader, find_page, find_page_at
from wiki.api.reading.history import get_origins
from wiki.api.reading.rows import get_rows
from wiki.api.translation import gettext
from wiki.api.web.feeds import entry_id

from .models import AnnouncedRow
from .programme import shown
from .words import when_words

#: digests are at most a week apart
_LATELY = timedelta(days=30)
#: who was stopped in the middle may try again
_STOPPED = timedelta(minutes=1)
#: between two announcements of an event, and how many one person makes in a day
_APART, _A_DAY = timedelta(days=7), 10
#: what is told, by its key in the head
_TOLD = ("programme", "starts", "place")
__all__ = ["again", "announce", "announced", "announcements", "text_of", "why_not"]


def why_not(reader: Reader, event: Event) -> str:
    """Why it cannot be announced yet, in a sentence; "" where it can."""
    if event.cancelled:
        return gettext("The event is cancelled.")
    if event.when is None:
        return gettext("Its page does not say yet when it begins.")
    if event.is_over(reader):
        return gettext("The event is over.")
    if event.row.group != "public":
        return gettext("Its page is not open to everyone yet: open it first.")
    return ""


def announced(reader: Reader, event: Event) -> Any:
    """The moment at which it was announced, or None."""
    row = _row(reader, event)
    return row.at if row is not None and row.change else None


def again(reader: Reader, event: Event) -> Mapping[str, Any] | None:
    """Whether what was told is no longer so: ``from`` when that may be told, ``now`` if already."""
    row = _row(reader, event)
    if row is None or not row.change or not _has_changed(reader, event, row.change):
        return None
    start = row.at + _APART
    return {"from": start, "now": reader.instance.private.now() >= start}


def announce(reader: Reader, event: Event) -> bool:
    """Announces it, with the rights of the reader; False where it was announced before.

    Raises BadField where it cannot be, TooMany, and what saving does.
    """
    if words := why_not(reader, event):
        raise BadField("", words)
    if reader.person is None or not reader.may_edit(event.path):
        raise Forbidden(gettext("The page of this evening is changed by its team."))
    before = _row(reader, event)
    if before is not None and before.change:
        changed = again(reader, event)
        if changed is None or not changed["now"]:
            return False
    limit = Limit(f"events:announce:{reader.person.id}", _A_DAY, DAY)
    count_attempts(reader.instance.private, [limit])
    if not _claim(reader, event, before):
        return False
    now = reader.instance.private.now()
    # With the minute: who was stopped after this and before the row makes a change of their own.
    said = now.astimezone(reader.instance.settings.zone).strftime("%Y-%m-%dT%H:%M")

    def told(page: Page) -> str:
        return edit_head(page.text, {"announced": said})

    try:
        saved = change_page(reader, event.path, told, gettext("The programme is announced"))
    except BaseException:
        _settle(reader, event, before)
        raise
    _settle(reader, event, AnnouncedRow(change=saved.commit, at=now))
    return True


def announcements(reader: Reader) -> Sequence[Announcement]:
    """What was announced in the last weeks, with the projects that this reader may see."""
    since = reader.instance.private.now() - _LATELY
    asked = select(AnnouncedRow).where(
        AnnouncedRow.at > since, AnnouncedRow.change != "", AnnouncedRow.event != ""
    )
    rows = reader.instance.private.list_rows(asked)
    pages = get_rows(reader, [row.event for row in rows]) if rows else {}
    return [
        _announcement(reader, event_of_row(reader, pages[row.event]), row.change)
        for row in rows
        if row.event in pages and pages[row.event].type == "event"
    ]


def text_of(reader: Reader, event: Event) -> str:
    """A text to copy: what, when, where, each project with its sentence, where to register.

    It leaves the wiki, so it names what everyone may read.
    """
    base = reader.instance.settings.public_url
    lines = [event.title, "", _sentence(reader, event)]
    if event.row.summary:
        lines += ["", event.row.summary]
    if projects := shown(Reader(reader.instance), event):
        lines += ["", gettext("In the programme:"), ""]
        lines += [
            f"- {one['title']}" + (f" — {one['summary']}" if one["summary"] else "")
            for one in projects
        ]
    lines += ["", base + page_url(event.path)]
    return "\n".join(lines)


def _announcement(reader: Reader, event: Event, change: str) -> Announcement:
    def words() -> tuple[str, Sequence[tuple[str, str, str]]]:
        named = [(one["title"], one["url"], one["summary"]) for one in shown(reader, event)]
        return _sentence(reader, event), named

    return Announcement(event.path, change, event.programme, words)


def _sentence(reader: Reader, event: Event) -> str:
    mark = reader.instance.plugins.call(event_marks, [event.path], reader).get(event.path, "")
    parts = [part for part in (when_words(reader, event), event.place, mark) if part]
    if event.cancelled:
        return gettext("Cancelled.")
    return " · ".join(parts)


def _name(reader: Reader, event: Event) -> str:
    origin = get_origins(reader, [event.path]).get(event.path)
    named = entry_id("event", origin.commit, origin.path) if origin else event.path
    return sha256(named.encode()).hexdigest()


def _row(reader: Reader, event: Event) -> AnnouncedRow | None:
    return reader.instance.private.find_row(AnnouncedRow, _name(reader, event))


def _has_changed(reader: Reader, event: Event, commit: str) -> bool:
    """Whether the page says something else than it did then; not where that cannot be known."""
    then, page = find_page_at(reader, event.path, commit), find_page(reader, event.path)
    if then is None or page is None:
        return False
    return any(then.head.words(key) != page.head.words(key) for key in _TOLD)


def _claim(reader: Reader, event: Event, before: AnnouncedRow | None) -> bool:
    """Takes the event for oneself; False where somebody has announced it, or is about to.

    ``before``: the announcement that is followed by another, as it was read.
    """
    private, name = reader.instance.private, _name(reader, event)
    try:
        with private.session() as session:
            row = session.get(AnnouncedRow, name, with_for_update=True)
            if row is None:
                session.add(AnnouncedRow(page=name, event=event.path, change="", at=private.now()))
                return True
            if row.change and (before is None or row.change != before.change):
                return False
            if not row.change and private.now() - row.at < _STOPPED:
                return False
            row.at, row.event, row.change = private.now(), event.path, ""
            return True
    except IntegrityError:
        return False


def _settle(reader: Reader, event: Event, made: AnnouncedRow | None) -> None:
    """Keeps what was announced, or what had been before where that failed; else nothing."""
    with reader.instance.private.session() as session:
        row = session.get(AnnouncedRow, _name(reader, event))
        if row is None:
            return
        if made is not None and made.change:
            row.change, row.at = made.change, made.at
        else:
            session.delete(row)
