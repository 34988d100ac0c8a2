"""Those who agreed find each other for two weeks; asking is an introduction of two yeses."""

from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from wiki.people.accounts import set_disabled
from wiki.people.models.accounts import PersonRow
from wiki.people.privacy.erasure import erase
from wiki.reading.events import event_of
from wiki.testing import unkeyed
from wiki.translation import use_language

from .conftest import EVENING, EVENT, URL, event

if TYPE_CHECKING:
    from .conftest import Evening


def test_those_who_agreed_and_came_see_each_other(after: "Evening") -> None:
    text = after.see("lea", URL)
    assert "Awa" in text and "Relire une architecture radio" in text and "LoRa" in text
    assert "Max" in text, "without an account"
    assert "Zoé" not in text and "Ali" not in unkeyed(text)


def test_one_mail_leaves_the_morning_after_to_those_who_agreed(evening: "Evening") -> None:
    evening.later(hours=12)
    assert evening.mails() == [], "not before nine o'clock"
    evening.later(hours=12)
    evening.run()
    assert sorted(mail["To"] for mail in evening.mails()) == [
        "awa@example.org",
        "lea@example.org",
        "max@example.net",
        "noe@example.org",
    ]
    assert "Awa" not in unkeyed(evening.mails_to("lea")[0]), "nobody else is named by mail"
    evening.later(days=1)
    assert len(evening.mails()) == 4


def test_a_link_asks_as_its_holder_without_an_account(after: "Evening") -> None:
    link = after.link("max@example.net")
    page = after.see("", link)
    assert "Vous êtes Max" in page and "Awa" in page
    assert after.rows("introductions_introduction") == [], "opening it asks nobody"
    for _twice in range(2):
        after.send("", link, about=after.about("", link, "Awa"), words="Votre capteur.")
    (asked,) = [text for text in after.mails_to("awa") if "voulait" in text]
    assert "Max voulait vous parler" in asked and "Votre capteur." in asked
    assert "max@" not in asked
    after.answers("awa", "yes")
    assert "max@example.net" in after.mails_to("awa")[-1]
    assert "awa@example.org" in after.mails_to("max@example.net")[-1]


def test_both_asking_is_one_introduction_and_two_yeses(after: "Evening") -> None:
    after.asks("lea", "Awa", "Votre capteur.")
    after.asks("awa", "Léa", "Votre ferme.")
    (row,) = after.rows("introductions_introduction")
    assert row.connected is not None
    for one, other in (("lea", "awa"), ("awa", "lea")):
        mail = after.mails_to(one)[-1]
        assert f"{other}@example.org" in mail
        assert "Votre capteur." in mail and "Votre ferme." in mail


def test_a_no_is_silent_and_whoever_said_it_may_ask_later(after: "Evening") -> None:
    after.asks("lea", "Awa")
    after.answers("awa", "no")
    assert len(after.mails_to("lea")) == 1, "the mail of the morning"
    assert "Vous avez demandé" in after.see("lea", URL)
    after.asks("awa", "Léa")
    assert any("Awa voulait vous parler" in text for text in after.mails_to("lea"))


def test_a_project_is_asked_by_its_team_and_not_by_its_own(after: "Evening") -> None:
    assert "LoRa" not in after.see("noe", URL).split("<main")[1]
    after.asks("lea", "LoRa à la ferme", "Un pilote ?")
    assert "Léa voulait vous parler" in after.mails_to("noe")[-1]
    assert "LoRa à la ferme" in after.mails_to("noe")[-1]


def test_words_that_are_not_taken_stay_in_the_form(after: "Evening") -> None:
    for words in ("écrivez à lea@ailleurs.example", "x" * 161):
        text = after.asks("lea", "Awa", words, 422)
        assert words in text and "<details" in text
    assert after.rows("introductions_introduction") == []
    assert after.rows("encounters_asked") == []


def test_who_is_not_on_the_list_cannot_be_asked(after: "Evening") -> None:
    for about in ("", EVENT, "personnes/awa", "index", "p-0123456789abcdef"):
        after.send("lea", URL, 422, about=about, words="x")
    assert after.rows("introductions_introduction") == []


