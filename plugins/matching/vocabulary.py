"""Changes to the text of the thesaurus page, line by line; all else stays as it was written."""

import re

from sqlalchemy import select

from wiki.api.plugin import Instance

from .models import ApartRow
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


_LONGEST = 120


def keep_apart(instance: Instance, one: str, other: str) -> None:
    """Notes that the two are not one notion; saying it twice, or in the other order, is once."""
    found = _pair(one, other)
    if not all(found) or max(map(len, found)) > _LONGEST:
        return
    with instance.private.session() as session:
        if session.get(ApartRow, found) is None:
            now = instance.private.now()
            session.add(ApartRow(one=found[0], other=found[1], created=now))


def kept_apart(instance: Instance) -> frozenset[tuple[str, str]]:
    """The pairs, as ``is_apart`` looks them up."""
    rows = instance.private.list_tuples(select(ApartRow.one, ApartRow.other))
    return frozenset((one, other) for one, other in rows)


def is_apart(apart: frozenset[tuple[str, str]], one: str, other: str) -> bool:
    """Whether the two are among ``apart``, in any form of theirs."""
    return _pair(one, other) in apart


def _pair(one: str, other: str) -> tuple[str, str]:
    first, second = sorted((" ".join(key_of(one)), " ".join(key_of(other))))
    return first, second
