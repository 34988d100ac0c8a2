"""Lists of DokuWiki (``  * a``, ``  - b``, two blanks a level) as those of Markdown."""

import re
from collections.abc import Callable, Sequence

from wiki.api.imports.dialects import ListItem

ITEM = re.compile(r"(?P<indent> {2,}|\t+)(?P<sign>[*-])(?P<text>.*)", re.S)
#: deeper ones lie at this depth
_DEEPEST = 10


def list_as_markdown(lines: Sequence[str], blocks: Callable[[str], list[str]]) -> str:
    """``lines``, which are all items; ``blocks`` makes what stands in one."""
    root = ListItem()
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
        kind = "#" if found["sign"] == "-" else "*"
        at.below.append(ListItem(kind, found["text"].strip()))
    return root.write_list(blocks)
