"""The part of three texts that has to be read to join them: not what all begin and end with.

A text is cut only before a heading, or a line that begins with a letter, which stands in no code
and no block, below an empty line. Such a line ends every list, quote and footnote: what is above
says nothing of how Markdown takes what is below apart, nor the other way round.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from wiki.pages.head.frontmatter import head_source

_PLAIN = re.compile(r"#{1,6} +\S|[^\W\d_]")
_CODE = re.compile(r"(`{3,}|~{3,})([^`]*)\Z")
_BLOCK = re.compile(r":{3}[ \t]*(\w*)")
#: what may begin or end code or a block elsewhere than at the beginning of a line
_FENCES = ("```", "~~~", ":::")


class Window(NamedTuple):
    """``ahead`` and ``behind`` are what all three have; the three between them are to be joined."""

    ahead: str
    three: tuple[str, str, str]
    behind: str


def window_of(base: str, mine: str, theirs: str) -> Window:
    """The smallest such part, with a paragraph above it and one below it that all three have."""
    texts = base, mine, theirs
    sides = [text.split("\n") for text in texts]
    begun = _common(sides)
    start = max((at for at in _cuts(base, sides[0]) if at < begun - 1), default=0)
    rest = [side[start:] for side in sides]
    ended = _common([side[::-1] for side in rest])
    # Where each of them can be cut, counted from the end.
    ends = set.intersection(
        *(
            {len(side) - at for at in _cuts("" if start else text, side)}
            for text, side in zip(texts, rest, strict=True)
        )
    )
    tail = max((end for end in ends if end < ended), default=0)
    if tail:
        below = rest[0][-tail:]
        pairs = enumerate(pairwise(below), 1)
        tail -= next((at for at, (one, two) in pairs if two.strip() and not one.strip()), tail)
    between = [side[: len(side) - tail] for side in rest]
    ahead, behind = sides[0][:start], rest[0][len(rest[0]) - tail :] if tail else []
    first, second, third = ("\n".join([*side, ""] if tail else side) for side in between)
    return Window(
        "\n".join([*ahead, ""]) if start else "", (first, second, third), "\n".join(behind)
    )


def _common(sides: Sequence[Sequence[str]]) -> int:
    """The number of lines that all begin with."""
    count = 0
    for one, two, three in zip(*sides, strict=False):
        if not one == two == three:
            break
        count += 1
    return count


def _cuts(text: str, lines: Sequence[str]) -> Iterator[int]:
    """The lines before which they can be cut, as far as that is plain; ``text`` may have a head."""
    skipped = head_source(text).body_line
    code, depth = "", 0
    for at, line in enumerate(lines):
        if at < skipped:
            continue
        if code:
            if code in line and not line.strip(f"{code[0]} \t"):
                if not line.startswith(code):
                    return  # it may end the code, further in
                code = ""
        elif opened := _CODE.match(line):
            code = opened[1]
        elif block := _BLOCK.match(line):
            depth += 1 if block[1] else -1
            if depth < 0:
                return
        elif any(fence in line for fence in _FENCES):
            return
        elif not depth and at and not lines[at - 1].strip() and _PLAIN.match(line):
            yield at
