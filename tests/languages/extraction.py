"""What translators are told of the strings that the code says."""

import ast
import re
from functools import cache
from pathlib import Path

from wiki.translation.extraction import TOLD, Words, extract_words, find_called

_TOLD = re.compile(rf"\s*# {TOLD} (.+)")


@cache
def told_in(path: Path) -> dict[Words, tuple[str, ...]]:
    """What translators are told of the strings of a file."""
    if path.suffix != ".py":
        return {words: told for words, told in extract_words(path) if told}
    lines = path.read_text("utf-8").splitlines()
    if not any(map(_TOLD.fullmatch, lines)):
        return {}
    said: dict[Words, tuple[str, ...]] = {}
    for node in ast.walk(ast.parse("\n".join(lines))):
        told = _TOLD.fullmatch(lines[node.lineno - 2]) if isinstance(node, ast.Call) else None
        if isinstance(node, ast.Call) and told:
            said |= dict.fromkeys(find_called(ast.walk(node)), (told[1],))
    return said
