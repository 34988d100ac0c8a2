"""What time and edits do: moved, cancelled, deleted, reminded, forgotten."""

import re
from datetime import timedelta
from typing import Any

from .conftest import EVENT, URL, at_the_event, event

Evening = Any


def told(evening: Evening, who: str) -> list[str]:
    """The subjects of the mails to someone, but for the ticket."""
    return [mail.splitlines()[0] for mail in evening.mails_to(who)][1:]


def calendar(evening: Evening, who: str) -> Any:
    from icalendar import Calendar

    (found,) = Calendar.from_ical(evening.see("", evening.link(who) + "/event.ics")).walk("VEVENT")
    return found


def test_a_new_date_is_told_once_to_each(evening: Evening) -> None:
    for who in ("lea", "marc", "noe"):
        evening.registers(who)
    before = calendar(evening, "lea")["sequence"]
    evening.change(starts="2027-03-25T18:30", ends="2027-03-25T21:00")
    evening.tend()
    assert told(evening, "lea") == [], "it may still be being written"
    evening.settle()
    evening.settle()
    for who in ("lea", "noe"):
        (subject,) = told(evening, who)
        assert subject == "Nouvelle date : Carrefour de printemps"
    mail = evening.mails_to("lea")[-1]
    assert "25 mars 2027" in mail and "18 mars 2027" in mail
    after = calendar(evening, "lea")
    assert after["sequence"] > before and after["status"] == "CONFIRMED"
    assert after["dtstart"].dt.day == 25


def test_other_edits_and_slips_that_are_mended_tell_nobody(evening: Evening) -> None:
    evening.registers("lea")
    evening.change(title="Carrefour du printemps", summary="Autre chose", capacity="50")
    evening.settle()
    evening.change(starts="2027-03-25T18:30")
    evening.tend()
    evening.change()
    evening.settle()
    evening.change(starts="au printemps")
    evening.settle()
    assert told(evening, "lea") == []


def test_each_change_is_told_once(evening: Evening) -> None:
    evening.registers("lea")
    evening.change(place="Mairie")
    evening.settle()
    evening.change(place="Mairie", cancelled="true")
    evening.settle()
    evening.settle()
    evening.change(place="Mairie")
    evening.settle()
    heads = [subject.split(" :")[0] for subject in told(evening, "lea")]
    assert heads == ["Nouveau lieu", "Annulé", "Finalement maintenu"]


def test_a_cancelled_event_leaves_calendars(evening: Evening) -> None:
    from icalendar import Calendar

    evening.registers("lea")
    evening.change(cancelled="true")
    evening.settle()
    found = calendar(evening, "lea")
    assert found["status"] == "CANCELLED" and found["sequence"] > 0
    assert "Cette rencontre est annulée" in evening.see("", evening.link("lea"))
    theirs = evening.see("", f"/-/events/{EVENT}.ics")
    (other,) = Calendar.from_ical(theirs).walk("VEVENT")
    assert other["status"] == "CANCELLED" and other["uid"] == found["uid"]


def test_who_cancelled_is_told_nothing_more(evening: Evening) -> None:
    evening.registers("lea")
    evening.act("lea", "leave")
    evening.change(cancelled="true")
    evening.settle()
    assert told(evening, "lea") == []


def test_registrations_follow_a_page_that_moves(evening: Evening) -> None:
    evening.registers("lea")
    elsewhere = event(aliases=f"[{EVENT}]")
    evening.write({f"{EVENT}.md": None, "evenements/ailleurs.md": elsewhere})
    evening.settle()
    assert told(evening, "lea") == []
    page = evening.see("awa", "/-/registrations/evenements/ailleurs/manage")
    assert "Léa" in page
    answer = evening.client().get(f"/-/registrations/{EVENT}")
    assert answer.headers["Location"] == "/-/registrations/evenements/ailleurs"


