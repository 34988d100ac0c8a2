"""Posts and what they are about, brought together: what is new, other or gone is to be told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from sqlalchemy import ColumnElement, Select, or_
from sqlalchemy import select as sql
from sqlalchemy.orm import Session

from wiki.api.imports import imported_states
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.reading.history import get_creation_times, list_history
from wiki.api.reading.item_rows import get_item, get_item_moments
from wiki.api.tables import birth_name
from wiki.api.translation import use_language

from ..actors import live_actors, sharers_of, site_name
from ..models import ActorRow, PostRow
from ..queue import CREATE, DELETE, SHARE, UNSHARE, UPDATE, inboxes_of, put
from ..subjects import NEED, Key, Subject, all_subjects, find_subject, is_fresh, subjects_on
from ..switch import LOCK

#: new posts of one moment that are told: a flood is told as far as that, the rest is there to read
MOST = 50


@dataclass
class _Found:
    """What there is by now at ``paths``, and which of it is told as new."""

    paths: list[str] | None
    subjects: dict[tuple[str, str], Subject]
    told: set[tuple[str, str]]
    #: when each began, where that is not now
    since: Mapping[tuple[str, str], datetime]


def update_posts(instance: Instance, paths: Iterable[str] | None, *, quiet: bool) -> int:
    """Brings posts up to date about the pages at ``paths``, or all; how much is left to be told.

    ``quiet``: what is new is there to be read, and told to nobody.
    """
    visitor, site = Reader(instance), site_name(instance)
    with use_language(instance.settings.lang):
        found = _found(visitor, None if paths is None else list(dict.fromkeys(paths)), quiet)
        rows = instance.private.list_rows(_asked(found))
        now = {row.id: _at_present(visitor, row, found.subjects) for row in rows}
    known = {key_of(row).told_by for row in rows if now[row.id] is not None}
    new = {name: one for name, one in found.subjects.items() if name not in known}
    born = {path: birth_name(instance, path) for path in {one.key.path for one in new.values()}}
    actors = live_actors(instance)
    # All that takes its time was worked out: others who write wait for what follows.
    with instance.private.session(LOCK) as session:
        work = _Work(instance, session, site, actors)
        for row in session.scalars(_asked(found)):
            if row.id not in now:
                continue
            if (subject := now[row.id]) is None:
                work.delete(row)
            else:
                work.update(row, subject)
        for name, subject in new.items():
            path = subject.key.path
            work.create(subject, born[path], found.since.get(name), told=name in found.told)
        return work.made


def key_of(row: PostRow) -> Key:
    """What the post is about."""
    return Key(row.kind, row.path, row.identity)


def subject_of(visitor: Reader, row: PostRow) -> Subject | None:
    """What the post says at this moment; None where it is gone, or not everybody may read it."""
    if not row.live:
        return None
    with use_language(visitor.instance.settings.lang):
        subject = find_subject(visitor, key_of(row))
    return subject if _is_same_page(visitor.instance, row, subject) else None


@dataclass
class _Work:
    """One round: what it changes, and how many lines it left to be sent."""

    instance: Instance
    session: Session
    site: str
    actors: list[ActorRow]
    made: int = 0

    def create(
        self, subject: Subject, born: str | None, since: datetime | None, *, told: bool
    ) -> None:
        """A new post; those that it concerns are told, unless it was there long ago."""
        now = self.instance.private.now()
        sharers = sharers_of(self.actors, subject)
        row = PostRow(
            id=token_hex(8),
            kind=subject.key.kind,
            path=subject.key.path,
            born=born,
            identity=subject.key.identity,
            published=since or now,
            updated=since or now,
            digest=subject.digest,
            sharers=_joined(sharers),
            live=True,
        )
        self.session.add(row)
        self.session.flush()
        if told:
            self._put([self.site], self.site, CREATE, row)
            self._share(row, sharers, SHARE)

    def update(self, row: PostRow, subject: Subject) -> None:
        """The post says something else, or others pass it on."""
        before, sharers = set(row.sharers.split()), sharers_of(self.actors, subject)
        row.path = subject.key.path
        if subject.digest != row.digest:
            row.digest, row.updated = subject.digest, self.instance.private.now()
            self._put([self.site, *before], self.site, UPDATE, row)
        if before != set(sharers):
            row.sharers = _joined(sharers)
            self._share(row, sorted(set(sharers) - before), SHARE)
            self._share(row, sorted(before - set(sharers)), UNSHARE)

    def delete(self, row: PostRow) -> None:
        """The post is gone: whoever may have it is told."""
        row.live = False
        self._put([self.site, *row.sharers.split()], self.site, DELETE, row)

    def _share(self, row: PostRow, names: Iterable[str], what: str) -> None:
        for name in names:
            self._put([name], name, what, row)

    def _put(self, followed: list[str], actor: str, what: str, row: PostRow) -> None:
        inboxes = inboxes_of(self.session, followed)
        self.made += put(self.instance, self.session, inboxes, actor, what, row.id)


def _found(visitor: Reader, paths: list[str] | None, quiet: bool) -> _Found:
    if paths is None:
        there = all_subjects(visitor)
    else:
        there = (one for path in paths for one in subjects_on(visitor, path))
    subjects = {one.key.told_by: one for one in there if is_fresh(visitor, one.key)}
    if quiet:
        return _Found(paths, subjects, set(), _beginnings(visitor, subjects))
    imported = {
        path: _is_imported(visitor, path) for path in {one.key.path for one in subjects.values()}
    }
    told = [name for name, one in subjects.items() if not imported[one.key.path]]
    return _Found(paths, subjects, set(told[:MOST]), {})


def _asked(found: _Found) -> Select[PostRow]:
    """The posts that may be others by now."""
    asked = sql(PostRow).where(PostRow.live).order_by(PostRow.published, PostRow.id)
    if found.paths is None:
        return asked
    needs = [one.key.identity for one in found.subjects.values() if one.key.kind == NEED]
    about: list[ColumnElement[bool]] = [PostRow.path.in_([*found.paths, ""])]
    about.append(PostRow.identity.in_(needs))
    return asked.where(or_(*about))


def _at_present(
    visitor: Reader, row: PostRow, subjects: Mapping[tuple[str, str], Subject]
) -> Subject | None:
    """What a post is about now; it may be a need that moved elsewhere, or an old line."""
    subject = subjects.get(key_of(row).told_by) or find_subject(visitor, key_of(row))
    return subject if _is_same_page(visitor.instance, row, subject) else None


def _is_same_page(instance: Instance, row: PostRow, subject: Subject | None) -> bool:
    """Whether no other page stands where the post's was."""
    if subject is None or row.kind == NEED or row.born is None:
        return True
    return birth_name(instance, subject.key.path) == row.born


def _is_imported(visitor: Reader, path: str) -> bool:
    """Whether an import brought it: nobody is told of what was there already."""
    last = next(iter(list_history(visitor, path, limit=1)), None)
    return last is not None and bool(imported_states(last.message, last.mail))


def _beginnings(
    visitor: Reader, subjects: Mapping[tuple[str, str], Subject]
) -> dict[tuple[str, str], datetime]:
    """When what was there already began."""
    made = get_creation_times(visitor, [one.key.path for one in subjects.values()])
    items = {
        name: item.number
        for name, one in subjects.items()
        if one.key.kind == NEED and (item := get_item(visitor, one.key.identity)) is not None
    }
    moments = get_item_moments(visitor, list(items.values()))
    found = {}
    for name, one in subjects.items():
        at = moments.get(items[name]) if name in items else made.get(one.key.path)
        if at is not None:
            found[name] = at
    return found


def _joined(names: list[str]) -> str:
    """Names with blanks around each, so that one is found by a part of the text."""
    return f" {' '.join(names)} " if names else ""
