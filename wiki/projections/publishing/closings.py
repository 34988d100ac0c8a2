"""When pages were closed: what was public before that moment is so no more, under every name.

A *closing* is a commit that restricts a page which was not. A commit shows a page only where it
comes after every closing of it: so a page that opens again starts over on that day, and a branch
that left before the closing shows nothing of it. What moved here from elsewhere is closed there
too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from wiki.projections.publishing.openness import Find, Judge, is_below, levels, node_of
from wiki.repository.objects import REGULAR
from wiki.repository.rawlog import NOTHING, RawChange, RawCommit


@dataclass
class Moves:
    """Where what stands at a node came from, by renames: the newest last."""

    came: dict[str, list[str]] = field(default_factory=dict)

    def note(self, new: str, old: str) -> None:
        """``old`` is at ``new`` from now on, with all its former names."""
        self.came.setdefault(new, []).extend([*self.came.get(old, ()), old])

    def before(self, above: str) -> list[str]:
        """The former names of what is, or was, at ``above`` or below it."""
        return [old for new, olds in self.came.items() if is_below(new, above) for old in olds]


@dataclass
class Closings:
    """The closings of a history, taken in commit by commit, parents first.

    ``closed`` holds a bit for each closing of a node, ``after`` those that a commit comes after.
    """

    judge: Judge
    moves: Moves = field(default_factory=Moves)
    closed: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)
    nodes: list[tuple[str, ...]] = field(default_factory=list)

    def take(self, one: RawCommit, find: Find) -> tuple[str, ...]:
        """Takes a commit in, whose tree ``find`` looks into; returns the nodes that it closes."""
        seen = 0
        for parent in one.commit.parents:
            seen |= self.after.get(parent, 0)
        closing: dict[str, None] = {}
        for change in one.changes:
            closing.update(dict.fromkeys(self._closing(change, find)))
        if closing:
            bit = 1 << len(self.nodes)
            self.nodes.append(tuple(closing))
            for node in closing:
                self.closed[node] = self.closed.get(node, 0) | bit
            seen |= bit
        self.after[one.id] = seen
        return tuple(closing)

    def shows(self, file: str, commit: str) -> bool:
        """Whether ``commit`` comes after every closing of ``file``."""
        if not self.closed:
            return True
        missing = ~self.after.get(commit, 0)
        return not any(self.closed.get(node, 0) & missing for node in levels(file))

    def newly(self, commit: str, parent: str | None) -> Iterable[str]:
        """The nodes with a closing that ``commit`` comes after, and ``parent`` does not."""
        new = self.after.get(commit, 0) & ~(self.after.get(parent, 0) if parent else 0)
        while new:
            bit = new & -new
            yield from self.nodes[bit.bit_length() - 1]
            new ^= bit

    def _closing(self, change: RawChange, find: Find) -> Iterator[str]:
        file, node = change.file, node_of(change.file)
        if change.old_file is not None:
            self.moves.note(node, node_of(change.old_file))
        page = file.endswith(".md")
        if change.mode not in REGULAR or change.after == NOTHING:
            # Of two files for one page the other decides now.
            closes = page and self.judge.closes(node, find)
        elif page and not self.judge.open(change.after):
            known = change.before != NOTHING and change.old_file is None
            closes = not known or self.judge.open(change.before)
        else:
            closes = change.old_file is not None and self.judge.closed(file, find)
        if closes:
            yield node
            yield from self.moves.before(node)
