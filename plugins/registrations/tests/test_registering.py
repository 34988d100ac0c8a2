"""Registering, waiting, offers and their end, over HTTP and real mails."""

import re
from typing import Any

import pytest

from wiki.people.mail.queue import failed_mails
from wiki.testing import Place
from wiki.testing.texts import page

from .conftest import EVENT, URL

Evening = Any


def test_someone_without_an_account_registers_and_gets_a_ticket(evening: Evening) -> None:
    form = evening.see("", URL)
    assert "Il reste 2 places sur 2" in form and 'name="email"' in form
    answer = evening.asks("zoe@example.net", why=["uses", "nonsense"], access="Une rampe")
    assert "Ouvrez le courriel" in answer
    (mail,) = evening.mails_to("zoe@example.net")
    assert "Confirmez votre venue" in mail and "18 mars 2027" in mail
    assert evening.rows() == {"Zoé": "unconfirmed"}
    page = evening.see("", evening.link("zoe@example.net"))
    assert "Voulez-vous venir" in page and evening.rows() == {"Zoé": "unconfirmed"}
    evening.act("zoe@example.net", "confirm")
    assert evening.rows() == {"Zoé": "coming"}
    mail = evening.mails_to("zoe@example.net")[-1]
    assert "Votre billet" in mail and "21:00\nMédiathèque" in mail.replace("\r", "")
    page = evening.see("", evening.link("zoe@example.net"))
    assert "Votre inscription est faite" in page and "/-/registrations/code/" in page
    assert "zoe@example.net" not in "".join(evening.shown).replace('value="zoe@example.net"', "")
    (row,) = evening.registrations()
    assert row.reasons == "uses" and row.access == "Une rampe" and not row.listed


def test_the_ticket_in_the_mail_is_a_table_and_fetches_nothing(evening: Evening) -> None:
    evening.registers("lea")
    (mail,) = [one for one in evening.mails() if one["To"] == "lea@example.org"]
    html = str(mail.get_body(("html",)).get_content())
    assert "bgcolor" in html and "<img" not in html
    assert len(html) < 100_000, "longer mails are cut off by some programs"


def test_an_account_registers_at_once_and_twice_is_once(evening: Evening) -> None:
    evening.registers("lea")
    evening.registers("lea", listed="1")
    assert evening.rows() == {"Léa": "coming"}
    assert len(evening.mails_to("lea")) == 1
    (row,) = evening.registrations()
    assert row.listed
    again = evening.client("lea").get(URL)
    assert again.status_code == 302 and "/mine/" in again.headers["Location"]


def test_a_title_with_what_nobody_sees_costs_no_mail(evening: Evening) -> None:
    evening.change(title='"Carrefour\\a de \\0\\eprintemps"')
    evening.registers("lea")
    evening.asks("zoe@example.net")
    for who in ("lea", "zoe@example.net"):
        (mail,) = evening.mails_to(who)
        subject = mail.splitlines()[0]
        assert "Carrefour" in subject and "printemps" in subject and subject.isprintable()
    evening.change(title='"Carrefour\\a de \\0\\eprintemps"', place="Ailleurs")
    evening.settle()
    assert "Ailleurs" in evening.mails_to("lea")[-1]
    assert not failed_mails(evening.instance.private, 9)


def test_an_address_that_is_registered_learns_so_by_mail_alone(evening: Evening) -> None:
    evening.registers("lea")
    first = evening.asks("inconnue@example.net", "Une autre")
    evening.now = evening.now.replace(minute=20)
    second = evening.asks("lea@example.org", "Quelqu’un d’autre")
    main = [text.split("<main")[1].split("</main")[0] for text in (first, second)]
    assert main[0] == main[1], "the page does not tell whose address it is"
    assert "déjà sur la liste" in evening.mails_to("lea")[-1]
    assert "Quelqu’un" not in evening.rows() and evening.rows()["Léa"] == "coming"


def test_an_account_that_registered_by_address_is_one(evening: Evening) -> None:
    evening.asks("lea@example.org", "Léa")
    evening.act("lea", "confirm")
    (row,) = evening.registrations()
    assert row.person == evening.people["lea"].id and row.email == ""
    evening.registers("lea")
    assert len(evening.registrations()) == 1


