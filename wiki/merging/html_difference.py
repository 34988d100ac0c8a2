"""Two pieces of safe HTML compared: one page, in which what came and what went is marked.

Elements are paired where they stand, rows with rows and cards with cards, and what is in two that
differ is compared in turn; words in words. So the result is whole HTML, whatever differs: a row
that went is a row whose cells went. What the marks are called is said in words that only screen
readers say, as those of ``ins`` and ``del`` they mostly do not.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from wiki.merging.difference import changed_places
from wiki.merging.html_tree import Element, Node, is_inline, read_tree, words_of, written

#: letters of both pieces that are compared; longer ones stand one after the other
LONGEST = 400_000
#: how deep elements are compared
_DEPTH = 60
#: pairs of elements that are weighed against each other in one place
_PAIRS = 2_500
#: changes among the words of one place that are marked one by one; more are one change
_MARKS = 200
#: the share of words that two elements have in common to be the same one, changed
_ALIKE = 0.3

Kind = Literal["same", "ins", "del"]

_WORD = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")
_ID = re.compile(r' id="[^"]*"')


@dataclass(frozen=True)
class Labels:
    """What is said before what came, and before what went; and behind both."""

    added: str
    removed: str
    end: str


@dataclass(frozen=True)
class _Atom:
    """A word, or what stands for one, and the tags that it stands in."""

    around: tuple[Element, ...]
    node: Node

    @property
    def key(self) -> str:
        return "\0".join([*(one.start for one in self.around), written([self.node])])


def mark_difference(old: str, new: str, labels: Labels) -> str:
    """``new``, in which what ``old`` has not is in ``ins``, and what it alone has in ``del``."""
    if old == new:
        return new
    marking = _Marking(labels)
    if len(old) + len(new) <= LONGEST:
        try:
            return written(list(marking.compared(read_tree(old), read_tree(new), 0)))
        except RecursionError:
            pass
    return _around(old, "del") + _around(new, "ins")


def _around(html: str, kind: Kind) -> str:
    """What is too long, or too deep, to be looked into."""
    return f"<{kind}>{html}</{kind}>" if html else ""


class _Marking:
    def __init__(self, labels: Labels) -> None:
        self._labels = labels

    def compared(self, olds: Sequence[Node], news: Sequence[Node], depth: int) -> Iterator[Node]:
        if all(map(is_inline, (*olds, *news))):
            yield from self._words(olds, news)
            return
        olds, news = _grouped(olds), _grouped(news)
        at = 0
        places = changed_places([_key(one) for one in olds], [_key(one) for one in news])
        for start, end, new_start, new_end in places:
            yield from news[new_start - (start - at) : new_start]
            yield from self._replaced(olds[start:end], news[new_start:new_end], depth)
            at = end
        yield from news[len(news) - (len(olds) - at) :] if len(olds) > at else ()

    def _replaced(self, olds: Sequence[Node], news: Sequence[Node], depth: int) -> Iterator[Node]:
        old_at = new_at = 0
        for old, new in [*_pairs(olds, news), (len(olds), len(news))]:
            yield from self.whole(olds[old_at:old], "del")
            yield from self.whole(news[new_at:new], "ins")
            if old < len(olds):
                yield self._both(olds[old], news[new], depth)
            old_at, new_at = old + 1, new + 1

    def _both(self, old: Node, new: Node, depth: int) -> Node:
        if not isinstance(old, Element) or not isinstance(new, Element) or depth > _DEPTH:
            return _group([*self.whole([old], "del"), *self.whole([new], "ins")])
        return new.with_children(list(self.compared(old.children, new.children, depth + 1)))

    def whole(self, nodes: Iterable[Node], kind: Kind) -> Iterator[Node]:
        """Nodes that came, or went, with all that is in them."""
        for inline, group in groupby(nodes, key=is_inline):
            found = list(group)
            if not inline:
                for one in found:
                    yield self._element(one, kind)
            elif any(map(_is_seen, found)):
                yield self._marked(found, kind)

    def _element(self, one: Node, kind: Kind) -> Node:
        if not isinstance(one, Element):
            return one
        if one.is_void:
            return self._marked([one], kind)
        start = _ID.sub("", one.start) if kind == "del" else one.start
        return Element(one.tag, start, tuple(self.whole(one.children, kind)))

    def _words(self, olds: Sequence[Node], news: Sequence[Node]) -> Iterator[Node]:
        before, after = list(_atoms(olds)), list(_atoms(news))
        runs: list[tuple[Kind, list[_Atom]]] = []
        places = list(_places(before, after))
        if len(places) > _MARKS:
            places = [(0, len(before), 0, len(after))]
        at = 0
        for start, end, new_start, new_end in places:
            runs.append(("same", before[at:start]))
            runs.append(("del", before[start:end]))
            runs.append(("ins", after[new_start:new_end]))
            at = end
        runs.append(("same", before[at:]))
        for kind, atoms in runs:
            nodes = list(_nested(atoms))
            if kind == "same" or not any(map(_is_seen, nodes)):
                yield from nodes if kind != "del" else ()
            else:
                yield self._marked(nodes, kind)

    def _marked(self, nodes: Sequence[Node], kind: Kind) -> Element:
        said = self._labels.added if kind == "ins" else self._labels.removed
        return Element(
            kind, f"<{kind}>", (_unseen(f"{said} "), *nodes, _unseen(f" {self._labels.end} "))
        )


def _places(before: Sequence[_Atom], after: Sequence[_Atom]) -> Iterator[tuple[int, int, int, int]]:
    """Where words differ; two changes with nothing but a blank between them are one."""
    last: tuple[int, int, int, int] | None = None
    for place in changed_places([one.key for one in before], [one.key for one in after]):
        if last is None:
            last = place
        elif all(not _is_seen(one.node) for one in before[last[1] : place[0]]):
            last = (last[0], place[1], last[2], place[3])
        else:
            yield last
            last = place
    if last is not None:
        yield last


def _atoms(nodes: Sequence[Node], around: tuple[Element, ...] = ()) -> Iterator[_Atom]:
    for one in nodes:
        if isinstance(one, str):
            yield from (_Atom(around, word) for word in _WORD.findall(one))
        elif one.is_void or not one.children:
            yield _Atom(around, one)
        else:
            yield from _atoms(one.children, (*around, one))


def _nested(atoms: Sequence[_Atom], depth: int = 0) -> Iterator[Node]:
    """Words in the tags that they stand in."""
    for outer, group in groupby(
        atoms, key=lambda one: one.around[depth] if len(one.around) > depth else None
    ):
        if outer is None:
            yield from (one.node for one in group)
        else:
            yield outer.with_children(list(_nested(list(group), depth + 1)))


def _grouped(nodes: Sequence[Node]) -> list[Node]:
    """Nodes of which some are no words: words side by side are one, blanks between are none."""
    found: list[Node] = []
    for inline, group in groupby(nodes, key=is_inline):
        if not inline:
            found += group
        elif any(map(_is_seen, words := list(group))):
            found.append(_group(words))
    return found


def _group(nodes: Sequence[Node]) -> Element:
    """Several nodes in one, which is not written."""
    return _Group("", "", tuple(nodes))


class _Group(Element):
    """Nodes without an element around them."""

    @property
    def html(self) -> str:
        """What is in it."""
        return written(self.children)

    @property
    def is_inline(self) -> bool:
        """It is words."""
        return True


def _key(node: Node) -> str:
    return written([node])


def _is_seen(node: Node) -> bool:
    """Whether it shows anything."""
    if isinstance(node, str):
        return bool(node.strip())
    return node.tag in ("img", "input", "hr") or any(map(_is_seen, node.children))


def _unseen(words: str) -> Element:
    return Element("span", '<span class="sr-only">', (words,))


def _pairs(olds: Sequence[Node], news: Sequence[Node]) -> list[tuple[int, int]]:
    """Which of the elements that went is which of those that came, in order."""
    if len(olds) * len(news) > _PAIRS:
        return []
    bags = [[set(words_of([one])) for one in side] for side in (olds, news)]
    best: list[list[float]] = [[0.0] * (len(news) + 1) for _one in range(len(olds) + 1)]
    for old in reversed(range(len(olds))):
        for new in reversed(range(len(news))):
            alike = _alike(olds[old], news[new], bags[0][old], bags[1][new])
            paired = alike + best[old + 1][new + 1] if alike else 0.0
            best[old][new] = max(best[old + 1][new], best[old][new + 1], paired)
    found: list[tuple[int, int]] = []
    old = new = 0
    while old < len(olds) and new < len(news):
        if best[old][new] == best[old + 1][new]:
            old += 1
        elif best[old][new] == best[old][new + 1]:
            new += 1
        else:
            found.append((old, new))
            old, new = old + 1, new + 1
    return found


def _alike(old: Node, new: Node, before: set[str], after: set[str]) -> float:
    """How much two elements have in common; 0 where they are not the same one."""
    if not isinstance(old, Element) or not isinstance(new, Element) or old.tag != new.tag:
        return 0.0
    most = max(len(before), len(after))
    share = len(before & after) / most if most else 1.0
    # A cell is known by its place, and so is what holds all the rest.
    if old.tag in ("td", "th", "table", "thead", "tbody", "ul", "ol", "div", "section", "article"):
        return max(share, 0.01)
    return share if share >= _ALIKE else 0.0
