"""A list item with its marks, read and written: ``- [x] text #keyword @place {#b-7k2qx9ma}``.

The core knows this grammar; what a need or an offer is, its plugin knows.
"""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from markdown_it.token import Token

from wiki.pages.markdown.budget import Budget
from wiki.pages.markdown.marks import DATES, NAMES, Mark, has_sign, read_date, read_marks
from wiki.pages.problems import Problem
from wiki.pages.words import fold

ID_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"

BOX = re.compile(r"\[([ xX-])\](?=\s|\Z)[ \t]*")
IDENTITY = re.compile(r"(?:^|(?<=\s))\{#([a-z]-[0-9a-z]{8})\}(?=[ \t]*\\?\Z)")
_NO_IDENTITY = re.compile(r"(?:^|\s)(\{#[^{}\s]{0,40}\})[ \t]*\\?\Z")
DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?=[\s:,;.–—-]|\Z)[ \t]*")
_OPENING = re.compile(r"([ \t>]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|(?=\n|\Z)))(\[[ xX-]\](?=\s|\Z))?")

_BAD_DATE = "“{value}” is not a date such as 2027-03-01."
_BAD_AVAILABILITY = (
    "“{value}” is no availability: a number of requests a month, or “a-little”, “occasional”, "
    "“regular”."
)
_BAD_IDENTITY = "“{value}” is not an identity that the wiki gave."
_TWICE = "“{value}” says again what this item says already; the first is kept."


