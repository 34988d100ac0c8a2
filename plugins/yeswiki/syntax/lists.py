"""Lists by indent (`` - a``, ``  1) b``) as those of Markdown."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

ITEM = re.compile(
    r"(?:(?P<indent>[ \t]+)(?P<sign>-(?!--)|\*(?=\s)|[0-9]{1,3}\)|[A-Za-z]{1,2}\))"
    r"|(?P<bare>[-*](?=[ \t]+\S)|[0-9]{1,3}\)(?=[ \t]+\S)))(?P<words>.*)",
    re.S,
)
_DEEPEST = 12


@dataclass
class Item:
    """A line of a list, and those that belong to it."""

    width: int
    ordered: bool
    number: int
    lines: list[str] = field(default_factory=list)


def read_item(line: str) -> Item | None:
    """The item that a line begins; None where it begins none."""
    found = ITEM.match(line)
    if found is None:
        return None
    sign = found["sign"] or found["bare"]
    width = len((found["indent"] or "").replace("\t", "    "))
    number = int(sign[:-1]) if sign[:-1].isdecimal() else 1
    return Item(width, sign[0] not in "-*", number, [found["words"].strip()])


def list_as_markdown(items: Sequence[Item], words: Callable[[Sequence[str]], str]) -> str:
    """Items one after the other: one that stands further in lies below the one before."""
    lines: list[str] = []
    #: of each level that is open: how far in it stands, its number, whether it counts
    levels: list[tuple[int, int, bool]] = []
    for item in items:
        while levels and levels[-1][0] > item.width:
            levels.pop()
        if levels and levels[-1][0] == item.width and levels[-1][2] == item.ordered:
            levels[-1] = (item.width, levels[-1][1] + 1, item.ordered)
        elif levels and levels[-1][0] == item.width:
            levels[-1] = (item.width, item.number, item.ordered)
        elif len(levels) < _DEEPEST:
            levels.append((item.width, item.number, item.ordered))
        else:
            levels[-1] = (levels[-1][0], levels[-1][1] + 1, levels[-1][2])
        leads = ["   " if ordered else "  " for _width, _number, ordered in levels]
        lead = f"{levels[-1][1]}. " if levels[-1][2] else "- "
        indent = "".join(leads[:-1])
        rest = indent + " " * len(lead)
        said = words(item.lines).split("\n")
        lines.append(f"{indent}{lead}{said[0]}".rstrip())
        lines += [f"{rest}{line}".rstrip() for line in said[1:]]
    return "\n".join(lines)
