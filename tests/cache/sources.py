"""Sources of a cache whose states and changes a test decides."""

from collections.abc import Collection, Hashable
from dataclasses import dataclass, field
from typing import Any

from wiki.cache.store import Stands


class Prompt:
    """What a source of pages adds, for one that is never late and always known."""

    glanced: Hashable = None

    def stands(self, then: Any, topics: Collection[str]) -> Any:
        raise NotImplementedError

    def glance(self) -> Stands:
        return self.stands

    def stands_late(self, then: Any, topics: Collection[str]) -> Any:
        return None

    def follow(self) -> str:
        return ""


@dataclass
class Counted(Prompt):
    """A source that counts, and knows when each topic changed last."""

    count: int | None = 1
    bumped: dict[str, int] = field(default_factory=dict)

    def bump(self, *topics: str) -> None:
        self.count = (self.count or 0) + 1
        self.bumped |= dict.fromkeys(topics, self.count)

    def now(self) -> int | None:
        return self.count

    def pick(self, topics: Collection[str]) -> frozenset[str]:
        return frozenset(topics)

    def stands(self, then: int, topics: Collection[str]) -> int | None:
        changed = any(self.bumped.get(topic, 0) > then for topic in topics)
        return None if changed else self.count
