"""Bold and italic: runs of apostrophes as MediaWiki pairs them."""

from collections.abc import Sequence
from dataclasses import replace

from wiki.api.imports.markdown import Style


def paired(line: Sequence[str]) -> list[str]:
    """A line in which words and runs of apostrophes take turns, with each run 2, 3 or 5 long.

    What is over is words; and of marks that would never close, one is an apostrophe.
    """
    parts = list(line)
    bold = italic = 0
    for at in range(1, len(parts), 2):
        count = len(parts[at])
        over = count - 3 if count == 4 else max(0, count - 5)
        parts[at - 1] += "'" * over
        parts[at] = "'" * (count - over)
        bold += count - over in (3, 5)
        italic += count - over in (2, 5)
    if bold % 2 and italic % 2:
        _mend(parts)
    return parts


def _mend(parts: list[str]) -> None:
    """One mark of bold becomes an apostrophe and one of italic, where a word speaks for that."""
    found: dict[str, int] = {}
    for at in range(1, len(parts), 2):
        if len(parts[at]) == 3:
            before = parts[at - 1][-2:]
            kind = "blank" if before[-1:] == " " else "letter" if before[:1] == " " else "word"
            found.setdefault(kind, at)
    at = found.get("letter") or found.get("word") or found.get("blank") or 0
    if at:
        parts[at - 1] += "'"
        parts[at] = "''"


def toggled(style: Style, mark: str) -> Style:
    """The style behind a run of 2, 3 or 5 apostrophes."""
    if len(mark) in (3, 5):
        style = replace(style, bold=not style.bold)
    if len(mark) in (2, 5):
        style = replace(style, italic=not style.italic)
    return style
