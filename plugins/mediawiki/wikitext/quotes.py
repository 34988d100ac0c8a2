"""Bold and italic: runs of apostrophes as MediaWiki pairs them, and runs of words as Markdown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

_HARD_BREAK = "\\\n"


@dataclass(frozen=True)
class Style:
    """How a run of words is written."""

    bold: bool = False
    italic: bool = False
    struck: bool = False


Run = tuple[str, Style]
_PLAIN = Style()


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


def written(runs: Sequence[Run]) -> str:
    """Runs of words as Markdown, each mark beside a word: a blank inside it stands outside."""
    if all(style == _PLAIN for _words, style in runs):
        return _joined(runs)
    return _wrapped(runs, lambda style: style.bold, "**", _in_italics)


def _in_italics(runs: Sequence[Run]) -> str:
    return _wrapped(runs, lambda style: style.italic, "*", _struck)


def _struck(runs: Sequence[Run]) -> str:
    return _wrapped(runs, lambda style: style.struck, "~~", _joined)


def _joined(runs: Sequence[Run]) -> str:
    return "".join(words for words, _style in runs)


def _wrapped(
    runs: Sequence[Run],
    marked: Callable[[Style], bool],
    mark: str,
    inner: Callable[[Sequence[Run]], str],
) -> str:
    made: list[str] = []
    for on, group in groupby(runs, key=lambda run: marked(run[1])):
        words = inner(list(group))
        made.append(_marked(words, mark) if on else words)
    return "".join(made)


def _marked(words: str, mark: str) -> str:
    lead, core, tail = "", words, ""
    while core.endswith(_HARD_BREAK):
        core, tail = core[: -len(_HARD_BREAK)], _HARD_BREAK + tail
    while core.startswith(_HARD_BREAK):
        core, lead = core[len(_HARD_BREAK) :], lead + _HARD_BREAK
    bare = core.strip()
    if not bare:
        return words
    before, after = core[: -len(core.lstrip())], core[len(core.rstrip()) :]
    return f"{lead}{before}{mark}{bare}{mark}{after}{tail}"
