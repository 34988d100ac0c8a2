"""The strings that code says to people: what has to be translated."""

import ast
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract

_KEYWORDS = {"_": None, "gettext": None, "lazy": None, "ngettext": (1, 2)}
# Problems and notices are constants that are translated when they are shown.
_SENTENCE = re.compile(r"[A-Z“](?=[^ \n]* )[^\n]*[.?!]")
#: folders of what says nothing to people
_SILENT = {"tests", "testing", "frontend", "node_modules", "static"}
#: what translators are told of the string below it
TOLD = "Translators:"

Words = str | tuple[str, str]


def code_of(folder: Path) -> Iterator[Path]:
    """The modules and templates of ours below ``folder`` that speak to people."""
    found = []
    for place, folders, files in os.walk(folder):
        # Not walked into: what npm brings has more files than all else.
        folders[:] = [name for name in folders if name not in _SILENT]
        paths = (Path(place, name) for name in files)
        found += [path for path in paths if path.suffix in (".py", ".html", ".txt")]
    yield from sorted(found)


@cache
def read_words(path: Path) -> frozenset[Words]:
    """The msgids in one file: calls of ``_`` and its kin, and sentences kept as constants."""
    if path.suffix == ".py":
        tree = ast.parse(path.read_text("utf-8"))
        nodes = [*ast.walk(tree)]
        return frozenset([*find_called(nodes), *find_constants(tree, nodes)])
    return frozenset(words for words, _told in extract_words(path))


@cache
def extract_words(path: Path) -> tuple[tuple[Words, tuple[str, ...]], ...]:
    """The msgids in a template, each with what translators are told of it."""
    found = extract(
        "jinja2.ext:babel_extract",
        BytesIO(path.read_bytes()),
        _KEYWORDS,
        [TOLD],
        options={"trimmed": "true"},
    )
    return tuple((words_of(words), tuple(told)) for _line, words, told, _context in found)


def find_called(nodes: Iterable[ast.AST]) -> Iterator[Words]:
    """What code hands to ``_`` and its kin; Python's own parser also sees inside f-strings."""
    for node in nodes:
        name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
        if not isinstance(node, ast.Call) or name not in _KEYWORDS:
            continue
        said = [
            part.value
            for part in node.args
            if isinstance(part, ast.Constant) and isinstance(part.value, str)
        ]
        if name == "ngettext" and len(said) == 2:
            yield said[0], said[1]
        elif name != "ngettext" and said:
            yield said[0]


def find_constants(tree: ast.Module, nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The sentences that a module keeps in constants, or hands to a Problem as they are."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            calls = [part for part in ast.walk(node.value) if isinstance(part, ast.Call)]
            called = {id(part) for call in calls for part in ast.walk(call)}
            yield from (
                part.value
                for part in ast.walk(node.value)
                if isinstance(part, ast.Constant)
                and id(part) not in called
                and isinstance(part.value, str)
                and _SENTENCE.fullmatch(part.value)
            )
    for part in nodes:
        if isinstance(part, ast.Call) and getattr(part.func, "id", "") == "Problem":
            said = part.args[2] if len(part.args) > 2 else None
            if isinstance(said, ast.Constant) and isinstance(said.value, str):
                yield said.value


def find_words(files: Iterable[Path]) -> dict[Words, Path]:
    """Every msgid in ``files``, with one file that has it."""
    return {words: path for path in files for words in read_words(path)}


def words_of(msgid: str | Sequence[str]) -> Words:
    """A msgid, or a singular and its plural."""
    return msgid if isinstance(msgid, str) else (msgid[0], msgid[1])
