"""The head of a page: its keys as plain words; one can be changed without touching the rest."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from wiki.pages.head.lenient import as_yaml, read_loosely
from wiki.pages.head.rights_words import hiding_flags, may_say_rights
from wiki.pages.head.toml import toml_as_yaml
from wiki.pages.head.yaml_subset import Keys, Refused, Value, read_keys
from wiki.pages.problems import Problem

#: Another way of reading heads is another edition: what was worked out the old way starts over.
EDITION = 3
#: the byte order mark, which editors on some systems put before a text
MARK = "\ufeff"
_HEAD = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.M | re.S)
_UNCLOSED = re.compile(r"\ufeff?---[ \t]*\r?\n")
#: the same in TOML, which other software writes
_TOML = re.compile(r"\ufeff?\+\+\+[ \t]*\r?\n(.*?)^\+\+\+[ \t]*(?:\r?\n|\Z)", re.M | re.S)
_TOML_LINE = re.compile(r"""^["']?\w[^=\n]{0,99}=|^\[""", re.M)
#: a head written in a way that the subset refuses: read as one, so that its access fails closed
_STRANGE = re.compile(r"\s*(?:\{|\?\s|![\w!<]|&\w)")
_KEY_LINE = re.compile(r"""^["']?\w[^:\n]{0,99}:(?:\s|\Z)""", re.M)
#: the longest head that is kept
_SHORT = 10_000
_LINK = re.compile(r"\s*(?:\[\[)?([^\[\]|#]*)")

_NEVER_CLOSED = "The front matter at the top has no closing --- line, so access is restricted."
_NOT_CLOSED = "The front matter at the top has no closing --- line: it is shown as text."
_TWICE = "“{key}” stands twice in the front matter; the first is kept."
_LOOSE = "“{key}” is not written as YAML wants it; it was read by its line."
_HIDES_NOTHING = "“{key}” hides nothing here: “visibility: team” does."
_FROM_TOML = "The lines between +++ at the top are TOML; they were read as front matter."


class Head(Mapping[str, Value]):
    """The keys of a page's front matter, as written and in their order; looked up in any case.

    ``broken``: it cannot be read, so nothing may be concluded from what is missing in it.
    ``lenient``: it was read line by line, as it says nothing of rights; ``plain_head`` mends it.
    ``doubtful``: the keys (lower case) that stand twice, with the values that are not kept: the
    first one is.
    ``lines``: on which line of the text each key (lower case) stands.
    """

    __slots__ = ("_names", "_values", "broken", "doubtful", "lenient", "lines")

    def __init__(
        self,
        values: Mapping[str, Value] = MappingProxyType({}),
        *,
        broken: bool = False,
        lenient: bool = False,
        doubtful: Mapping[str, tuple[Value, ...]] = MappingProxyType({}),
        lines: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self._names = {key.casefold(): key for key in values}
        self._values = dict(values)
        self.broken = broken
        self.lenient = lenient
        self.doubtful = doubtful
        self.lines = lines

    def __getitem__(self, key: str) -> Value:
        return self._values[self._names[key.casefold()]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def text(self, key: str, default: str = "") -> str:
        """The value as one text; ``default`` where there is none or it is not a text."""
        value = self.get(key)
        return value.strip() if isinstance(value, str) and value.strip() else default

    def words(self, key: str) -> tuple[str, ...]:
        """The value as a list of texts, whether written as a list or with commas."""
        value = self.get(key)
        texts = value.split(",") if isinstance(value, str) else _texts(value)
        return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))

    def links(self, key: str) -> tuple[str, ...]:
        """The value as the targets of wiki links, with or without their brackets."""
        targets = (link_target(word) for word in self.words(key))
        return tuple(dict.fromkeys(target for target in targets if target))


EMPTY = Head()


class HeadReading(NamedTuple):
    """A text taken apart: its head, the text below, the line where that begins, what is wrong."""

    head: Head
    body: str
    body_line: int
    problems: list[Problem]


class HeadSource(NamedTuple):
    """The lines of a head, and where the text below begins: as an offset and as a line.

    Without a head, ``lines`` is None; with one that is never closed, the text below is all of it.
    They are YAML, or ``toml``.
    """

    lines: str | None
    end: int
    body_line: int
    toml: bool = False


def read_head(text: str) -> HeadReading:
    """Takes ``text`` apart; never raises, whatever stands there.

    A byte order mark that it begins with is the file's, and no part of the body.
    """
    source = head_source(text)
    if source.lines is None:
        problems = [_unclosed(_NOT_CLOSED)] if _lines_unclosed(text) else []
        return HeadReading(EMPTY, text.removeprefix(MARK), 0, problems)
    if not source.end:
        problems = [_unclosed(_NEVER_CLOSED)]
        return HeadReading(Head(broken=True), text.removeprefix(MARK), 0, problems)
    body = text[source.end :]
    read = _kept_keys if len(source.lines) <= _SHORT else _read_keys
    head, told = read(source.lines, source.body_line, source.toml)
    return HeadReading(head, body, source.body_line, list(told))


