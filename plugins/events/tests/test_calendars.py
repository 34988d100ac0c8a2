"""Calendars: read back as they were meant, whatever people write; nobody's secret."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from werkzeug.test import Client, TestResponse

from wiki.api.reading import get_page
from wiki.api.reading.html import list_problems
from wiki.api.reading.rows import list_paths

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

SITE = "http://127.0.0.1:8080"
HOSTILE = (
    ']]> <script>; , \\ \\n " : BEGIN:VEVENT \x07\x1b \U0001f98a \u202eמרחב '
    "a\u2028DTSTART:20270101T000000Z\u0085ATTENDEE:mailto:x@y.z"
)
TODAY = datetime.now(UTC).date()
SOON = TODAY + timedelta(days=30)


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def event(title: str, starts: str, more: str = "") -> str:
    return f"---\ntype: event\ntitle: {quoted(title)}\nstarts: {starts}\n{more}---\n\nTexte.\n"


@pytest.fixture
def visitor(instance: "Instance") -> Client:
    """A calendar program: what a worker serves, asked without cookies."""
    from wiki.app import create_application

    return Client(create_application(instance), use_cookies=False)


def ask(visitor: Client, url: str, **headers: str) -> TestResponse:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return visitor.get(url, base_url="http://localhost", headers=sent)


def read(visitor: Client, url: str = "/-/events.ics") -> Any:
    answer = ask(visitor, url)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "text/calendar; charset=utf-8"
    return strict(answer.data)


def strict(body: bytes) -> Any:
    """``body`` as icalendar reads it, once it has passed RFC 5545's rules for lines."""
    assert body.endswith(b"\r\n")
    lines = body.split(b"\r\n")[:-1]
    for line in lines:
        assert b"\n" not in line and b"\r" not in line
        assert 0 < len(line) <= 75
        line.decode("utf-8")
    unfolded = body.decode("utf-8").replace("\r\n ", "").split("\r\n")
    for name in ("BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR"):
        assert unfolded.count(name) == 1
    assert not any(line.startswith(("ATTENDEE", "ORGANIZER")) for line in unfolded)
    found: Any = Calendar.from_ical(body)
    assert isinstance(found, Calendar)
    assert found.errors == [] and "prodid" in found
    assert len({str(one["uid"]) for one in found.events}) == len(found.events)
    for one in found.events:
        assert one.errors == [] and "dtstamp" in one
    return found


def test_events_are_read_back_as_they_were_written(
    visitor: Client, write: Callable[..., str]
) -> None:
    write(
        {
            "evenements/foire.md": event(
                "Foire; un, deux",
                f"{SOON}T18:30",
                f"ends: {SOON}T21:00\nplace: Salle 3, Rennes\nsummary: Une soirée\n"
                "themes: [IoT, eau]\nterritory: Bretagne\n",
            ),
            "evenements/jours.md": event("Jours", str(SOON), f"ends: {SOON + timedelta(days=1)}\n"),
            "evenements/sans.md": event("Sans", "bientôt"),
            "evenements/rien.md": "---\ntype: event\n---\n# Rien\n",
            "evenements/vieux.md": event("Vieux", "2001-01-01"),
            "evenements/hier.md": event("Hier", str(TODAY - timedelta(days=1))),
            "page.md": f"---\nstarts: {SOON}\n---\n# Pas une rencontre\n",
        }
    )
    found = {str(one["summary"]): one for one in read(visitor).events}
    assert set(found) == {"Foire; un, deux", "Jours", "Hier"}
    fair, days = found["Foire; un, deux"], found["Jours"]
    assert fair.start == datetime(
        SOON.year, SOON.month, SOON.day, 18, 30, tzinfo=zone()
    ).astimezone(UTC)
    assert fair.end - fair.start == timedelta(hours=2, minutes=30)
    assert fair["location"] == "Salle 3, Rennes"
    assert fair["url"] == f"{SITE}/evenements/foire"
    assert fair["description"] == f"Une soirée\n\n{SITE}/evenements/foire"
    assert [str(one) for one in fair["categories"].cats] == ["IoT", "eau"]
    assert (days.start, days.end) == (SOON, SOON + timedelta(days=2))
    assert type(days.start) is date


def zone() -> ZoneInfo:
    return ZoneInfo("Europe/Paris")


