"""Makes a series from a template, and an evening from a series: pages in one commit each."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date

from wiki.api.errors import BadField
from wiki.api.reading import Reader, resolve_target
from wiki.api.rows import get_row, get_rows, list_children, list_own_spaces
from wiki.api.spaces import NewSpace, make_space
from wiki.api.translation import gettext, language

from .kit import EVENING, EVENT, RHYTHMS, SERIES, TEMPLATES, Series, day_of, evenings, part

_HOURS = re.compile(r"(\d{1,2})[:h](\d{2})?\s*[-–]\s*(\d{1,2})[:h](\d{2})?")
_CALL = re.compile(r"[JD]\s*[-−–]\s*(\d{1,3})")
_HOUR = re.compile(r"(\d{1,2})\s*[:h]\s*(\d{2})?")
#: keys of an evening's template that the form turns into others
_OURS = ("hours", "horaires", "call", "appel")
_MOST_PLACES = 100_000


@dataclass(frozen=True)
class Wish:
    """What the form of a new series holds, as it was typed."""

    template: str
    title: str
    territory: str = ""
    themes: str = ""
    team: str = ""
    rhythm: str = ""
    place: str = ""
    summary: str = ""


def make_series(reader: Reader, wish: Wish) -> str:
    """Makes the page of a series and those of its kit, in one commit; its path. Raises BadField.

    Who has no page is given one in it. Pressed twice, the series that they have is given back.
    """
    known = {row.path for row in list_children(reader, TEMPLATES, limit=100)}
    if wish.template not in known:
        raise BadField("template", gettext("Choose what it begins from."))
    if not wish.title.strip():
        raise BadField("title", gettext("Give it a title of at most 200 characters."))
    people = read_team(reader, wish.team)
    rhythm = RHYTHMS.get(wish.rhythm)
    place = " ".join(wish.place.split())[:300]
    new = NewSpace(
        type=SERIES,
        title=wish.title,
        summary=wish.summary,
        themes=[one for one in re.split(r"[,;\n]", wish.themes) if one.strip()],
        territory=wish.territory,
        template=wish.template,
        words={
            "place": place or gettext("a place to be found"),
            "rhythm": str((rhythm or RHYTHMS["free"])[1]),
            **({} if wish.themes.strip() else {"themes": gettext("to be chosen")}),
        },
        maker_words=lambda mine: {"team": _roles(reader, people, mine)},
        team=[path for path, _role in people],
        templates=EVENING,
        head={
            "editors": "team",
            "lang": None,
            "place": place or None,
            "rhythm": str(rhythm[1]) if rhythm and rhythm[0] else None,
        },
    )
    with reader.instance.repository.lock():
        reader = reader.renewed()
        return _same(reader, wish.title) or make_space(reader, new).path


def _same(reader: Reader, title: str) -> str:
    """The series of that title whose team the reader is on; "" where there is none."""
    titled = (row for row in list_own_spaces(reader) if row.title == " ".join(title.split()))
    return next((row.path for row in titled if row.type == SERIES), "")


def read_team(reader: Reader, typed: str) -> list[tuple[str, str]]:
    """People and their roles, one a line: “Awa Diop : accueil”. Raises BadField.

    A person is named by the title or the address of their page.
    """
    found = []
    for line in typed.splitlines():
        name, _colon, role = line.partition(":")
        name, role = name.strip().strip("[]/ -"), " ".join(role.split())[:80]
        if not name:
            continue
        path = resolve_target(reader, name)
        row = get_row(reader, path) if path else None
        if row is None or row.type != "person":
            words = gettext("“{name}” is no person’s page here: write its title, one a line.")
            raise BadField("team", words.format(name=name[:80]))
        found.append((row.path, role))
    return found


@dataclass(frozen=True)
class Evening:
    """What the form of a next evening holds, as typed."""

    day: str
    begin: str = ""
    end: str = ""
    place: str = ""
    capacity: str = ""
    title: str = ""


def proposed(reader: Reader, series: Series, day: date) -> Evening:
    """What the form of the next evening begins with."""
    kept = part(reader, series, EVENING)
    head = kept.head if kept else None
    hours = _HOURS.search(_first(head, *_OURS[:2]))
    return Evening(
        day=day.isoformat(),
        begin=f"{int(hours[1]):02}:{hours[2] or '00'}" if hours else "",
        end=f"{int(hours[3]):02}:{hours[4] or '00'}" if hours else "",
        place=", ".join(series.row.facts.get("place", ())),
        capacity=_first(head, "capacity", "places"),
    )


def make_evening(reader: Reader, series: Series, asked: Evening) -> str:
    """Makes the page of an evening below its series; its path. Raises BadField.

    Pressed twice, the evening of that day is there already, and is given back.
    """
    try:
        day = date.fromisoformat(asked.day.strip())
    except ValueError:
        raise BadField("day", gettext("Please give the day as in 2027-03-18.")) from None
    if day < reader.today:
        raise BadField("day", gettext("That day is behind us."))
    begin, end = _hour(asked.begin, "begin"), _hour(asked.end, "end")
    if end and (not begin or end <= begin):
        raise BadField("end", gettext("It ends before it begins."))
    capacity = asked.capacity.strip()
    if capacity and not (
        capacity.isascii() and capacity.isdigit() and 0 < int(capacity[:9]) <= _MOST_PLACES
    ):
        raise BadField(
            "capacity", gettext("Please write the number of places in digits, as in 60.")
        )
    with reader.instance.repository.lock():
        reader = reader.renewed()
        for one in evenings(reader, series):
            if day_of(reader, one) == day:
                return one.path
        return make_space(reader, _new(reader, series, asked, day, begin, end, capacity)).path


def _new(
    reader: Reader, series: Series, asked: Evening, day: date, begin: str, end: str, capacity: str
) -> NewSpace:
    kept = part(reader, series, EVENING)
    head = kept.head if kept else None
    place = " ".join(asked.place.split())[:300]
    said = str(format_date(day, "long", locale=language()))
    changes: dict[str, Any] = {
        "team": [f"[[{path}]]" for path in series.row.facts.get("team", ())] or None,
        "kind": _first(head, "kind") or SERIES,
        "starts": f"{day.isoformat()}T{begin}" if begin else day.isoformat(),
        "ends": f"{day.isoformat()}T{end}" if end else None,
        "place": place or None,
        "lang": None,
        "source": None,
        **dict.fromkeys(_OURS),
    }
    if call := _CALL.search(_first(head, *_OURS[2:])):
        last = day - timedelta(days=int(call[1]))
        changes["candidatures"] = last.isoformat() if last >= reader.today else "ouvertes"
    names = [one for one in ("places", "capacity") if head is not None and head.words(one)]
    changes[names[0] if names else "capacity"] = capacity or None
    return NewSpace(
        type=EVENT,
        title=" ".join(asked.title.split()) or f"{series.title}, {said}"[:150],
        summary=series.row.summary,
        themes=list(series.row.facts.get("theme", ())),
        territory=series.row.first("territory"),
        above=series.path,
        template=kept.path if kept else "",
        words={"date": said, "place": place, "series": series.title},
        head=changes,
    )


def _roles(reader: Reader, people: list[tuple[str, str]], mine: str) -> str:
    """The team as a list with what each does, for the text of the page."""
    shown = dict(people)
    shown.setdefault(mine, "")
    rows = get_rows(reader, list(shown))
    lines = []
    for path, role in shown.items():
        name = f"[[{path}|{rows[path].title}]]" if path in rows else f"[[{path}]]"
        lines.append(f"- {name}" + (f" — {role}" if role else ""))
    return "\n".join(lines)


def _first(head: Any, *keys: str) -> str:
    if head is None:
        return ""
    return next((word.strip() for key in keys for word in head.words(key)[:1]), "")


def _hour(typed: str, field_: str) -> str:
    if not typed.strip():
        return ""
    read = _HOUR.fullmatch(typed.strip())
    if read is None or int(read[1]) > 23 or int(read[2] or 0) > 59:
        raise BadField(field_, gettext("Please give the hour as in 18:30."))
    return f"{int(read[1]):02}:{read[2] or '00'}"
