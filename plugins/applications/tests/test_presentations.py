"""“Presented” stands on a project's page from the morning after, and its team can object."""

from datetime import UTC, datetime

import pytest

from wiki.api.pages import edit_head
from wiki.api.reading import get_page
from wiki.api.reading.history import WIKI_AUTHOR, list_history
from wiki.jobs.runner import Runner

from .conftest import EVENT, Evening

BEFORE, NIGHT, MORNING = (
    datetime(2027, 3, 18, 12, tzinfo=UTC),
    datetime(2027, 3, 19, 5, tzinfo=UTC),
    datetime(2027, 3, 19, 8, 30, tzinfo=UTC),
)


@pytest.fixture(scope="module")
def once(founded: Evening) -> str:
    founded.rewind()
    id_ = founded.apply()
    url = f"/-/application/{id_}"
    founded.send("orga", f"{url}/decide", choice="selected", words="Venez.")
    founded.send("orga", url, action="tell")
    founded.send("awa", url, action="agree", title="Les ruches", summary="Une phrase")
    founded.mails()
    founded.keep("agreed")
    return id_


@pytest.fixture
def agreed(founded: Evening, once: str) -> tuple[Evening, str]:
    founded.rewind("agreed")
    return founded, once


def presented(evening: Evening, id_: str) -> tuple[str, ...]:
    path = evening.row(id_).project
    return tuple(get_page(evening.reader("awa"), path).head.links("presented"))


def at(evening: Evening, when: datetime) -> None:
    evening.later(seconds=(when - evening.now).total_seconds())
    evening.tend()


def test_it_is_written_the_morning_after_and_the_team_is_told_once(
    agreed: tuple[Evening, str],
) -> None:
    evening, id_ = agreed
    for when in (BEFORE, NIGHT):
        at(evening, when)
        assert presented(evening, id_) == () and len(evening.mails_to("awa")) == 1
    at(evening, MORNING)
    evening.tend()
    assert presented(evening, id_) == (EVENT,)
    _letter, mail = evening.mails_to("awa")
    assert "Ruches parlantes" in mail and "Carrefour de Rennes" in mail
    assert "dit qu’il y a été présenté" in evening.see("awa", f"/-/application/{id_}")


def test_what_the_wiki_writes_by_itself_is_no_news(agreed: tuple[Evening, str]) -> None:
    """Nobody of the team wrote that line, so no list and no page says that they did."""
    evening, id_ = agreed
    at(evening, BEFORE)
    path = evening.row(id_).project
    told = evening.reader("awa").changes.told([path])
    at(evening, MORNING)
    assert presented(evening, id_) == (EVENT,)
    assert evening.reader("awa").changes.told([path]) == told
    last, *_others = list_history(evening.reader("awa"), path)
    assert last.mail == WIKI_AUTHOR.mail


def test_one_button_takes_it_off_for_good_and_another_back(agreed: tuple[Evening, str]) -> None:
    evening, id_ = agreed
    at(evening, MORNING)
    link = evening.mailed_link("awa", "/-/application/presented/")
    head = evening.reader().head
    assert "Le retirer de notre page" in evening.see("", link)
    assert evening.reader().head == head, "opening it changes nothing"
    evening.see("", link + "x", 404)
    assert "Déconnectez-vous" in evening.see("bea", link)
    evening.send("bea", link, 403, action="object")
    for _click in range(2):
        evening.send("", link, action="object")
    assert presented(evening, id_) == ()
    evening.later(days=1)
    evening.tend()
    assert presented(evening, id_) == () and len(evening.mails_to("awa")) == 2
    evening.send("", link, action="presented")
    assert presented(evening, id_) == (EVENT,)
    evening.send("awa", f"/-/application/{id_}", action="object")
    assert presented(evening, id_) == ()
    evening.send("awa", f"/-/application/{id_}", action="presented")
    assert presented(evening, id_) == (EVENT,)


