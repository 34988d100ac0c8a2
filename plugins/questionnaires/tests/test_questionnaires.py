"""The questionnaire as those who answer, organise, read first, and are told, meet it."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from plugins.questionnaires.tests.conftest import (
    CACHE,
    EVENT,
    FILES,
    JARDIN,
    LORA,
    PREPARE,
    READ,
    RESULTS,
    Evening,
    event_page,
    wait_for_eraser,
)
from wiki.api.people import entrusted
from wiki.people.person import at_machine
from wiki.people.privacy.erasure import erase
from wiki.testing import text_of, token, unkeyed
from wiki.testing.wikis import provide_in

if TYPE_CHECKING:
    pass

OPEN = "2026-12-22T02:00"


# It leaves


def test_it_leaves_by_itself_the_morning_after(evening: Evening) -> None:
    evening.attend(5)
    evening.at("2026-12-11T08:59")
    assert evening.mails() == []
    evening.at("2026-12-11T09:00")
    evening.run()
    mails = evening.mails()
    assert sorted(str(one["To"]) for one in mails) == [f"p{n}@example.org" for n in range(5)]
    body = mails[0].get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "LoRa à la ferme" in text and "Le jardin" in text and "21 décembre 2026" in text
    assert "secret" not in text, "a link may be anyone's: it shows what anyone may see"
    assert len(set(evening.links())) == 5
    evening.at("2026-12-12T09:00")
    assert len(evening.mails()) == 5, "no reminder"


def test_where_people_were_counted_it_goes_to_those_who_came(evening: Evening) -> None:
    evening.attend(5, came=True)
    evening.attend(2, came=False, start=5)
    evening.attend(2, came=None, start=7)
    evening.at("2026-12-11T09:01")
    told = sorted(str(one["To"]) for one in evening.mails())
    assert told == [f"p{n}@example.org" for n in range(5)]


def test_an_event_that_is_moved_is_asked_about_after_its_new_date(evening: Evening) -> None:
    evening.attend(5)
    evening.write({f"{EVENT}.md": event_page(starts="2026-12-17T18:00", ends="2026-12-17T22:00")})
    evening.at("2026-12-11T09:01")
    assert evening.mails() == []
    evening.at("2026-12-18T09:01")
    assert len(evening.mails()) == 5


def test_an_event_that_is_moved_too_late_is_asked_about_again_while_nobody_has_answered(
    morning: Evening,
) -> None:
    old = morning.links()[0]
    morning.write({f"{EVENT}.md": event_page(starts="2026-12-17T18:00", ends="2026-12-17T22:00")})
    morning.run()
    morning.see("", old, 404)
    morning.at("2026-12-18T09:01")
    assert len(morning.mails()) == 16
    morning.answer(morning.links()[-1])
    morning.write({f"{EVENT}.md": event_page(starts="2026-12-25T18:00", ends="2026-12-25T22:00")})
    morning.at("2026-12-26T09:01")
    assert len(morning.mails()) == 16


def test_an_event_that_is_cancelled_is_never_asked_about(evening: Evening) -> None:
    evening.attend(5)
    evening.write({f"{EVENT}.md": event_page(cancelled="true")})
    evening.at("2026-12-11T09:01")
    evening.at("2026-12-12T09:01")
    assert evening.mails() == []


def test_an_event_that_is_moved_while_mails_wait_sends_none_before_its_end(
    evening: Evening,
) -> None:
    evening.attend(5)
    evening.now = evening.now.replace(day=11, hour=9, minute=1)
    evening.part("closure").run(evening.instance)  # the mails are put, and wait
    evening.write({f"{EVENT}.md": event_page(starts="2026-12-17T18:00", ends="2026-12-17T22:00")})
    assert evening.mails() == []
    evening.at("2026-12-17T21:00")
    assert evening.mails() == []
    evening.at("2026-12-18T09:01")
    assert len(evening.mails()) == 5


def test_an_event_that_is_cancelled_while_mails_wait_sends_no_more(evening: Evening) -> None:
    evening.attend(5)
    evening.now = evening.now.replace(day=11, hour=9, minute=1)
    evening.part("closure").run(evening.instance)
    evening.write({f"{EVENT}.md": event_page(cancelled="true")})
    evening.run()
    assert evening.mails() == []


def test_a_server_that_was_down_for_long_sends_nothing_stale(evening: Evening) -> None:
    evening.attend(5)
    evening.at("2026-12-14T09:01")
    assert evening.mails() == []


def test_an_evening_that_ends_after_midnight_belongs_to_its_day(
    plugin_module: Callable[[str], Any],
) -> None:
    timing, zone = plugin_module("schedule"), plugin_module("schedule").ZoneInfo("Europe/Paris")
    from wiki.api.moments import read_when

    for starts, ends, day in (
        ("2026-12-10T18:00", "2026-12-11T00:30", 11),
        ("2026-12-10T18:00", "", 11),
        ("2026-12-10", "", 11),
        ("2026-12-10", "2026-12-12", 13),
        ("2026-12-10T18:00+00:00", "2026-12-10T23:30+00:00", 11),
    ):
        when = read_when(starts, ends, zone)
        assert when is not None
        assert timing.sent_at(when, zone).isoformat() == f"2026-12-{day}T09:00:00+01:00"


# It is answered


def test_a_phone_answers_project_by_project(morning: Evening) -> None:
    link = morning.links()[0]
    first = morning.see("", link)
    assert "Commencer" in first and "5 personnes au moins" in first and "21 décembre" in first
    assert "Vous n’avez rien envoyé" in morning.see("", f"{link}?step=3"), "all was skipped"
    screen = morning.see("", f"{link}?step=1")
    assert "1 sur 2" in screen and "LoRa à la ferme" in screen
    assert morning.answer(link, LORA, helped=["idea", "need"], lacking_words="Un prix") == (
        f"{link}?step=2"
    )
    assert "Vous avez répondu" in morning.see("", f"{link}?step=1")
    assert morning.answer(link, JARDIN, helped_words="") == f"{link}?step=3", "nothing: skipped"
    last = morning.see("", f"{link}?step=3")
    assert "Merci" in last and "Le jardin" in last and "LoRa à la ferme" not in last
    [urn] = morning.urns().values()
    assert urn.count == 1
    assert urn.ticked == {"helped": {"idea": 1, "need": 1}}
    assert urn.texts == {"lacking": ["Un prix"]}


def test_one_link_answers_once_and_the_words_of_the_second_are_given_back(morning: Evening) -> None:
    link = morning.links()[0]
    morning.answer(link, helped_words="Le premier")
    told = morning.answer(link, LORA, 409, helped_words="Le <b>second</b>")
    assert "Quelqu’un a répondu avec ce lien" in told
    assert "Le &lt;b&gt;second&lt;/b&gt;" in told
    [urn] = morning.urns().values()
    assert urn.texts == {"helped": ["Le premier"]}


def test_a_text_that_is_too_long_stays_in_the_form(morning: Evening) -> None:
    link = morning.links()[0]
    told = morning.answer(link, LORA, 422, helped=["idea"], known_words="à" * 601)
    assert "à" * 601 in told and "600 caractères" in told
    assert re.search(r'value="idea" checked', told)
    morning.answer(link, LORA, known_words="à" * 600)


def test_what_is_closed_says_so_and_gives_the_words_back(morning: Evening) -> None:
    link = morning.links()[0]
    morning.at("2026-12-22T00:30")
    assert "est clos" in morning.see("", link, 410)
    morning.answer(link, helped_words="Ouverte avant la clôture")
    morning.at("2026-12-22T01:01")
    told = morning.answer(link, JARDIN, 410, helped_words="Trop tard")
    assert "est clos" in told and "Trop tard" in told
    assert morning.see("", link, 410)


def test_a_project_that_is_withdrawn_meanwhile_is_skipped(morning: Evening) -> None:
    link = morning.links()[0]
    morning.write({f"{EVENT}.md": event_page(programme=f"['[[{JARDIN}]]']")})
    told = morning.answer(link, LORA, 410, helped_words="Perdu ?")
    assert "retiré du programme" in told and "Perdu ?" in told
    assert "1 sur 1" in morning.see("", f"{link}?step=1")
    assert morning.urns() == {}


def test_a_link_that_is_not_ours_is_no_link(morning: Evening) -> None:
    link = morning.links()[0]
    base, _slash, good = link.rpartition("/")
    for other in (
        f"{good}x",
        good[:-1],
        "00000000" + good[8:],
        good[:12] + ("A" if good[12] != "A" else "B") + good[13:],
    ):
        morning.see("", f"{base}/{other}", 404)
        morning.answer(f"{base}/{other}", LORA, 404)
    morning.see("", link)


def test_the_form_knows_nobody(morning: Evening) -> None:
    """Signed in or not: no cookie, no name, no trace of the visit in the session's row."""
    from wiki.people.models.counts import AttemptRow
    from wiki.people.models.entries import SessionRow

    link, client = morning.links()[0], morning.client("awa")

    def traces() -> list[object]:
        with morning.instance.private.reading() as session:
            seen = session.query(SessionRow.id, SessionRow.seen).all()
            return [*map(tuple, seen), *map(tuple, session.query(AttemptRow.id).all())]

    before = traces()
    morning.now = morning.now.replace(hour=12)
    for answer in (
        client.get(link),
        client.get(f"{link}?step=1"),
        client.post(link, data={"project": LORA, "helped": "idea"}),
        client.post(link, data={"project": LORA, "helped": "idea"}),
    ):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "Awa" not in unkeyed(answer.get_data(as_text=True))
    assert traces() == before
    assert "Awa" in client.get("/-/account").get_data(as_text=True), "elsewhere they still are"


