"""A span read as pages: file changes grouped by page, and the pages whose inherited facts changed.

What a page inherits (group, editors, team, space) comes from the pages above it, so a change of one
head reaches the pages below that did not change themselves: they are read from the tree, and only
then is a tree walked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from wiki.cache.topics import noted, noting, only
from wiki.errors import TooLarge
from wiki.pages.access import UNREADABLE, Access, access, below
from wiki.pages.head.frontmatter import Head, head_source, read_head
from wiki.pages.page import TYPES, Page
from wiki.pages.paths import (
    ROOT,
    ancestors,
    files_of,
    folder_of,
    page_of,
    parent,
)
from wiki.projections.spans import SharedSpan
from wiki.repository.objects import EMPTY, Entry, decode
from wiki.repository.repository import Repository
from wiki.repository.span import FileChange, Span

#: levels (a head, no body) remembered for one commit
REMEMBERED = 512
#: bytes; a page beyond was not saved by the wiki, and is not read
LARGEST = 10_000_000


@dataclass(frozen=True)
class PageChange:
    """A page that differs between the ends of a span, or whose inherited facts do.

    ``access`` and ``space`` (the nearest typed page at or above it) are those at the span's end,
    None where the page is gone. ``before is after`` where only inherited facts changed.
    """

    path: str
    before: Page | None
    after: Page | None
    access: Access | None
    space: str | None


class Inherited(NamedTuple):
    """What the pages below a page take from it."""

    access: Access
    space: str | None


class Levels:
    """The heads of the pages of one commit, from the root to a page; a few are remembered.

    Notes as ``head:PATH`` whatever head is asked for: what follows below it is of no account.
    """

    def __init__(self, repository: Repository, commit: str) -> None:
        self.repository = repository
        self.commit = commit
        self._heads: dict[str, Head | None] = {}
        self._accesses: dict[str, tuple[Access, set[str]]] = {}

    def access(self, path: str) -> Access:
        """Who the page at ``path`` is for, or would be for if it existed."""
        if (kept := self._accesses.get(path)) is None:
            above = parent(path)
            with noting() as topics:
                found = Access() if above is None else self.access(above)
                head = self.head(path)
            found = replace(found, problems=()) if head is None else below(found, path, head)
            if len(self._accesses) >= REMEMBERED:
                self._accesses.pop(next(iter(self._accesses)), None)
            kept = self._accesses[path] = found, topics
        found, topics = kept
        if (known := noted.get()) is not None:
            known |= topics
        return found

    def head(self, path: str) -> Head | None:
        """The head of the page at ``path``; None where there is no such page."""
        if (known := noted.get()) is not None:
            known.add(f"head:{path}")
        if path not in self._heads:
            with only():
                self.remember(path, self._read(path))
        return self._heads[path]

    def remember(self, path: str, head: Head | None) -> None:
        """Spares a later ``head(path)`` its way to the repository."""
        if len(self._heads) >= REMEMBERED:
            self._heads.pop(next(iter(self._heads)), None)
        self._heads[path] = head

    def above(self, path: str) -> list[tuple[str, Head]]:
        """The heads of the pages above ``path``, the root's first."""
        pairs = ((name, self.head(name)) for name in ancestors(path))
        return [(name, head) for name, head in pairs if head is not None]

    def _read(self, path: str) -> Head | None:
        for file in files_of(path):
            blob = self.repository.blob_id(file, self.commit)
            if blob is not None:
                return head_of(text_of(self.repository, blob))
        return None

    def share(self, other: "Levels") -> None:
        """Goes on with what ``other`` has read: at its commit all heads are the same."""
        self._heads, self._accesses = other._heads, other._accesses


@lru_cache(maxsize=128)
def levels(repository: Repository, commit: str) -> Levels:
    """The levels of a commit: the projections take in the same span one after the other."""
    return Levels(repository, commit)


def text_of(repository: Repository, blob: str) -> str:
    """The text of a page; of one that is far too large, one that only administrators may read."""
    try:
        return decode(repository.read_blob(blob, limit=LARGEST))
    except TooLarge:
        return UNREADABLE


def head_of(text: str) -> Head:
    """The head of a page's text; revisions of one page, and copies, are read once."""
    return _head(head_text(text))


def head_text(text: str) -> str:
    """The part of ``text`` that decides its head, "" where it has none."""
    source = head_source(text)
    if source.lines is None:
        return ""
    if source.end:
        return text[: source.end]
    return UNREADABLE if read_head(text).head.broken else ""


@lru_cache(maxsize=1024)
def _head(text: str) -> Head:
    return read_head(text).head


def type_of(head: Head | None) -> str:
    """The type that a head gives its page; "" for an ordinary one."""
    word = head.text("type").casefold() if head is not None else ""
    return word if word in TYPES else ""


