"""The blocks of a text: headings, paragraphs, lists, tables, code, and what stands apart."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from wiki.api.imports.markdown import at_line_starts

from .inline import MARK, Words
from .lists import Item, list_as_markdown, read_item

_TITLE = re.compile(r"\s*(={2,6})[ \t]*([^=\s](?:[^=]|=(?!=)){0,1000}?)[ \t]*={2,6}(?!=)(.*)", re.S)
_HASHES = re.compile(r"(#{1,6})[ \t]++(.{0,999}[^ \t#]|#)[ \t#]*+")
_RULE = re.compile(r"\s*-{4,}[ \t]*(.*)", re.S)


@dataclass(frozen=True)
class Block:
    """A block of Markdown; ``level`` is that of a heading, as the page had it."""

    text: str
    level: int = 0


def read_blocks(text: str, words: Words, apart: Mapping[int, str]) -> list[Block]:
    """The blocks of ``text``; ``apart`` are those that marks stand for, by their numbers."""
    return _Reading(words, apart).read(text)


class _Reading:
    def __init__(self, words: Words, apart: Mapping[int, str]) -> None:
        self._words, self._apart = words, apart
        self._blocks: list[Block] = []
        self._lines: list[str] = []
        self._items: list[Item] = []

    def read(self, text: str) -> list[Block]:
        for line in text.split("\n"):
            self._line(line)
        self._flush()
        return self._blocks

    def _line(self, line: str) -> None:
        """Takes a line; what stands apart in it parts it."""
        at = 0
        for mark in MARK.finditer(line):
            number = int(mark[1])
            if number in self._apart:
                self._words_of(line[at : mark.start()])
                self._flush()
                self._add(self._apart[number])
                at = mark.end()
        if at and not line[at:].strip():
            return
        self._words_of(line[at:] if at else line, whole=not at)

    def _words_of(self, line: str, *, whole: bool = False) -> None:
        if not line.strip():
            if whole:
                self._flush()
            return
        if found := _TITLE.fullmatch(line):
            self._heading(7 - len(found[1]), found[2])
            self._words_of(found[3])
        elif found := _HASHES.fullmatch(line):
            self._heading(len(found[1]), found[2])
        elif found := _RULE.fullmatch(line):
            self._flush()
            self._add("---")
            self._words_of(found[1])
        elif (item := read_item(line)) is not None:
            if self._lines:
                self._flush()
            self._items.append(item)
        elif self._items and line[:1] in " \t":
            self._items[-1].lines.append(line.strip())
        else:
            if self._items:
                self._flush()
            self._lines.append(line)

    def _heading(self, level: int, words: str) -> None:
        self._flush()
        if said := self._words.line(words.strip().strip("*")):
            self._blocks.append(Block(said, level))

    def _flush(self) -> None:
        lines, self._lines = self._lines, []
        items, self._items = self._items, []
        if items:
            self._add(list_as_markdown(items, self._words.lines))
        if lines:
            self._add(at_line_starts(self._words.lines(lines)))

    def _add(self, text: str) -> None:
        if text.strip(" \n\\"):
            self._blocks.append(Block(text))
