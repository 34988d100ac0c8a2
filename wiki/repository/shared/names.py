"""What a shared repository says of itself: where its branch is, whose it is."""

from collections.abc import Mapping
from typing import NamedTuple

from wiki.repository.objects import object_hash

#: whose pages it holds, and what its nodes sign with: each a blob, known by its name
MARK, KEY = "refs/carrefour/instance", "refs/carrefour/key"
#: below it the nodes by their names, each a blob that tells a clone from others
NODES = "refs/carrefour/nodes"


class Names(NamedTuple):
    """What the shared repository says: where its branch is, and its marks; "" for nothing."""

    head: str
    marks: Mapping[str, str]

    def is_of(self, mark: str, words: str) -> bool:
        """Whether the mark is there, and stands for ``words``."""
        return self.marks.get(mark) == object_hash("blob", marked(words))

    def denies(self, mark: str, words: str) -> bool:
        """Whether it is there, and stands for others."""
        return bool(words) and mark in self.marks and not self.is_of(mark, words)


def marked(words: str) -> bytes:
    """The bytes of a mark that stands for ``words``."""
    return f"{words}\n".encode("ascii")
