"""The head of a page: its keys as plain words; one can be changed without touching the rest."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from wiki.errors import BadField
from wiki.pages.head.yaml_subset import Keys, Place, Refused, Value, read_keys, scalar
from wiki.pages.problems import Problem
from wiki.translation import gettext as _

#: the byte order mark, which editors on some systems put before a text
_MARK = "\ufeff"
_HEAD = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.M | re.S)
_UNCLOSED = re.compile(r"\ufeff?---[ \t]*\r?\n")
#: a head written in a way that the subset refuses: read as one, so that its access fails closed
_STRANGE = re.compile(r"\s*(?:\{|\?\s|![\w!<]|&\w)")
_KEY_LINE = re.compile(r"""^["']?\w[^:\n]{0,99}:(?:\s|\Z)""", re.M)
#: the longest head that is kept
_SHORT = 10_000
_LINK = re.compile(r"\s*(?:\[\[)?([^\[\]|#]*)")

_NEVER_CLOSED = "The front matter at the top has no closing --- line, so access is restricted."
_TWICE = "“{key}” stands twice in the front matter; the first is kept."


class Head(Mapping[str, Value]):
    """The keys of a page's front matter, as written and in their order; looked up in any case.

    ``broken``: it cannot be read, so nothing may be concluded from what is missing in it.
    ``doubtful``: the keys (lower case) that stand twice, with the values that are not kept: the
    first one is.
    ``lines``: on which line of the text each key (lower case) stands.
    """

    __slots__ = ("_names", "_values", "broken", "doubtful", "lines")

    def __init__(
        self,
        values: Mapping[str, Value] = MappingProxyType({}),
        *,
        broken: bool = False,
        doubtful: Mapping[str, tuple[Value, ...]] = MappingProxyType({}),
        lines: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self._names = {key.casefold(): key for key in values}
        self._values = dict(values)
        self.broken = broken
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
    """The YAML of a head, and where the text below begins: as an offset and as a line.

    Without a head, ``yaml`` is None; with one that is never closed, the text below is all of it.
    """

    yaml: str | None
    end: int
    body_line: int


def read_head(text: str) -> HeadReading:
    """Takes ``text`` apart; never raises, whatever stands there.

    A byte order mark that it begins with is the file's, and no part of the body.
    """
    source = head_source(text)
    if source.yaml is None:
        return HeadReading(EMPTY, text.removeprefix(_MARK), 0, [])
    if not source.end:
        problem = Problem(0, "unclosed-front-matter", _NEVER_CLOSED)
        return HeadReading(Head(broken=True), text.removeprefix(_MARK), 0, [problem])
    body = text[source.end :]
    short = len(source.yaml) <= _SHORT
    head, problems = (_kept_keys if short else _read_keys)(source.yaml, source.body_line)
    return HeadReading(head, body, source.body_line, list(problems))


def _read_keys(yaml: str, body_line: int) -> tuple[Head, Sequence[Problem]]:
    try:
        keys = read_keys(yaml)
    except Refused as refused:
        line = min(refused.line + 1, body_line - 1)
        return Head(broken=True), [Problem(line, "bad-front-matter", refused.message)]
    head = Head(
        keys.values,
        doubtful=_doubtful(keys),
        lines={key.casefold(): place.line + 1 for key, place in keys.places.items()},
    )
    return head, [
        Problem(line + 1, "duplicate-key", _TWICE, {"key": key}) for key, line, _value in keys.twice
    ]


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
    if not text.startswith(("---", f"{_MARK}---")):
        return HeadSource(None, 0, 0)
    if match := _HEAD.match(text):
        yaml = match[1]
        if not _KEY_LINE.search(yaml) and not _STRANGE.match(yaml):
            return HeadSource(None, 0, 0)
        lines = match[0].count("\n") + (not match[0].endswith("\n"))
        return HeadSource(yaml, match.end(), lines)
    opening = _UNCLOSED.match(text)
    if opening and (_KEY_LINE.match(text, opening.end()) or _STRANGE.match(text, opening.end())):
        return HeadSource(text[opening.end() :], 0, 0)
    return HeadSource(None, 0, 0)


def whole_head(text: str) -> str:
    """The head of ``text`` with the lines around it; "" where it has none that ends."""
    return text[: head_source(text).end]


def key_lines(text: str) -> list[tuple[str, str]]:
    """Each key (lower case) of a head that can be read, with its lines, in order.

    Comments go with the key below them.
    """
    source = head_source(text).yaml or ""
    try:
        places = sorted(read_keys(source).places.items(), key=lambda one: one[1].key_start)
    except Refused:
        return []
    starts = [_line_start(source, place.key_start) for _key, place in places]
    if not starts:
        return []
    starts[0] = 0  # a comment above the first key goes with it
    ends = [*starts[1:], len(source)]
    return [
        (key.casefold(), source[start:end])
        for (key, _place), start, end in zip(places, starts, ends, strict=True)
    ]


def _line_start(source: str, at: int) -> int:
    """Where the line of ``at`` begins, with the lines of comments above it."""
    start = source.rfind("\n", 0, at) + 1
    while start and source[(above := source.rfind("\n", 0, start - 1) + 1)] == "#":
        start = above
    return start


def edit_head(text: str, changes: Mapping[str, object]) -> str:
    """``text`` with keys set, or deleted where the value is None; all else as the author wrote it.

    Values are texts, numbers, dates, or lists of them. A head is made where there is none. Raises
    BadField where the head cannot be read, or is written in a way that cannot be changed safely.
    """
    source = head_source(text)
    yaml = source.yaml or ""
    refusal = BadField("text", _("Something between the --- lines at the top cannot be read."))
    try:
        if source.yaml is not None and not source.end:
            raise refusal
        for key, value in changes.items():
            yaml = _set(yaml, key, value)
    except Refused as refused:
        raise refusal from refused
    if source.yaml is None:
        body = text.removeprefix(_MARK)
        mark = text[: len(text) - len(body)]
        return f"{mark}---\n{yaml}---\n{body}" if yaml else text
    start = text.index("\n") + 1
    return text[:start] + yaml + text[start + len(source.yaml) :]


def link_target(word: str) -> str:
    """The target of ``[[target#heading|text]]``, with or without its brackets."""
    match = _LINK.match(word)
    return match[1].strip().strip("/") if match else ""


def _set(yaml: str, key: str, value: object) -> str:
    keys = read_keys(yaml)
    if any(name.casefold() == key.casefold() for name, _line, _value in keys.twice):
        raise Refused(0, _TWICE)  # which of the two is to be changed is not for us to say
    wanted = {name.casefold(): old for name, old in keys.values.items()}
    name = next((name for name in keys.places if name.casefold() == key.casefold()), None)
    if value is None:
        wanted.pop(key.casefold(), None)
        changed = yaml if name is None else _without(yaml, keys.places[name])
    else:
        wanted[key.casefold()] = _as_read(value)
        if name is None:
            gap = "" if not yaml or yaml.endswith("\n") else "\n"
            changed = f"{yaml}{gap}{scalar(key)}:{_block(value, '  ')}\n"
        else:
            changed = _replaced(yaml, keys.places[name], value)
    read = {name.casefold(): new for name, new in read_keys(changed).values.items()}
    if read != wanted:
        raise Refused(0, _NEVER_CLOSED)
    return changed


def _without(yaml: str, place: Place) -> str:
    end = yaml.find("\n", place.end)
    return yaml[: place.key_start] + (yaml[end + 1 :] if end >= 0 else "")


def _replaced(yaml: str, place: Place, value: object) -> str:
    colon = yaml.index(":", place.key_end) + 1
    line_end = yaml.find("\n", colon)
    same_line = line_end < 0 or place.start <= line_end
    if isinstance(value, list | tuple):
        if place.flow:
            flow = ", ".join(scalar(one, flow=True) for one in value)
            return f"{yaml[: place.start]}[{flow}]{yaml[place.end :]}"
        if place.entries and value and not same_line:
            return yaml[: line_end + 1] + _entries(yaml, place, value) + yaml[place.end :]
        return yaml[:colon] + _block(value, "  ") + yaml[place.end :]
    if same_line and place.start > colon:
        return yaml[: place.start] + scalar(value) + yaml[place.end :]
    return f"{yaml[:colon]} {scalar(value)}{yaml[place.end :]}"


def _entries(yaml: str, place: Place, value: list[object] | tuple[object, ...]) -> str:
    """The lines of a list: those that stay as they were, with their comments and quotes."""
    start = yaml.rfind("\n", 0, place.entries[0][1]) + 1
    indent = yaml[start : yaml.index("-", start)]
    begin = yaml.find("\n", place.key_end) + 1
    lines: dict[Value, str] = {}
    for old, _start, end in place.entries:
        stop = place.end if end == place.end else yaml.index("\n", end)
        lines.setdefault(old, yaml[begin:stop])
        begin = stop + 1
    return "\n".join(lines.get(str(one), f"{indent}- {scalar(one)}") for one in value)


def _block(value: object, indent: str) -> str:
    if not isinstance(value, list | tuple):
        return f" {scalar(value)}"
    return "".join(f"\n{indent}- {scalar(one)}" for one in value) or " []"


def _as_read(value: object) -> Value:
    if isinstance(value, list | tuple):
        return tuple(str(one) for one in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _texts(value: Value) -> Iterator[str]:
    """The texts in nested lists: YAML reads an unquoted ``[[link]]`` as a list in a list."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)
