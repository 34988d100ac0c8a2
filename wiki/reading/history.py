"""What was done to pages: by whom, when, what changed, what is new in several places at once."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from wiki.errors import NotAllowed, RowsUnreachable
from wiki.pages.paths import ROOT
from wiki.pages.stories import STORY_BLOCKS
from wiki.people.pen_names import claimed_names
from wiki.people.privacy.erasure import erased_ids
from wiki.people.pushes import brought_by
from wiki.projections.catalogue import select_items
from wiki.projections.changes import Contributor, Times
from wiki.projections.histories.visible_changes import Change
from wiki.projections.origins import Origin, moments, origins
from wiki.reading.lists import get_newest_items
from wiki.reading.names import Names
from wiki.reading.pages import get_page, page_exists
from wiki.reading.reader import Reader
from wiki.repository.objects import BlameLine
from wiki.translation import gettext as _

#: a page has fewer changes
_ALL = 1_000_000
#: changes that are looked at in each of several places
_EACH = 100


def get_names(reader: Reader) -> Names:
    """What those who wrote are called, at this moment."""
    try:
        private = reader.instance.private
        return Names(erased_ids(private), claimed_names(private))
    except RowsUnreachable:
        return Names(known=False)


def list_history(
    reader: Reader, path: str, before: int | None = None, limit: int = 50, upto: str | None = None
) -> list[Change]:
    """What was done to the page, newest first; with ``upto``, up to that commit."""
    return _shown(reader, reader.changes.history(path, reader.audience, before, limit, upto))


def list_recent_changes(
    reader: Reader, before: int | None = None, limit: int = 50, below: str = ROOT
) -> list[Change]:
    """What was done to the pages at and below ``below``, newest first."""
    return _shown(reader, reader.changes.recent(reader.audience, before, limit, below))


def list_changes_by(
    reader: Reader, mail: str, before: int | None = None, limit: int = 50
) -> list[Change]:
    """What was done to pages under that alias, newest first."""
    return _shown(reader, reader.changes.written_by(mail, reader.audience, before, limit))


def list_contributors(reader: Reader, path: str, limit: int = 20) -> list[Contributor]:
    """Who wrote the page, by the names that they chose."""
    found = reader.changes.contributors(path, reader.audience, limit)
    author = get_names(reader).author
    return [replace(one, name=author(one.name, one.mail)) for one in found]


def find_pushers(reader: Reader, commits: Collection[str]) -> dict[str, str]:
    """Those of ``commits`` that someone else than their author brought, with their name."""
    names = get_names(reader)
    if not names.known:
        return {}
    return {
        commit: names.author(who.name, who.mail) if who.mail else names.former
        for commit, who in brought_by(reader.instance.private, commits).items()
    }


def get_times(reader: Reader, path: str) -> Times | None:
    """When the page was made and last changed."""
    return reader.changes.times(path) if page_exists(reader, path) else None


def blame_page(reader: Reader, path: str) -> list[BlameLine]:
    """Who last touched each line; for those who may edit the page. Raises NotFound."""
    page = get_page(reader, path)
    if not reader.may_edit(path):
        raise NotAllowed(_("There is no page here."))
    lines = reader.instance.repository.blame(page.file, reader.commit)
    author = get_names(reader).author
    told = _as_it_came_out(reader, path, lines)
    return [replace(one, author_name=author(one.author_name, one.author_mail)) for one in told]


def knows_commit(reader: Reader, commit: str) -> bool:
    """Whether ``commit``, a full hash, did something that the person may know of."""
    return reader.changes.knows(commit, reader.audience)


def list_recent_changes_in(reader: Reader, paths: Sequence[str], limit: int = 50) -> list[Change]:
    """What was done to the pages at and below any of ``paths``, newest first."""
    most = min(limit, _EACH)
    found = {
        one.id: one for path in paths for one in list_recent_changes(reader, limit=most, below=path)
    }
    return [found[id_] for id_ in sorted(found, reverse=True)[:limit]]


def list_changes_since(
    reader: Reader, since: int, before: int | None = None, limit: int = 50
) -> list[Change]:
    """What was done anywhere after the change ``since``, newest first."""
    return _shown(reader, reader.changes.recent(reader.audience, before, limit, since=since))


def get_origins(reader: Reader, paths: Sequence[str]) -> dict[str, Origin]:
    """Where pages come from that this reader was given; for names that last."""
    return origins(reader.changes, paths, reader.audience)


def get_creation_times(reader: Reader, paths: Sequence[str]) -> dict[str, datetime]:
    """When pages were made that this reader was given."""
    return reader.changes.made(paths)


def get_item_moments(reader: Reader, numbers: Sequence[int]) -> dict[int, datetime]:
    """When the items of those numbers (``ItemRow.number``) were first there."""
    return moments(reader.changes, numbers)


def get_last_news(reader: Reader, paths: Sequence[str]) -> dict[str, date]:
    """The day of the last news of those of ``paths``, spaces or pages, that have any.

    That is the newest line of a story up to today, or the last time that people wrote there:
    an import, and what the wiki writes by itself, tells nothing.
    """
    if not paths:  # of none, not of any
        return {}
    zone = reader.instance.settings.zone
    days = {
        path: moment.astimezone(zone).date()
        for path, moment in reader.changes.told(list(paths)).items()
    }
    lines = select_items(STORY_BLOCKS, subjects=paths, until=reader.today.isoformat())
    for path, line in get_newest_items(reader, lines).items():
        if line.date:
            day = date.fromisoformat(line.date)
            days[path] = max(day, days.get(path, day))
    return days


def _as_it_came_out(reader: Reader, path: str, lines: Sequence[BlameLine]) -> list[BlameLine]:
    """Lines as written by who first showed them, where they were written out of sight."""
    story = reader.changes.history(path, reader.audience, limit=_ALL)
    if not story:
        return []
    seen = {one.commit for one in story}
    shown = {one.commit for one in lines if one.commit not in seen}
    if not shown:
        return list(lines)
    seqs = reader.changes.numbers(shown)
    first: dict[str, Change] = {}
    for commit in shown:
        after = [one for one in story if one.seq > seqs.get(commit, 0)]
        first[commit] = after[-1] if after else story[0]
    return [_shown_by(line, first[line.commit]) if line.commit in shown else line for line in lines]


def _shown(reader: Reader, changes: Iterable[Change]) -> list[Change]:
    """Changes as they may be told; git keeps what was written."""
    names, told = get_names(reader), []
    for one in changes:
        author, message = names.author(one.author, one.mail), names.message(one.message)
        same = (author, message) == (one.author, one.message)
        told.append(one if same else replace(one, author=author, message=message))
    return told


def _shown_by(line: BlameLine, change: Change) -> BlameLine:
    return replace(
        line,
        commit=change.commit,
        author_name=change.author,
        author_mail=change.mail,
        when=change.when,
    )
