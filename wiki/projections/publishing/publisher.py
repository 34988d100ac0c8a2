"""Commit by commit from the whole history to the public one.

As long as everything is public, commits are the same objects. From the first that holds something
else on they are written anew: with the public files alone, without the commits that touched none,
and without words that may speak of the others.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from wiki.projections.publishing.closings import Closings
from wiki.projections.publishing.openness import Judge, is_plain, levels, node_of
from wiki.projections.publishing.trees import Looking
from wiki.repository.objects import WIKI_AUTHOR, Author
from wiki.repository.rawlog import NOTHING, RawCommit
from wiki.repository.repository import Repository
from wiki.repository.rewrite import Rewriter

#: says of a commit that touched more than is public what can be said of it
NEUTRAL = "Modification de pages publiques"
#: stands where a commit named an address that may be someone's
MASKED = "masque@people.invalid"
#: only from the start of a run: looked for at each of its letters, a long one costs its square
_ADDRESS = re.compile(r"(?<![^\s<>@\"'(),;:])[^\s<>@\"'(),;:]++@[^\s<>@\"'(),;:]++")


class Side(NamedTuple):
    """A file on one side of a commit's change."""

    file: str
    mode: bytes
    blob: str


class Publisher:
    """Works out which commits stay the same, and writes the others.

    ``names`` says what a commit became: itself, a mark, or None where nothing is public yet;
    ``same`` are those that stay. ``note`` is told each node that is published.
    """

    def __init__(
        self,
        repository: Repository,
        judge: Judge,
        closings: Closings,
        tree: Looking,
        note: Callable[[str], object],
    ) -> None:
        self.repository = repository
        self._judge = judge
        self._closings = closings
        self._tree = tree
        self._note = note
        self.names: dict[str, str | None] = {}
        self.same: set[str] = set()

    def stays(self, one: RawCommit) -> bool:
        """Takes ``one`` in where nothing of it need be hidden; its parents were taken in before.

        To be asked of every commit in order, until and beyond the first that does not stay.
        """
        parents = one.commit.parents
        if not all(parent in self.same for parent in parents):
            return False
        self._tree.stand(parents[0] if parents else None)
        self._tree.move(one)
        new = [side for side in sides(one, after=True) if side.blob != NOTHING]
        if not all(is_plain(file, mode) and self._shown(file, one.id) for file, mode, _ in new):
            return False
        for file, _mode, _blob in new:
            self._note(node_of(file))
        # A page that went may have hidden another file of the same page, which decides now.
        gone = [side.file for side in sides(one, after=True) if side.blob == NOTHING]
        if any(
            file.endswith(".md") and self._judge.closes(node_of(file), self._tree.find)
            for file in gone
        ):
            return False
        self.same.add(one.id)
        self.names[one.id] = one.id
        return True

    def rewrite(self, one: RawCommit, writer: Rewriter) -> None:
        """Writes what is public of ``one``, if anything is."""
        parents = one.commit.parents
        first = parents[0] if parents else None
        self._tree.stand(first)
        old = [side for side in sides(one, after=False) if side.blob != NOTHING]
        was = {side.file: self._is_public(side, first) for side in old}
        pages = {node_of(side.file) for side in sides(one, after=True) if _is_page(side.file)}
        opened = {node: self._node_shown(node, first) for node in pages}
        self._tree.move(one)
        tops = {node for node in pages if self._node_shown(node, one.id) != opened[node]}
        tops.update(self._closings.newly(one.id, first))
        new = [side for side in sides(one, after=True) if side.blob != NOTHING]
        now = {side.file: side.blob for side in new if self._is_public(side, one.id)}
        gone = [file for file, public in was.items() if public and file not in now]
        hidden = bool(tops) or len(now) < len(new) or not all(was.values())
        named = list(dict.fromkeys(self.names[parent] for parent in parents))
        became = [name for name in named if name is not None]
        afresh = bool(became) and named[0] is None
        again = [] if afresh else self._again(tops, one.id)
        mark = _is_mark(one) and bool(became)
        if not (gone or now or again or afresh or mark or self._had(tops, first)):
            self.names[one.id] = became[0] if became else None
            return
        message = NEUTRAL if hidden else masked(one.commit.message)
        author = Author(one.commit.author_name, one.commit.author_mail)
        self.names[one.id] = writer.commit(became, mask(author), one.commit.when, message)
        if afresh:
            writer.clear()
            again = self._again({"index"}, one.id)
        for file in gone:
            writer.delete(file)
        for node in () if afresh else tops:
            _delete(writer, node)
        for file, blob in {**now, **dict(again)}.items():
            self._note(node_of(file))
            writer.write(file, blob)

    def _had(self, tops: set[str], commit: str | None) -> bool:
        """Whether anything at or below ``tops`` was public in the commit before."""
        if not tops or self.names.get(commit or "") is None:
            return False
        self._tree.stand(commit)
        return any(
            self._shown(file, commit) for node in tops for file, _blob in self._tree.below(node)
        )

    def _again(self, tops: set[str], commit: str) -> list[tuple[str, str]]:
        """The public files at and below ``tops``."""
        return [
            (file, blob)
            for node in tops
            for file, blob in self._tree.below(node)
            if self._shown(file, commit)
        ]

    def _is_public(self, side: Side, commit: str | None) -> bool:
        return is_plain(side.file, side.mode) and self._shown(side.file, commit)

    def _shown(self, file: str, commit: str | None) -> bool:
        """Whether everyone may see ``file``, in the tree stood at and since every closing."""
        if self._judge.closed(file, self._tree.find):
            return False
        return self._closings.shows(file, commit or "")

    def _node_shown(self, node: str, commit: str | None) -> bool:
        find = self._tree.find
        # Asked as a file would be that lies there and says nothing itself.
        inside = "-" if node == "index" else f"{node}/-"
        closed = any(self._judge.closes(level, find) for level in levels(inside))
        return not closed and self._closings.shows(inside, commit or "")


def mask(author: Author) -> Author:
    """``author`` without an address that may be a person's; an alias stays."""
    mail = author.mail if author.mail.endswith(".invalid") else MASKED
    return Author(masked(author.name), mail)


def masked(text: str) -> str:
    """``text`` without addresses that may be people's."""
    return _ADDRESS.sub(lambda found: found[0] if found[0].endswith(".invalid") else MASKED, text)


def sides(one: RawCommit, *, after: bool) -> Iterator[Side]:
    """Every file that ``one`` changed, on one side; what moved went from one and came to another.

    What is no ordinary file any more is there, and not plain.
    """
    for change in one.changes:
        if change.old_file is not None:
            yield Side(change.old_file, change.old_mode, NOTHING if after else change.before)
            if after:
                yield Side(change.file, change.mode, change.after)
        elif after:
            yield Side(change.file, change.mode, change.after)
        else:
            yield Side(change.file, change.old_mode, change.before)


def _is_mark(one: RawCommit) -> bool:
    """Whether it is there to be the newest one, and names nobody: of an account that was erased."""
    return not one.changes and one.commit.author_mail == WIKI_AUTHOR.mail


def _is_page(file: str) -> bool:
    return file.endswith(".md")


def _delete(writer: Rewriter, node: str) -> None:
    if node == "index":
        writer.clear()
        return
    for name in (f"{node}.md", node):
        writer.delete(name)
