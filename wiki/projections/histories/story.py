"""Commits taken in one by one: pages followed through renames, and who could read them then."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy import BindParameter, bindparam, column, func, insert, literal, select, update
from sqlalchemy.dialects import postgresql

from wiki.pages.access import access, narrower_or_equal, rights_text
from wiki.pages.head.frontmatter import Head
from wiki.pages.paths import ancestors, files_of, page_of
from wiki.projections.histories.attachments import attachment_changes
from wiki.projections.histories.moments import moment_of
from wiki.projections.histories.schema import AUTHOR, COMMIT, IDENTITY, PAGE, ROW
from wiki.projections.pagespan import head_of, inherited, text_of
from wiki.projections.tables.conditions import below, replace_surrogates
from wiki.projections.tables.dialect import insert_new
from wiki.projections.tables.names import between
from wiki.projections.tables.rows import Rows, pick_columns
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
_PATHS = PAGE.c.path.in_(bindparam("paths"))
_STATES = select(*pick_columns(PAGE, "lineage path alive leaf folder head group_ born"))
_NEWEST_FIRST = _STATES.order_by(PAGE.c.alive.desc(), PAGE.c.lineage.desc())
_AT = _NEWEST_FIRST.where(PAGE.c.path == bindparam("at")).limit(1)
_BELOW = _STATES.where(between(PAGE.c.path, bindparam("low"), bindparam("high")))
_HEADS = select(PAGE.c.path, PAGE.c.head).where(_PATHS, PAGE.c.alive)
_UPDATE_PAGE = update(PAGE).where(PAGE.c.lineage == _LINEAGE)
_INSERT_PAGE = insert(PAGE).returning(PAGE.c.lineage)
_GROUPS = select(ROW.c.group_).where(ROW.c.lineage == _LINEAGE).distinct()
_SHOW = update(ROW).where(ROW.c.lineage == _LINEAGE, ROW.c.group_ == bindparam("past"))
_INSERT_COMMIT, _INSERT_ROW = insert(COMMIT), insert(ROW)
_ALIVE = select(PAGE.c.lineage, PAGE.c.group_).where(_PATHS, PAGE.c.alive)
_BEHIND = {
    name: _ALIVE.where(func.coalesce(PAGE.c[name], 0) < bindparam("seq"))
    for name in ("news", "told")
}
_OTHERS = select(IDENTITY.alias("other")).where(column("identity") == bindparam("named"))
_INSERT_IDENTITY = insert_new(IDENTITY).values(earliest=~_OTHERS.exists())
_CREDIT = postgresql.insert(AUTHOR).from_select(
    [column.name for column in AUTHOR.columns],
    select(
        *(
            PAGE.c.lineage,
            PAGE.c.group_,
            *(bindparam(name, type_=AUTHOR.c[name].type) for name in ("mail", "name")),
            literal(1),
        ),
        *(bindparam("first"), bindparam("last")),
    ).where(PAGE.c.lineage == _LINEAGE),
)
_CREDIT = _CREDIT.on_conflict_do_update(
    index_elements=list(AUTHOR.primary_key),
    set_={
        "commits": AUTHOR.c.commits + 1,
        "last": _CREDIT.excluded.last,
        "name": _CREDIT.excluded.name,
    },
)


@dataclass(frozen=True)
class _State:
    """A page as of the commit under way; ``head`` has what its head says of rights."""

    lineage: int | None
    path: str
    alive: int = 0
    leaf: str | None = None
    folder: str | None = None
    head: str = ""
    group: str = ""
    born: int | None = None

    @property
    def blob(self) -> str | None:
        return self.leaf or self.folder


class Story:
    """Writes the rows of commits, given oldest first, within the caller's transaction."""

    def __init__(self, rows: Rows, repository: Repository) -> None:
        self._rows = rows
        self._repository = repository
        self._seq: int = rows.scalar(_LAST)
        self._by_hand = False

    def take(self, story: CommitStory) -> None:
        """Writes one commit, and what it did to pages and attachments."""
        self._seq += 1
        self._commit(story.commit)
        files, origins = _page_files(story.files)
        by_wiki = story.commit.author_mail == WIKI_AUTHOR.mail
        self._by_hand = not by_wiki and len(_paths(files)) <= BY_HAND
        olds = {path: self._state(path) for path in sorted(_paths(files))}
        news: dict[str, _State] = {}
        identities: dict[str, set[str]] = {}
        for path, old in olds.items():
            news[path], identities[path] = self._changed(old, files)
        moves = _moves(olds, news, origins)
        for path, origin in moves.items():
            old = olds[origin]
            news[path] = replace(news[path], lineage=old.lineage, group=old.group, born=old.born)
            del news[origin]
        news = {path: self._stored(new) for path, new in news.items()}
        gone = [(olds[path], replace(olds[path], alive=0)) for path in sorted(moves.values())]
        self._regroup(gone + [(olds[path], new) for path, new in news.items()])
        touched: set[int] = set()
        for path, new in news.items():
            if path in moves:
                touched.add(self._row(path, "moved", moves[path]))
            elif new.blob != olds[path].blob:
                touched.add(self._row(path, _kind(olds[path], new)))
            self._note_identities(new, identities[path])
        touched |= self._attachments(story.files, moves)
        for lineage in touched:
            self._credit(story.commit, lineage)

    def _commit(self, commit: Commit) -> None:
        self._rows.execute(
            _INSERT_COMMIT,
            {
                "seq": self._seq,
                "id": commit.id,
                "author": replace_surrogates(commit.author_name),
                "mail": replace_surrogates(commit.author_mail),
                "moment": moment_of(commit.when),
                "message": replace_surrogates(commit.message[:MESSAGE]),
            },
        )

    def _state(self, path: str) -> _State:
        """The page at ``path``, or the last one that was there, or one without a lineage."""
        found = self._rows.first(_AT, {"at": path})
        return _State(*found) if found else _State(None, path)

    def _changed(self, old: _State, files: Mapping[str, str | None]) -> tuple[_State, set[str]]:
        """``old`` after its files changed, and the identities in its text where that is another."""
        blobs = [old.leaf, old.folder]
        for position, file in enumerate(files_of(old.path)):
            blobs[position] = files.get(file, blobs[position])
        new = replace(old, leaf=blobs[0], folder=blobs[1], alive=int(any(blobs)))
        if new.blob is None or new.blob == old.blob:
            return new, set()
        text = text_of(self._repository, new.blob)
        return replace(new, head=rights_text(head_of(text))), set(_IDENTITY.findall(text))

    def _stored(self, new: _State) -> _State:
        """Writes the state of a page; gives it a lineage where it has none."""
        if new.alive and new.born is None:
            new = replace(new, born=self._seq)
        values = {
            "path": new.path,
            "alive": new.alive,
            "leaf": new.leaf,
            "folder": new.folder,
            "head": new.head,
            "born": new.born,
        }
        if new.lineage is not None:
            self._rows.execute(_UPDATE_PAGE, {**values, "of": new.lineage})
            return new
        return replace(new, lineage=self._rows.scalar(_INSERT_PAGE, {**values, "group_": ""}))

    def _above(self, path: str) -> list[tuple[str, Head]]:
        """The heads of the pages above, the root's first."""
        names = ancestors(path)
        found = dict(self._rows.execute(_HEADS, {"paths": names}).fetchall())
        return [(name, head_of(found[name])) for name in names if name in found]

    def _regroup(self, pairs: Sequence[tuple[_State, _State]]) -> None:
        """Works out who can read the changed pages now, and those below that inherit it."""
        spread: list[str] = []
        for old, new in pairs:
            above = self._above(new.path)
            if new.alive:
                self._set_group(new, above)
            if new.head == old.head and new.alive == old.alive:
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
            low, high = below(path)
            found = self._rows.execute(_BELOW, {"low": low, "high": high}).fetchall()
            for values in found:
                state = _State(*values)
                self._set_group(state, self._above(state.path))

    def _set_group(self, state: _State, above: Sequence[tuple[str, Head]]) -> None:
        """Stores the present group of a page; what was said of it is shown to no more than that."""
        group = access(state.path, [*above, (state.path, head_of(state.head))]).group
        if state.group and not state.alive:
            # What is gone is opened to nobody by what goes after it, such as the page above.
            group = stricter(state.group, group)
        if group == state.group:
            return
        self._rows.execute(_UPDATE_PAGE, {"of": state.lineage, "group_": group})
        for past in self._rows.scalars(_GROUPS, {"of": state.lineage}):
            values = {"of": state.lineage, "past": past, "shown": stricter(past, group)}
            self._rows.execute(_SHOW, values)

    def _row(self, path: str, kind: str, old: str | None = None, file: str | None = None) -> int:
        """Writes a line of the page's story; its lineage."""
        state = self._state(path)
        lineage, group = cast(int, state.lineage), state.group
        self._rows.execute(
            _INSERT_ROW,
            {
                "seq": self._seq,
                "lineage": lineage,
                "path": path,
                "old_path": old,
                "kind": kind,
                "file": file,
                "group_": group,
                "shown": group,
            },
        )
        telling = self._by_hand and kind in _TELLING
        news = ("news", "told") if telling else ("news",)
        numbers = dict.fromkeys(("last", *news), self._seq)
        self._rows.execute(_UPDATE_PAGE, {"of": lineage, **numbers})
        for name in news:
            self._tell_above(path, group, name)
        return lineage

    def _tell_above(self, path: str, group: str, name: str) -> None:
        """Notes the news at the pages above whose readers may all know of it."""
        asked = {"paths": ancestors(path), "seq": self._seq}
        for lineage, above in self._rows.execute(_BEHIND[name], asked).fetchall():
            if narrower_or_equal(above, group):
                self._rows.execute(_UPDATE_PAGE, {"of": lineage, name: self._seq})

    def _attachments(self, moves: Iterable[FileMove], pages: Mapping[str, str]) -> set[int]:
        """Writes what happened to attachments, but for those that moved with their page."""
        touched: set[int] = set()
        for owner, file, kind in sorted(attachment_changes(moves, pages)):
            state = self._state(owner)
            if state.lineage is None:
                self._set_group(self._stored(state), self._above(owner))
            touched.add(self._row(owner, kind, file=file.rpartition("/")[2]))
        return touched

    def _note_identities(self, state: _State, identities: Iterable[str]) -> None:
        for identity in sorted(identities):
            values = {"identity": identity, "lineage": state.lineage, "seq": self._seq}
            self._rows.execute(_INSERT_IDENTITY, {**values, "named": identity})

    def _credit(self, commit: Commit, lineage: int) -> None:
        """Counts the commit for those who wrote it, in the time of the page's present group."""
        writer = Author(commit.author_name, commit.author_mail)
        numbers = {"of": lineage, "first": self._seq, "last": self._seq}
        for one in (writer, *co_authors(commit.message, writer.mail)):
            names = {"mail": replace_surrogates(one.mail), "name": replace_surrogates(one.name)}
            self._rows.execute(_CREDIT, {**numbers, **names})


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
    olds: Mapping[str, _State], news: Mapping[str, _State], origins: Mapping[str, str]
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


def _kind(old: _State, new: _State) -> str:
    if not new.alive:
        return "deleted"
    if old.alive:
        return "edited"
    return "created" if old.born is None else "restored"