@pytest.mark.parametrize("who", ["zoe", "ali"])
def test_nobody_else_sees_the_list(after: "Evening", who: str) -> None:
    text = after.see(who, URL)
    assert "Awa" not in unkeyed(text) and "qui ont choisi d’y être" in text
    after.send(who, URL, 403, about="lora", words="x")
    assert "Awa" not in unkeyed(after.see("", URL, 302))
    assert after.rows("introductions_introduction") == []


def test_where_nobody_was_counted_all_registered_are_on_it(after: "Evening") -> None:
    after.amend(came=None)
    text = after.see("ali", URL)
    assert "Awa" in text and "Zoé" not in text


def hold(after: "Evening", who: str) -> None:
    """A newcomer whom nobody has read yet."""
    mine = update(PersonRow).where(PersonRow.id == after.people[who].id)
    with after.instance.private.session() as session:
        session.execute(mine.values(held=after.now))


def test_five_a_day_and_no_more(after: "Evening") -> None:
    for number in range(6):
        after.comes(f"x{number}", name=f"Xavier {number}", email=f"x{number}@example.net")
    for number in range(6):
        after.asks("lea", f"Xavier {number}", status=303 if number < 5 else 422)


def test_a_held_newcomer_asks_nobody_and_a_quiet_one_is_left_alone(after: "Evening") -> None:
    hold(after, "lea")
    after.asks("lea", "Awa", status=422)
    after.asks("noe", "Awa")
    after.send("", f"{after.link('awa', 'introductions')}/quiet", 200)
    after.asks("max", "Awa", status=422)


@pytest.mark.parametrize(("days", "shown"), [(0, False), (1, True), (14, True), (15, False)])
def test_it_is_open_for_two_weeks(evening: "Evening", days: int, shown: bool) -> None:
    evening.later(days=days)
    assert ("Awa" in unkeyed(evening.see("lea", URL))) is shown
    panel = evening.see("lea", f"/{EVENT}")
    assert ("Se retrouver après" in panel) is shown and "Awa" not in unkeyed(panel)
    assert (URL in evening.see("lea", "/-/account")) is shown
    if not shown:
        evening.send("lea", URL, 403, about="lora", words="x")
        assert evening.rows("introductions_introduction") == []


def test_rows_go_after_two_weeks_and_links_close_kindly(after: "Evening") -> None:
    link = after.link("max@example.net")
    after.asks("lea", "Awa")
    assert len(after.rows("encounters_asked")) == 1
    after.later(days=14)
    assert after.rows("encounters_asked") == [] and after.rows("encounters_event") == []
    assert "cette liste est close" in after.see("", link)


def test_an_erased_account_leaves_no_row_and_is_on_no_list(after: "Evening") -> None:
    after.asks("lea", "Awa")
    after.asks("awa", "LoRa à la ferme")
    erase(after.instance.private, after.people["awa"].id, by="test")
    assert after.rows("encounters_asked") == []
    assert "Awa" not in unkeyed(after.see("lea", URL)).split("<main")[1]


def test_who_leaves_the_list_sees_and_is_seen_no_more(after: "Evening") -> None:
    link = after.link("max@example.net")
    after.amend("max", listed=False)
    assert "Max" not in unkeyed(after.see("lea", URL))
    text = after.see("", link)
    assert "Awa" not in unkeyed(text) and "qui ont choisi d’y être" in text
    after.send("", link, 403, about="lora", words="x")


def test_who_left_before_the_mail_leaves_gets_none(evening: "Evening") -> None:
    evening.now += timedelta(days=1)
    evening.run()
    evening.amend("max", listed=False)
    assert "max@example.net" not in {mail["To"] for mail in evening.mails()}


def test_a_closed_account_is_on_no_list(after: "Evening") -> None:
    set_disabled(after.instance.private, after.people["awa"].id, disabled=True, by="test")
    assert "Awa" not in unkeyed(after.see("lea", URL))


def test_a_link_that_is_passed_on_asks_nothing_for_who_is_somebody_else(after: "Evening") -> None:
    link = after.link("awa")
    text = after.see("zoe", link)
    assert "Ce lien est pour Awa" in text and "Léa" not in text
    after.send("zoe", link, 403, about="lora", words="x")
    for broken in (link[:-2] + "xx", "/-/encounters/link/x.y", "/-/encounters/link/" + "x" * 400):
        after.see("", broken, 404)


