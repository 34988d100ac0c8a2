"""What organisers do: the list, by hand, messages, paper, a file, and the door."""

import csv
import re
from io import StringIO
from typing import Any

from .conftest import EVENT, URL, at_the_event, event

Evening = Any


def ticket(evening: Evening, who: str) -> str:
    """Where the code on someone's ticket leads."""
    registration = evening.part("links").OWN.read(
        evening.instance, evening.link(who).rpartition("/")[2]
    )
    url = evening.part("links").TICKET.url(evening.instance, registration)
    return str(url.removeprefix(evening.instance.settings.public_url))


def test_only_organisers_manage(evening: Evening) -> None:
    evening.registers("lea")
    for what in ("/manage", "/manage/sheet", "/manage/list.csv"):
        evening.see("lea", URL + what, 403)
        evening.see("", URL + what, 302)
        assert "Léa" in evening.see("awa", URL + what)
        assert "Léa" in evening.see("anne", URL + what)
    evening.see("lea", f"{URL}/door", 404)
    evening.send("lea", f"{URL}/manage", 403, action="add", name="Moi")
    evening.send("lea", f"{URL}/door", 404, id="x")


def test_no_officer_of_another_evening_reads_who_comes(evening: Evening) -> None:
    """The programme team decides about applications; who comes is told to the event's team."""
    evening.person("Prune", "programme")
    evening.registers("lea", access="Une rampe", listed="1")
    for what in ("/manage", "/manage/sheet", "/manage/list.csv", "/people"):
        evening.see("prune", URL + what, 403)
    evening.see("prune", f"{URL}/door", 404)
    evening.send("prune", f"{URL}/manage", 403, action="add", name="Moi")
    event = evening.part("presenters").event_of(evening.reader("prune"), EVENT)
    assert list(evening.part("presenters").steps(event, evening.reader("prune"))) == []


def test_the_list_is_searched_and_says_how_many(evening: Evening) -> None:
    evening.registers("lea", access="Une rampe")
    evening.registers("marc")
    evening.registers("noe")
    page = evening.see("awa", f"{URL}/manage")
    assert "2 inscriptions pour 2 places" in page and "une personne attend" in page
    assert "Une rampe" in page
    page = evening.see("awa", f"{URL}/manage?q=le")
    assert "Léa" in page and "Marc" not in page
    assert "Personne de ce nom" in evening.see("awa", f"{URL}/manage?q=zzz")


def test_adding_by_hand_goes_above_the_places_and_is_told(evening: Evening) -> None:
    evening.change(capacity="1")
    evening.manage("add", name="Odile", email="odile@example.net", lang="fr")
    evening.manage("add", name="Sans adresse")
    assert evening.rows() == {"Odile": "coming", "Sans adresse": "coming"}
    assert "Votre billet" in evening.mails_to("odile@example.net")[0]
    evening.manage("add", name="Odile", email="odile@example.net")
    assert len(evening.rows()) == 2
    assert "is-wrong" in evening.manage("add", 422, name="")
    assert "odile@example.net" not in evening.see("awa", f"{URL}/manage")


def test_cancelling_for_someone_tells_them_and_the_next(evening: Evening) -> None:
    for who in ("lea", "marc", "noe"):
        evening.registers(who)
    row = next(one for one in evening.registrations() if one.name == "Léa")
    evening.manage("cancel", id=row.id)
    evening.manage("cancel", id=row.id)
    assert evening.rows()["Léa"] == "cancelled" and evening.rows()["Noé"] == "offered"
    assert "annulé votre inscription" in evening.mails_to("lea")[-1]
    assert len(evening.mails_to("lea")) == 2
    evening.manage("cancel", 404, id="0000")


