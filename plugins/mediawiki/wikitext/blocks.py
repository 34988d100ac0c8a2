"""The lines of a wikitext as Markdown: headings, paragraphs, lists, tables, what is set apart."""

import re
from collections.abc import Callable, Sequence

from .inline import Words
from .lists import list_as_markdown
from .tables import table_as_markdown

_HEADING = re.compile(r"(={1,6})(.+?)(={1,6})\s*")
_RULE = re.compile(r"-{4,}(.*)")
_TABLE = re.compile(r"[ :]*\{\|")
_TABLE_END = re.compile(r"[ \t]*\|\}")
_LIST = re.compile(r"[*#:;]")
_BEHAVIOUR = re.compile(r"__[A-ZÀ-Ý]{3,30}__")
_ALONE = re.compile(r"[ \t]*\x7f(\d{1,7})\x7f[ \t]*")
#: tables in one another
_DEEPEST = 5


class Blocks:
    """Makes Markdown of wikitext with marks; ``words`` says what stands in a line."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self._tables = 0

    def markdown(self, text: str) -> str:
        """Blocks with a blank line between them."""
        return "\n\n".join(self.blocks(text.split("\n")))

    def blocks(self, lines: Sequence[str]) -> list[str]:
        """The blocks that ``lines`` hold, each as Markdown."""
        made: list[str] = []
        at = 0
        while at < len(lines):
            line = lines[at]
            if not line.strip():
                at += 1
                continue
            take = self._kind(line)
            at = take(lines, at, made)
        return [block for block in made if block.strip()]

    def _kind(self, line: str) -> Callable[[Sequence[str], int, list[str]], int]:
        if _TABLE.match(line) and self._tables < _DEEPEST:
            return self._table
        if line[0] == "=" and _HEADING.fullmatch(line):
            return self._heading
        if line.startswith("----"):
            return self._rule
        if _LIST.match(line):
            return self._list
        if line[0] == " ":
            return self._preformatted
        return self._paragraph

    def _heading(self, lines: Sequence[str], at: int, made: list[str]) -> int:
        found = _HEADING.fullmatch(lines[at])
        if found is not None:
            level = min(len(found[1]), len(found[3]))
            words = "=" * (len(found[1]) - level) + found[2] + "=" * (len(found[3]) - level)
            if heading := self.words.one_line(words.strip()).strip():
                made.append(f"{'#' * level} {heading}")
        return at + 1

    def _rule(self, lines: Sequence[str], at: int, made: list[str]) -> int:
        made.append("---")
        found = _RULE.fullmatch(lines[at])
        if found is not None and found[1].strip():
            made += self.blocks([found[1].strip()])
        return at + 1

    def _list(self, lines: Sequence[str], at: int, made: list[str]) -> int:
        end = at
        while end < len(lines) and _LIST.match(lines[end]) and not _TABLE.match(lines[end]):
            end += 1
        made.append(list_as_markdown(lines[at:end], self.words))
        return max(end, at + 1)

    def _table(self, lines: Sequence[str], at: int, made: list[str]) -> int:
        depth, end = 0, at
        while end < len(lines):
            if _TABLE.match(lines[end]):
                depth += 1
            elif _TABLE_END.match(lines[end]):
                depth -= 1
            end += 1
            if not depth:
                break
        self._tables += 1
        try:
            closed = not depth
            made += table_as_markdown(lines[at : end - closed], self)
            if closed and (rest := lines[end - 1].partition("|}")[2]).strip():
                made += self.blocks([rest])
        finally:
            self._tables -= 1
        return end

    def _preformatted(self, lines: Sequence[str], at: int, made: list[str]) -> int:
        end = at
        while end < len(lines) and lines[end].startswith(" ") and not _TABLE.match(lines[end]):
            end += 1
        if any(_ALONE.fullmatch(line) for line in lines[at:end]):
            # A picture or a gallery behind a blank: no code.
            return self._paragraph([line.lstrip() for line in lines[:end]], at, made)
        kept = [line[1:].rstrip() for line in lines[at:end]]
        if any(kept):
            made.append(self.words.code_block("\n".join(self.words.plain(line) for line in kept)))
        return end

    def _paragraph(self, lines: Sequence[str], at: int, made: list[str]) -> int:
        end = at
        taken: list[str] = []
        while end < len(lines) and lines[end].strip():
            if end > at and self._kind(lines[end]) != self._paragraph:
                break
            taken.append(_BEHAVIOUR.sub("", lines[end]) if "__" in lines[end] else lines[end])
            end += 1
        made += self.words.paragraph("\n".join(taken))
        return end
