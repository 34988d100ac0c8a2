"""A selection as a text: which pages it names, with a word on each; and changing it (pure).

``- [[projets/x]] — why`` in a block ``::: sélection``: the order is the author's. Whatever is
changed by a form is changed in these lines, and nothing else of the page is touched.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wiki.api.pages import split_lines
from wiki.api.pages.blocks import Block
from wiki.api.pages.items import Item
from wiki.api.paths import slug

BLOCK_NAMES = ("selection",)
#: entries of one page that are shown; the rest is told of
MOST = 300
WORDS_LENGTH = 4_000

_LINK = re.compile(r"\[\[([^\[\]|#\n]+)(?:#[^\[\]|\n]*)?(?:\|([^\[\]\n]*))?\]\]")
_DASH = re.compile(r"\s*(?:[—–:]|-(?=\s))\s*")
_MARKER = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)")


@dataclass(frozen=True)
class Entry:
    """One line of a selection: ``target`` as its link names it ("" where it has none).

    ``words`` say why it is there, as Markdown that may go on below; ``item`` is where it stands.
    """

    target: str
    words: str
    item: Item
    block: Block

    @property
    def name(self) -> str:
        """What the entry is called in forms: it stays when others come and go."""
        return slug(self.target)


def selections(blocks: Iterable[Block]) -> Iterator[Block]:
    """Those of ``blocks`` that are selections."""
    return (block for block in blocks if block.name in BLOCK_NAMES)


def entries(blocks: Iterable[Block]) -> list[Entry]:
    """The lines of all selections among ``blocks``, in their order."""
    return [entry_of(item, block) for block in selections(blocks) for item in block.items]


def entry_of(item: Item, block: Block) -> Entry:
    """The entry that an item of a selection writes; one that begins with no link has no target."""
    source = _dedented(item.source)
    link = _LINK.match(source)
    if link is None:
        return Entry("", source, item, block)
    rest = source[link.end() :]
    dash = _DASH.match(rest)
    return Entry(link[1].strip(), rest[dash.end() if dash else 0 :].strip(), item, block)


def added(text: str, block: Block | None, target: str, words: str = "", heading: str = "") -> str:
    """``text`` with ``target`` at the end of ``block``; without one, of a new one at its end."""
    line = written(target, words)
    if block is None:
        head = f"## {heading}\n\n" if heading else ""
        return f"{text.rstrip()}\n\n{head}::: sélection\n{line}\n:::\n"
    lines = split_lines(text)
    if block.items:
        at = max(item.end_line for item in block.items)
        while at > block.line + 1 and not lines[at - 1].strip():
            at -= 1
    else:
        at = block.line + 1
    return "".join([*lines[:at], f"{line}\n", *lines[at:]])


def source_of(entry: Entry, words: str) -> str:
    """The lines of the entry with other words; its link stays as it was written."""
    link = _LINK.match(_dedented(entry.item.source))
    return _entry_lines(link[0] if link else f"[[{entry.target}]]", words)


def written(target: str, words: str = "") -> str:
    """The lines of a new entry."""
    return _entry_lines(f"[[{target}]]", words)


def _entry_lines(link: str, words: str) -> str:
    # A line of colons would end the block.
    tidy = re.sub(r"^([^\S\n]*):{3,}", r"\1\:::", words.strip(), flags=re.M)
    first, *rest = f"{link} — {tidy}".splitlines() if tidy else [link]
    return "\n".join([f"- {first}", *(f"  {line}".rstrip() for line in rest)])


def _dedented(source: str) -> str:
    """The lines of an item without its marker and its margin."""
    first, *rest = source.splitlines() or [""]
    marker = _MARKER.match(first)
    width = marker.end() if marker else 0
    margin = re.compile(rf"[ \t]{{0,{width}}}")
    return "\n".join([first[width:], *(margin.sub("", line, count=1) for line in rest)]).strip()