def test_when_full_one_waits_and_is_offered_the_place_in_order(evening: Evening) -> None:
    for who in ("lea", "marc"):
        evening.registers(who)
    assert "Toutes les places sont prises" in evening.see("", URL)
    evening.registers("noe")
    evening.registers("anne")
    assert "liste d’attente" in evening.mails_to("noe")[-1]
    assert "Une personne attend avant vous" in evening.see("", evening.link("anne"))
    evening.act("lea", "leave")
    assert evening.rows() == {
        "Léa": "cancelled",
        "Marc": "coming",
        "Noé": "offered",
        "Anne": "waiting",
    }
    assert "Une place s’est libérée" in evening.mails_to("noe")[-1]
    assert "mars 2027 à" in evening.mails_to("noe")[-1]
    evening.later(hours=25)
    assert evening.rows()["Noé"] == "passed" and evening.rows()["Anne"] == "offered"
    assert "passée à la personne suivante" in evening.see("", evening.link("noe"))
    evening.act("noe", "accept")
    assert evening.rows()["Noé"] == "passed", "too late is nothing"
    evening.act("anne", "accept")
    evening.act("anne", "accept")
    assert evening.rows()["Anne"] == "coming"
    evening.act("noe", "confirm")
    assert evening.rows()["Noé"] == "waiting", "nobody is lost"
    assert "Votre billet" in evening.mails_to("anne")[-1]


def test_that_it_is_full_is_said_wherever_the_event_is(evening: Evening) -> None:
    """At once, to visitors too, whose pages are kept; and no longer once a place is free."""
    listed = "# Accueil\n\n::: evenements\n\n:::\n"
    series = page(type="carrefour", title="La série")
    evening.write({"liste.md": listed, "evenements/index.md": series})
    ways = ("/", "/liste", "/evenements", "/-/calendar", "/-/events", f"/{EVENT}")

    def full() -> list[str]:
        return [way for way in ways if re.search(r"\bcomplet\b", evening.see("", way))]

    evening.registers("lea")
    assert full() == [] and "Il y a 2 places" in evening.see("", f"/{EVENT}")
    evening.registers("marc")
    assert full() == list(ways)
    shown = evening.see("", f"/{EVENT}")
    assert "Les 2 places sont prises" in shown and "Il y a 2 places" not in shown
    assert "S’inscrire</a>" not in shown and shown.count("Me mettre sur la liste d’attente") == 2
    assert "complet, liste d’attente ouverte" in evening.see("", "/")
    evening.change(registration="2027-02-27")
    assert "complet, liste" not in evening.see("", "/") and "/" in full()
    evening.change()
    evening.act("lea", "leave")
    assert full() == []


def test_who_waits_is_not_overtaken(evening: Evening) -> None:
    for who in ("lea", "marc", "noe"):
        evening.registers(who)
    evening.act("marc", "leave")
    evening.registers("anne")
    assert evening.rows()["Noé"] == "offered" and evening.rows()["Anne"] == "waiting"
    evening.act("noe", "leave")
    assert evening.rows()["Anne"] == "offered"


def test_fewer_places_throw_nobody_out_and_more_are_offered(evening: Evening) -> None:
    for who in ("lea", "marc", "noe"):
        evening.registers(who)
    evening.change(capacity="1")
    evening.tend()
    assert evening.rows() == {"Léa": "coming", "Marc": "coming", "Noé": "waiting"}
    evening.act("lea", "leave")
    assert evening.rows()["Noé"] == "waiting"
    evening.change(capacity="3")
    evening.tend()
    assert evening.rows()["Noé"] == "offered"


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ({"registration": "closed"}, "Les inscriptions sont closes"),
        ({"registration": "2027-02-27"}, "Les inscriptions sont closes"),
        ({"registration": "peut-être"}, "Les inscriptions sont closes"),
        ({"cancelled": "true"}, "annulée"),
        ({"starts": "2027-02-01", "ends": ""}, "terminée"),
        ({"starts": "au printemps"}, "closes"),
    ],
)
def test_where_one_cannot_register_it_is_said(
    evening: Evening, head: dict[str, str], words: str
) -> None:
    evening.change(**head)
    page = evening.see("", URL)
    assert words in page and 'name="email"' not in page
    answer = evening.send("lea", URL, 403, name="Léa")
    assert "notice error" in answer
    assert evening.rows() == {}


def test_bad_input_is_told_and_kept(evening: Evening) -> None:
    answer = evening.asks("pas une adresse", "Zoé", 422, access="Une rampe", why=["uses"])
    assert "pas une adresse" in answer and "Une rampe" in answer and "is-wrong" in answer
    assert 'value="uses" checked' in answer
    assert "is-wrong" in evening.asks("zoe@example.net", "zoe@example.net", 422)
    assert "is-wrong" in evening.asks("", "Zoé", 422)
    assert "is-wrong" in evening.asks("zoe@example.net", "Zoé", 422, access="x" * 501)
    assert evening.rows() == {} and evening.mails() == []


