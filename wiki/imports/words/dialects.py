"""What the dialects of wikis have in common on their way to our Markdown (pure).

::

    text of a wiki ─▶ its dialect (blocks, lines, words) ─▶ links, lists, tables written here
                                      └─▶ Losses, what could not be carried
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from wiki.imports.words.markdown import (
    Run,
    address,
    at_line_starts,
    code_span,
    placed,
    unbracketed,
)

_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|avif|svg|bmp|tiff?)\Z", re.I)
#: a line that ends with a break, and not with a backslash that is a word
_BREAK = re.compile(r"(?<!\\)(?:\\\\)*\\\Z")
_LEADS = {"*": "- ", "definition": ": ", "quote": "> "}
_SIDES = {"": " --- |", "center": " :-: |", "right": " --: |"}


@dataclass(frozen=True)
class Target:
    """Where a link of a wiki leads.

    ``kind`` is ``page`` (``to`` is a path here), ``file`` (an address here), ``web`` (an address
    elsewhere), ``nowhere``, or a word of the dialect's own; ``words`` stand there where the link
    says none. A page or a file that is not ``there`` did not come along.
    """

    kind: str
    to: str
    words: str
    there: bool = True
    anchor: str = ""

    @property
    def is_picture(self) -> bool:
        """Whether its address is that of a picture."""
        return _PICTURE.search(self.to.partition("?")[0]) is not None

    def write_link(self, words: str) -> str:
        """A link to a page, called ``words``; without words it is called as the page is."""
        anchor = unbracketed(self.anchor).replace("|", " ")[:300]
        to = f"{self.to}#{anchor}" if anchor else self.to
        said = unbracketed(words).replace("|", "/").strip()[:500]
        return f"[[{to}|{said}]]" if said else f"[[{to}]]"

    def write_picture(self, words: str, width: str = "") -> str:
        """A picture, called ``words``, as wide as ``width`` says."""
        said = unbracketed(" ".join(words.split()))[:300].replace("\\", "/").replace("`", "'")
        said = re.sub(r"[*_]", lambda sign: f"\\{sign[0]}", said)
        return f"![{said}]({address(self.to)}{f' ={width}x' if width else ''})"


@dataclass(frozen=True)
class Loss:
    """What could not be carried: its translated kind, what stood there, its line if known."""

    what: str
    detail: str
    line: int = 0


@dataclass
class Losses:
    """What one text lost, each once: the first ``most``, each of so many characters.

    ``restore`` gives what was written for what stands for it in a text that is half read.
    """

    most: int = 200
    longest: int = 200
    restore: Callable[[str], str] = str
    found: dict[tuple[str, str], Loss] = field(default_factory=dict)

    def add(self, what: str, detail: str, line: int = 0) -> None:
        """Notes a loss of the kind ``what``."""
        if len(self.found) < self.most:
            words = self.restore(detail[: 2 * self.longest]).split()
            detail = " ".join(words)[: self.longest]
            self.found.setdefault((what, detail), Loss(what, detail, line))


@dataclass
class ListItem:
    """A line of a list: ``kind`` is its sign as MediaWiki writes it, "" of the list itself.

    ``*`` and ``#`` are items, ``;`` a term, ``:`` its definition, else a quotation, in an item a
    paragraph of it; ``below`` lie in it.
    """

    kind: str = ""
    words: str = ""
    below: "list[ListItem]" = field(default_factory=list)

    def write_list(self, blocks: Callable[[str], list[str]]) -> str:
        """What lies below as one block; ``blocks`` makes those of the words of an item."""
        return "\n".join(_list_lines(self, blocks))


def _list_lines(above: ListItem, blocks: Callable[[str], list[str]]) -> list[str]:
    lines: list[str] = []
    number, before = 0, ""
    for at, item in enumerate(above.below):
        following = above.below[at + 1].kind if at + 1 < len(above.below) else ""
        kind = _role(item.kind, before, following, inside=above.kind in ("*", "#"))
        number = number + 1 if kind == "#" else 0
        if before and kind != "definition" and (kind != before or kind not in "*#"):
            lines.append(">" if kind == before == "quote" else "")
        lead = _LEADS.get(kind, f"{number}. " if kind == "#" else "")
        lines += _item_lines(item, lead, kind, blocks)
        before = kind
    return lines


def _role(sign: str, before: str, following: str, *, inside: bool) -> str:
    if sign == ";":
        return "term" if following == ":" else "bold"
    if sign == ":":
        if before in ("term", "definition"):
            return "definition"
        return "words" if inside else "quote"
    return sign


def _item_lines(
    item: ListItem, lead: str, kind: str, blocks: Callable[[str], list[str]]
) -> list[str]:
    made = blocks(item.words)
    own = "\n\n".join(made)
    if own and kind == "bold":
        own = f"**{own}**" if "*" not in own else own
    if kind == "term":
        own = own.replace("\n", " ")
    below = _list_lines(item, blocks)
    lines = own.split("\n") if made else []
    # A list goes on in the item; other blocks want a line between.
    if lines and below and not (item.below[0].kind in "*#" and kind in "*#"):
        lines.append("")
    lines += below
    indent = "> " if kind == "quote" else " " * len(lead)
    return [
        (lead + line if number == 0 else indent + line).rstrip()
        for number, line in enumerate(lines or [""])
    ]


def write_table(rows: Sequence[Sequence[str]], sides: Sequence[str] = ()) -> str:
    """A table of Markdown, the first of ``rows`` its head.

    ``sides``: where the words of each column stand, ``center`` or ``right``, "" for the left.
    """
    wide = max(map(len, rows))
    lines = [_row(row, wide) for row in rows]
    rule = (_SIDES[sides[column] if column < len(sides) else ""] for column in range(wide))
    lines.insert(1, f"|{''.join(rule)}")
    return "\n".join(lines)


def _row(row: Sequence[str], wide: int) -> str:
    cells = (cell.replace("\\\n", " / ").replace("\n", " ") for cell in row)
    # A bar would end the cell.
    barred = [re.sub(r"\\*\|", r"\\|", cell) if "|" in cell else cell for cell in cells]
    barred += [""] * (wide - len(row))
    return "".join(f"| {cell} " if cell else "|  " for cell in barred) + "|"


def write_paragraph(markdown: str) -> str:
    """A paragraph of ``markdown``, "" of none: a break at either end of it breaks nothing."""
    lines = [line.strip() for line in markdown.split("\n")]
    while lines and lines[0] in ("", "\\"):
        del lines[0]
    while lines and lines[-1] in ("", "\\"):
        del lines[-1]
    if lines and _BREAK.search(lines[-1]):
        lines[-1] = lines[-1].removesuffix("\\")
    return at_line_starts("\n".join(line for line in lines if line))


def enclose(runs: list[Run], start: int, kind: str) -> None:
    """Makes of the runs from ``start`` on code (``code``), or signs raised (``sup``) or lowered.

    Where there is no sign for one of them they stay, and so do links and footnotes.
    """
    words = "".join(one for one, _style in runs[start:])
    if not words or "](" in words or "[[" in words or "[^" in words:
        return
    bare = re.sub(r"\\(?=[^\w\s])", "", words)
    made = code_span(bare) if kind == "code" else placed(bare, above=kind == "sup")
    if made != bare:
        runs[start:] = [(made, runs[start][1])]
