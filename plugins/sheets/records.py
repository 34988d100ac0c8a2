"""A line of a table as its fields; what cannot be read as one is kept as text (pure)."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from wiki.api.paths import slug
from wiki.api.translation import gettext

from .dates import month_first, read_hours, read_time
from .fields import CHAPTER, FIELDS, ITEMS
from .tables import Row, Table
from .values import READERS, Around, Unreadable, Value, holds_mail, one_line

#: a cell of that many characters is a chapter, and shorter ones are lines of one
_SHORT = 160


@dataclass(frozen=True)
class Trouble:
    """Something in a line that is not as it should be: ``what`` is its short kind."""

    what: str
    line: int
    column: str
    words: str = ""

    @property
    def where(self) -> str:
        """“Line 14, column “Deadline””."""
        if not self.column:
            return gettext("Line {line}").format(line=self.line)
        return gettext("Line {line}, column “{column}”").format(line=self.line, column=self.column)


@dataclass
class Record:
    """A line: ``title`` is how it is called; ``lines`` and ``chapters`` are further columns.

    ``identity`` is its own name in the table, the same whatever else of it changes; ``state`` that
    of all that it says; ``sheet`` is where it stands in a workbook of several.
    """

    kind: str
    line: int
    title: str
    identity: str
    state: str
    values: Mapping[str, Value]
    texts: Sequence[str] = ()
    lines: Sequence[tuple[str, str]] = ()
    chapters: Sequence[tuple[str, str]] = ()
    troubles: list[Trouble] = field(default_factory=list)
    sheet: str = ""

    def text(self, name: str) -> str:
        """The value of a field of one text."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else ", ".join(value)

    def words(self, name: str) -> tuple[str, ...]:
        """The value of a field of several words."""
        value = self.values.get(name, ())
        return (value,) if isinstance(value, str) else value


def read_records(table: Table, kind: str, answers: Sequence[str]) -> Iterator[Record | Trouble]:
    """The lines of the table, each column being what ``answers`` say.

    A line without a name is told. Two lines of one name are both kept: the second's identity says
    that it is the second.
    """
    columns = [
        (at, name)
        for at, name in enumerate(answers)
        if name == CHAPTER or (name in FIELDS and kind in FIELDS[name].kinds)
    ]
    around = {
        at: Around(american=month_first(table.values(at)))
        for at, name in columns
        if name in FIELDS and FIELDS[name].shape in ("day", "moment")
    }
    wide = {
        at
        for at, name in columns
        if name == CHAPTER and any(len(one) > _SHORT or "\n" in one for one in table.values(at))
    }
    seen: dict[str, int] = {}
    for row in table.rows:
        record = _read(table, row, kind, columns, around, wide)
        if not record.title:
            yield Trouble(
                gettext("A line without a name"),
                row.number,
                "",
                one_line(" · ".join(filter(None, row.cells)))[:200],
            )
            continue
        count = seen[record.identity] = seen.get(record.identity, 0) + 1
        if count > 1:
            record.troubles.append(
                Trouble(
                    gettext("Two lines of one name: both are kept"), row.number, "", record.title
                )
            )
            record.identity = f"{record.identity}:{count}"
        yield record


def _read(
    table: Table,
    row: Row,
    kind: str,
    columns: Iterable[tuple[int, str]],
    around: Mapping[int, Around],
    wide: set[int],
) -> Record:
    values: dict[str, Value] = {}
    texts: list[str] = []
    lines: list[tuple[str, str]] = []
    chapters: list[tuple[str, str]] = []
    troubles: list[Trouble] = []
    said: list[str] = [kind]
    for at, name in columns:
        cell, label = row.cells[at], table.columns[at]
        if not cell:
            continue
        said += [name, label if name == CHAPTER else "", cell]
        if holds_mail(cell) and not (name in FIELDS and FIELDS[name].private):
            words = gettext("A mail address stands in a text that is published")
            troubles.append(Trouble(words, row.number, label))
        if name == CHAPTER:
            (chapters if at in wide else lines).append((label, cell))
            continue
        shape = FIELDS[name].shape
        if shape == "moment" and read_time(cell) is not None:
            # “From” and “to” beside a day in a column of its own.
            name = {"starts": "starttime", "ends": "endtime"}[name]
            shape = FIELDS[name].shape
        if name == "starttime" and (hours := read_hours(cell)) is not None:
            values.setdefault("starttime", hours[0])
            values.setdefault("endtime", hours[1])
            continue
        try:
            value = READERS[shape](cell, around.get(at, Around()))
        except Unreadable as unread:
            troubles.append(Trouble(unread.what, row.number, label, unread.words))
            lines.append((label, one_line(cell)))
            if name == "visibility":
                values[name] = "team"
            continue
        if shape == "text":
            texts.append(str(value))
        elif name in values and isinstance(value, tuple):
            values[name] = tuple(dict.fromkeys((*_tuple(values[name]), *value)))
        else:
            values.setdefault(name, value)
    title = _title(kind, values)
    identity = str(values.get("source") or "") or _identity(kind, title, values)
    state = hashlib.sha256("\x1f".join(said).encode("utf-8", "replace")).hexdigest()[:16]
    _join_times(values)
    return Record(
        kind, row.number, title, identity, state, values, texts, lines, chapters, troubles
    )


def _title(kind: str, values: Mapping[str, Value]) -> str:
    if kind in ITEMS:
        return str(values.get("what") or "")
    names = [str(values[name]) for name in ("first", "last") if values.get(name)]
    if kind == "person" and "first" in values and "last" not in values and "title" in values:
        names.append(str(values["title"]))
    title = " ".join(names) if names and kind == "person" else str(values.get("title") or "")
    return _short(title)


def _short(title: str) -> str:
    """A title of at most 200 bytes, which is what the wiki takes."""
    if len(title.encode()) <= 200:
        return title
    while len(title.encode()) > 195:
        title = title.rpartition(" ")[0] or title[:-4]
    return f"{title}…"


def _identity(kind: str, title: str, values: Mapping[str, Value]) -> str:
    if kind in ITEMS:
        return f"{slug(str(values.get('project') or ''))[:60]}:{slug(title)[:100] or title[:60]}"
    day = str(values.get("starts") or "")[:10] if kind == "event" else ""
    return ":".join(filter(None, (slug(title)[:120] or title[:60], day)))


def _join_times(values: dict[str, Value]) -> None:
    """Puts hours from columns of their own to their days; an end without a day is on the first."""
    for day, hour in (("starts", "starttime"), ("ends", "endtime")):
        told = values.pop(hour, None)
        on = str(values.get(day) or values.get("starts") or "")[:10]
        if told and on and "T" not in str(values.get(day, "")):
            values[day] = f"{on}T{told}"


def _tuple(value: Value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value
