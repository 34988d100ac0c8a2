"""The beginning of a text, as tokens: up to a block, or as much as may be laid out at once.

A token of a list, a quote or a table is closed again where the text is cut inside of it.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace

from markdown_it.token import Token

#: characters of what a view has made that weigh as much as one token of a text
CHARACTERS = 50


@dataclass(frozen=True)
class Excerpt:
    """The tokens that are shown, and the line at which the rest begins, if there is any."""

    tokens: Sequence[Token]
    cut: int | None = None


def excerpt(
    tokens: Sequence[Token], blocks: Mapping[int, str], most: int, before: int | None = None
) -> Excerpt:
    """``tokens`` up to a weight of ``most``, or to the block that opens at the line ``before``.

    ``blocks``: the HTML of those that were asked, by their lines; what stands in the others counts.
    """
    return _Cutting(blocks, most, before).cut(tokens)


class _Cutting:
    def __init__(self, blocks: Mapping[int, str], most: int, before: int | None) -> None:
        self._blocks = blocks
        self._left = most
        self._before = before

    def cut(self, tokens: Sequence[Token]) -> Excerpt:
        opened: list[Token] = []
        for index, token in enumerate(tokens):
            if token.type == "block" and token.meta["block"].line not in self._blocks:
                block = token.meta["block"]
                if block.line == self._before:
                    return _ended(tokens[:index], opened, token)
                inner = self.cut(block.tokens)
                if inner.cut is not None:
                    part = copy(token)
                    part.meta = {"block": replace(block, tokens=tuple(inner.tokens))}
                    kept = _ended([*tokens[:index], part], opened, token)
                    return Excerpt(kept.tokens, inner.cut)
            # Only where something begins: no heading, paragraph or cell is cut in two.
            elif token.nesting >= 0 and token.type != "inline" and self._left <= 0:
                return _ended(tokens[:index], opened, token)
            self._left -= self._weight(token)
            if token.nesting > 0:
                opened.append(token)
            elif token.nesting < 0:
                opened.pop()
        return Excerpt(tokens)

    def _weight(self, token: Token) -> int:
        weight = 1 + len(token.children or ())
        if token.type == "block":
            weight += len(self._blocks.get(token.meta["block"].line, "")) // CHARACTERS
        return weight


def _ended(tokens: Sequence[Token], opened: Sequence[Token], at: Token) -> Excerpt:
    line = at.map[0] if at.map else next((one.map[0] for one in opened[::-1] if one.map), 0)
    return Excerpt([*tokens, *map(_closing, reversed(opened))], line)


def _closing(opened: Token) -> Token:
    kind = opened.type.replace("_open", "_close")
    level, hidden = opened.level, opened.hidden
    return Token(kind, opened.tag, -1, level=level, block=True, hidden=hidden)