# It is prepared


def test_organisers_see_what_leaves_and_when(evening: Evening) -> None:
    evening.attend(11)
    text = evening.see("ines", PREPARE)
    assert "11 décembre 2026 à 9 h" in text and "11 personnes" in text
    assert "LoRa à la ferme" in text and "peuvent pas lire : Le secret" not in text
    assert "Le secret" in evening.see("chef", PREPARE)
    evening.see("awa", PREPARE, 404)
    assert evening.see("", PREPARE, 302)
    evening.send("ines", PREPARE, wanted="1", days="3", least="4", who="Rosa")
    evening.at("2026-12-11T09:01")
    first = evening.see("", evening.links()[0])
    assert "14 décembre" in first and "4 personnes au moins" in first and "Rosa" in first


def test_what_cannot_be_set_is_told(evening: Evening) -> None:
    for field, value, told in (
        ("least", "2", "de 3 à 50"),
        ("least", "", "de 3 à 50"),
        ("days", "0", "de 1 à 60"),
        ("days", "²", "de 1 à 60"),
        ("days", "000005000", "de 1 à 60"),
        ("days", "000010" + "0" * 5_000, "de 1 à 60"),
        ("who", "Personne du tout", "Personne de ce nom"),
    ):
        data: dict[str, Any] = {"wanted": "1", "days": "10", "least": "5", "who": "", field: value}
        text = evening.send("ines", PREPARE, 422, **data)
        assert told in text
        assert f'value="{value}"' in text


