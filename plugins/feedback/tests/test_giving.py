"""Answering what a page asks, with an account and without, over HTTP and real mails."""

from typing import Any

import pytest

from .conftest import PATH, URL, Asked, page


def test_a_page_says_where_one_answers_and_the_team_where_it_reads(asked: Asked) -> None:
    seen = asked.see("", f"/{PATH}")
    assert "Est-ce clair ?" in seen and f'href="{URL}"' in seen and "Donner un avis" in seen
    assert f'href="{URL}?section=' in seen, "the block below a heading asks about its section"
    assert "Lire les retours" not in seen
    theirs = asked.see("awa", f"/{PATH}")
    assert "Lire les retours" in theirs
    # Nobody is asked what they think of their own page.
    assert "Dire ce que vous en pensez" in seen and "Dire ce que vous en pensez" not in theirs
    form = asked.see("", f"{URL}?section=budget")
    assert "À propos de : Budget" in form and "Un éleveur regarde l&#39;écran" in form
    assert "L’équipe de « LoRa »" in form and 'name="email"' in form


def test_an_account_answers_at_once_and_twice_is_once(asked: Asked) -> None:
    words: dict[str, Any] = {
        "helps": "Le plan",
        "hypothesis": "Un éleveur regarde l'écran",
        "section": "budget",
    }
    for _press in range(2):
        row = asked.answers("lea", **words)
    assert len(asked.rows()) == 1
    assert (row.state, row.section, row.heading, row.shown) == ("open", "budget", "Budget", False)
    assert row.hypothesis == "Un éleveur regarde l'écran" and row.email == row.name == ""
    assert asked.mails_to("lea") == []
    mine = asked.see("lea", "/-/feedback/mine")
    assert "Le plan" in mine and "L’équipe n’a pas encore dit" in mine
    team = asked.see("awa", URL)
    assert "Le plan" in team and "Léa" in team and "Budget" in team


def test_without_an_account_a_link_confirms_and_a_first_message_is_held(asked: Asked) -> None:
    answer = asked.writes("zoe@example.net", missing="Un prix")
    assert "Ouvrez le courriel" in answer
    (row,) = asked.rows()
    assert row.state == "unconfirmed" and "Un prix" not in asked.see("awa", URL)
    link = asked.link("zoe@example.net")
    assert "Est-ce bien de vous" in asked.see("", link)
    assert asked.rows()[0].state == "unconfirmed", "to open a link changes nothing"
    for _press in range(2):
        asked.send("", link, action="confirm")
    assert asked.rows()[0].state == "held"
    assert "est relu avant" in asked.see("", link)
    seen = asked.see("awa", URL)
    assert "Premiers messages" in seen and "Un prix" in seen and "zoe@" not in seen
    asked.send("awa", "/-/feedback/held", id=row.id, action="accept")
    assert asked.rows()[0].state == "open"
    # The second message of the same person arrives by itself.
    asked.writes("zoe@example.net", helps="Merci")
    asked.confirms("zoe@example.net")
    assert [one.state for one in asked.rows()] == ["open", "open"]


def test_what_is_no_message_goes_and_nothing_more_comes_from_there(asked: Asked) -> None:
    asked.writes("spam@example.net", helps="Achetez")
    asked.confirms("spam@example.net")
    (row,) = asked.rows()
    asked.send("lea", "/-/feedback/held", 404, id=row.id, action="spam")
    asked.send("paul", "/-/feedback/held", 404, id=row.id, action="spam", next="held")
    asked.send("anne", "/-/feedback/held", id=row.id, action="spam", next="held")
    assert asked.rows() == []
    before = len(asked.mails())
    assert "Ouvrez le courriel" in asked.writes("spam@example.net", helps="Encore")
    assert asked.rows() == [] and len(asked.mails()) == before


def test_first_messages_are_read_by_the_team_and_administrators_alone(asked: Asked) -> None:
    asked.writes("zoe@example.net", helps="Bonjour à tous")
    asked.confirms("zoe@example.net")
    asked.answers("lea", helps="Pour l’équipe seule")
    held = asked.see("anne", "/-/feedback/held")
    assert "Bonjour à tous" in held and "Pour l’équipe seule" not in held
    assert "Bonjour à tous" in asked.see("awa", URL)
    (row,) = [one for one in asked.rows() if one.state == "held"]
    for who in ("paul", "lea"):
        form = asked.see(who, URL)
        assert "Qu’est-ce qui aide" in form
        assert "Pour l’équipe seule" not in form and "Bonjour à tous" not in form
        asked.see(who, "/-/feedback/held", 404)
        for action in ("accept", "spam"):
            asked.send(who, "/-/feedback/held", 404, id=row.id, action=action)


