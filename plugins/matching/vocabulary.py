"""Changes to the text of the thesaurus page, line by line; all else stays as it was written."""

import re

from .thesaurus import key_of

_ITEM = re.compile(r"([ \t]*[-*+][ \t]+)(.+)")
_MARKS = re.compile(r"[\n\r=#:,\[\]{}<>|`*_]+")
LONGEST = 60


def clean(word: str) -> str:
    """A term as a line of the thesaurus can hold it: no marks of Markdown, one line."""
    return " ".join(_MARKS.sub(" ", word).split())[:LONGEST].strip(" -")


def joined(text: str, one: str, other: str) -> str:
    """``text`` with the two terms as one notion: beside the one that is there, or a new line."""
    one, other = clean(one), clean(other)
    if not key_of(one) or not key_of(other):
        return text
    lines = text.splitlines()
    for known, added in ((one, other), (other, one)):
        for number, line in enumerate(lines):
            terms = _terms(line)
            if any(key_of(term) == key_of(known) for term in terms):
                if not any(key_of(term) == key_of(added) for term in terms):
                    lines[number] = f"{line.rstrip()} = {added}"
                return _whole(lines)
    return _whole([*_trimmed(lines), f"- {one} = {other}"])


def parted(text: str, one: str, other: str) -> str:
    """``text`` with ``other`` no longer on the line, or below the line, of ``one``."""
    lines = text.splitlines()
    mine, theirs = key_of(one), key_of(other)
    for number, line in enumerate(lines):
        terms = _terms(line)
        keys = [key_of(term) for term in terms]
        if mine in keys and theirs in keys and mine != theirs:
            item = _ITEM.match(line)
            kept = [term for term, key in zip(terms, keys, strict=True) if key != theirs]
            lines[number] = f"{item[1] if item else '- '}{' = '.join(kept)}"
            return _whole(lines)
    return text


def told_apart(text: str, word: str, sense: str) -> str:
    """``text`` with ``sense`` as a narrower notion of ``word``: the word means several things."""
    word, sense = clean(word), clean(sense)
    if not key_of(word) or not key_of(sense):
        return text
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if any(key_of(term) == key_of(word) for term in _terms(line)):
            indent = line[: len(line) - len(line.lstrip())]
            lines.insert(number + 1, f"{indent}  - {sense}")
            return _whole(lines)
    return _whole([*_trimmed(lines), f"- {word}", f"  - {sense}"])


def _terms(line: str) -> list[str]:
    item = _ITEM.match(line)
    return [term.strip() for term in item[2].split("=")] if item else []


def _trimmed(lines: list[str]) -> list[str]:
    """Lines to which an item can be added: no empty ones at the end, but one after prose."""
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines if not lines or _ITEM.match(lines[-1]) else [*lines, ""]


def _whole(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"
