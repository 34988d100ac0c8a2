"""What becomes of answers: fates, what is told of them, what stands on the page, what waits."""

from typing import Any

import pytest

from wiki.api.panels import Waiting
from wiki.api.reading.history import list_history

from .conftest import PATH, URL, Asked, page


def decide(asked: Asked, row: Any, status: int = 303, who: str = "awa", **values: Any) -> str:
    return asked.send(who, f"/-/feedback/fate/{row.id}", status, **values)


def newest(asked: Asked) -> str:
    return list_history(asked.reader("awa"), PATH, limit=1)[0].commit


def test_used_leads_its_author_to_the_change(asked: Asked) -> None:
    row = asked.answers("lea", missing="Un prix", shown="1")
    form = asked.see("awa", f"/-/feedback/fate/{row.id}")
    assert "by hand" in form and "Une main" in form, "versions by their sentence"
    decide(asked, row, fate="used", revision=newest(asked))
    mine = asked.see("lea", "/-/feedback/mine")
    assert "Il a servi" in mine and f"/-/diff/{PATH}?to={newest(asked)}" in mine
    seen = asked.see("", f"/{PATH}")
    assert "Ce qui a été dit" in seen and "Un prix" in seen and "Léa" in seen


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"fate": "x"}, "Choisissez ce qu’il en advient"),
        ({"fate": "used", "revision": "0" * 40}, "Choisissez la modification"),
        ({"fate": "answered", "reply": " "}, "Écrivez votre réponse"),
        ({"fate": "aside", "reply": "Mes mots"}, "Choisissez une raison"),
    ],
)
def test_a_fate_that_says_too_little_is_asked_again(
    asked: Asked, values: dict[str, str], said: str
) -> None:
    row = asked.answers("lea", missing="Un prix")
    shown = decide(asked, row, 422, **values)
    assert said in shown and values.get("reply", "") in shown
    assert asked.rows()[0].fate == ""


def test_authors_are_told_once_together_and_once_a_day(asked: Asked) -> None:
    first = asked.answers("lea", missing="Un prix")
    second = asked.answers("lea", helps="Le plan")
    decide(asked, first, fate="answered", reply="Cent euros")
    decide(asked, second, fate="aside", reason="means")
    decide(asked, second, fate="aside", reason="means")
    asked.later(minutes=30)
    assert asked.mails_to("lea") == [], "the team may not be through yet"
    asked.later(minutes=40)
    asked.later(minutes=40)
    (mail,) = asked.mails_to("lea")
    assert "Cent euros" in mail and "Nous n’en avons pas les moyens" in mail and "LoRa" in mail
    decide(asked, first, fate="kept")
    asked.later(hours=3)
    assert len(asked.mails_to("lea")) == 1, "one mail a day"
    asked.later(hours=24)
    assert len(asked.mails_to("lea")) == 2
    assert "gardé pour plus tard" in asked.mails_to("lea")[-1]
    asked.later(days=3)
    assert len(asked.mails_to("lea")) == 2


def test_without_an_account_the_fate_stands_behind_the_link(asked: Asked) -> None:
    asked.writes("zoe@example.net", helps="Le plan")
    link = asked.confirms("zoe@example.net")
    (row,) = asked.rows()
    decide(asked, row, fate="answered", reply="Merci, c’est dit")
    assert asked.rows()[0].state == "open", "to answer a first message lets it through"
    assert "Merci, c’est dit" in asked.see("", link)
    asked.later(hours=2)
    assert "Merci, c’est dit" in asked.mails_to("zoe@example.net")[-1]
    assert asked.link("zoe@example.net") == link


def test_what_was_said_stands_on_the_page_few_in_order_and_only_if_its_author_wants(
    asked: Asked,
) -> None:
    asked.answers("marc", helps="Pour vous seuls")
    for number in range(7):
        asked.answers("lea", helps=f"Idée {number}", shown="1")
        asked.now = asked.now.replace(minute=number + 1)
    for row in asked.rows():
        decide(asked, row, fate="answered", reply="Merci")
    seen = asked.see("", f"/{PATH}")
    assert "Pour vous seuls" not in seen
    places = [seen.find(f"Idée {number}") for number in range(7)]
    assert places[:2] == [-1, -1] and places[2:] == sorted(places[2:]) and -1 not in places[2:]
    assert "Idée 0" in asked.see("", URL), "all of them stand below the questions"
    row = next(one for one in asked.rows() if one.helps == "Idée 6")
    decide(asked, row, fate="aside", reason="known")
    assert "Idée 6" not in asked.see("", f"/{PATH}")


def test_nobody_else_decides_or_reads(asked: Asked) -> None:
    row = asked.answers("lea", helps="Le plan")
    for who in ("lea", "marc", "paul"):
        asked.see(who, f"/-/feedback/fate/{row.id}", 404)
        decide(asked, row, 404, who=who, fate="kept")
        asked.send(who, f"/-/feedback/ask/{PATH}", 404, action="close")
    asked.see("anne", f"/-/feedback/fate/{row.id}")
    asked.see("awa", "/-/feedback/fate/nothing", 404)
    asked.see("", f"/-/feedback/fate/{row.id}", 302)


def test_answers_wait_for_the_team_and_again_after_a_month(asked: Asked) -> None:
    from wiki.reading.inbox import what_waits

    def lines(who: str) -> list[Waiting]:
        found = what_waits(asked.reader(who))
        return [one for one in found if str(one.url).startswith("/-/feedback/")]

    row = asked.answers("lea", helps="Le plan")
    (line,) = lines("awa")
    assert line.url == URL and "Un retour à lire sur LoRa" in line.text
    assert line.when == row.arrived
    assert lines("lea") == [] == lines("anne"), "an admin is not asked about what has a team"
    asked.later(days=31)
    (line,) = lines("awa")
    assert "depuis un mois" in line.text and line.when and (asked.now - line.when).days == 1
    decide(asked, row, fate="kept")
    assert lines("awa") == []
    asked.writes("zoe@example.net", helps="Premier")
    asked.confirms("zoe@example.net")
    assert lines("paul") == [], "nobody of the programme is told of what a team is told"
    (line,) = lines("anne")
    assert line.personal is False and line.url == "/-/feedback/held"


def test_a_team_asks_and_stops_asking_without_a_mark_to_know(asked: Asked) -> None:
    bare = page("\nDu texte.\n")
    asked.write({f"{PATH}.md": bare})
    assert "Demander des retours" in asked.see("awa", f"/{PATH}")
    assert URL not in asked.see("lea", f"/{PATH}")
    for _press in range(2):
        asked.send("awa", f"/-/feedback/ask/{PATH}", action="open", question="C’est clair ?")
    assert asked.text() == f"{bare}\n::: retours\nC’est clair ?\n\n:::\n"
    assert "C’est clair ?" in asked.see("lea", URL)
    asked.send("awa", f"/-/feedback/ask/{PATH}", action="close")
    assert asked.text() == bare
    shown = asked.send("awa", f"/-/feedback/ask/{PATH}", 422, action="open", question="a" * 301)
    assert "300 caractères au plus" in shown and asked.text() == bare
