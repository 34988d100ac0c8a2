"""Calendars read onto a stage: files after what standards and programs document."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.calendars.ical import read_ical
from plugins.calendars.occasion import page_text, written
from plugins.calendars.recurrence import TooOften, dates_of
from plugins.calendars.source import Calendars
from wiki.api.errors import BadRequest
from wiki.api.imports import Bounds, Stage, Staged
from wiki.resources import is_installed
from wiki.translation import use_language

BOUNDS = Bounds(page=1_000_000, upload=1_000_000, pixels=1_000_000)
PARIS = ZoneInfo("Europe/Paris")


def calendar(*events: str) -> bytes:
    lines = [
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Essai//FR",
        *(f"BEGIN:VEVENT\nDTSTAMP:20260101T000000Z\n{one}\nEND:VEVENT" for one in events),
        "END:VCALENDAR\n",
    ]
    return "\n".join(lines).replace("\n", "\r\n").encode()


class Read:
    """What the source left of a calendar."""

    def __init__(self, staged: Staged) -> None:
        entries = list(staged.entries())
        self.pages = {one.path: staged.content(one).decode() for one in entries}
        self.keys = [one.key for one in entries]
        self.authors = {one.path: one.author for one in entries}
        self.losses = [(one.what, one.where) for one in staged.losses()]
        self.closed = staged.restrictions()


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Read]:
    count = 0

    def read(data: bytes, name: str = "agenda.ics", into: str = "", **answers: str) -> Read:
        nonlocal count
        count += 1
        path = tmp_path / name
        path.write_bytes(data)
        source = Calendars()
        assert source.recognises(path)
        folder = tmp_path / f"stage{count}"
        with use_language("en"):
            with Stage(folder, into, BOUNDS) as stage:
                source.read(path, stage, answers, lambda _done, _total: None)
            with closing(Staged(folder)) as staged:
                return Read(staged)

    return read


def test_an_event_becomes_a_page_with_all_that_it_says(read: Callable[..., Read]) -> None:
    found = read(
        calendar(
            "UID:un@example.org\nSUMMARY:Carrefour de printemps\n"
            "DTSTART;TZID=Europe/Paris:20270318T183000\nDTEND;TZID=Europe/Paris:20270318T210000\n"
            "LOCATION:Médiathèque\\, Rennes\\, Bretagne\\, France\nURL:https://example.org/carrefour\n"
            "ORGANIZER;CN=Awa Traoré (awa@example.org):mailto:awa@example.org\n"
            "ATTENDEE;CN=Bruno:mailto:bruno@example.org\nCATEGORIES:Énergie,Sols\n"
            "DESCRIPTION:1. Venez *nombreux*\\nà deux\\n\\nEntrée libre",
            "UID:deux@example.org\nSUMMARY:Des jours\nDTSTART;VALUE=DATE:20270401\n"
            "DTEND;VALUE=DATE:20270404\nSTATUS:CANCELLED\nCLASS:PRIVATE",
            "UID:trois@example.org\nSUMMARY:À l’heure du lieu\nDTSTART:20270501T100000\n"
            "DURATION:PT2H",
            "UID:quatre@example.org\nSUMMARY:Sans date",
        )
    )
    assert found.pages["evenements/carrefour-de-printemps"] == (
        "---\ntype: event\ntitle: Carrefour de printemps\nstarts: 2027-03-18T18:30+01:00\n"
        "ends: 2027-03-18T21:00+01:00\nplace: Médiathèque, Rennes\n"
        "territory: Bretagne\norganisation: Awa Traoré\nwebsite: https://example.org/carrefour\n"
        "themes:\n  - Énergie\n  - Sols\n---\n\n"
        "1\\. Venez \\*nombreux\\*\\\nà deux\n\nEntrée libre\n"
    )
    days = found.pages["evenements/des-jours"]
    assert "starts: 2027-04-01\nends: 2027-04-03\n" in days and "cancelled: true" in days
    assert found.closed == {"evenements/des-jours": ("team", ())}
    there = found.pages["evenements/a-l-heure-du-lieu"]
    assert "starts: 2027-05-01T10:00\nends: 2027-05-01T12:00\n" in there
    assert "@" not in "".join(found.pages.values()) + "".join(found.authors.values())
    assert set(found.losses) == {
        ("Who takes part, which is not published", "Carrefour de printemps"),
        ("An event without a date", "Sans date"),
    }


def test_one_that_repeats_comes_as_its_next_dates_or_as_one_page() -> None:
    zone = ";TZID=Europe/Paris"
    data = calendar(
        f"UID:r@example.org\nSUMMARY:Permanence\nDTSTART{zone}:20260105T180000\n"
        f"DTEND{zone}:20260105T190000\nRRULE:FREQ=WEEKLY\nEXDATE{zone}:20260323T180000",
        f"UID:r@example.org\nSUMMARY:Ailleurs\nRECURRENCE-ID{zone}:20260330T180000\n"
        f"DTSTART{zone}:20260330T200000",
        "UID:s@example.org\nSUMMARY:Trop souvent\nDTSTART:20260105T180000Z\nRRULE:FREQ=SECONDLY",
        "UID:v@example.org\nSUMMARY:Fini\nDTSTART:20250105T180000Z\nRRULE:FREQ=DAILY;COUNT=3",
    )
    losses = []

    def read(*, one_page: bool) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for one in read_ical(
            data.decode(), date(2026, 3, 15), lambda *words: losses.append(words), one_page=one_page
        ):
            assert one.starts is not None
            found.setdefault(one.title, []).append(written(one.starts))
            if one.title == "Permanence":
                assert isinstance(one.starts, datetime) and isinstance(one.ends, datetime)
                assert one.ends - one.starts == timedelta(hours=1)
                assert one.dates == () or len(one.dates) == 50
        return found

    with use_language("en"):
        found = read(one_page=False)
    # By the clock of the place, in winter and in summer.
    assert found["Permanence"][:2] == ["2026-03-16T18:00+01:00", "2026-04-06T18:00+02:00"]
    assert len(found["Permanence"]) == 11 and found["Ailleurs"] == ["2026-03-30T20:00+02:00"]
    assert found["Trop souvent"] == ["2026-01-05T18:00+00:00"]
    assert found["Fini"] == ["2025-01-05T18:00+00:00"]
    assert losses == [
        ("An event that repeats: its next 12 dates came", "Permanence"),
        ("An event whose dates cannot be told: its first one came", "Trop souvent"),
    ]
    assert read(one_page=True)["Permanence"] == ["2026-03-16T18:00+01:00"]
    assert "Dates" in page_text(
        next(
            iter(read_ical(data.decode(), date(2026, 3, 15), lambda *_words: None, one_page=True))
        ),
        str,
    )


def test_mobilizon_and_web_pages_say_events_as_json(read: Callable[..., Read]) -> None:
    event: dict[str, Any] = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "type": "Event",
        "id": "https://mobilizon.example/events/1-2",
        "name": "Atelier",
        "content": "<p>Un <strong>atelier</strong>,<br>avec <a href='https://x.example/'>eux</a></p>",
        "startTime": "2027-06-18T16:30:00Z",
        "endTime": "2027-06-18T18:00:00Z",
        "timezone": "Europe/Paris",
        "location": {
            "type": "Place",
            "name": "La Ruche",
            "address": {"addressLocality": "Lyon", "addressRegion": "Auvergne-Rhône-Alpes"},
        },
        "attributedTo": {"type": "Group", "name": "Les Abeilles"},
        "ical:status": "CANCELLED",
        "tag": [{"type": "Hashtag", "name": "#miel"}],
    }
    page = read(json.dumps({"orderedItems": [event]}).encode(), "atelier.json").pages
    text = page["evenements/atelier"]
    for words in (
        "starts: 2027-06-18T18:30+02:00\nends: 2027-06-18T20:00+02:00\n",
        "place: La Ruche, Lyon\nterritory: Auvergne-Rhône-Alpes\norganisation: Les Abeilles\n",
        "website: https://mobilizon.example/events/1-2\nthemes:\n  - miel\ncancelled: true\n",
    ):
        assert words in text
    if is_installed("documents"):
        assert "Un **atelier**," in text and "[eux](https://x.example/)" in text
    said = {"@type": "MusicEvent", "name": "Bal", "startDate": "2027-07-14", "location": "Brest"}
    html = f'<html><script type="application/ld+json">{json.dumps(said)}</script></html>'
    text = read(html.encode(), "bal.htm").pages["evenements/bal"]
    assert "starts: 2027-07-14\nplace: Brest\n" in text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:x", "cut off"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "no event"),
        (b'{"@type": "Event", "name": ', "no whole JSON"),
        (b"[" * 100_000 + b'{"type": "Event"', "no whole JSON"),
    ],
)
def test_what_is_no_calendar_is_said(data: bytes, words: str, read: Callable[..., Read]) -> None:
    with pytest.raises(BadRequest, match=words):
        read(data, "x.ics" if data.startswith(b"B") else "x.json")


_RULES = st.fixed_dictionaries(
    {"FREQ": st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY", "HOURLY", "NEVER"])},
    optional={
        "INTERVAL": st.integers(-1, 10_000),
        "COUNT": st.integers(0, 10**6),
        "BYMONTH": st.lists(st.integers(0, 14), min_size=1, max_size=3),
        "BYMONTHDAY": st.lists(st.integers(-32, 32), min_size=1, max_size=3),
        "BYDAY": st.sampled_from(["MO", "-1FR", "XX", "53MO"]),
        "BYSETPOS": st.sampled_from([-1, 1, 2]),
        "UNTIL": st.sampled_from([datetime(2026, 5, 1, tzinfo=UTC), date(2026, 5, 1)]),
    },
)


@settings(max_examples=40, deadline=None)
@given(_RULES)
def test_no_rule_goes_on_for_ever(rule: dict[str, Any]) -> None:
    first = datetime(2026, 3, 1, 18, 30, tzinfo=PARIS)
    until = datetime(2027, 3, 1, tzinfo=UTC)
    try:
        found = list(dates_of(first, [rule], [], [], until))
    except TooOften:
        return
    assert found[0] == first and len(found) <= 367 and found == sorted(found)
    assert all(f"{one:%H:%M}" == "18:30" and one <= until for one in found)