def test_a_message_reaches_each_alone_and_once(evening: Evening) -> None:
    evening.registers("lea")
    evening.registers("marc")
    evening.registers("noe")
    said = {"to": "coming", "topic": "Le parking", "words": "Garez-vous place du marché.\nMerci."}
    assert "is-wrong" in evening.manage("write", 422, to="coming", topic="", words="x")
    evening.manage("write", **said)
    evening.manage("write", **said)
    for who in ("lea", "marc"):
        told = [mail for mail in evening.mails_to(who) if "parking" in mail]
        assert len(told) == 1 and "Awa" in told[0] and "place du marché" in told[0]
        assert "example.org" not in told[0]
    assert not [mail for mail in evening.mails_to("noe") if "parking" in mail]
    evening.manage("write", **{**said, "to": "waiting"})
    assert [mail for mail in evening.mails_to("noe") if "parking" in mail]
    assert "notice error" in evening.manage("write", 429, **{**said, "topic": "Encore"})


def test_the_file_holds_no_address_and_no_formula(evening: Evening) -> None:
    evening.manage("add", name="=1+1 Odile", email="odile@example.net")
    evening.registers("lea", why=["uses"], access="Une rampe")
    answer = evening.client("awa").get(f"{URL}/manage/list.csv")
    text = answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "private, no-store"
    rows = list(csv.reader(StringIO(text.removeprefix("\ufeff"))))
    assert rows[0][0] == "Nom" and {row[0] for row in rows[1:]} == {"'=1+1 Odile", "Léa"}
    assert "@" not in text and "rampe" not in text and "uses" not in text


def test_the_sheet_has_those_who_come_in_order(evening: Evening) -> None:
    for who in ("marc", "lea", "noe"):
        evening.registers(who)
    page = evening.see("awa", f"{URL}/manage/sheet")
    assert re.findall(r"☐</span> (\w+)</li>", page) == ["Léa", "Marc"]


def test_a_ticket_is_checked_once_and_the_second_is_told(evening: Evening) -> None:
    evening.registers("lea")
    url = ticket(evening, "lea")
    page = evening.see("", url, 403)
    assert "Léa" not in page and "Ceci est un billet" in page
    assert "Léa" not in evening.see("marc", url, 403)
    early = evening.send("awa", url, 403)
    assert "Les arrivées se notent à partir du" in early and evening.registrations()[0].came is None
    at_the_event(evening)
    assert "C’est bien cette personne" in evening.see("awa", url)
    assert evening.registrations()[0].came is None, "opening it notes nothing"
    evening.send("awa", url)
    page = evening.see("awa", url)
    assert "Arrivée notée à" in page
    first = evening.registrations()[0].came
    evening.now = evening.now.replace(minute=30)
    evening.send("awa", url)
    assert "déjà notée" in evening.see("awa", url)
    assert evening.registrations()[0].came == first
    evening.send("awa", url, action="undo")
    assert evening.registrations()[0].came is None
    evening.see("awa", url[:-1], 404)


def test_a_ticket_lets_nobody_cancel(evening: Evening) -> None:
    evening.registers("lea")
    photographed = ticket(evening, "lea").rpartition("/")[2]
    evening.see("", f"/-/registrations/mine/{photographed}", 404)


def test_a_helper_at_the_door_needs_no_account_until_the_day_after(evening: Evening) -> None:
    evening.registers("lea")
    evening.manage("door")
    page = evening.see("awa", f"{URL}/manage")
    link = re.findall(r'value="[^"]*(/-/registrations/door/[^"]+)"', page)[0]
    at_the_event(evening)
    helper = evening.passer("helper")
    assert "Léa" not in evening.see(helper, link), "opening it says no name"
    evening.send(helper, link)
    assert "Léa" in evening.see(helper, f"{URL}/door")
    evening.see(helper, ticket(evening, "lea"))
    row = evening.registrations()[0]
    evening.send(helper, f"{URL}/door", id=row.id, action="here")
    assert evening.registrations()[0].came is not None
    evening.see(helper, f"{URL}/manage", 302), "it opens the door alone"
    evening.now = evening.now.replace(day=20)
    evening.see(helper, f"{URL}/door", 302)
    evening.see("", link, 404)


