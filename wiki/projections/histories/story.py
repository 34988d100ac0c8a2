"""Commits taken in one by one: pages followed through renames, and who could read them then."""

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from wiki.pages.access import access, narrower_or_equal
from wiki.pages.head.frontmatter import Head
from wiki.pages.paths import ancestors, files_of, page_of
from wiki.projections.conditions import below, marks, replace_surrogates
from wiki.projections.histories.attachments import attachment_changes
from wiki.projections.pagespan import head_of, head_text, inherited, text_of
from wiki.repository.credits import WIKI_AUTHOR, co_authors
from wiki.repository.objects import Author, Commit
from wiki.repository.repository import Repository
from wiki.repository.span import CommitStory, FileMove

#: a commit that writes more pages is an import, whoever signs it
BY_HAND = 20
#: what tells readers something; a page that was moved or deleted says nothing new
_TELLING = ("created", "edited", "restored", "attached")
#: a commit message beyond this is cut: a list shows its first line
MESSAGE = 5000

_IDENTITY = re.compile(r"\{#([a-z]-[0-9a-z]{8})\}")


@dataclass(frozen=True)
class _State:
    """A page as of the commit under way; ``head`` is what its head was read from."""

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

    def __init__(self, rows: sqlite3.Connection, repository: Repository) -> None:
        self._rows = rows
        self._repository = repository
        (self._seq,) = rows.execute("select coalesce(max(seq), 0) from changes_commit").fetchone()
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
            "insert into changes_commit values (?, ?, ?, ?, ?, ?)",
            (
                self._seq,
                commit.id,
                replace_surrogates(commit.author_name),
                replace_surrogates(commit.author_mail),
                commit.when.isoformat(),
                replace_surrogates(commit.message[:MESSAGE]),
            ),
        )

    def _state(self, path: str) -> _State:
        """The page at ``path``, or the last one that was there, or one without a lineage."""
        found = self._rows.execute(
            "select lineage, path, alive, leaf, folder, head, group_, born from changes_page"
            " where path = ? order by alive desc, lineage desc limit 1",
            (path,),
        ).fetchone()
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
        return replace(new, head=head_text(text)), set(_IDENTITY.findall(text))

    def _stored(self, new: _State) -> _State:
        """Writes the state of a page; gives it a lineage where it has none."""
        if new.alive and new.born is None:
            new = replace(new, born=self._seq)
        values = (new.path, new.alive, new.leaf, new.folder, replace_surrogates(new.head), new.born)
        if new.lineage is not None:
            self._rows.execute(
                "update changes_page set path = ?, alive = ?, leaf = ?, folder = ?, head = ?,"
                " born = ? where lineage = ?",
                (*values, new.lineage),
            )
            return new
        made = self._rows.execute(
            "insert into changes_page (path, alive, leaf, folder, head, born, group_)"
            " values (?, ?, ?, ?, ?, ?, '')",
            values,
        )
        return replace(new, lineage=made.lastrowid)

    def _above(self, path: str) -> list[tuple[str, Head]]:
        """The heads of the pages above, the root's first."""
        names = ancestors(path)
        found = dict(
            self._rows.execute(
                f"select path, head from changes_page where path in ({marks(names)}) and alive",
                names,
            )
        )
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
            found = self._rows.execute(
                "select lineage, path, alive, leaf, folder, head, group_, born from changes_page"
                " where path >= ? and path < ?",
                below(path),
            ).fetchall()
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
        self._rows.execute(
            "update changes_page set group_ = ? where lineage = ?", (group, state.lineage)
        )
        then = self._rows.execute(
            "select distinct group_ from changes_row where lineage = ?", (state.lineage,)
        ).fetchall()
        for (past,) in then:
            self._rows.execute(
                "update changes_row set shown = ? where lineage = ? and group_ = ?",
                (stricter(past, group), state.lineage, past),
            )

    def _row(self, path: str, kind: str, old: str | None = None, file: str | None = None) -> int:
        """Writes a line of the page's story; its lineage."""
        lineage, group = self._rows.execute(
            "select lineage, group_ from changes_page where path = ?"
            " order by alive desc, lineage desc limit 1",
            (path,),
        ).fetchone()
        self._rows.execute(
            "insert into changes_row (seq, lineage, path, old_path, kind, file, group_, shown)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
            (self._seq, lineage, path, old, kind, file, group, group),
        )
        self._rows.execute(
            "update changes_page set last = ? where lineage = ?", (self._seq, lineage)
        )
        telling = self._by_hand and kind in _TELLING
        for column in ("news", "told") if telling else ("news",):
            self._rows.execute(
                f"update changes_page set {column} = ? where lineage = ?", (self._seq, lineage)
            )
            self._tell_above(path, group, column)
        return int(lineage)

    def _tell_above(self, path: str, group: str, column: str) -> None:
        """Notes the news at the pages above whose readers may all know of it."""
        names = ancestors(path)
        found = self._rows.execute(
            "select lineage, group_ from changes_page"
            f" where path in ({marks(names)}) and alive and coalesce({column}, 0) < ?",
            (*names, self._seq),
        ).fetchall()
        for lineage, above in found:
            if narrower_or_equal(above, group):
                self._rows.execute(
                    f"update changes_page set {column} = ? where lineage = ?", (self._seq, lineage)
                )

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
            self._rows.execute(
                "insert or ignore into changes_identity values (?, ?, ?, not exists"
                " (select 1 from changes_identity where identity = ?))",
                (identity, state.lineage, self._seq, identity),
            )

    def _credit(self, commit: Commit, lineage: int) -> None:
        """Counts the commit for those who wrote it, in the time of the page's present group."""
        writer = Author(commit.author_name, commit.author_mail)
        self._rows.executemany(
            "insert into changes_author select lineage, group_, ?, ?, 1, ?, ? from changes_page"
            " where lineage = ? on conflict do update set"
            " commits = commits + 1, last = excluded.last, name = excluded.name",
            [
                (
                    replace_surrogates(one.mail),
                    replace_surrogates(one.name),
                    self._seq,
                    self._seq,
                    lineage,
                )
                for one in (writer, *co_authors(commit.message, writer.mail))
            ],
        )


def lineage_at(rows: sqlite3.Connection, path: str) -> int | None:
    """The lineage of the page at ``path``, or of the last one that was there."""
    found = rows.execute(
        "select lineage from changes_page where path = ? order by alive desc, lineage desc limit 1",
        (path,),
    ).fetchone()
    return found[0] if found else None


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