def _read_keys(lines: str, body_line: int, toml: bool) -> tuple[Head, Sequence[Problem]]:
    try:
        if toml:
            head = Head(read_keys(toml_as_yaml(lines)).values, lenient=True)
            return head, [Problem(0, "lenient-front-matter", _FROM_TOML)]
        keys = read_keys(lines)
    except Refused as refused:
        return (None if toml else _loosely(lines)) or _unreadable(lines, refused, body_line)
    head = Head(
        keys.values,
        doubtful=_doubtful(keys),
        lines={key.casefold(): place.line + 1 for key, place in keys.places.items()},
    )
    return head, [
        *(Problem(line + 1, "duplicate-key", _TWICE, {"key": key}) for key, line, _ in keys.twice),
        *(
            Problem(keys.places[key].line + 1, "hides-nothing", _HIDES_NOTHING, {"key": key})
            for key in hiding_flags(keys.values)
        ),
    ]


def _unreadable(lines: str, refused: Refused, body_line: int) -> tuple[Head, Sequence[Problem]]:
    line = min(refused.line + 1, body_line - 1)
    return Head(broken=True), [Problem(line, "bad-front-matter", refused.message)]


def _loosely(lines: str) -> tuple[Head, Sequence[Problem]] | None:
    """The head read line by line; None where that may not be."""
    try:
        entries = read_loosely(lines)
        as_yaml(entries)
    except Refused:
        return None
    values: dict[str, Value] = {}
    further: dict[str, tuple[Value, ...]] = {}
    at: dict[str, int] = {}
    problems: list[Problem] = []
    for entry in entries:
        key, line = entry.name.casefold(), entry.line + 1
        if key in at:
            further[key] = (*further.get(key, ()), entry.value)
            problems.append(Problem(line, "duplicate-key", _TWICE, {"key": entry.name}))
            continue
        at[key], values[entry.name] = line, entry.value
        if not entry.plain:
            problems.append(Problem(line, "lenient-front-matter", _LOOSE, {"key": entry.name}))
    return Head(values, lenient=True, doubtful=further, lines=at), problems


#: a page is read by many, and its versions share their heads
_kept_keys = lru_cache(maxsize=1024)(_read_keys)


def _doubtful(keys: Keys) -> dict[str, tuple[Value, ...]]:
    further: dict[str, tuple[Value, ...]] = {}
    for key, _line, value in keys.twice:
        name = key.casefold()
        further[name] = (*further.get(name, ()), value)
    return further


def head_source(text: str) -> HeadSource:
    """Finds the front matter; ``---`` without a line that looks like a key is ordinary Markdown."""
    if text.startswith(("+++", f"{MARK}+++")):
        match = _TOML.match(text)
        if match is None or not _TOML_LINE.search(match[1]):
            return HeadSource(None, 0, 0)
        return HeadSource(match[1], match.end(), _line_count(match[0]), toml=True)
    if not text.startswith(("---", f"{MARK}---")):
        return HeadSource(None, 0, 0)
    if match := _HEAD.match(text):
        yaml = match[1]
        if not _KEY_LINE.search(yaml) and not _STRANGE.match(yaml):
            return HeadSource(None, 0, 0)
        return HeadSource(yaml, match.end(), _line_count(match[0]))
    lines = _lines_unclosed(text)
    # One that says nothing of rights hides nothing: it is text.
    return HeadSource(lines if may_say_rights(lines) else None, 0, 0)


def _lines_unclosed(text: str) -> str:
    """All that stands below the opening line of a head that is never closed; "" where none is."""
    opening = _UNCLOSED.match(text)
    if opening is None or _HEAD.match(text):
        return ""
    begins = _KEY_LINE.match(text, opening.end()) or _STRANGE.match(text, opening.end())
    return text[opening.end() :] if begins else ""


def _unclosed(words: str) -> Problem:
    return Problem(0, "unclosed-front-matter", words)


def _line_count(lines: str) -> int:
    return lines.count("\n") + (not lines.endswith("\n"))


def link_target(word: str) -> str:
    """The target of ``[[target#heading|text]]``, with or without its brackets."""
    match = _LINK.match(word)
    return match[1].strip().strip("/") if match else ""


def _texts(value: Value) -> Iterator[str]:
    """The texts in nested lists: YAML reads an unquoted ``[[link]]`` as a list in a list."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)