def test_who_registers_before_the_move_was_noticed_is_on_the_same_list(evening: Evening) -> None:
    evening.registers("lea")
    elsewhere = event(aliases=f"[{EVENT}]")
    evening.write({f"{EVENT}.md": None, "evenements/ailleurs.md": elsewhere})
    url = "/-/registrations/evenements/ailleurs"
    evening.send("marc", url, 303, name="Marc")
    evening.tend()
    page = evening.see("awa", f"{url}/manage")
    assert "Léa" in page and "Marc" in page


def test_a_deleted_page_cancels_and_its_team_is_told(evening: Evening) -> None:
    evening.registers("lea")
    evening.tend()
    evening.write({f"{EVENT}.md": None})
    evening.settle()
    evening.settle()
    assert told(evening, "lea") == ["Annulé : Carrefour de printemps"]
    (mail,) = evening.mails_to("awa")
    assert "supprimée" in mail
    assert calendar(evening, "lea")["status"] == "CANCELLED"
    evening.write({f"{EVENT}.md": event()})
    evening.settle()
    assert told(evening, "lea")[-1] == "Finalement maintenu : Carrefour de printemps"


def test_a_reminder_leaves_the_morning_before_and_once(evening: Evening) -> None:
    for who in ("lea", "marc", "noe"):
        evening.registers(who)
    evening.now = evening.now.replace(day=17, hour=5)
    evening.tend()
    assert told(evening, "lea") == []
    evening.later(hours=3)
    evening.later(hours=3)
    assert told(evening, "lea") == ["Demain : Carrefour de printemps"]
    assert told(evening, "noe") == [], "who has no place is not expected"


def test_a_mail_that_was_late_says_what_is_so_by_then(evening: Evening) -> None:
    evening.registers("lea")
    (row,) = evening.registrations()
    make = evening.part("letters").make

    def words(kind: str, number: str) -> str:
        letter = make(evening.instance, f"{kind}:{row.id}:{number}", "fr")
        return f"{letter.subject}\n{letter.text}{letter.html}" if letter else ""

    evening.now = evening.now.replace(day=17, hour=8)
    assert words("reminder", "0").startswith("Demain")
    evening.now = evening.now.replace(day=18, hour=8)
    late = words("reminder", "0")
    assert late.startswith("Votre billet") and "demain" not in late
    assert "Vous êtes déjà" in words("again", "x") or "déjà" in words("again", "x")
    evening.act("lea", "leave")
    assert words("again", "x") == "", "they let it go meanwhile"


def test_a_place_offered_just_before_is_held_shortly_and_never_beyond(evening: Evening) -> None:
    for who in ("lea", "marc", "noe"):
        evening.registers(who)
    evening.now = evening.now.replace(day=18, hour=16, minute=30)
    evening.act("lea", "leave")
    row = next(one for one in evening.registrations() if one.name == "Noé")
    assert row.offered_until == evening.now.replace(hour=17, minute=30), "the event begins then"
    evening.later(hours=2)
    assert evening.rows()["Noé"] == "passed"


def test_three_months_later_only_numbers_are_left(evening: Evening) -> None:
    from sqlalchemy import select

    models = evening.part("models")
    evening.change(capacity="")
    evening.registers("lea", access="Une rampe", why=["uses"])
    evening.registers("marc", why=["uses", "help"])
    at_the_event(evening)
    row = next(one for one in evening.registrations() if one.name == "Léa")
    url = f"/-/registrations/{EVENT}/door"
    evening.send("awa", url, id=row.id, action="here")
    evening.later(days=2)
    assert {one.access for one in evening.registrations()} == {""}
    assert len(evening.rows()) == 2
    evening.later(days=89)
    assert evening.rows() == {}
    with evening.instance.private.reading() as session:
        sums = {one.key: one.count for one in session.scalars(select(models.SumRow))}
    assert sums == {"uses": 2, "help": 1, "came": 1, "missed": 1}
    evening.later(days=1)


