"""Calendars that are followed: what arrives is shown as others', and goes as it goes there."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from wiki.api.web.outside import Limits
from wiki.cli import main
from wiki.config import load_settings
from wiki.repository.commit import commit
from wiki.repository.objects import WIKI_AUTHOR

from .conftest import AGENDA, Agenda, Source, calendar

FAIR = (
    "UID:foire@example.org\nSUMMARY:Foire aux <b>low-tech</b>\nDTSTART:20270318T173000Z\n"
    "LOCATION:Halle\\, Brest\\, Bretagne\nURL:https://agenda.example.org/foire\n"
    "CATEGORIES:Énergie\nORGANIZER;CN=Awa Traoré:mailto:awa@example.org\n"
    "ATTENDEE;CN=Bruno:mailto:bruno@example.org\n"
    "DESCRIPTION:Venez <script>alert(1)</script>nombreux\\, écrire à contact@example.org"
)
DAYS = (
    "UID:jours@example.org\nSUMMARY:Journées du bois\n"
    "DTSTART;VALUE=DATE:20270401\nDTEND;VALUE=DATE:20270404"
)
PAGES = ("/-/calendar", "/-/calendars", "/-/catalogue?type=event", "/-/search?q=low-tech")
#: for programs, and in our own calendars
OWN = ("/-/events.ics", "/-/search.atom?q=low-tech", "/-/search.csv?q=low-tech")


def test_dates_are_looked_at_first_then_shown_as_others(place: Agenda, source: Source) -> None:
    source.bodies[AGENDA] = calendar(FAIR, DAYS)
    assert place.client().get("/-/calendars/followed").status_code in (302, 303)
    place.see("marc", "/-/calendars/followed", 404)
    before = {url: place.client().get(url).get_data(as_text=True) for url in OWN}
    id = place.name_one(source)
    assert "data-hx-trigger" in place.see("anne", "/-/calendars/followed")
    place.look()
    first = place.see("anne", "/-/calendars/followed")
    assert "Journées du bois" in first and "Afficher ces dates" in first
    assert all("in-calendars" not in place.see("", url) for url in PAGES)
    place.send("anne", f"/-/calendars/followed/{id}", action="show", name="Tiers-lieux")
    for url in PAGES:
        page = place.see("", url)
        assert "Foire aux &lt;b&gt;low-tech" not in page, "markup is no part of a title"
        assert "Foire aux low-tech" in page, url
        assert "https://agenda.example.org/foire" in page and "Tiers-lieux" in page
        assert "jeudi 18 mars 2027 à 18:30" in page
        assert "Halle, Brest" in page
        for secret in ("Awa", "Bruno", "example.org</", "alert(1)", "contact@"):
            assert secret not in page.partition("<main")[2], (url, secret)
    assert "1 avril 2027 – 3 avril 2027" in place.see("", "/-/calendars")
    assert "in-calendars" in place.see("", "/-/catalogue?type=event&theme=energie")
    assert "in-calendars" in place.see("", "/-/search?territory=bretagne")
    for nothing in ("catalogue?type=event&theme=eau", "catalogue", "search?q=poterie"):
        assert "in-calendars" not in place.see("", f"/-/{nothing}")
    assert "in-calendars" not in place.see("", "/-/search?q=low-tech&type=project")
    for url, text in before.items():
        assert place.client().get(url).get_data(as_text=True).split() == text.split(), url
    assert place.instance.repository.head() == place.reader().commit
    place.later(days=40)
    assert "Foire" not in place.see("", "/-/calendar")


def test_what_changes_there_changes_here(place: Agenda, source: Source) -> None:
    source.bodies[AGENDA] = calendar(FAIR, DAYS)
    id = place.follow(source)
    rows = place.part("models").EventRow
    ids = {row.id for row in place.instance.private.list_rows(place.part("store").select(rows))}
    place.look()
    assert len(source.got) == 1, "it is not due"
    place.later(minutes=80)
    place.look()
    assert "if-none-match" in source.got[-1][1]
    place.later(hours=21)
    place.look()
    assert "if-none-match" not in source.got[-1][1], "dates that repeat move on"
    now = {row.id for row in place.instance.private.list_rows(place.part("store").select(rows))}
    assert now == ids, "the same events are not written again"
    source.bodies[AGENDA] = calendar(FAIR.replace("Foire", "Fête"), f"{DAYS}\nSTATUS:CANCELLED")
    place.later(minutes=80)
    place.look()
    assert place.titles(id) == ["Fête aux low-tech"]
    page = place.see("", "/-/calendar")
    assert "Fête aux low-tech" in page and "Journées" not in page
    place.send("anne", f"/-/calendars/followed/{id}", action="block")
    assert "Fête" not in place.see("", "/-/calendar")
    place.look()
    asked = len(source.got)
    place.later(days=1)
    place.look()
    assert len(source.got) == asked, "a blocked one is not asked"
    place.send("anne", f"/-/calendars/followed/{id}", action="unblock")
    assert "Fête" in place.see("", "/-/calendar")
    place.send("anne", f"/-/calendars/followed/{id}", action="remove")
    assert "in-calendars" not in place.see("", "/-/calendar")
    assert place.instance.private.list_rows(place.part("store").select(rows)) == []


def test_what_is_a_page_here_is_shown_once_as_ours(place: Agenda, source: Source) -> None:
    third = "UID:cafe@example.org\nSUMMARY:Café réparation\nDTSTART:20270320T090000Z"
    source.bodies[AGENDA] = calendar(FAIR, DAYS, third)
    place.follow(source)
    head = "---\ntype: event\ntitle: {}\nstarts: {}\n{}---\n"
    website = "website: https://agenda.example.org/foire\n"
    place.write(
        {
            "evenements/a.md": head.format("Autre nom", "2027-03-19", website),
            "evenements/b.md": head.format("Journées du Bois", "2027-04-01", ""),
        }
    )
    page = place.see("", "/-/calendars")
    assert "Foire" not in page and "Journées" not in page and "Café" in page
    part = place.part("event_record")
    key = part.key_of(part.Happening("cafe@example.org", "", None))
    data = {"evenements/cafe.md": head.format("Réparons", "2027-03-21", "").encode()}
    message = f"Import\n\nImported-From: calendar {key}={'evenements/cafe'}"
    repository = place.instance.repository
    commit(repository, repository.head(), data, WIKI_AUTHOR, message)
    assert "Café" not in place.see("", "/-/calendars")
    place.write({"evenements/cafe.md": None, "evenements/a.md": None})
    page = place.see("", "/-/calendars")
    assert "Café" in page and "Foire" in page
    closed = head.format("Autre nom", "2027-03-19", website + "visibility: members\n")
    place.write({"evenements/a.md": closed})
    assert "Foire" in place.see("", "/-/calendars"), "a closed page says nothing, nor by silence"
    assert "Foire" not in place.see("marc", "/-/calendars")


def test_a_dead_one_costs_little_and_is_forgotten_in_time(place: Agenda, source: Source) -> None:
    source.bodies[AGENDA] = calendar(FAIR)
    id = place.follow(source)
    source.status = 500
    place.look(id)
    assert "500" in place.said(id)
    page = place.see("anne", "/-/calendars/followed")
    assert "ne peut pas être lu" in page and "deux semaines" in page
    assert place.titles(id), "what was read before stays for a while"
    asked = len(source.got)
    for _hour in range(48):
        place.later(hours=1)
        place.look()
    assert 3 <= len(source.got) - asked <= 8, "ever more rarely"
    assert place.part("look").backlog(place.instance).waiting == 1
    source.more = {"Retry-After": "80000"}
    source.status = 503
    place.look(id)
    due = place.part("store").looks(place.instance)[id].due
    assert due - place.now > timedelta(hours=18)
    place.later(days=15)
    place.look(id)
    assert place.titles(id) == []
    source.status, source.more = 200, {}
    place.look(id)
    assert place.titles(id) and place.said(id) == ""
    source.status = 410
    place.look(id)
    assert place.titles(id) == []


def test_what_is_no_calendar_is_told_in_words(
    place: Agenda, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.bodies[AGENDA] = calendar(FAIR)
    id = place.follow(source)
    look = place.part("look")

    def wrong(body: bytes = b"", status: int = 200, **more: str) -> str:
        source.bodies[AGENDA], source.status, source.more = body or calendar(FAIR), status, more
        place.look(id)
        assert place.titles(id) == ["Foire aux low-tech"], "what was read before stays"
        return place.said(id)

    assert "page web" in wrong(b"<!doctype html><title>Perdu</title><p>Rien")
    assert "aucun agenda" in wrong(b"\x00\x01PK quelque chose")
    assert "coupé" in wrong(calendar(FAIR)[:-40])
    assert "https://ailleurs.example/" in wrong(status=302, Location="https://ailleurs.example/")
    assert "plus que" in wrong(b"BEGIN:VCALENDAR\r\n" + b"X-A:b\r\n" * 750_000)
    monkeypatch.setattr(look, "_SECONDS", 1.0)
    bomb = "UID:{}\nSUMMARY:B\nDTSTART:19000101T000000Z\nRRULE:FREQ=DAILY"
    assert "trop souvent" in wrong(calendar(*(bomb.format(count) for count in range(400))))
    monkeypatch.setattr(look, "LIMITS", Limits(wait=0.2, total=0.4, most=1_000_000))
    source.let_go = threading.Event()
    assert "ne répond pas" in wrong()
    source.let_go.set()
    source.let_go = None
    vars(place.instance.settings)["calendar_hosts"] = ""
    asked = len(source.got)
    assert "calendar_hosts" in wrong() or "https" in place.said(id)
    assert len(source.got) == asked


def test_an_address_is_refused_in_words(place: Agenda, source: Source) -> None:
    def refused(address: str) -> str:
        return place.send("anne", "/-/calendars/followed", 422, address=address)

    vars(place.instance.settings)["calendar_hosts"] = ""
    for address in ("", "pas une adresse", "http://exemple.org/a.ics", "ftp://x.org/a"):
        assert "adresse https" in refused(address)
    assert "calendar_hosts" in refused("https://127.0.0.1/a.ics")
    assert "calendar_hosts" in refused("webcal://localhost/a.ics")
    vars(place.instance.settings)["calendar_hosts"] = "127.0.0.1"
    source.bodies[AGENDA] = calendar(FAIR)
    place.name_one(source)
    assert "déjà" in refused(source.url + AGENDA)
    place.send("marc", "/-/calendars/followed", 404, address=source.url)
    place.later(days=8)
    place.look()
    assert place.part("store").listed(place.instance) == [], "nobody said yes to it"


def test_one_that_repeats_is_one_line_with_its_next_date(place: Agenda, source: Source) -> None:
    zone = ";TZID=Europe/Paris"
    weekly = (
        f"UID:r@example.org\nSUMMARY:Permanence\nDTSTART{zone}:20260105T180000\n"
        f"DTEND{zone}:20260105T190000\nRRULE:FREQ=WEEKLY;UNTIL=20270410T000000Z\n"
        f"EXDATE{zone}:20270308T180000",
        f"UID:r@example.org\nSUMMARY:Ailleurs\nRECURRENCE-ID{zone}:20270329T180000\n"
        f"DTSTART{zone}:20270330T200000",
        "UID:p@example.org\nSUMMARY:Secret\nDTSTART:20270310T100000Z\nCLASS:PRIVATE",
        "UID:l@example.org\nSUMMARY:Sans zone\nDTSTART:20270311T100000",
    )
    source.bodies[AGENDA] = calendar(*weekly)
    id = place.follow(source)
    kept = place.part("store").events_of(place.instance, id)
    # From a month back; by the clock of Paris, which is another hour in UTC from 28 March on.
    assert [one.starts for one in kept if one.title == "Permanence"] == [
        f"2027-{day}+00:00"
        for day in (
            *("02-01T17:00", "02-08T17:00", "02-15T17:00", "02-22T17:00", "03-01T17:00"),
            *("03-15T17:00", "03-22T17:00", "04-05T16:00"),
        )
    ]
    page = place.see("", "/-/calendars")
    assert page.count("Permanence") == 1
    assert "lundi 1 mars 2027 à 18:00" in page
    assert "4 autres dates, jusqu’au 5 avril 2027" in page
    assert "jeudi 11 mars 2027 à 10:00" in page, "without a zone it is the site's time"
    assert "Secret" not in page


def test_the_page_of_a_group_leads_to_its_calendar(place: Agenda, source: Source) -> None:
    source.kind = "text/html"
    source.bodies["/@groupe"] = (
        b'<!doctype html><title>Groupe</title><link rel="alternate" type="text/calendar" '
        b'href="/@groupe/feed/ics">'
    )
    source.bodies["/@groupe/feed/ics"] = calendar(FAIR, name="Le groupe")
    id = place.follow(source, "/@groupe")
    row = place.part("store").find(place.instance, id)
    assert row.address.endswith("/@groupe/feed/ics") and row.title == "Le groupe"
    source.bodies["/event"] = (
        b'<html><title>Une page</title><script type="application/ld+json">'
        b'{"@type": "Event", "name": "Concert", "startDate": "2027-03-20T20:00:00+01:00", '
        b'"url": "https://a.example/c", "organizer": {"name": "La salle"}}</script>'
    )
    place.follow(source, "/event")
    page = place.see("", "/-/calendars")
    assert "Concert" in page and "La salle" in page and "Le groupe" in page
    assert "Concert" in place.see("", "/-/calendars?q=conc")


def test_commands_do_what_the_page_does(
    source: Source, tmp_path: Path, found_wiki: Callable[..., None]
) -> None:
    folder = tmp_path / "wiki"
    folder.mkdir()
    (folder / "wiki.toml").write_text('calendar_hosts = "127.0.0.1"\n', "utf-8")
    found_wiki(load_settings(folder, environ={}), True)

    def run(*words: str, status: int = 0) -> str:
        found = CliRunner().invoke(main, ["--instance", str(folder), "calendars", *words])
        assert found.exit_code == status, (found.output, found.exception)
        return found.output

    source.bodies[AGENDA] = calendar(FAIR)
    assert "404" in run("add", f"{source.url}/nulle-part.ics", status=1)
    assert run("list") == ""
    added = run("add", source.url + AGENDA, "--yes", "--name", "Ailleurs")
    assert added.startswith(f"Ailleurs\n{source.url}")
    assert "Ailleurs" in run("list")
    run("poll")
    source.status = 500
    assert "500" in run("poll", status=1)
    run("remove", source.url + AGENDA)
    assert run("list") == ""
    assert "nope" in run("remove", "nope", status=1)


def test_a_secret_address_is_shown_to_nobody_else(place: Agenda, source: Source) -> None:
    secret = "/ical/awa/private-0123456789/basic.ics"
    feed = f"{source.url}{secret}"
    plain = "UID:{0}@x\nSUMMARY:Date {0}\nDTSTART:20270318T173000Z\nURL:{1}"
    data = calendar(DAYS, plain.format(1, feed), plain.format(2, f"{feed}?x=1"))
    for home in (b"", f"URL:{feed}\r\n".encode(), f"X-ORIGINAL-URL:{feed}\r\n".encode()):
        source.bodies[secret] = data.replace(b"X-WR-CALNAME", home + b"X-WR-CALNAME")
        id = place.follow(source, secret)
        for url in (*PAGES, f"/-/calendars?calendar={id}"):
            for who in ("", "marc"):
                assert "private-0123456789" not in place.see(who, url), (home, url)
        page = place.see("", "/-/calendars")
        assert "Journées du bois" in page and "Date 2" in page
        assert f'href="{source.url}/"' in page
        place.send("anne", f"/-/calendars/followed/{id}", action="remove")


def test_one_date_beyond_time_spoils_no_calendar(place: Agenda, source: Source) -> None:
    zone, ends = ";TZID=Asia/Tokyo", "DTEND:99991231T235959"
    first = f"UID:a@x\nSUMMARY:A\nDTSTART{zone}:00010101T000000\nDTEND{zone}:20270401T000000"
    last = f"UID:b@x\nSUMMARY:B\nDTSTART;TZID=America/Lima:20270401T000000\n{ends}"
    source.bodies[AGENDA] = calendar(first, last, DAYS)
    assert place.titles(place.follow(source)) == ["Journées du bois"]