def test_nobody_of_the_programme_team_reads_first(evening: Evening) -> None:
    """Nor who joined it since they were chosen: what is answered to teams is not theirs to read."""
    from wiki.people.accounts import set_role

    evening.attend(8)
    data: dict[str, Any] = {"wanted": "1", "days": "10", "least": "5", "who": "Rosa"}
    evening.send("ines", PREPARE, **data)
    set_role(
        evening.instance.private, evening.people["rosa"].id, "programme", by=at_machine("test")
    )
    assert "ne lit pas ce qui est répondu" in evening.send("ines", PREPARE, 422, **data)
    evening.at("2026-12-11T09:01")
    assert "Rosa" not in evening.see("", evening.links()[0])
    answered(evening, 6)
    evening.at(OPEN)
    evening.see("rosa", READ, 404)
    assert "Réponses à relire" not in evening.see("rosa", "/-/account")
    assert "Mot 1" in evening.see("awa", f"{RESULTS}?project={LORA}"), "it opens without her"


def test_who_reads_first_is_named_in_the_mail(evening: Evening) -> None:
    evening.attend(8)
    evening.send("ines", PREPARE, wanted="1", days="10", least="5", who="Rosa")
    evening.at("2026-12-11T09:01")
    link = evening.links()[0]
    assert "D’abord Rosa, puis l’équipe" in evening.see("", link)
    (first, *_rest) = [text_of(mail) for mail in evening.mails("Votre avis après")]
    assert "D’abord Rosa, puis l’équipe" in first and "Seule l’équipe" not in first