def test_a_link_of_an_event_that_is_forgotten(evening: Evening) -> None:
    evening.registers("lea")
    link = evening.link("lea")
    evening.later(days=120)
    evening.see("", link, 404)


def test_what_a_head_says_badly_is_told(evening: Evening) -> None:
    from wiki.pages.page import Page

    problems = evening.part("event.terms").problems
    text = event(registration="peut-être", capacity="beaucoup", places="10")
    page = Page("e", "e.md", text)
    kinds = [one.kind for one in problems(page)]
    assert kinds == ["registration-twice", "registration-word", "registration-places"]
    good = event(registration="", capacity="", inscriptions="ouvertes", places="60")
    assert list(problems(Page("e", "e.md", good))) == []
    zone = evening.instance.settings.zone
    terms = evening.part("event.terms").terms_of(Page("e", "e.md", good), zone)
    assert terms.open and terms.capacity == 60
    until = Page("e", "e.md", event(registration="2027-03-17"))
    terms = evening.part("event.terms").terms_of(until, zone)
    last = terms.until
    assert terms.are_open(last - timedelta(seconds=1)) and not terms.are_open(last)
    assert last.astimezone(zone).isoformat().startswith("2027-03-18T00:00")


def test_a_page_at_the_address_of_one_that_is_gone_has_nothing_of_it(evening: Evening) -> None:
    """Neither at the address itself, nor as its former one, nor with someone of its team named."""
    evening.registers("lea")
    evening.tend()
    evening.write({f"{EVENT}.md": None})
    evening.tend()
    both = event(team='["[[personnes/awa]]", "[[personnes/noe]]"]')
    alias = event(team='["[[personnes/awa]]", "[[personnes/noe]]"]', aliases=f"[{EVENT}]")
    for path, text in ((EVENT, both), ("evenements/ailleurs", alias)):
        evening.write({"personnes/noe.md": "---\ntype: person\ntitle: Noé\n---\n"})
        evening.write({f"{path}.md": text})
        url = f"/-/registrations/{path}"
        for _turn in range(2):
            assert "Léa" not in evening.see("noe", f"{url}/manage")
            assert "Léa" not in evening.see("noe", f"{url}/people")
            evening.tend()
        evening.send("marc", url, 303, name="Marc")
        page = evening.see("noe", f"{url}/manage")
        assert "Marc" in page and "Léa" not in page
        evening.write({f"{path}.md": None})
        evening.tend()
    evening.settle()
    assert "Annulé : Carrefour de printemps" in told(evening, "lea")


def test_the_door_goes_by_the_date_that_the_page_says_now(evening: Evening) -> None:
    """Nobody waits ten minutes at the door of an evening that was brought forward."""
    evening.registers("lea")
    evening.manage("door")
    link = re.findall(r"/-/registrations/door/[\w.-]+", evening.see("awa", f"{URL}/manage"))[0]
    helper = evening.passer("helper")
    evening.send(helper, link)
    closed = evening.see(helper, f"{URL}/door")
    assert (
        "Les arrivées se notent à partir du 18 mars 2027" in closed and 'value="here"' not in closed
    )
    row = evening.registrations()[0]
    assert "Rien n’a été noté" in evening.send(helper, f"{URL}/door", 403, id=row.id)
    today = evening.now.date().isoformat()
    evening.change(starts=f"{today}T20:30", ends=f"{today}T23:00")
    assert 'value="here"' in evening.see(helper, f"{URL}/door")
    evening.send(helper, f"{URL}/door", id=row.id, action="here")
    # It is put off at the last moment: nobody was there, and the same link opens the new evening.
    evening.change(starts="2027-03-25T18:30", ends="2027-03-25T21:00")
    evening.settle()
    assert evening.registrations()[0].came is None
    evening.now = evening.now.replace(month=3, day=25, hour=18)
    helper = evening.passer("helper")
    evening.send(helper, link)
    assert 'value="here"' in evening.see(helper, f"{URL}/door")