def space_of(path: str, heads: Sequence[tuple[str, Head]]) -> str | None:
    """The nearest typed page at or above ``path``; heads are given from the root to it."""
    return next((name for name, head in reversed(heads) if type_of(head)), None)


def inherited(path: str, heads: Sequence[tuple[str, Head]]) -> Inherited:
    """What a child of ``path`` that says nothing itself inherits."""
    child = "-child" if path == ROOT else f"{path}/-child"
    return Inherited(access(child, heads), space_of(path, heads))


def page_changes(repository: Repository, span: Span) -> Iterator[PageChange]:
    """The pages that differ in ``span``, streaming; a page comes once.

    Of two files of one page (``x.md``, ``x/index.md``) the first wins: a change of the other alone
    is none. Pages of a span that is shared are read once for all who take it in.
    """
    if isinstance(span, SharedSpan):
        return span.pages(lambda: _page_changes(repository, span))
    return _page_changes(repository, span)


def _page_changes(repository: Repository, span: Span) -> Iterator[PageChange]:
    at_end = levels(repository, span.to)
    leaves: set[str] = set()
    seen: set[str] = set()
    spread: list[str] = []
    for change in span.changes():
        path = page_of(change.file)
        if path is None:
            continue
        files = files_of(path)
        if change.file == files[0]:
            leaves.add(path)
        elif path in leaves:
            continue
        before, after = _ends(repository, span, change, files)
        if before == after:
            continue
        old = _page(repository, path, before, span.since)
        new = _page(repository, path, after, span.to)
        at_end.remember(path, new.head if new else None)
        yield _change(at_end, path, old, new)
        if span.since != EMPTY:
            seen.add(path)
            if _reaches_below(at_end, path, old, new):
                spread.append(path)
    yield from _below(repository, at_end, spread, seen)


def _ends(
    repository: Repository, span: Span, change: FileChange, files: tuple[str, ...]
) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    """The page's file and blob at both ends of the span, None where it has none."""
    before = (change.file, change.before) if change.before else None
    after = (change.file, change.after) if change.after else None
    if len(files) == 1:
        return before, after
    leaf, index = files
    if change.file == leaf:
        if before is None and span.since != EMPTY:
            before = _at(repository, index, span.since)
        return before, after or _at(repository, index, span.to)
    if span.since != EMPTY and (hidden := _at(repository, leaf, span.to)):
        # The other file wins, and did not change (or it would have come first).
        return hidden, hidden
    return before, after


def _at(repository: Repository, file: str, commit: str) -> tuple[str, str] | None:
    blob = repository.blob_id(file, commit)
    return (file, blob) if blob else None


def _page(
    repository: Repository, path: str, found: tuple[str, str] | None, commit: str
) -> Page | None:
    if found is None:
        return None
    file, blob = found
    return Page(path, file, text_of(repository, blob), commit, blob)


def _change(at_end: Levels, path: str, old: Page | None, new: Page | None) -> PageChange:
    if new is None:
        return PageChange(path, old, None, None, None)
    heads = [*at_end.above(path), (path, new.head)]
    return PageChange(path, old, new, access(path, heads), space_of(path, heads))


def _reaches_below(at_end: Levels, path: str, old: Page | None, new: Page | None) -> bool:
    """Whether the pages below inherit something else; what changed above is asked there."""
    heads = [page.head if page else None for page in (old, new)]
    if heads[0] is heads[1]:
        return False
    above = at_end.above(path)
    was, now = (
        inherited(path, [*above, (path, head)] if head is not None else above) for head in heads
    )
    return was != now


def _below(
    repository: Repository, at_end: Levels, spread: list[str], seen: set[str]
) -> Iterator[PageChange]:
    """The pages below those in ``spread`` that did not change themselves."""
    for top in spread:
        for path, file, blob in pages_below(repository, top, at_end.commit):
            if path in seen:
                continue
            seen.add(path)
            page = _page(repository, path, (file, blob), at_end.commit)
            if page is not None:
                yield _change(at_end, path, page, page)


def pages_below(repository: Repository, path: str, commit: str) -> Iterator[tuple[str, str, str]]:
    """``(path, file, blob id)`` of the pages below ``path`` at ``commit``, each once."""
    folders = [(folder_of(path), True)]
    while folders:
        folder, has_page = folders.pop()
        leaves: set[str] = set()
        inner: list[str] = []
        for entry in _entries(repository, folder, commit):
            name = f"{folder}/{entry.name}" if folder else entry.name
            if entry.kind == "folder":
                inner.append(name)
            elif found := page_of(name):
                if found != (folder or ROOT):
                    leaves.add(found)
                elif has_page:
                    continue
                yield found, name, entry.id
        folders.extend((name, name in leaves) for name in inner)


def _entries(repository: Repository, folder: str, commit: str) -> Iterator[Entry]:
    after = ""
    while entries := repository.entries(folder, commit, after, limit=1000):
        yield from entries
        after = entries[-1].name