@pytest.mark.parametrize("head", ["cancelled: true\n", ""])
def test_an_evening_that_was_not_held_presents_nobody(
    agreed: tuple[Evening, str], head: str
) -> None:
    """Cancelled; or the project does not stand in its programme any more."""
    evening, id_ = agreed
    page = get_page(evening.reader(), EVENT)
    text = page.text.replace("kind: carrefour\n", f"kind: carrefour\n{head}")
    if not head:
        out = {"action": "remove", "project": evening.row(id_).project}
        evening.send("orga", f"/-/events/programme/{EVENT}", **out)
    else:
        evening.write({page.file: text})
    at(evening, MORNING)
    assert presented(evening, id_) == () and len(evening.mails_to("awa")) == 1


def test_nobody_is_written_to_about_an_evening_of_long_ago(agreed: tuple[Evening, str]) -> None:
    evening, id_ = agreed
    evening.later(days=120)
    evening.tend()
    assert presented(evening, id_) == () and len(evening.mails_to("awa")) == 1


def test_what_became_of_them_names_who_was_presented(agreed: tuple[Evening, str]) -> None:
    """Open or closed: the words agreed to, and for who may read the page its story."""
    evening, id_ = agreed
    at(evening, MORNING)
    url = f"/-/status/stories?event={EVENT.replace('/', '%2F')}"
    page = evening.see("", url)
    assert "Les ruches" in page and "Une phrase" in page and "Ruches parlantes" not in page
    # So do the list of all, its narrowing and the pages that show it; the event leads there.
    evening.write({"liste.md": "# Liste\n\n::: devenus limit:4\n\n:::\n"})
    for way in ("/-/status/stories", "/-/status/stories?state=espace-fermé&year=2027", "/liste"):
        page = evening.see("", way)
        assert "Les ruches" in page and "Une phrase" in page and "Ruches parlantes" not in page, way
    assert "Les ruches" not in evening.see("", "/-/status/stories?theme=sante")
    assert url in evening.see("", f"/{EVENT}")
    assert "Ruches parlantes" in evening.see("awa", url)
    evening.send("awa", f"/-/application/{id_}", action="show")
    assert "Ruches parlantes" in evening.see("", "/-/status/stories")


def test_who_presents_is_told_of_a_move_once(agreed: tuple[Evening, str]) -> None:
    """As those registered are, ten minutes later; who is both is told once."""
    evening, id_ = agreed
    evening.apply("bea", title="Le potager")  # no answer yet: nothing is known of an evening
    bees = evening.row(id_).project
    page = get_page(evening.reader("awa"), bees)
    team = edit_head(page.text, {"team": ["[[personnes/awa]]", "[[personnes/marc]]"]})
    evening.write({page.file: team, "personnes/marc.md": "---\ntype: person\ntitle: Marc\n---\n"})
    evening.person("marc", page="personnes/marc")
    registering(evening)
    evening.send("marc", f"/-/registrations/{EVENT}", name="Marc", lang="fr")
    event = get_page(evening.reader(), EVENT)
    before = {who: len(evening.mails_to(who)) for who in ("awa", "bea", "marc", "tiers")}

    def told(who: str) -> list[str]:
        return evening.mails_to(who)[before[who] :]

    def settles(text: str) -> None:
        evening.write({event.file: text})
        for _ in range(2):
            background(evening)
            evening.later(minutes=11)
        background(evening)

    text = get_page(evening.reader(), EVENT).text
    settles(text.replace("starts: 2027-03-18T18:30", "starts: 2027-03-25T18:30"))
    (mail,) = told("awa")
    assert "Ruches parlantes" in mail and "25 mars 2027" in mail and "18 mars 2027" in mail
    (mail,) = told("marc")
    assert "Vous n’avez rien à faire" in mail
    assert told("bea") == told("tiers") == []
    moved = get_page(evening.reader(), EVENT).text
    settles(moved.replace("place: Rennes", "place: Dakar"))
    assert "Dakar" in told("awa")[1] and len(told("awa")) == len(told("marc")) == 2
    settles(get_page(evening.reader(), EVENT).text)
    assert len(told("awa")) == 2


def registering(evening: Evening) -> None:
    """The event takes registrations."""
    page = get_page(evening.reader(), EVENT)
    evening.write({page.file: edit_head(page.text, {"registration": "open"})})


def background(evening: Evening) -> None:
    """What registrations do in the background is done, and mails leave."""
    assert Runner(evening.instance).run("registrations")
    evening.mails()