def test_closing_between_the_form_and_the_mail(evening: Evening) -> None:
    evening.asks("zoe@example.net")
    evening.change(registration="closed")
    answer = evening.act("zoe@example.net", "confirm", 403)
    assert "Les inscriptions sont closes" in answer and evening.rows()["Zoé"] == "unconfirmed"
    evening.later(days=3)
    assert evening.rows() == {}
    evening.see("", evening.link("zoe@example.net"), 404)


def test_a_link_for_somebody_else_does_nothing(evening: Evening) -> None:
    evening.registers("lea")
    link = evening.link("lea")
    page = evening.see("marc", link)
    assert "pas pour le compte" in page
    evening.send("marc", link, 403, action="leave")
    assert evening.rows() == {"Léa": "coming"}
    # Not the last letter of the signature: some of its bits say nothing.
    head, _dot, signature = link.rpartition(".")
    other = "b" if signature[0] == "a" else "a"
    evening.see("", f"{head}.{other}{signature[1:]}", 404)


def test_one_address_is_not_flooded(evening: Evening) -> None:
    for _ in range(5):
        evening.asks("zoe@example.net")
    assert "notice error" in evening.asks("zoe@example.net", status=429)
    evening.asks("autre@example.net")


def test_an_evening_from_one_network(evening: Evening) -> None:
    evening.change(capacity="")
    for number in range(30):
        said: dict[str, Any] = {
            "name": f"Personne {number}",
            "email": f"p{number}@example.net",
            "lang": "fr",
        }
        Place.send(evening, "", URL, 200, **said)
    assert len(evening.rows()) == 30


def test_one_network_closes_an_event_for_nobody_else(evening: Evening) -> None:
    registering = evening.part("registration")
    evening.change(capacity="")
    with pytest.MonkeyPatch.context() as few:
        few.setattr(registering, "_NETWORK_A_DAY", 2)
        few.setattr(registering, "_UNCONFIRMED", 3)
        for number in range(2):
            evening.asks(f"p{number}@example.net")
        assert "notice error" in evening.asks("p2@example.net", status=429)
        url = f"/-/registrations/{EVENT}"
        for number, status in ((3, 200), (4, 403)):
            visitor = evening.passer("elsewhere")
            evening.client(visitor).environ_base["REMOTE_ADDR"] = "198.51.100.7"
            data = {"name": "Zoé", "email": f"p{number}@example.net", "lang": "fr"}
            page = evening.send(visitor, url, status, **data)
        assert "attendent que leur courriel soit ouvert" in page
        evening.registers("lea")


def test_what_one_chose_can_be_changed(evening: Evening) -> None:
    evening.registers("lea")
    evening.act("lea", "choose", name="Léa B.", lang="en", listed="1", access="Un siège")
    (row,) = evening.registrations()
    assert (row.name, row.lang, row.listed, row.access) == ("Léa B.", "en", True, "Un siège")
    assert "is-wrong" in evening.act("lea", "choose", 422, name="")


def test_the_calendar_of_a_registration(evening: Evening) -> None:
    from icalendar import Calendar

    evening.registers("lea")
    found: Any
    other: Any
    mine = evening.see("", evening.link("lea") + "/event.ics")
    (found,) = Calendar.from_ical(mine).walk("VEVENT")
    theirs = evening.see("", f"/-/events/{EVENT}.ics")
    (other,) = Calendar.from_ical(theirs).walk("VEVENT")
    assert found["uid"] == other["uid"] and found["dtstart"].dt == other["dtstart"].dt
    assert found["status"] == "CONFIRMED"


def test_erasing_someone_leaves_nothing_and_frees_the_place(evening: Evening) -> None:
    from wiki.people.accounts import add_person
    from wiki.people.privacy.erasure import erase

    other = add_person(evening.instance.private, email="ida@example.org", name="Ida")
    evening.people["ida"] = other
    for who in ("ida", "marc", "noe"):
        evening.registers(who)
    evening.asks("zoe@example.net")
    erase(evening.instance.private, evening.people.pop("ida").id)
    evening.tend()
    assert evening.rows() == {"Marc": "coming", "Noé": "offered", "Zoé": "unconfirmed"}


def test_a_restricted_event_is_nobodys_business(evening: Evening) -> None:
    evening.registers("lea")
    evening.change(visibility="team")
    for who in ("", "marc"):
        for what in ("", "/people", "/manage", "/door", "/manage/list.csv"):
            evening.see(who, URL + what, 404)
    mine = evening.see("", evening.link("lea"))
    assert "Carrefour de printemps" in mine, "what they were told they may know"
