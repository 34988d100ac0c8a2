"""Commits taken in one after the other: pages followed through renames, who could read them then.

What some hundred commits write is gathered, and written together.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, bindparam, column, func, insert, select, update
from sqlalchemy.dialects import postgresql

from wiki.pages.access import access, narrower_or_equal, rights_text
from wiki.pages.head.frontmatter import Head
from wiki.pages.page import type_of_head
from wiki.pages.paths import ancestors, files_of, page_of
from wiki.projections.histories.attachments import attachment_changes
from wiki.projections.histories.moments import moment_of, utc_day
from wiki.projections.histories.page_states import PageState, PageStates
from wiki.projections.histories.schema import AUTHOR, COMMIT, IDENTITY, PAGE, ROW
from wiki.projections.pagespan import head_of, head_text, inherited, text_of
from wiki.projections.tables.conditions import replace_surrogates
from wiki.projections.tables.dialect import insert_new
from wiki.projections.tables.rows import Rows
from wiki.repository.objects import WIKI_AUTHOR, Author, Commit, co_authors
from wiki.repository.repository import Repository
from wiki.repository.span import CommitStory, FileMove

#: a commit that writes more pages is an import, whoever signs it
BY_HAND = 20
#: what tells readers something; a page that was moved or deleted says nothing new
_TELLING = ("created", "edited", "restored", "attached")
#: a commit message beyond this is cut: a list shows its first line
MESSAGE = 5000

_IDENTITY = re.compile(r"\{#([a-z]-[0-9a-z]{8})\}")

_LAST = select(func.coalesce(func.max(COMMIT.c.seq), 0))
_LINEAGE: BindParameter[int] = bindparam("of")
_AT = (
    select(PAGE.c.lineage)
    .where(PAGE.c.path == bindparam("at"))
    .order_by(PAGE.c.alive.desc(), PAGE.c.lineage.desc())
    .limit(1)
)
_GROUPS = select(ROW.c.group_).where(ROW.c.lineage == _LINEAGE).distinct()
_SHOW = update(ROW).where(ROW.c.lineage == _LINEAGE, ROW.c.group_ == bindparam("past"))
_INSERT_COMMIT, _INSERT_ROW = insert(COMMIT), insert(ROW)
_OTHERS = select(IDENTITY.alias("other")).where(column("identity") == bindparam("named"))
_INSERT_IDENTITY = insert_new(IDENTITY).values(earliest=~_OTHERS.exists())
_CREDIT = postgresql.insert(AUTHOR)
_CREDIT = _CREDIT.on_conflict_do_update(
    index_elements=list(AUTHOR.primary_key),
    set_={
        "commits": AUTHOR.c.commits + _CREDIT.excluded.commits,
        "last": _CREDIT.excluded.last,
        "name": _CREDIT.excluded.name,
    },
)


class Story:
    """Writes the rows of commits, given oldest first, within the caller's transaction."""

    def __init__(self, rows: Rows, repository: Repository) -> None:
        self._rows = rows
        self._repository = repository
        self._seq: int = rows.scalar(_LAST)
        self._by_hand = False
        self._day = ""
        # What is not written yet; of those who wrote a page: (lineage, group, mail) → the rest.
        self._commits: list[dict[str, Any]] = []
        self._lines: list[dict[str, Any]] = []
        self._identities: dict[tuple[str, int], int] = {}
        self._authors: dict[tuple[int, str, str], dict[str, Any]] = {}

    def take(self, stories: Iterable[CommitStory]) -> None:
        """Writes some commits, and what they did to pages and attachments."""
        self._pages = PageStates(self._rows)
        for story in stories:
            self._take(story)
        self._write()

    def _take(self, story: CommitStory) -> None:
        self._seq += 1
        self._commit(story.commit)
        self._day = utc_day(story.commit.when)
        files, origins = _page_files(story.files)
        paths = _paths(files)
        self._by_hand = story.commit.author_mail != WIKI_AUTHOR.mail and len(paths) <= BY_HAND
        olds = {path: self._pages.at(path) or PageState(0, path) for path in sorted(paths)}
        news: dict[str, PageState] = {}
        identities: dict[str, list[str]] = {}
        for path, old in olds.items():
            news[path], identities[path] = self._changed(old, files)
        moves = _moves(olds, news, origins) if origins else {}
        for path, origin in moves.items():
            old = olds[origin]
            news[path] = replace(
                news[path],
                **{name: getattr(old, name) for name in ("lineage", "group", "born")},
                **{name: getattr(old, name) for name in ("last", "news", "told", "day")},
            )
            del news[origin]
        for new in news.values():
            if new.alive and new.born is None:
                new.born = self._seq
            self._pages.put(new)
        gone = [(olds[path], replace(olds[path], alive=False)) for path in sorted(moves.values())]
        self._regroup(gone + [(olds[path], new) for path, new in news.items()])
        touched: dict[int, str] = {}
        for path, new in news.items():
            if path in moves:
                touched |= self._row(path, "moved", moves[path])
            elif new.blob != olds[path].blob:
                touched |= self._row(path, _kind(olds[path], new))
            for identity in identities[path]:
                self._identities.setdefault((identity, new.lineage), self._seq)
        touched |= self._attachments(story.files, moves)
        if touched:
            self._credit(story.commit, touched)

    def _write(self) -> None:
        """Writes what was gathered."""
        self._pages.write()
        self._rows.execute_many(_INSERT_COMMIT, self._commits)
        self._write_lines()
        self._rows.execute_many(
            _INSERT_IDENTITY,
            (
                {"identity": identity, "lineage": lineage, "seq": seq, "named": identity}
                for (identity, lineage), seq in self._identities.items()
            ),
        )
        self._rows.execute_many(_CREDIT, self._authors.values())
        self._commits, self._identities, self._authors = [], {}, {}

    def _write_lines(self) -> None:
        self._rows.execute_many(_INSERT_ROW, self._lines)
        self._lines = []

    def _commit(self, commit: Commit) -> None:
        self._commits.append(
            {
                "seq": self._seq,
                "id": commit.id,
                "author": replace_surrogates(commit.author_name),
                "mail": replace_surrogates(commit.author_mail),
                "moment": moment_of(commit.when),
                "message": replace_surrogates(commit.message[:MESSAGE]),
            }
        )

    def _changed(
        self, old: PageState, files: Mapping[str, str | None]
    ) -> tuple[PageState, list[str]]:
        """``old`` after its files changed, and the identities in its text where that is another."""
        blobs = [old.leaf, old.folder]
        for position, file in enumerate(files_of(old.path)):
            blobs[position] = files.get(file, blobs[position])
        new = replace(old, leaf=blobs[0], folder=blobs[1], alive=any(blobs))
        if new.blob is None or new.blob == old.blob:
            return new, []
        text = text_of(self._repository, new.blob)
        new.head, new.type = _of_head(head_text(text))
        return new, sorted(set(_IDENTITY.findall(text)))

    def _above(self, path: str) -> list[tuple[str, Head]]:
        """The heads of the pages above, the root's first."""
        found = ((name, self._pages.at(name)) for name in ancestors(path))
        return [(name, head_of(state.head)) for name, state in found if state and state.alive]

    def _regroup(self, pairs: Sequence[tuple[PageState, PageState]]) -> None:
        """Works out who can read the changed pages now, and those below that inherit it."""
        spread: list[str] = []
        for old, new in pairs:
            same = new.head == old.head and new.alive == old.alive
            if same and new.path == old.path and new.group:
                continue  # what changed above comes by way of ``spread``
            above = self._above(new.path)
            if new.alive:
                self._set_group(new, above)
            if same:
                continue
            was, now = (
                inherited(
                    new.path, [*above, (new.path, head_of(state.head))] if state.alive else above
                ).access
                for state in (old, new)
            )
            if (was.group, was.team_page) != (now.group, now.team_page):
                spread.append(new.path)
        for path in spread:
            for state in self._pages.below(path):
                self._set_group(state, self._above(state.path))

    def _set_group(self, state: PageState, above: Sequence[tuple[str, Head]]) -> None:
        """Stores the present group of a page; what was said of it is shown to no more than that."""
        group = access(state.path, [*above, (state.path, head_of(state.head))]).group
        if state.group and not state.alive:
            # What is gone is opened to nobody by what goes after it, such as the page above.
            group = stricter(state.group, group)
        if group == state.group:
            return
        told, state.group = bool(state.group), group
        if not told:
            return  # nothing was said of it yet
        self._write_lines()
        for past in self._rows.scalars(_GROUPS, {"of": state.lineage}):
            values = {"of": state.lineage, "past": past, "shown": stricter(past, group)}
            self._rows.execute(_SHOW, values)

    def _row(
        self, path: str, kind: str, old: str | None = None, file: str | None = None
    ) -> dict[int, str]:
        """Writes a line of the page's story; its lineage, with who can read it now."""
        state = self._pages.known(path)
        self._lines.append(
            {
                "seq": self._seq,
                "lineage": state.lineage,
                "path": path,
                "old_path": old,
                "kind": kind,
                "file": file,
                "group_": state.group,
                "shown": state.group,
            }
        )
        state.last = state.news = self._seq
        telling = self._by_hand and kind in _TELLING
        if telling:
            state.told, state.day = self._seq, self._day
        for name in ancestors(path):
            above = self._pages.at(name)
            if above and above.alive and narrower_or_equal(above.group, state.group):
                above.news = self._seq
                if telling:
                    above.told, above.day = self._seq, self._day
        return {state.lineage: state.group}

    def _attachments(self, moves: Iterable[FileMove], pages: Mapping[str, str]) -> dict[int, str]:
        """Writes what happened to attachments, but for those that moved with their page."""
        touched: dict[int, str] = {}
        for owner, file, kind in sorted(attachment_changes(moves, pages)):
            if self._pages.at(owner) is None:
                self._set_group(self._pages.put(PageState(0, owner)), self._above(owner))
            touched |= self._row(owner, kind, file=file.rpartition("/")[2])
        return touched

    def _credit(self, commit: Commit, groups: Mapping[int, str]) -> None:
        """Counts the commit for those who wrote it, by lineage and its present group."""
        writer = Author(commit.author_name, commit.author_mail)
        for one in (writer, *co_authors(commit.message, writer.mail)):
            mail, name = replace_surrogates(one.mail), replace_surrogates(one.name)
            for lineage, group in groups.items():
                key = (lineage, group, mail)
                known = self._authors.get(key)
                if known is None:
                    known = self._authors[key] = dict(
                        zip(("lineage", "group_", "mail"), key, strict=True),
                        commits=0,
                        first=self._seq,
                    )
                known.update(name=name, commits=known["commits"] + 1, last=self._seq)