def test_nothing_that_people_write_adds_a_line(visitor: Client, write: Callable[..., str]) -> None:
    head = f"---\ntype: event\nstarts: {SOON}T18:30\n"
    clean = "".join(char for char in HOSTILE if char.isprintable())
    more = f"place: {quoted(clean)}\nsummary: {quoted(clean * 9)}\nthemes: [{quoted(clean)}]\n"
    write(
        {
            "evenements/a.md": f"{head}---\n# {HOSTILE}\n",
            "evenements/b.md": event(clean, str(SOON), more),
            "evenements/c.md": event("é🦊" * 150, str(SOON)),
            "evenements/d;x,y.md": event("Ailleurs", str(SOON)),
        }
    )
    found = read(visitor).events
    assert len(found) == 4
    assert {one.start for one in found if "🦊" in one["summary"]} <= {
        SOON,
        datetime(SOON.year, SOON.month, SOON.day, 18, 30, tzinfo=zone()).astimezone(UTC),
    }
    for one in found:
        assert "attendee" not in one
        assert all(char.isprintable() or char == "\u202e" for char in one["summary"])
        assert one["url"].startswith(f"{SITE}/evenements/")
    read(visitor, "/-/events/evenements/a.ics")


def test_an_event_keeps_its_name_and_counts_its_changes(
    visitor: Client, write: Callable[..., str]
) -> None:
    write({"evenements/a.md": event("A", f"{SOON}T10:00")})
    (first,) = read(visitor).events
    assert first["sequence"] == 0
    write({"evenements/a.md": None, "rencontres/b.md": event("A", f"{SOON}T10:00")})
    write({"rencontres/b.md": event("A", f"{SOON}T11:00", "aliases: [evenements/a]\n")})
    (second,) = read(visitor).events
    assert second["uid"] == first["uid"]
    assert second["sequence"] == 2
    assert second["url"].endswith("/rencontres/b")
    assert second["last-modified"].to_ical() >= first["last-modified"].to_ical()
    answer = ask(visitor, "/-/events/evenements/a.ics")
    assert answer.status_code == 302 and answer.headers["Location"].endswith("/rencontres/b.ics")


def test_a_cancelled_event_says_so(visitor: Client, write: Callable[..., str]) -> None:
    write({"evenements/a.md": event("A", f"{SOON}T10:00")})
    (first,) = read(visitor).events
    assert first["status"] == "CONFIRMED"
    write({"evenements/a.md": event("A", f"{SOON}T10:00", "cancelled: oui\n")})
    (second,) = read(visitor).events
    assert second["status"] == "CANCELLED" and second["sequence"] > first["sequence"]


def test_a_calendar_is_narrowed_down_and_not_sent_again(
    visitor: Client, write: Callable[..., str]
) -> None:
    write(
        {
            "a.md": event("A", str(SOON), "themes: [IoT]\nterritory: Bretagne\n"),
            "b.md": event("B", str(SOON), "themes: [eau]\nterritory: Normandie\nkind: café\n"),
            "c.md": event("C", str(SOON), "territory: France entière\n"),
        }
    )

    def titles(question: str) -> str:
        found = read(visitor, f"/-/events.ics{question}")
        return "".join(sorted(str(one["summary"]) for one in found.events))

    assert titles("") == "ABC"
    assert titles("?theme=iot") == "A"
    assert titles("?theme=iot&theme=eau") == "AB"
    assert titles("?territory=bretagne") == "AC"
    assert titles("?kind=cafe") == "B"
    assert titles("?theme=rien&x=y") == ""
    answer = ask(visitor, "/-/events.ics")
    again = {"If_None_Match": answer.headers["ETag"]}
    assert ask(visitor, "/-/events.ics", **again).status_code == 304
    write({"d.md": "# Une page\n"})
    assert ask(visitor, "/-/events.ics", **again).status_code == 304
    write({"d.md": event("D", str(SOON))})
    assert ask(visitor, "/-/events.ics", **again).status_code == 200
    for question in ("theme=" + "a" * 3000, "&".join("theme=a" for _ in range(900))):
        assert ask(visitor, f"/-/events.ics?{question}").status_code == 400


