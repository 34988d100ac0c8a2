"""Lists of DokuWiki (``  * a``, ``  - b``, two blanks a level) as those of Markdown."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

ITEM = re.compile(r"(?P<indent> {2,}|\t+)(?P<sign>[*-])(?P<text>.*)", re.S)
#: deeper ones lie at this depth
_DEEPEST = 10


@dataclass
class _Item:
    sign: str = ""
    text: str = ""
    below: "list[_Item]" = field(default_factory=list)


def list_as_markdown(lines: Sequence[str], blocks: Callable[[str], list[str]]) -> str:
    """``lines``, which are all items; ``blocks`` makes what stands in one."""
    root = _Item()
    for line in lines:
        found = ITEM.fullmatch(line)
        if found is None:
            continue
        depth = len(found["indent"].replace("\t", "  ")) // 2
        at = root
        for _level in range(min(depth, _DEEPEST) - 1):
            if not at.below:
                break  # a level that is left out is none
            at = at.below[-1]
        at.below.append(_Item(found["sign"], found["text"].strip()))
    return "\n".join(_written(root, blocks))


def _written(above: _Item, blocks: Callable[[str], list[str]]) -> list[str]:
    lines: list[str] = []
    number, before = 0, ""
    for item in above.below:
        number = number + 1 if item.sign == "-" else 0
        lead = f"{number}. " if item.sign == "-" else "- "
        if before and before != item.sign:
            lines.append("")
        before = item.sign
        own = "\n\n".join(blocks(item.text)).split("\n")
        if item.below and len(own) > 1 and not own[-1]:
            own.append("")
        own += _written(item, blocks)
        for at, line in enumerate(own):
            lines.append((lead + line if not at else " " * len(lead) + line).rstrip())
    return lines