def test_a_new_link_for_the_door_ends_the_old_one(evening: Evening) -> None:
    evening.registers("lea")
    evening.manage("door")
    page = evening.see("awa", f"{URL}/manage")
    link = re.findall(r'value="[^"]*(/-/registrations/door/[^"]+)"', page)[0]
    helper = evening.passer("helper")
    evening.send(helper, link)
    evening.see(helper, f"{URL}/door")
    evening.manage("door")
    evening.see(helper, f"{URL}/door", 302)


def test_who_waited_and_came_has_a_place(evening: Evening) -> None:
    for who in ("lea", "marc", "noe"):
        evening.registers(who)
    at_the_event(evening)
    row = next(one for one in evening.registrations() if one.name == "Noé")
    page = evening.see("awa", f"{URL}/door?q=noe")
    assert "liste d’attente" in page
    evening.send("awa", f"{URL}/door", id=row.id, action="here")
    assert evening.rows()["Noé"] == "coming"


def test_who_comes_is_seen_by_those_who_come(evening: Evening) -> None:
    evening.registers("lea", listed="1")
    evening.registers("marc")
    evening.registers("noe", listed="1")
    page = evening.see("marc", f"{URL}/people")
    assert "Léa" in page and 'href="/personnes/lea"' in page and "Et une autre personne" in page
    assert "Noé" not in page.split("<main")[1], "who waits does not come yet"
    evening.see("noe", f"{URL}/people", 403)
    evening.see("", f"{URL}/people", 302)
    evening.see("awa", f"{URL}/people")
    page = evening.see("", evening.link("marc"))
    assert "Léa" in page and "Qui vient aussi" in page


def test_those_who_were_there_are_known_to_other_plugins(evening: Evening) -> None:
    from wiki.api import events

    def attendances() -> list[Any]:
        found = evening.instance.plugins.call(events.attendances, evening.instance, EVENT)
        return [one for one in found if one.name in ("Léa", "Marc", "Noé", "Zoé")]

    assert attendances() == []
    evening.registers("lea", listed="1")
    evening.asks("zoe@example.net")
    evening.act("zoe@example.net", "confirm")
    evening.registers("noe")
    lea, zoe = sorted(attendances(), key=lambda one: one.name)
    assert (lea.came, lea.listed, lea.person) == (None, True, evening.people["lea"].id)
    assert (zoe.came, zoe.email, zoe.person) == (None, "zoe@example.net", None)
    at_the_event(evening)
    row = next(one for one in evening.registrations() if one.name == "Léa")
    evening.send("awa", f"{URL}/door", id=row.id, action="here")
    assert {one.name: one.came for one in attendances()} == {"Léa": True, "Zoé": False}


def test_the_event_page_leads_there_and_says_no_number_that_changes(evening: Evening) -> None:
    page = evening.see("", f"/{EVENT}")
    assert f'href="{URL}"' in page and "Il y a 2 places" in page
    first = page.split("<h1")[1].split("<dl")[0]
    assert f'href="{URL}"' in first, "below the title, before all that is said of it"
    assert f"{URL}/manage" not in page
    assert f"{URL}/manage" in evening.see("awa", f"/{EVENT}")
    evening.change(registration="")
    assert URL not in evening.see("", f"/{EVENT}")
    evening.see("", URL, 404)


def test_one_has_ones_registrations_in_one_place(evening: Evening) -> None:
    evening.registers("lea")
    page = evening.see("lea", "/-/registrations")
    assert "Carrefour de printemps" in page and "/mine/" in page
    assert "Carrefour de printemps" not in evening.see("marc", "/-/registrations")
    evening.see("", "/-/registrations", 302)
    assert "Carrefour de printemps" in evening.see("lea", "/-/account")


