"""Commits that no client would make."""

from collections.abc import Callable
from pathlib import Path

from tests.web.git.client import git


def blob(clone: Path, data: bytes) -> str:
    return git(clone, "hash-object", "-w", "--stdin", given=data)


Entry = tuple[bytes, bytes, Callable[[Path], str]]


def hostile(clone: Path, entry: Entry, inside: bytes = b"") -> str:
    """A commit whose root, or folder ``inside``, holds one entry more, however odd."""
    mode, name, make = entry
    id = make(clone)
    if inside:
        id, mode, name = tree(clone, [(mode, name, id)]), b"40000", inside
    entries = []
    for line in git(clone, "ls-tree", "HEAD").splitlines():
        facts, _tab, known = line.partition("\t")
        if known.encode() != name:
            words = facts.split()
            entries.append((words[0].lstrip("0").encode(), known.encode(), words[2]))
    root = tree(clone, [*entries, (mode, name, id)])
    return git(clone, "commit-tree", root, "-p", "HEAD", "-m", "hostile")


def tree(clone: Path, entries: list[tuple[bytes, bytes, str]]) -> str:
    entries.sort(key=lambda one: one[1] + (b"/" if one[0] == b"40000" else b""))
    data = b"".join(b"%s %s\0" % (mode, name) + bytes.fromhex(id) for mode, name, id in entries)
    return git(clone, "hash-object", "-t", "tree", "-w", "--stdin", "--literally", given=data)


def text(data: bytes = b"# Page\n") -> Callable[[Path], str]:
    return lambda clone: blob(clone, data)