def test_what_is_restricted_is_in_no_calendar(
    instance: "Instance",
    visitor: Client,
    write: Callable[..., str],
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    from wiki.people.accounts.access_tokens import issue

    write({"secret.md": event("Secret", str(SOON), "themes: [Secret]\n")})
    assert "Secret" in ask(visitor, "/-/events.ics").text
    write({"secret.md": event("Secret", str(SOON), "visibility: members\nthemes: [Secret]\n")})
    for url in ("events.ics", "events.ics?theme=secret", "events/secret.ics", "calendar"):
        said = ask(visitor, f"/-/{url}").text
        assert "Secret" not in said.replace("?theme=secret", ""), url
    there, nowhere = (ask(visitor, f"/-/events/{name}.ics") for name in ("secret", "secrex"))
    assert there.status_code == nowhere.status_code == 404
    assert there.text.replace("secret", "secrex") == nowhere.text
    member = person("Membre")
    browser = log_in(member)
    assert "Secret" not in browser.get("/-/events.ics").get_data(as_text=True)
    own = browser.get("/-/events/secret.ics")
    assert "Secret" in own.get_data(as_text=True)
    assert own.headers["Cache-Control"] == "private, no-store"
    secret = issue(instance.private, member.id, name="agenda", scopes=["feeds"], days=9)
    answer = ask(visitor, f"/-/events.ics?token={secret}")
    assert "Secret" in answer.text and secret not in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert ask(visitor, "/-/events.ics?token=carrefour_x").status_code == 403


def test_an_event_offers_itself_until_it_is_over(
    visitor: Client, write: Callable[..., str]
) -> None:
    write(
        {
            "evenements/a.md": event("A", str(SOON), "themes: [IoT]\n"),
            "evenements/b.md": event("B", str(TODAY - timedelta(days=3))),
            "evenements/c.md": event("C", "bientôt"),
            "page.md": "# Une page\n",
        }
    )
    for name, offered in (("a", True), ("b", False), ("c", False)):
        page = ask(visitor, f"/evenements/{name}").text
        assert ("Ajouter à mon agenda" in page) == offered
        assert 'href="/-/calendar"' in page
    assert "/-/calendar" not in ask(visitor, "/page").text
    file = ask(visitor, "/-/events/evenements/a.ics")
    assert file.headers["Content-Disposition"] == 'attachment; filename="a.ics"'
    assert ask(visitor, "/-/events/evenements/c.ics").status_code == 404
    assert ask(visitor, "/-/events/page.ics").status_code == 404
    assert 'href="/-/calendar"' in ask(visitor, "/-/events").text
    assert 'href="/-/calendar"' not in ask(visitor, "/-/projects").text
    how = ask(visitor, "/-/calendar").text
    assert "webcal://127.0.0.1:8080/-/events.ics?theme=iot" in how
    assert "evil" not in visitor.get(
        "/-/calendar", base_url="http://localhost", headers={"X-Forwarded-Host": "evil.example"}
    ).get_data(as_text=True)


@pytest.mark.parametrize(
    ("head", "kinds"),
    [
        ("starts: 2027-03-18T18:30\nends: 2027-03-18T20:00\n", []),
        ("starts: 2027-03-18\nends: 2027-03-18\n", []),
        ("", []),
        ("starts: bientôt\nends: demain\n", ["event-no-date", "event-no-date"]),
        ("starts: 2027-03-18\nends: 2027-03-17\n", ["event-backwards"]),
        ("starts: 2027-03-18T18:30\nends: 2027-03-18T18:00\n", ["event-backwards"]),
    ],
)
def test_who_may_edit_is_told_what_keeps_it_out(
    plugin_module: Callable[[str], Any], head: str, kinds: list[str]
) -> None:
    from wiki.pages.page import Page

    problems = plugin_module("checks").problems(
        Page("e", "e.md", f"---\ntype: event\n{head}---\n# E\n")
    )
    assert [one.kind for one in problems] == kinds
    assert plugin_module("checks").problems(Page("e", "e.md", f"---\n{head}---\n# E\n")) == []


def test_the_starter_content_has_no_fault(starter: "Instance") -> None:
    from wiki.reading import Reader

    reader = Reader(starter, audience=frozenset({"all"}))
    kinds = {
        one.kind
        for path in list_paths(reader)
        for one in list_problems(reader, get_page(reader, path))
    }
    assert not kinds & {"event-no-date", "event-backwards"}
