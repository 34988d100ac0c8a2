"""Headings of DokuWiki: ``====== words ======``, six signs for the highest (pure)."""

_SIGN, _LEAST = "=", 2
_HIGHEST, _LOWEST = 1, 5


def read_heading(line: str) -> tuple[int, str] | None:
    """The level of a heading, 1 the highest, and its words; None of any other line."""
    bare = line.strip(" \t")
    words = bare.strip(_SIGN).strip()
    if not words or not bare.startswith(_SIGN * _LEAST) or not bare.endswith(_SIGN * _LEAST):
        return None
    signs = len(bare) - len(bare.lstrip(_SIGN))
    return min(max(7 - signs, _HIGHEST), _LOWEST), words


def first_heading(text: str) -> str:
    """The words of the first heading of a text, as they are; "" where there is none."""
    for line in text.split("\n"):
        if _SIGN in line and (found := read_heading(line)) is not None:
            return found[1]
    return ""


def title_depth(text: str) -> int:
    """How deep the title of a text lies: its first line, where no heading is as high; else 0."""
    lines = text.strip().split("\n")
    title = read_heading(lines[0])
    if title is None or title[0] == _HIGHEST:
        return 0
    others = (read_heading(line) for line in lines[1:] if _SIGN in line)
    alone = all(one is None or one[0] > title[0] for one in others)
    return title[0] - _HIGHEST if alone else 0