def test_what_is_switched_off_does_not_leave(evening: Evening) -> None:
    evening.attend(5)
    evening.send("ines", PREPARE, days="10", least="5", who="")
    evening.at("2026-12-11T09:01")
    assert evening.mails() == []
    assert "désactivé" in evening.see("ines", PREPARE)


def test_what_was_promised_stays_and_the_last_day_may_move(morning: Evening) -> None:
    morning.send("ines", PREPARE, last_day="2026-12-27", least="3", who="Rosa")
    assert "5 personnes au moins" in morning.see("", morning.links()[0])
    assert "Rosa" not in morning.see("", morning.links()[0])
    assert "27 décembre" in morning.see("", morning.links()[0])
    morning.send("ines", PREPARE, last_day="2026-12-21")
    for day in ("2026-12-20", "2027-03-01", "demain"):
        morning.send("ines", PREPARE, 422, last_day=day)


def test_each_step_is_told_to_organisers(evening: Evening) -> None:
    from wiki.api.events import event_of

    def words() -> tuple[str, bool]:
        reader = evening.reader("ines")
        event = event_of(reader, EVENT)
        assert event is not None
        from wiki.translation import use_language

        with use_language("fr"):
            step = evening.part("organiser_views").step_of(event, reader)
        assert step.url == PREPARE
        return step.words, step.done

    evening.attend(5)
    assert words() == ("part tout seul le 11 décembre 2026 à 9 h", False)
    evening.at("2026-12-11T09:01")
    assert words() == ("5 personnes interrogées, ouvert jusqu’au 21 décembre 2026", False)
    evening.at(OPEN)
    assert words() == ("ouvert aux équipes", True)


# It is read


def answered(evening: Evening, count: int, project: str = LORA) -> None:
    for number, link in enumerate(evening.links()[:count]):
        evening.answer(
            link, project, helped=["idea"], helped_words=f"Mot {number}", known_words=f"<i>{number}"
        )


def test_the_team_alone_reads_once_it_is_closed(morning: Evening) -> None:
    answered(morning, 5)
    url = f"{RESULTS}?project={LORA}"
    text = morning.see("awa", url)
    assert "Mot" not in unkeyed(text) and "Personne ne lit rien avant" in text
    assert "Mot" not in unkeyed(morning.see("ines", PREPARE))
    assert 'id="counts"' not in morning.see("ines", PREPARE), "no count while one can answer"
    morning.at(OPEN)
    text = morning.see("awa", url)
    assert "5 personnes ont répondu" in text
    assert all(f"Mot {number}" in text for number in range(5))
    assert "&lt;i&gt;3" in text and "<i>3" not in text
    for other in ("marc", "ines", "chef", "rosa"):
        morning.see(other, url, 404)
    [mail] = morning.mails("LoRa à la ferme")
    assert mail["To"] == "awa@example.org"
    assert "5 personnes" in morning.see("ines", PREPARE)
    assert "Lire ce qui a été dit" in morning.see("awa", f"/{LORA}")
    assert "Lire ce qui a été dit" not in morning.see("marc", f"/{LORA}")


