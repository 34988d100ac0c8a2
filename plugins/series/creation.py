"""Makes a series from a template, and an evening from a series: pages in one commit each."""

import re
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date

from wiki.api.errors import BadField
from wiki.api.pages.editing import write_turn
from wiki.api.pages.spaces import NewSpace, make_space
from wiki.api.paths import read_number
from wiki.api.reading import Reader, resolve_target
from wiki.api.reading.rows import get_row, get_rows, list_children, list_own_spaces
from wiki.api.translation import gettext, language
from wiki.api.web.forms import DayField, Form, HourField, LineField, TextField, ValidationError

from .kit import EVENING, EVENT, RHYTHMS, SERIES, TEMPLATES, Series, day_of, evenings, part

_HOURS = re.compile(r"(\d{1,2})[:h](\d{2})?\s*[-–]\s*(\d{1,2})[:h](\d{2})?")
_CALL = re.compile(r"[JD]\s*[-−–]\s*(\d{1,3})")
#: keys of an evening's template that the form turns into others
_OURS = ("hours", "horaires", "call", "appel")
_MOST_PLACES = 100_000


class SeriesForm(Form):
    """What a new series begins with; ``team`` and ``themes`` as they are typed."""

    template = LineField(4000)
    title = LineField(4000)
    territory = LineField(4000)
    themes = TextField(4000)
    team = TextField(4000)
    rhythm = LineField(4000)
    place = LineField(300)
    summary = LineField(4000)


def make_series(reader: Reader, form: SeriesForm) -> str:
    """Makes the page of a series and those of its kit, in one commit; its path. Raises BadField.

    Who has no page is given one in it. Pressed twice, the series that they have is given back.
    """
    known = {row.path for row in list_children(reader, TEMPLATES, limit=100)}
    if form.template.data not in known:
        raise BadField("template", gettext("Choose what it begins from."))
    title, themes, place = form.title.data, form.themes.data, form.place.data
    if not title:
        raise BadField("title", gettext("Give it a title of at most 200 characters."))
    people = read_team(reader, form.team.data)
    rhythm = RHYTHMS.get(form.rhythm.data)
    new = NewSpace(
        type=SERIES,
        title=title,
        summary=form.summary.data,
        themes=[one for one in re.split(r"[,;\n]", themes) if one.strip()],
        territory=form.territory.data,
        template=form.template.data,
        words={
            "place": place or gettext("a place to be found"),
            "rhythm": str((rhythm or RHYTHMS["free"])[1]),
            **({} if themes else {"themes": gettext("to be chosen")}),
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
    with write_turn(reader.instance):
        reader = reader.renewed()
        return _same(reader, title) or make_space(reader, new).path


def _same(reader: Reader, title: str) -> str:
    """The series of that title whose team the reader is on; "" where there is none."""
    titled = (row for row in list_own_spaces(reader) if row.title == title)
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


class EveningForm(Form):
    """What is asked of the next evening."""

    day = DayField(needed=True)
    begin = HourField()
    end = HourField()
    capacity = LineField(20)
    place = LineField(300)
    title = LineField(1000)

    def validate_end(self, end: HourField) -> None:
        """Raises ValidationError where it ends before it begins."""
        if end.data and (not self.begin.data or end.data <= self.begin.data):
            raise ValidationError(gettext("It ends before it begins."))

    def validate_capacity(self, capacity: LineField) -> None:
        """Raises ValidationError for what is no number of places."""
        typed = capacity.data
        if typed and not 0 < (read_number(typed) or 0) <= _MOST_PLACES:
            raise ValidationError(gettext("Please write the number of places in digits, as in 60."))


def proposed(reader: Reader, series: Series, day: date) -> dict[str, str]:
    """What the form of the next evening begins with, by the names of its fields."""
    kept = part(reader, series, EVENING)
    head = kept.head if kept else None
    hours = _HOURS.search(_first(head, *_OURS[:2]))
    return {
        "day": day.isoformat(),
        "begin": f"{int(hours[1]):02}:{hours[2] or '00'}" if hours else "",
        "end": f"{int(hours[3]):02}:{hours[4] or '00'}" if hours else "",
        "place": ", ".join(series.row.facts.get("place", ())),
        "capacity": _first(head, "capacity", "places"),
        "title": "",
    }


def make_evening(reader: Reader, series: Series, form: EveningForm) -> str:
    """Makes the page of an evening below its series; its path. Raises BadField.

    Pressed twice, the evening of that day is there already, and is given back.
    """
    day = form.day.data
    if day < reader.today:
        raise BadField("day", gettext("That day is behind us."))
    with write_turn(reader.instance):
        reader = reader.renewed()
        for one in evenings(reader, series):
            if day_of(reader, one) == day:
                return one.path
        return make_space(reader, _new(reader, series, form)).path


def _new(reader: Reader, series: Series, form: EveningForm) -> NewSpace:
    day, begin, end, place = form.day.data, form.begin.data, form.end.data, form.place.data
    kept = part(reader, series, EVENING)
    head = kept.head if kept else None
    said = str(format_date(day, "long", locale=language()))
    changes: dict[str, Any] = {
        # As it is written: who is in the team until a day is no longer in this one's.
        "team": list(series.page.head.words("team")) if series.row.facts.get("team") else None,
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
    changes[names[0] if names else "capacity"] = form.capacity.data or None
    return NewSpace(
        type=EVENT,
        title=form.title.data or f"{series.title}, {said}"[:150],
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
