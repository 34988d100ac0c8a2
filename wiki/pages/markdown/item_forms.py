"""Where what a form asks stands in an item as it is written, so that nothing else of it is changed.

::

    - [ ] 2026-03-01 concept — Une salle #salle @Rennes avant:2027-03-01 {#b-7k2qx9ma}
       ╰─ lead ───────────────╯╰─ text ─╯╰─ parts: marks of the line ──╯╰─ asked of nobody

A form that was opened and sent without a change finds the same bytes; a field that was changed
changes its own.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from markdown_it.token import Token

from wiki.pages.markdown.budget import Budget, TooHeavy
from wiki.pages.markdown.items import BOX, DATE, IDENTITY, words_kept
from wiki.pages.markdown.marks import Mark, read_date, read_marks
from wiki.pages.markdown.parser import parser
from wiki.pages.words import slug

#: what a line may begin with, before its words; then marks, by their canonical names
LEADS = ("box", "date", "state", "hour")
MARKS = ("keywords", "places", "before", "availability")
KINDS = (*LEADS, "text", *MARKS)

_SEVERAL = {"keyword": "keywords", "place": "places"}
_WORD = re.compile(r"([^\W\d_][\w-]*?)[ \t]*(?:[—–:]|-(?=[ \t])|\Z)")
_HOUR = re.compile(r"(\d{1,2})[ \t]*[:h][ \t]*(\d{2})?(?=[ \t])")
_DASH = re.compile(r"[ \t]*(?:[—–:]|-(?=[ \t]))[ \t]*")
_BLANK = re.compile(r"[ \t]*")
_LISTS = ("bullet_list_open", "ordered_list_open")


@dataclass(frozen=True)
class ItemField:
    """One thing that a form asks: its kind (of KINDS), and how it is asked for.

    ``choices`` are pairs of names and words: ``(("cru", "believed"), "believed, not checked")``.
    The first name is written in French pages, the second (where there is one) in English ones,
    and all are read. Without a ``label`` the field is called as everywhere.
    """

    kind: str
    label: str = ""
    hint: str = ""
    choices: Sequence[tuple[Sequence[str], str]] = ()
    required: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is no kind of field: {', '.join(KINDS)}")
        for names, _words in self.choices:
            if isinstance(names, str) or not names:
                raise ValueError(f"a choice has a tuple of names: {names!r}")


@dataclass(frozen=True)
class ItemForm:
    """The form for an item of a block: what one is called, what is asked, the word on the button.

    ``newest`` puts a new one where the newest stand; else it comes last.
    """

    name: str
    title: str
    add: str
    fields: Sequence[ItemField]
    newest: bool = False

    def __post_init__(self) -> None:
        kinds = [one.kind for one in self.fields]
        if "text" not in kinds or len(kinds) != len(set(kinds)):
            raise ValueError("a form asks for the text, and for nothing twice")


@dataclass(frozen=True)
class Part:
    """A field in the source, ``start`` to ``end``; ``cut`` is where it begins with its blank."""

    start: int
    end: int
    value: str
    cut: int


@dataclass(frozen=True)
class Parts:
    """The source of an item by its fields, in its own offsets.

    ``lead``: from behind the box to the first word. ``text``: the pieces of what it says.
    ``tail``: where one mark more goes.
    """

    lead: tuple[int, int]
    text: Sequence[tuple[int, int]]
    tail: int
    by_kind: Mapping[str, Sequence[Part]] = field(default_factory=lambda: MappingProxyType({}))


def parts_of(source: str, form: ItemForm) -> Parts | None:
    """The parts of an item as it is written; None where it is not written as a form would."""
    content, places = _content(source)
    if content is None:
        return None
    asked = {one.kind: one for one in form.fields}
    found: dict[str, list[Part]] = {}
    taken: list[tuple[int, int]] = []
    # An identity is no word, and stays where it is.
    if identity := IDENTITY.search(content.partition("\n")[0]):
        taken.append(identity.span())
        gone = " " * (identity.end() - identity.start())
        content = content[: identity.start()] + gone + content[identity.end() :]

    def raw(offset: int) -> int:
        return places[offset] if offset < len(places) else places[-1] + 1

    def add(kind: str, start: int, end: int, value: str) -> None:
        blank = len(content[:start]) - len(content[:start].rstrip(" \t"))
        cut = raw(max(start - blank, at))
        found.setdefault(kind, []).append(Part(raw(start), raw(end - 1) + 1, value, cut))

    at = 0
    most = taken[0][0] if taken else len(content)
    if box := BOX.match(content):
        add("box", box.start(1), box.end(1), box[1].lower())
        at = box.end()
    begin = min(at, most)
    if (dated := DATE.match(content[at:])) and read_date(dated[1]):
        add("date", at, at + len(dated[1]), dated[1])
        at += dated.end()
    begun = at
    at = min(_lead(content, at, asked, add), most)
    try:
        _tokens, marks = read_marks(content[begun:], Budget(), {})
    except TooHeavy:
        return None
    for mark, keep in _own(content[begun:], marks):
        start, end = mark.start + begun, mark.end + begun
        if keep or start < at:
            continue
        kind = _SEVERAL.get(mark.kind, mark.kind)
        value = (mark.written if kind == "availability" else mark.value) or ""
        choices = asked[kind].choices if kind in asked else ()
        add(kind, start, end, _name(choices, value) or value)
        taken.append((start, end))
    words = content.rstrip()
    if words.endswith("\\") and not words.endswith("\\\\"):
        words = words[:-1].rstrip()
    tail = max(at, len(words))
    last = raw(tail - 1) + 1 if tail else raw(0)
    return Parts(
        (raw(begin), raw(at) if at < tail else last),
        tuple(_pieces(at, tail, sorted(taken), places)),
        last,
        MappingProxyType(found),
    )


def _lead(
    content: str, at: int, asked: Mapping[str, ItemField], add: Callable[[str, int, int, str], None]
) -> int:
    """Where the words begin, behind the state or the hour that the form asks."""
    dashed = False
    if state := asked.get("state"):
        word = _WORD.match(content, at)
        if word and (name := _name(state.choices, word[1])):
            add("state", word.start(1), word.end(1), name)
            at = word.end(1)
        dashed = True
    if hour := _HOUR.match(content, at) if "hour" in asked else None:
        add("hour", hour.start(), hour.end(), f"{int(hour[1]):02}:{hour[2] or '00'}")
        at = hour.end()
    if (dashed or "date" in asked) and (dash := _DASH.match(content, at)):
        return dash.end()
    blank = _BLANK.match(content, at)
    return blank.end() if blank else at


def _name(choices: Sequence[tuple[Sequence[str], str]], written: str) -> str:
    """The first name of the choice that ``written`` is one of, or ""."""
    asked = slug(written)
    return next((names[0] for names, _ in choices if asked in map(slug, names)), "")


def _own(text: str, marks: Sequence[Mark]) -> Iterator[tuple[Mark, bool]]:
    """The marks that are ones of the item, each with whether its word belongs to the sentence."""
    named: set[str] = set()
    own = []
    for mark in marks:
        if mark.kind in _SEVERAL or (mark.value is not None and mark.kind not in named):
            own.append(mark)
            named |= {mark.kind} - _SEVERAL.keys()
    yield from zip(own, words_kept(text, own), strict=True)


def _content(source: str) -> tuple[str | None, list[int]]:
    """The first paragraph of an item, and where in ``source`` each of its signs stands."""
    budget = Budget()
    try:
        tokens = parser().parse(source, {"budget": budget})
    except (TooHeavy, RecursionError):
        return None, []
    kinds = [one.type for one in tokens[:4]]
    if len(kinds) < 4 or kinds[0] not in _LISTS or kinds[1:] != _ITEM or tokens[1].level != 1:
        return None, []
    inline: Token = tokens[3]
    lines = source.split("\n")
    if not inline.map or inline.map[0] != 0 or not inline.content:
        return None, []
    places: list[int] = []
    start = 0
    for line, words in zip(lines, inline.content.split("\n"), strict=False):
        at = len(line.rstrip()) - len(words.rstrip())
        # What stands below a quote or begins with a tab is not what it looks like.
        if at < 0 or line[at : at + len(words)] != words or line[:at].strip(" -*+.)0123456789"):
            return None, []
        places += range(start + at, start + at + len(words))
        places.append(start + len(line))
        start += len(line) + 1
    return inline.content, places[:-1]


_ITEM = ["list_item_open", "paragraph_open", "inline"]


def _pieces(
    at: int, end: int, taken: Sequence[tuple[int, int]], places: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """What of the content from ``at`` to ``end`` is no mark, in the offsets of the source."""
    for start, after in [*taken, (end, end)]:
        if at < min(start, end):
            yield places[at], places[min(start, end) - 1] + 1
        at = max(at, after)