def test_below_k_nobody_reads_and_all_is_erased(morning: Evening) -> None:
    answered(morning, 4)
    morning.at(OPEN)
    text = morning.see("awa", f"{RESULTS}?project={LORA}")
    said = unkeyed(text[text.index("<main") : text.index("</main>")])
    assert "Moins de 5 personnes" in said and "Mot" not in said and "4" not in said
    assert "moins de 5" in morning.see("ines", PREPARE)
    assert morning.urns() == {}
    assert morning.mails("LoRa") == []


def test_texts_of_one_person_do_not_stand_together(morning: Evening) -> None:
    answered(morning, 8)
    morning.at(OPEN)
    text = morning.see("awa", f"{RESULTS}?project={LORA}")
    helped, known = re.findall(r">Mot (\d)<", text), re.findall(r"&lt;i&gt;(\d)<", text)
    assert sorted(helped) == sorted(known) == [str(n) for n in range(8)]
    assert helped != known


def test_who_is_entrusted_with_a_space_is_not_its_team(morning: Evening) -> None:
    # A team has entrusted its space to the programme team, as an application does.
    provide_in(morning.instance, entrusted, lambda instance: [LORA])
    morning.person("Gwen", "programme")
    for link in morning.links()[:5]:
        morning.answer(link, lacking_words="Le prix")
    morning.at(OPEN)
    assert "Le prix" in morning.see("awa", f"{RESULTS}?project={LORA}")
    assert "Le prix" not in morning.see("gwen", f"{RESULTS}?project={LORA}", 404)
    assert "Lire ce qui a été dit" not in morning.see("gwen", f"/{LORA}")


def test_a_chosen_reader_may_shield_the_team(evening: Evening) -> None:
    evening.attend(8)
    evening.send("ines", PREPARE, wanted="1", days="10", least="5", who="Rosa")
    evening.at("2026-12-11T09:01")
    answered(evening, 6)
    evening.see("rosa", READ, 404)
    evening.at(OPEN)
    assert [str(one["To"]) for one in evening.mails("Réponses à relire")] == ["rosa@example.org"]
    assert "Réponses à relire" in evening.see("rosa", "/-/account")
    text = evening.see("rosa", READ)
    mark = evening.part("ballots").mark_of
    hold: dict[str, Any] = {"project": LORA, "reason": "hurts", "what": "hold"}
    evening.send("rosa", READ, 303, **hold, text=mark("helped", "Mot 1"))
    evening.send("rosa", READ, 303, **hold, text=mark("helped", "Mot 2"), passage="2")
    evening.send("rosa", READ, 303, **hold, text=mark("helped", "Mot 3"))
    evening.send("rosa", READ, project=LORA, what="back", text=mark("helped", "Mot 3"))
    told = evening.send("rosa", READ, 422, **hold, text=mark("helped", "Mot 4"), passage="zut")
    assert "ne sont pas dans cette réponse" in told
    assert "Mot" not in unkeyed(evening.see("awa", f"{RESULTS}?project={LORA}"))
    for other in ("awa", "ines", "chef"):
        evening.see(other, READ, 404)
    evening.send("rosa", READ, what="open")
    text = evening.see("awa", f"{RESULTS}?project={LORA}")
    assert "Mot 1" not in text and "Mot 2" not in text
    assert "Mot […]" in text and "Mot 3" in text
    assert "2 textes ont été mis de côté" in text
    assert "blesser" not in text
    evening.see("rosa", READ, 404)
    wait_for_eraser()
    # On PostgreSQL a task has what is gone go from the files too (test_attack.py).
    if path := evening.instance.private.path:
        for file in (path, path.with_name(f"{path.name}-wal")):
            assert b"Mot 1" not in file.read_bytes(), "what is held back is gone for good, at once"


def test_without_a_word_of_the_reader_it_opens(evening: Evening) -> None:
    evening.attend(8)
    evening.send("ines", PREPARE, wanted="1", days="10", least="5", who="Rosa")
    evening.at("2026-12-11T09:01")
    answered(evening, 6)
    evening.at("2026-12-29T00:30")
    assert evening.mails("dit de LoRa") == []
    evening.at("2027-01-05T01:30")
    assert len(evening.mails("dit de LoRa")) == 1