def test_a_link_shows_no_more_than_its_reader_may_read(after: "Evening") -> None:
    link = after.link("awa")
    after.write({f"{EVENT}.md": event(visibility="members")})
    after.see("", link, 404)
    assert "Léa" in after.see("awa", link)
    after.see("", URL, 404)


def test_a_cancelled_or_moved_event_has_no_list(after: "Evening") -> None:
    link = after.link("max@example.net")
    after.write({f"{EVENT}.md": event(cancelled="true")})
    after.see("", link, 404)
    after.write({f"{EVENT}.md": event(starts="2027-04-18T18:30", ends="2027-04-18T21:00")})
    assert "Revenez le lendemain" in after.see("lea", URL)
    after.run()
    assert "cette liste est close" in after.see("", link)
    after.later(days=31)
    assert len(after.mails_to("max@example.net")) == 2, "the morning after the true evening"


def steps(after: "Evening") -> str:
    """What organisers read of it."""
    reader = after.reader("anne")
    found = event_of(reader, EVENT)
    with use_language("fr"):
        groups = after.instance.plugins.hook.event_steps(event=found, reader=reader)
        (step,) = [one for group in groups for one in group if one.url == URL]
    return str(step.words)


def test_organisers_read_how_many_from_five_on(after: "Evening") -> None:
    for number in range(3):
        after.comes(f"x{number}", name=f"Xavier {number}", email=f"x{number}@example.net")
    for who in ("lea", "awa", "noe"):
        after.asks(who, "Max")
    told = steps(after)
    assert told == "7 personnes sur la liste"
    after.asks("lea", "Xavier 1")
    assert steps(after) == told, "one who asks twice is one"
    for key in ("x0", "x1"):
        after.asks(key, "Awa", "x")
    assert steps(after) == "7 personnes sur la liste · 5 ont demandé un échange"
    text = after.see("anne", URL)
    assert "5 ont demandé" in text and "Xavier" not in text


def test_the_lines_of_two_who_asked_go_with_an_account(after: "Evening") -> None:
    after.asks("lea", "Awa", "Votre capteur.")
    after.asks("awa", "Léa", "Votre ferme.")
    erase(after.instance.private, after.people["awa"].id, by="test")
    tasks = chain.from_iterable(after.instance.plugins.hook.tasks())
    next(one for one in tasks if one.name == "introductions").run(after.instance)
    (row,) = after.rows("introductions_introduction")
    assert row.words == ""


def test_whom_one_wants_nothing_more_from_asks_in_vain_and_is_told_nothing(
    after: "Evening",
) -> None:
    after.asks("lea", "LoRa à la ferme")
    after.answers("noe", "block")
    after.asks("lea", "Noé")
    assert [text for text in after.mails_to("noe") if "voulait" in text][1:] == []


def test_an_address_that_takes_no_mail_cannot_be_asked(after: "Evening") -> None:
    from wiki.people.models.background import MailRow

    found = update(MailRow).where(MailRow.to == "max@example.net")
    with after.instance.private.session() as session:
        session.execute(found.values(failed=after.now, sent=None))
    assert "Max" not in unkeyed(after.see("lea", URL))


def test_one_check_in_leaves_the_list_as_long_as_the_mail_said(evening: "Evening") -> None:
    """Of 54 who registered one was checked in: the mail promises 52 others, and there are 52."""
    evening.amend(came=None)
    evening.amend("awa", came=EVENING)
    for number in range(48):
        name = f"Passante {number:02}"
        evening.comes(f"q{number:02}", name=name, email=f"q{number}@example.net", came=False)
    evening.later(days=1)
    assert "52 autres personnes" in evening.mails_to("awa")[-1]

    def others() -> int:
        return evening.see("awa", URL).count('name="about" value="p-')

    assert others() == 52
    evening.amend("lea", came=EVENING)
    # What the mail has promised stays true, whoever is counted afterwards.
    evening.insert("registrations_presence", event="e" * 16, choice="checked-in")
    assert others() == 52
    evening.amend("q00", listed=False)
    assert others() == 51, "who leaves the list is not on it"
    evening.later(days=1)
    assert others() == 51