def test_what_is_handed_over_is_read_until_it_is_taken_back(asked: Asked) -> None:
    """By who reads the page too, and nothing that was given before its authors were told."""
    from sqlalchemy import update

    from wiki.people.audit import noted

    asked.answers("lea", helps="Parole d’avant")
    with asked.instance.private.session() as session:
        session.execute(update(asked.part("models").AnswerRow).values(told_of=False))
    asked.answers("lea", helps="Parole de maintenant")
    asked.writes("zoe@example.net", helps="Parole à relire")
    asked.confirms("zoe@example.net")
    hand = f"/-/feedback/hand/{PATH}"
    for who in ("paul", "lea", "anne"):
        asked.send(who, hand, 404, action="hand")
    assert "Confier ces retours" in asked.see("awa", URL)
    assert "Confier ces retours" not in asked.see("anne", URL)
    for _press in range(2):
        asked.send("awa", hand, action="hand")
    assert "à qui Awa les a confiés" in asked.see("awa", URL)
    told = asked.see("paul", URL)
    assert "Parole de maintenant" in told
    assert "Parole d’avant" not in told and "Parole à relire" not in told
    assert "Lire les retours confiés" in asked.see("paul", f"/{PATH}")
    for who in ("lea", "marc", ""):
        assert "Parole" not in asked.see(who, URL) or who == "lea"
        assert "retours confiés" not in asked.see(who, f"/{PATH}")
    for row in asked.rows():
        asked.see("paul", f"/-/feedback/fate/{row.id}", 404)
    asked.see("paul", "/-/feedback/held", 404)
    # Who may no longer read the page reads nothing of it.
    asked.write({f"{PATH}.md": page(more="visibility: team\n")})
    asked.see("paul", URL, 404)
    asked.write({f"{PATH}.md": page()})
    asked.send("paul", hand, 404, action="keep")
    for _press in range(2):
        asked.send("awa", hand, action="keep")
    assert "Parole" not in asked.see("paul", URL)
    lines = [(one.what, one.about) for one in noted(asked.instance.private)]
    assert lines[:2] == [("answers-kept", PATH), ("answers-handed", PATH)]
    assert all(line[0] != "answers-handed" for line in lines[2:])


def test_an_address_with_an_account_is_told_apart_by_nobody(asked: Asked) -> None:
    first = asked.writes("inconnue@example.net", helps="Un")
    second = asked.writes("lea@example.org", "Quelqu’un", helps="Deux")
    asked.shown.clear()
    main = [text.split("<main")[1].split("</main")[0] for text in (first, second)]
    assert main[0] == main[1]
    link = asked.confirms("lea@example.org")
    row = next(one for one in asked.rows() if one.helps == "Deux")
    assert (row.person, row.email, row.name) == (asked.people["lea"].id, "", "")
    assert row.state == "open", "the account is trusted"
    assert "pas pour le compte" in asked.see("marc", link)
    asked.send("marc", link, action="back")
    assert len(asked.rows()) == 2, "somebody else’s account cannot use it"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({}, "Une réponse suffit"),
        ({"helps": "a" * 2001}, "Dites-le en 2000 caractères"),
        ({"knows": "marc@example.net"}, "Retirez les adresses"),
        ({"missing": "x\u202ey"}, "caractères invisibles"),
    ],
)
def test_what_was_typed_is_kept_where_it_cannot_be_taken(
    asked: Asked, words: dict[str, Any], said: str
) -> None:
    more: dict[str, Any] = {"test": "Mes mots"} if words else {}
    shown = asked.send("lea", URL, 422, **words, **more)
    assert said in shown and all(one in shown for one in more.values())
    assert asked.rows() == []


def test_an_address_that_is_none_is_told_with_the_text_kept(asked: Asked) -> None:
    shown = asked.writes("zoe", helps="Mes mots", status=422)
    assert "Mes mots" in shown and asked.rows() == []


def test_a_page_that_no_longer_asks_keeps_what_was_typed_on_the_screen(asked: Asked) -> None:
    asked.write({f"{PATH}.md": page("\nDu texte.\n")})
    assert "ne demande pas de retours" in asked.see("lea", URL)
    shown = asked.send("lea", URL, 409, helps="Mes mots")
    assert "Mes mots" in shown and asked.rows() == []


def test_who_may_not_read_a_page_may_not_answer(asked: Asked) -> None:
    for path in ("cache", "rien"):
        asked.see("lea", f"/-/feedback/{path}", 404)
        asked.send("lea", f"/-/feedback/{path}", 404, helps="x")
    asked.see("awa", "/-/feedback/cache")


def test_the_author_takes_it_back(asked: Asked) -> None:
    row = asked.answers("lea", helps="Le plan")
    asked.send("marc", "/-/feedback/mine", id=row.id)
    assert len(asked.rows()) == 1, "nobody takes back what another said"
    asked.send("lea", "/-/feedback/mine", id=row.id)
    assert asked.rows() == []
    asked.writes("zoe@example.net", helps="Le plan")
    link = asked.confirms("zoe@example.net")
    assert "Repris" in asked.send("", link, 200, action="back")
    assert asked.rows() == []
    asked.see("", link, 404)
    asked.see("", "/-/feedback/own/x.y", 404)


def test_one_person_gives_so_much_a_day(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked.part("submission"), "_MINE", 3)
    for number in range(3):
        asked.answers("lea", helps=f"Le plan {number}")
    shown = asked.send("lea", URL, 429, helps="Encore")
    assert "Encore" in shown and len(asked.rows()) == 3


def test_where_nobody_of_the_team_has_an_account_others_read_it_if_one_agrees(asked: Asked) -> None:
    asked.write({f"{PATH}.md": page().replace("personnes/awa", "personnes/sans-compte")})
    assert "n’a de compte ici" in asked.see("", URL) and 'name="instead"' in asked.see("", URL)
    refused = asked.writes("zoe@example.net", status=422, missing="Un prix")
    assert "personne ne lirait" in refused and "Un prix" in refused and not asked.rows()
    row = asked.answers("lea", missing="Un prix", instead="1")
    assert row.state == "open"
    admin = next(name for name, one in asked.people.items() if one.role == "admin")
    told = asked.see(admin, "/-/account")
    assert "retour à lire sur LoRa" in told
    assert "Un prix" in asked.see(admin, URL)