def test_a_reader_does_not_read_about_their_own_project_first(evening: Evening) -> None:
    evening.attend(8)
    evening.send("ines", PREPARE, wanted="1", days="10", least="5", who="Marc")
    evening.at("2026-12-11T09:01")
    answered(evening, 6)
    answered(evening, 6, JARDIN)
    evening.at(OPEN)
    text = evening.see("marc", READ)
    assert "LoRa à la ferme" in text and "Le jardin" not in text


def test_a_reader_who_is_erased_keeps_nobody_waiting(evening: Evening) -> None:
    evening.attend(8)
    evening.send("ines", PREPARE, wanted="1", days="10", least="5", who="Rosa")
    evening.at("2026-12-11T09:01")
    answered(evening, 6)
    erase(evening.instance.private, evening.people["rosa"].id, by="test")
    evening.at(OPEN)
    assert len(evening.mails("dit de LoRa")) == 1


def test_a_link_does_not_answer_again_where_the_page_moves(morning: Evening) -> None:
    """Else a team's own link would fill the urn to ``k`` around one answer of another."""
    link, old = morning.links()[0], LORA
    morning.answer(link, old)
    for number in range(3):
        new = f"projets/radio-{number}"
        head = f"title: LoRa\naliases: [{old}]\nteam: ['[[personnes/awa]]']"
        shown = event_page(programme=f"['[[{new}]]']")
        page = f"---\ntype: project\n{head}\n---\n"
        morning.write({f"{old}.md": None, f"{new}.md": page, f"{EVENT}.md": shown})
        if number % 2:
            morning.run()
        assert "Vous avez répondu" in morning.see("", f"{link}?step=1")
        morning.answer(link, new, 409)
        morning.answer(morning.links()[number + 1], new)
        old = new
    urns = morning.urns()
    assert {path: urn.count for path, urn in urns.items()} == {"projets/radio-2": 4}


