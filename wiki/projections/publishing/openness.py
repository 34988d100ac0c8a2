"""What of a commit's tree is open to everyone, told from the tree alone.

Visibility is only ever narrowed, so a file is open where no page at or above it says otherwise. A
page whose name cannot be served is judged as any other: what it says counts.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from wiki.pages.access import PUBLIC, Access, below
from wiki.pages.paths import ROOT
from wiki.projections.pagespan import head_of, head_text, text_of
from wiki.repository.objects import REGULAR
from wiki.repository.repository import Repository

#: git clients refuse to check out a tree with one of these (``git~1`` is ``.git`` to Windows)
_REFUSED = frozenset({"", ".", "..", ".git", "git~1"})

#: the blob of a file as of one commit, None where there is none
Find = Callable[[str], str | None]


class Judge:
    """Says of pages, by their blobs, whether their own head leaves them open."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._known: dict[str, bool] = {}

    def open(self, blob: str) -> bool:
        """Whether the head of the page ``blob`` restricts nothing; what is unreadable does."""
        if (known := self._known.get(blob)) is None:
            known = self._known[blob] = _is_open(head_text(text_of(self._repository, blob)))
        return known

    def all_open(self) -> bool:
        """Whether none of the pages that were asked for restricts anything."""
        return all(self._known.values())

    def know_open(self, blobs: Iterable[str]) -> None:
        """Takes it from the caller that these restrict nothing."""
        self._known.update(dict.fromkeys(blobs, True))

    def closed(self, file: str, find: Find) -> bool:
        """Whether a page at or above ``file`` closes it, in the tree that ``find`` looks into."""
        if file.endswith(".md"):
            own = find(file)
            if own is not None and not self.open(own):
                return True
        return any(self.closes(node, find) for node in levels(file))

    def closes(self, node: str, find: Find) -> bool:
        """Whether the page ``node`` restricts what lies at and below it; ``x.md`` wins."""
        for name in files(node):
            if (blob := find(name)) is not None:
                return not self.open(blob)
        return False


@lru_cache(maxsize=1024)
def _is_open(text: str) -> bool:
    """Whether a head, given as text, restricts nothing."""
    return below(Access(), "page", head_of(text)).group == PUBLIC


def node_of(file: str) -> str:
    """What ``file`` is: a page's path, or the attachment's own name."""
    if not file.endswith(".md"):
        return file
    return file.removesuffix(".md").removesuffix("/" + ROOT) or ROOT


def files(node: str) -> tuple[str, ...]:
    """The files that may hold the page ``node``, the one that wins first."""
    return (f"{ROOT}.md",) if node == ROOT else (f"{node}.md", f"{node}/{ROOT}.md")


def levels(file: str) -> Iterator[str]:
    """The pages at and above ``file``, the root first, whether they exist or not."""
    yield ROOT
    node = node_of(file)
    yield from (node[:at] for at, char in enumerate(node) if char == "/")
    if node != ROOT:
        yield node


def is_below(node: str, above: str) -> bool:
    """Whether ``node`` is ``above`` or lies below it."""
    return above == ROOT or node == above or node.startswith(f"{above}/")


def is_plain(file: str, mode: bytes) -> bool:
    """Whether it is an ordinary file under a name that every git takes."""
    return mode in REGULAR and not any(part.lower() in _REFUSED for part in file.split("/"))
