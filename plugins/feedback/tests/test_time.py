"""What time, moves, deletions and erasure do to answers."""

from typing import Any

from wiki.api.reading.history import list_history
from wiki.testing import unkeyed

from .conftest import ASKS, PATH, URL, Asked, page


def decide(asked: Asked, row: Any, **values: Any) -> None:
    asked.send("awa", f"/-/feedback/fate/{row.id}", **values)


def test_answers_follow_a_page_that_is_renamed(asked: Asked) -> None:
    from wiki.editing.move import move

    asked.answers("lea", helps="Le plan")
    move(asked.reader("anne"), PATH, "projets/lora-2")
    assert asked.rows()[0].path == "projets/lora-2"
    assert "Le plan" in asked.see("awa", "/-/feedback/projets/lora-2")
    moved = asked.client("awa").get(URL)
    assert moved.status_code == 302 and moved.headers["Location"].endswith("lora-2")
    asked.later(hours=1)
    assert asked.rows()[0].gone is None


def test_a_page_that_comes_back_has_its_answers_another_at_its_address_has_not(
    asked: Asked,
) -> None:
    from wiki.editing.save import restore

    asked.answers("lea", helps="Le plan")
    head = asked.instance.repository.head()
    asked.write({f"{PATH}.md": None})
    asked.later(days=1)
    assert asked.rows()[0].gone is not None
    assert "n’est plus là" in asked.see("anne", URL)
    asked.see("lea", URL, 404)
    assert "Une page que vous ne voyez plus" in asked.see("lea", "/-/feedback/mine")
    restore(asked.reader("anne"), PATH, head)
    asked.later(days=1)
    assert asked.rows()[0].gone is None and "Le plan" in asked.see("awa", URL)
    asked.write({f"{PATH}.md": None})
    asked.later(days=1)
    asked.write({f"{PATH}.md": page(f"Une autre page.\n{ASKS}")})
    row = asked.rows()[0]
    assert "Le plan" not in asked.see("awa", URL)
    asked.see("awa", f"/-/feedback/fate/{row.id}", 404)
    asked.later(days=1)
    asked.later(days=1)
    assert asked.rows() == []


def test_answers_of_a_page_that_is_gone_are_kept_three_months(asked: Asked) -> None:
    asked.answers("lea", helps="Le plan")
    asked.write({f"{PATH}.md": None})
    asked.later(days=1)
    asked.later(days=80)
    assert len(asked.rows()) == 1
    asked.later(days=11)
    assert asked.rows() == []


def test_who_may_no_longer_read_the_page_sees_their_own_words_alone(asked: Asked) -> None:
    row = asked.answers(
        "lea", test="Mes mots", section="budget", hypothesis="Un éleveur regarde l'écran"
    )
    used = list_history(asked.reader("awa"), PATH, limit=1)[0].commit
    asked.write({f"{PATH}.md": page(more="visibility: team\n")})
    decide(asked, row, fate="used", revision=used, reply="Merci à vous")
    asked.later(hours=2)
    mine = asked.see("lea", "/-/feedback/mine")
    assert "Mes mots" in mine and "Merci à vous" in mine
    (mail,) = asked.mails_to("lea")
    assert "Merci à vous" in mail
    for word in ("LoRa", PATH, "Budget", "éleveur"):
        assert word not in mine.split("<main")[1] and word not in mail


def test_a_link_that_nobody_follows_is_forgotten(asked: Asked) -> None:
    asked.writes("zoe@example.net", helps="Le plan")
    link = asked.link("zoe@example.net")
    asked.later(days=3)
    assert asked.rows() == []
    asked.see("", link, 404)


def test_an_account_that_goes_leaves_words_without_a_name_where_they_were_of_use(
    asked: Asked,
) -> None:
    from wiki.people.privacy.erasure import erase

    made = asked.person("Tom")
    kept = asked.answers("tom", helps="Utile", shown="1")
    asked.answers("tom", helps="Sans suite")
    decide(asked, kept, fate="answered", reply="Merci")
    erase(asked.instance.private, made.id)
    asked.later(hours=2)
    (row,) = asked.rows()
    assert (row.helps, row.person, row.email, row.name) == ("Utile", None, "", "")
    seen = asked.see("", f"/{PATH}")
    assert "Utile" in seen and "Une personne" in seen and "Tom" not in unkeyed(seen)


def test_a_name_and_an_address_without_an_account_go_after_a_year(asked: Asked) -> None:
    asked.writes("zoe@example.net", helps="Utile")
    asked.confirms("zoe@example.net")
    (row,) = asked.rows()
    decide(asked, row, fate="answered", reply="Merci")
    asked.later(days=1)
    asked.later(days=363)
    assert asked.rows()[0].email == "zoe@example.net"
    asked.later(days=2)
    (row,) = asked.rows()
    assert (row.email, row.name, row.helps) == ("", "", "Utile")
