"""The lines of a text, as documents count them, and which of them are code."""

import re
from collections.abc import Callable, Iterator

_FENCE = re.compile(r"[ \t>]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)*(`{3,}|~{3,})")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")


def split_lines(text: str) -> list[str]:
    """The lines, each with its end; only a line feed ends one.

    ``str.splitlines`` ends lines at U+2028, form feeds and others too, which stand in pages that
    were pasted from elsewhere: what a ``line`` of a block or heading says would be another one.
    """
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop().removesuffix("\n")
    return [*lines, last] if last else lines


def code_lines(lines: list[str]) -> Iterator[tuple[int, str, bool]]:
    """Each line with its number from 0, and whether it belongs to a block of code."""
    fence = ""
    for number, line in enumerate(lines):
        found = _FENCE.match(line)
        if fence:
            closes = found is not None and found[1].startswith(fence)
            yield number, line, True
            if closes and not line[found.end() :].strip("`~ \t"):  # type: ignore[union-attr]
                fence = ""
        elif found is not None:
            fence = found[1]
            yield number, line, True
        else:
            yield number, line, False


def change_words(line: str, change: Callable[[str], str]) -> str:
    """``line`` with what is no code in it changed."""
    parts, at = list[str](), 0
    for code in _CODE.finditer(line) if "`" in line else ():
        parts += [change(line[at : code.start()]), code[0]]
        at = code.end()
    return "".join([*parts, change(line[at:])])
