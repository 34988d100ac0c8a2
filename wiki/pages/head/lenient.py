"""A head that YAML refuses, read line by line, so that a slip in a title does not hide a page.

What it reads is what most software that writes such heads means by them::

    head     = key, then keys, blank lines, comments
    key      = NAME ":" value      at the beginning of a line; the name plain or in quotes
    value    = the rest of the line, and the lines below up to the next key
    comment  = "#" at the beginning of a line

A key whose own lines are YAML says what YAML says. Of any other the value is a list, where it
stands in brackets or has a line "- …" for each; else its words, without quotes around them. Of a
key that stands twice the first counts. Nothing is read so where it could say who may read the page
(``rights_words``), nor where the lines are no keys at all.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from wiki.pages.head.rights_words import may_say_rights
from wiki.pages.head.yaml_subset import HEAD_BYTES, Refused, Value, block, read_keys, scalar

#: keys beyond which a head is nobody's
KEYS = 200
_NAME = re.compile(
    r"""(?P<name>[^\W_][\w .-]{0,98}?|"[^"\\\n]{1,98}"|'[^'\n]{1,98}')[ \t]*:(?=[ \t\n]|\Z)"""
)
#: a line at the margin that goes on with the value above; no other mark of YAML does
_GOES_ON = re.compile(r"-[ \t]|-\Z|[^\W_]|[(«“/.]")
_TYPE = re.compile(r"\btype[\"']?\s*:", re.I)
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Entry:
    """A key with its lines: what it says, and whether YAML says the same of it."""

    name: str
    line: int
    value: Value
    source: str
    plain: bool


def read_loosely(source: str) -> list[Entry]:
    """The keys of ``source`` in their order; raises Refused where they must not be read so."""
    source = source.replace("\r\n", "\n")
    if len(source.encode("utf-8", "replace")) > HEAD_BYTES or _CONTROL.search(source):
        raise Refused(0, "")
    if may_say_rights(source):
        raise Refused(0, "it may say who reads the page")
    entries = [_entry(line, lines) for line, lines in _chunks(source)]
    types = [entry for entry in entries if entry.name.casefold() == "type"]
    if (
        len(types) > 1
        or len(types) != len(_TYPE.findall(source))
        or not all(entry.plain for entry in types)
    ):
        raise Refused(0, "its type is not sure")  # it decides whose page it is
    return entries


def _chunks(source: str) -> Iterable[tuple[int, list[str]]]:
    """The lines of each key, and where they begin; what stands above the first goes with it."""
    chunks: list[tuple[int, list[str]]] = []
    above: list[str] = []
    for number, line in enumerate(_LINE.findall(source)):
        words = line.strip()
        if _NAME.match(line):
            chunks.append((number, [*above, line]))
            above = []
        elif not chunks and (not words or words.startswith("#")):
            above.append(line)
        elif chunks and (not words or line[0] in " \t#" or _GOES_ON.match(line)):
            if line.startswith(("...", "---")):
                raise Refused(number, "")
            chunks[-1][1].append(line)
        else:
            raise Refused(number, "")
    if not chunks or len(chunks) > KEYS:
        raise Refused(0, "")
    return chunks


def _entry(line: int, lines: list[str]) -> Entry:
    source = "".join(lines)
    first = next(at for at, one in enumerate(lines) if _NAME.match(one))
    match = _NAME.match(lines[first])
    name = match["name"].strip("\"'") if match else ""
    try:
        keys = read_keys(source)
        if list(keys.values) == [name] and not keys.twice:
            return Entry(name, line, keys.values[name], source, plain=True)
    except Refused:
        pass
    rest = lines[first][match.end() if match else 0 :]
    return Entry(name, line, _value(rest, lines[first + 1 :]), source, plain=False)


def _value(first: str, below: list[str]) -> Value:
    words = [first.strip(), *(one.strip() for one in below if not one.startswith("#"))]
    words = [one for one in words if one]
    if words and all(one == "-" or one.startswith(("- ", "-\t")) for one in words):
        return tuple(filter(None, (_unquoted(one[1:]) for one in words)))
    text = " ".join(words)
    if text.startswith("[") and text.endswith("]") and not text.startswith("[["):
        return tuple(filter(None, (_unquoted(one) for one in text[1:-1].split(","))))
    return None if text in _NOTHING else _unquoted(text)


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0]:
        return text[1:-1]
    return text


def as_yaml(entries: list[Entry]) -> str:
    """The same as YAML of the subset; the lines that are so already stay as they are.

    What a key says a second time is kept as a comment. Raises Refused where that would not say
    the same.
    """
    parts: list[str] = []
    said: dict[str, tuple[str, Value]] = {}
    for entry in entries:
        key = entry.name.casefold()
        if key in said:
            parts.append(_commented(entry.source))
            continue
        said[key] = entry.name, entry.value
        if entry.plain:
            parts.append(entry.source if entry.source.endswith("\n") else f"{entry.source}\n")
        else:
            parts += [_comments(entry.source), written(entry.name, entry.value)]
    yaml = "".join(parts)
    keys = read_keys(yaml)
    if keys.twice or keys.values != dict(said.values()):
        raise Refused(0, "")
    return yaml


def written(name: str, value: Value) -> str:
    """A key with a text, nothing or a list, as lines of YAML."""
    return f"{scalar(name)}:{'' if value is None else block(value)}\n"


def _comments(source: str) -> str:
    return "".join(one for one in _LINE.findall(source) if one.startswith("#"))


def _commented(source: str) -> str:
    lines = (one.rstrip() for one in _LINE.findall(source) if one.strip())
    return "".join(f"{one}\n" if one.startswith("#") else f"# {one}\n" for one in lines)