def test_why_people_come_is_told_from_five_on_once_it_is_over(evening: Evening) -> None:
    evening.change(capacity="")
    for number in range(6):
        email = f"p{number}@example.net"
        why = ["uses", "funding"] if number < 4 else ["uses"]
        evening.asks(email, f"Personne {number}", why=why)
        evening.act(email, "confirm")
    managed = evening.see("awa", f"{URL}/manage")
    assert "Découvrir des usages" in managed and "Trouver un financement" not in managed
    page = evening.see("", "/-/registrations/reasons")
    assert "Découvrir des usages" not in page, "a number that changes tells who came last"
    evening.now = evening.now.replace(day=20)
    page = evening.see("", "/-/registrations/reasons")
    assert "Découvrir des usages" in page and "financement" not in page and "<svg" in page
    evening.write({f"{EVENT}.md": event(visibility="team")})
    page = evening.see("", "/-/registrations/reasons")
    assert "Découvrir des usages" not in page, "of an event that they may not know"


def test_who_prepares_the_event_reads_how_far_it_is(evening: Evening) -> None:
    from wiki.plugins import call_hook
    from wiki.reading import Reader
    from wiki.reading.events import event_of

    def steps() -> dict[str, str]:
        reader = Reader(evening.instance, evening.people["awa"])
        hook = evening.instance.plugins.hook.event_steps
        groups = call_hook(hook, event=event_of(reader, EVENT), reader=reader)
        return {one.url: one.words for group in groups for one in group}

    manage, door = f"{URL}/manage", f"{URL}/door"
    assert steps()[manage] == "0 inscription pour 2 places", "French counts none as one"
    for who in ("lea", "marc", "noe"):
        evening.registers(who)
    assert steps()[manage] == "2 inscriptions pour 2 places · une personne attend"
    assert steps()[door] == "0 arrivée notée"
    evening.change(registration="", capacity="")
    evening.see("awa", manage)


def test_a_mail_that_is_no_longer_true_is_not_sent(evening: Evening) -> None:
    registering = evening.part("registration")
    for who in ("lea", "marc", "noe"):
        evening.registers(who)
    ids = {row.name: row.id for row in evening.registrations()}
    registering.withdraw(evening.instance, ids["Léa"])
    registering.take_place(evening.instance, ids["Noé"])
    subjects = [mail.splitlines()[0] for mail in evening.mails_to("noe")]
    assert [one.split(" :")[0] for one in subjects] == [
        "Vous êtes sur la liste d’attente",
        "Votre billet",
    ]


def test_badges_show_what_each_agreed_to_and_the_list_has_fifty_a_page(evening: Evening) -> None:
    from io import BytesIO

    from pypdf import PdfReader

    from wiki.testing.texts import page as written

    offer = "\n::: offres\n- Relire un plan\n\n:::\n::: besoins\n- [ ] Un prêt de capteurs\n\n:::\n"
    evening.write(
        {
            "personnes/lea.md": written(offer, type="person", title="Léa"),
            "personnes/noe.md": written(offer, type="person", title="Noé"),
        }
    )
    evening.change(capacity="")
    evening.registers("lea", listed="1")
    evening.registers("noe")
    for number in range(50):
        evening.manage("add", name=f"Invité {number:02}", email="")
    url = f"{URL}/manage/badges.pdf"
    evening.see("lea", url, 403)
    evening.see("awa", f"{url}?size=9", 404)
    evening.see("awa", f"{url}?part=1", 404)
    for size, sheets in ((8, 7), (10, 6)):
        made = evening.client("awa").get(f"{url}?size={size}")
        assert (made.status_code, made.mimetype) == (200, "application/pdf")
        pages = PdfReader(BytesIO(made.data)).pages
        assert len(pages) == sheets
        said = "\n".join(one.extract_text() for one in pages)
        assert said.count("Je cherche") == said.count("J’offre") == 52
        # Noé is not on the list: their page says nothing on their badge.
        assert said.count("Relire un plan") == said.count("Un prêt de capteurs") == 1
        assert "Noé" in said and "Invité 49" in said
    paper = evening.see("awa", f"{URL}/manage/sheet")
    assert [part.count("☐") for part in paper.split("door-sheet")[1:]] == [50, 2]
    assert "Page 2 sur 2" in paper