def test_an_answer_at_the_moment_of_the_closing_is_told_so(
    morning: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering, round_id = morning.part("answer_views"), morning.round()
    real = answering.take

    def closed_first(*told: object) -> bool:
        with morning.instance.private.session() as session:
            row = session.get(morning.part("models").RoundRow, round_id)
            assert row is not None
            row.closed = morning.now
        return bool(real(*told))

    monkeypatch.setattr(answering, "take", closed_first)
    said = "Juste trop tard"
    text = morning.answer(morning.links()[0], LORA, 410, helped_words=said)
    assert "est clos" in text and said in text


def test_fewer_people_than_it_takes_are_not_asked(evening: Evening) -> None:
    evening.attend(4)
    assert "À moins de 5 personnes, rien ne part" in evening.see("ines", PREPARE)
    evening.at("2026-12-11T09:01")
    assert evening.mails() == []
    evening.send("ines", PREPARE, wanted="1", days="10", least="3", who="")
    evening.at("2026-12-11T10:00")
    assert len(evening.mails()) == 4


def test_pages_that_move_keep_their_answers(morning: Evening) -> None:
    answered(morning, 6)
    page = f"---\ntype: project\ntitle: LoRa\naliases: [{LORA}]\nteam: ['[[personnes/awa]]']\n---\n"
    morning.write({f"{LORA}.md": None, "projets/radio.md": page})
    moved = event_page(programme="['[[projets/radio]]']", aliases=f"[{EVENT}]")
    morning.write({f"{EVENT}.md": None, "evenements/soir.md": moved})
    morning.at(OPEN)
    url = "/-/questionnaires/results/evenements/soir?project=projets/radio"
    assert "6 personnes ont répondu" in morning.see("awa", url)


def test_answers_are_forgotten_after_two_years(morning: Evening) -> None:
    answered(morning, 6)
    morning.at(OPEN)
    morning.at("2028-12-30T09:00")
    assert morning.urns() == {}
    assert morning.round() == ""


def test_a_form_of_an_organiser_needs_its_token(evening: Evening) -> None:
    client = evening.client("ines")
    assert token(client, PREPARE)
    assert client.post(PREPARE, data={"days": "3"}).status_code == 400


def test_what_is_asked_is_in_the_programme_that_visitors_see(morning: Evening) -> None:
    morning.answer(morning.links()[0], CACHE, 410)


def test_answers_are_of_no_page_that_takes_an_address(morning: Evening) -> None:
    """Whoever makes a page where the project was, or claims its address, reads nothing of it."""
    answered(morning, 6)
    morning.at(OPEN)
    url = f"{RESULTS}?project={LORA}"
    assert "6 personnes ont répondu" in morning.see("awa", url)
    morning.write({f"{LORA}.md": None})
    mine = "---\ntype: project\ntitle: Radio\n{}team: ['[[personnes/marc]]']\n---\nTout autre.\n"
    morning.write({f"{LORA}.md": mine.format("")})
    morning.run()
    assert "6 personnes ont répondu" not in morning.see("marc", url)
    assert RESULTS not in morning.see("marc", f"/{LORA}")
    morning.write({f"{LORA}.md": None})
    morning.write({f"{LORA}.md": FILES[f"{LORA}.md"]})
    assert "6 personnes ont répondu" in morning.see("awa", url), "as it was, it is the same"
    morning.write({f"{LORA}.md": None, "projets/radio.md": mine.format(f"aliases: [{LORA}]\n")})
    morning.run()
    text = morning.see("marc", f"{RESULTS}?project=projets/radio")
    assert "6 personnes ont répondu" not in text


def test_an_event_that_takes_an_address_has_a_questionnaire_of_its_own(morning: Evening) -> None:
    answered(morning, 6)
    morning.at(OPEN)
    other = event_page(title="Autre soir", team="['[[personnes/marc]]']", starts="2027-02-01T18:00")
    morning.write({f"{EVENT}.md": None})
    morning.write({f"{EVENT}.md": other.replace("ends: 2026-12-10", "ends: 2027-02-01")})
    link = morning.links()[0]
    morning.see("", link, 404)
    text = morning.see("marc", PREPARE)
    assert "6" not in re.findall(r"(\d+) personnes? a", text)
    assert "6 personnes" not in morning.see("awa", f"{RESULTS}?project={LORA}")
    morning.send("marc", PREPARE, wanted="1", days="10", least="9", who="")
    assert morning.part("store").round_of(morning.instance, EVENT).least == 9
    assert "6 personnes" not in morning.see("awa", f"{RESULTS}?project={LORA}")


def test_while_it_is_open_a_page_that_takes_an_address_is_not_asked_about(
    morning: Evening,
) -> None:
    link = morning.links()[0]
    morning.answer(link, LORA)
    morning.write({f"{LORA}.md": None})
    other = "---\ntype: project\ntitle: Radio\nteam: ['[[personnes/marc]]']\n---\nTout autre.\n"
    morning.write({f"{LORA}.md": other})
    assert "Radio" not in morning.see("", morning.links()[1])
    morning.answer(morning.links()[1], LORA, 410)
    for number in range(1, 7):
        morning.answer(morning.links()[number], JARDIN)
    morning.at(OPEN)
    assert morning.mails("dit de Radio") == []


def test_a_closed_project_is_asked_about_in_the_words_of_the_programme(evening: Evening) -> None:
    """Its team agreed to these words, and to no others: nothing is read from its page."""
    named = f"['[[{LORA}]]', '[[{CACHE}|Le carnet]] — Une phrase à nous']"
    evening.write({f"{EVENT}.md": event_page(programme=named)})
    evening.attend(5)
    evening.at("2026-12-11T09:05")
    (mail, *_others) = evening.mails("Votre avis après")
    assert "Le carnet" in text_of(mail)
    link = evening.links()[0]
    pages = [evening.see("", link), evening.see("", f"{link}?step=2")]
    assert "2 projets" in pages[0] and "Le carnet" in pages[1] and "Une phrase à nous" in pages[1]
    evening.answer(link, CACHE)
    assert "Le secret" not in "".join([*pages, text_of(mail)])
    assert "Le carnet" in evening.see("ines", PREPARE)
