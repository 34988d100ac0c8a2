"""The YAML we accept, as values and the places where they stand.

No anchors, aliases, tags or duplicate keys; 64 KiB; 20 levels. Every scalar is read as the text
that stands there, so no date or number can be a bad one. Read from libyaml's event stream, which is
25 times as fast as a pure Python parser, and whose marks let ``frontmatter`` change one value and
leave every other character alone.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml  # type: ignore[import-untyped]

#: One of libyaml's events; the library has no types.
Event = Any

#: What a key may hold: a text, nothing, a list, or keys of its own.
Value = str | None | tuple["Value", ...] | Mapping[str, "Value"]

HEAD_BYTES = 64 * 1024
DEPTH = 20
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
#: Words that another reader of YAML would not take for text.
_NOT_TEXT = re.compile(r"(?:y|n|yes|no|on|off|true|false|null|~)", re.I)
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")

TOO_LONG = "The front matter is longer than 64 KiB."
TOO_DEEP = "The front matter is nested too deeply."
NOT_KEYS = "The front matter is not a list of lines such as “title: …”."
NO_ANCHORS = "Anchors, aliases and tags (&, *, !) are not read in front matter."
NOT_YAML = "The front matter cannot be read at this line; is a value with “: ” or “#” in quotes?"


class Refused(Exception):
    """YAML that is not of the safe subset: on which line (from 0), and why (a msgid)."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True)
class Place:
    """Where a key and its value stand, as offsets; ``entries`` of a list with a line for each."""

    line: int
    key_start: int
    key_end: int
    start: int
    end: int
    flow: bool
    entries: tuple[tuple[Value, int, int], ...] = ()


@dataclass
class Keys:
    """The keys of a head: their values and places; those that stand twice, with line and value."""

    values: dict[str, Value] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    twice: list[tuple[str, int, Value]] = field(default_factory=list)


def read_keys(source: str) -> Keys:
    """The keys of ``source``; raises Refused, and nothing else, where it is not of the subset."""
    if len(source) > HEAD_BYTES or len(source.encode("utf-8", "replace")) > HEAD_BYTES:
        raise Refused(0, TOO_LONG)
    reader = _Reader(source)
    try:
        return reader.read()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Refused(mark.line if mark else 0, NOT_YAML) from error
    except (yaml.YAMLError, ValueError) as error:
        raise Refused(0, NOT_YAML) from error


class _Reader:
    """Walks the events of one head, once."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.events: Iterator[Event] = yaml.parse(source, Loader=yaml.CBaseLoader)
        #: Where the last value ended; a list of lines ends there, not where the next key begins.
        self.end = 0
        self.seen: set[str] = set()

    def read(self) -> Keys:
        next(self.events)
        keys = Keys()
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return keys
        first = next(self.events)
        if isinstance(first, yaml.ScalarEvent) and not first.value:
            return keys
        if not isinstance(first, yaml.MappingStartEvent) or first.flow_style:
            raise Refused(first.start_mark.line, NOT_KEYS)
        _plain(first)
        while not isinstance(key := next(self.events), yaml.MappingEndEvent):
            self._key(key, keys)
        next(self.events)
        if not isinstance(after := next(self.events), yaml.StreamEndEvent):
            raise Refused(after.start_mark.line, NOT_KEYS)
        return keys

    def _key(self, key: Event, keys: Keys) -> None:
        name = self._name(key)
        line, key_start, key_end = key.start_mark.line, key.start_mark.index, key.end_mark.index
        first = next(self.events)
        entries: list[tuple[Value, int, int]] | None = None
        flow = bool(getattr(first, "flow_style", False))
        if isinstance(first, yaml.SequenceStartEvent) and not flow:
            entries = []
        value = self._value(first, 1, entries)
        if name.casefold() in self.seen:
            keys.twice.append((name, line, value))
            return
        self.seen.add(name.casefold())
        keys.values[name] = value
        keys.places[name] = Place(
            line, key_start, key_end, first.start_mark.index, self.end, flow, tuple(entries or ())
        )

    def _value(
        self, event: Event, depth: int, entries: list[tuple[Value, int, int]] | None = None
    ) -> Value:
        _plain(event)
        if isinstance(event, yaml.ScalarEvent):
            start, end = event.start_mark.index, event.end_mark.index
            self.end = max(
                start, len(self.source[:end].rstrip()) if event.style in ("|", ">") else end
            )
            return None if not event.style and event.value in _NOTHING else str(event.value)
        if depth > DEPTH:
            raise Refused(event.start_mark.line, TOO_DEEP)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Value] = []
            while not isinstance(inner := next(self.events), yaml.SequenceEndEvent):
                start = inner.start_mark.index
                items.append(self._value(inner, depth + 1))
                if entries is not None:
                    entries.append((items[-1], start, self.end))
            self._ended(event, inner)
            return tuple(items)
        inside: dict[str, Value] = {}
        while not isinstance(inner := next(self.events), yaml.MappingEndEvent):
            name = self._name(inner)
            if name in inside:
                raise Refused(inner.start_mark.line, NOT_KEYS)
            inside[name] = self._value(next(self.events), depth + 1)
        self._ended(event, inner)
        return inside

    def _name(self, event: Event) -> str:
        _plain(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise Refused(event.start_mark.line, NOT_KEYS)
        return str(event.value)

    def _ended(self, start: Event, end: Event) -> None:
        if start.flow_style:
            self.end = end.end_mark.index


def _plain(event: Event) -> None:
    if isinstance(event, yaml.AliasEvent) or event.anchor or event.tag:
        raise Refused(event.start_mark.line, NO_ANCHORS)


def scalar(value: object, flow: bool = False) -> str:
    """``value`` as one YAML scalar: bare where every reader takes it for that text, else quoted."""
    text = str(value)
    bare = not _NOT_TEXT.fullmatch(text) and not (flow and re.search(r"[,\[\]{}]", text))
    if isinstance(value, bool):
        text, bare = str(value).lower(), True
    if bare and text and "\n" not in text:
        try:
            if read_keys(f"k: {text}\n").values == {"k": text}:
                return text
        except Refused:
            pass
    return _UNPRINTABLE.sub(_escaped, json.dumps(text, ensure_ascii=False))


def block(value: object, indent: str = "  ") -> str:
    """What stands behind the colon of a key: a text, or a line for each entry of a list."""
    if not isinstance(value, list | tuple):
        return f" {scalar(value)}"
    return "".join(f"\n{indent}- {scalar(one)}" for one in value) or " []"


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else f"\\u{code:04x}"