@lru_cache(maxsize=1024)
def _of_head(text: str) -> tuple[str, str]:
    """What the head of a page, given as text, says of rights, and the page's type."""
    head = head_of(text)
    return rights_text(head), type_of_head(head)


def lineage_at(rows: Rows, path: str) -> int | None:
    """The lineage of the page at ``path``, or of the last one that was there."""
    found: int | None = rows.scalar(_AT, {"at": path})
    return found


def stricter(group: str, other: str) -> str:
    """The group of those who are surely in both."""
    if narrower_or_equal(group, other):
        return group
    return other if narrower_or_equal(other, group) else "admins"


def _page_files(moves: Iterable[FileMove]) -> tuple[dict[str, str | None], dict[str, str]]:
    """The page files of a commit with their new blobs, and from which page renamed ones come."""
    files: dict[str, str | None] = {}
    origins: dict[str, str] = {}
    for move in moves:
        path = page_of(move.file)
        old = page_of(move.old_file) if move.old_file else None
        if old and move.old_file and move.status == "R":
            files.setdefault(move.old_file, None)
        if path:
            files[move.file] = move.after
            if old and old != path:
                origins[path] = old
    return files, origins


def _paths(files: Iterable[str]) -> set[str]:
    return {path for file in files if (path := page_of(file))}


def _moves(
    olds: Mapping[str, PageState], news: Mapping[str, PageState], origins: Mapping[str, str]
) -> dict[str, str]:
    """From where each moved page came: one that is gone there, to where there was none."""
    moves: dict[str, str] = {}
    for path in sorted(origins):
        origin = origins[path]
        if (
            olds[origin].alive
            and not news[origin].alive
            and news[path].alive
            and not olds[path].alive
            and origin not in moves.values()
        ):
            moves[path] = origin
    return moves


def _kind(old: PageState, new: PageState) -> str:
    if not new.alive:
        return "deleted"
    if old.alive:
        return "edited"
    return "created" if old.born is None else "restored"