@dataclass(frozen=True)
class Item:
    """A list item.

    ``state``: "" if it has no box, else " ", "x" or "-". ``text``: its Markdown without the marks
    (a keyword or place in the middle of a sentence leaves its word). ``plain``: the same without
    Markdown. ``keywords``, ``places``: as written. ``marks``: canonical name → value, a date or a
    number of requests a month. ``date``: the one it begins with. ``source``: its lines as they
    stand; ``line`` to ``end_line`` (not included) in the whole text. ``nested``: the Markdown below
    its first paragraph.
    """

    state: str
    text: str
    plain: str
    line: int
    end_line: int
    source: str = field(default="", repr=False)
    keywords: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    marks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    date: str | None = None
    identity: str | None = None
    nested: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it is neither done nor withdrawn."""
        return self.state in ("", " ")


def read_item(
    content: str,
    *,
    line: int = 0,
    end_line: int = 1,
    source: str = "",
    nested: str = "",
    budget: Budget | None = None,
    references: dict[str, object] | None = None,
    known: Sequence[Token] | None = None,
) -> Item:
    """The item whose first paragraph is ``content``; raises TooHeavy over ``budget``.

    ``known``: the inline tokens of ``content`` in its page, which save a second reading where there
    is nothing in it that only an item has.
    """
    problems: list[Problem] = []
    first, newline, rest = content.partition("\n")
    first, identity = _take_identity(first, line, problems)
    text = first + newline + rest
    state = ""
    if box := BOX.match(text):
        state, text = box[1].lower(), text[box.end() :]
    day = None
    if dated := DATE.match(text):
        day = read_date(dated[1])
        if day:
            text = text[dated.end() :]
        else:
            problems.append(Problem(line, "bad-date", _BAD_DATE, {"value": dated[1]}))
    tokens, found = known or (), list[Mark]()
    if known is None or text != content or has_sign(text):
        tokens, found = read_marks(text, budget or Budget(), references or {})
    named: dict[str, str] = {}
    taken: list[Mark] = []
    for mark in found:
        if mark.kind not in ("keyword", "place"):
            if mark.value is None:
                dated_mark = mark.kind in DATES
                kind = "bad-date" if dated_mark else "bad-availability"
                message = _BAD_DATE if dated_mark else _BAD_AVAILABILITY
                problems.append(Problem(line, kind, message, {"value": mark.written}))
                continue
            if mark.kind in named:
                value = {"value": text[mark.start : mark.end]}
                problems.append(Problem(line, "mark-twice", _TWICE, value))
                continue
            named[mark.kind] = mark.value
        taken.append(mark)
    kept = words_kept(text, taken)
    return Item(
        state=state,
        text=_without(text, taken, kept),
        plain=_plain(tokens, text, taken, kept),
        line=line,
        end_line=end_line,
        source=source or content,
        keywords=_values(taken, "keyword"),
        places=_values(taken, "place"),
        marks=MappingProxyType(named),
        date=day,
        identity=identity,
        nested=nested,
        problems=tuple(problems),
    )


def set_state(line: str, state: str) -> str:
    """The first line of an item with its box set to " ", "x" or "-"; "" takes the box away."""
    match = _OPENING.match(line)
    if match is None:
        return line
    rest = line[match.end() :]
    marker = match[1] if match[1][-1] in " \t" else f"{match[1]} "
    if match[2] is None:
        return f"{marker}[{state}] {rest}" if state else line
    return f"{marker}[{state}]{rest}" if state else match[1] + rest.removeprefix(" ")


def add_identity(line: str, identity: str) -> str:
    """The first line of an item with ``{#identity}`` at its end; as it is if it has one already."""
    start = _tail(line)
    if IDENTITY.search(line.rstrip("\n")):
        return line
    return f"{line[:start]} {{#{identity}}}{line[start:]}"


def replace_identity(line: str, identity: str) -> str:
    """The first line of an item, a copy of another, with ``identity`` for the one it has."""
    bare = line.rstrip("\n")
    match = IDENTITY.search(bare)
    return line if match is None else f"{line[: match.start(1)]}{identity}{line[match.end(1) :]}"


def set_mark(line: str, name: str, value: str) -> str:
    """The first line of an item with the mark ``name`` (as written, so ``vu``) set to ``value``."""
    names = [word for word, kind in NAMES.items() if kind == NAMES[fold(name)]]
    present = re.search(rf"(?<=\s)(?:{'|'.join(names)}):\S+", line, re.I)
    if present:
        return f"{line[: present.start()]}{name}:{value}{line[present.end() :]}"
    identity = IDENTITY.search(line.rstrip("\n"))
    start = identity.start() if identity else _tail(line)
    return f"{line[:start].rstrip()} {name}:{value}{' ' if identity else ''}{line[start:]}"


def new_identity(prefix: str, choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """A new identity such as ``b-7k2qx9ma``; ``choose`` picks one of a sequence."""
    return f"{prefix}-{''.join(choose(ID_LETTERS) for _ in range(8))}"


def _tail(line: str) -> int:
    """Where the words of a line end: before its end, and before what makes that a hard break."""
    bare = line.rstrip("\n")
    return len((bare[:-1] if bare.endswith("\\") else bare).rstrip(" \t"))


def _take_identity(first: str, line: int, problems: list[Problem]) -> tuple[str, str | None]:
    if match := IDENTITY.search(first):
        return first[: match.start()].rstrip(" \t") + first[match.end() :], match[1]
    if wrong := _NO_IDENTITY.search(first):
        problems.append(Problem(line, "bad-identity", _BAD_IDENTITY, {"value": wrong[1]}))
    return first, None


def words_kept(text: str, marks: list[Mark]) -> list[bool]:
    """For each mark whether its word belongs to the sentence: more of that follows it."""
    kept = []
    for index, mark in enumerate(marks):
        end = marks[index + 1].start if index + 1 < len(marks) else len(text)
        after = text[mark.end : end].lstrip(" \t\n")
        kept.append(mark.kind in ("keyword", "place") and after[:1].isalnum())
    return kept


def _without(text: str, marks: list[Mark], kept: list[bool]) -> str:
    pieces: list[str] = []
    position = 0
    for mark, keep in zip(marks, kept, strict=True):
        before = text[position : mark.start]
        pieces.append(before + mark.written if keep else before.rstrip(" \t"))
        position = mark.end
    return "".join([*pieces, text[position:]]).strip()


def _plain(tokens: Sequence[Token], text: str, marks: list[Mark], kept: list[bool]) -> str:
    shown = dict(zip((mark.start for mark in marks), kept, strict=True))
    pieces: list[str] = []
    for token in tokens:
        if token.type != "mark":
            pieces.append(plain_text(token))
            continue
        mark: Mark = token.meta["mark"]
        if mark.start not in shown:
            pieces.append(text[mark.start : mark.end])
        elif shown[mark.start]:
            pieces.append(mark.written)
        elif pieces:
            pieces[-1] = pieces[-1].rstrip()
    return " ".join("".join(pieces).split())


def plain_text(token: Token) -> str:
    """The words of one inline token."""
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type == "wikilink":
        return token.content or str(token.meta["target"])
    if token.type == "image":
        return "".join(plain_text(child) for child in token.children or ())
    if token.type == "inline_query":
        return ""
    return token.content


def _values(marks: list[Mark], kind: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mark.value for mark in marks if mark.kind == kind and mark.value))
