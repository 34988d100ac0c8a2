"""The table of applications: narrowed, sorted, decided in place; nobody's application is lost."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from wiki.api.reading import page_exists
from wiki.people.models.accounts import PersonRow

from .conftest import EVENT, NEW, Evening

URL = f"/-/applications/{EVENT}"
DOOR = "-/advice"


@pytest.fixture
def table(evening: Evening) -> tuple[Evening, dict[str, str]]:
    """Three projects that were proposed: their ids, by title."""
    ids = {}
    for who, title, theme, place in (
        ("awa", "Ruches", "abeilles", "Bretagne"),
        ("awa", "Vélos", "mobilité", "Normandie"),
        ("bea", "Abris", "mobilité", "Bretagne"),
    ):
        evening.now += timedelta(minutes=1)
        ids[title] = evening.apply(who, title=title, themes=theme, territory=place)
    return evening, ids


def order(page: str) -> list[str]:
    found = {title: page.find(f">{title}</a>") for title in ("Ruches", "Vélos", "Abris")}
    return [title for title in sorted(found, key=found.__getitem__) if found[title] > 0]


def block(evening: Evening, who: str, moment: Any) -> None:
    """An administrator blocks the account; None: lets them in again."""
    with evening.instance.private.session() as session:
        row = update(PersonRow).where(PersonRow.id == evening.people[who].id)
        session.execute(row.values(disabled=moment))


def test_it_says_what_one_decides_by(table: tuple[Evening, dict[str, str]]) -> None:
    evening, _ids = table
    page = evening.see("prune", URL)
    for words in ("abeilles", "Normandie", "Un apiculteur", ">Awa</a>", ">Béa</a>"):
        assert words in page, words


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Abris", "Vélos", "Ruches"]),
        ("sort=title", ["Abris", "Ruches", "Vélos"]),
        ("sort=-title", ["Vélos", "Ruches", "Abris"]),
        ("theme=mobilite&sort=title", ["Abris", "Vélos"]),
        ("territory=bretagne&theme=mobilite", ["Abris"]),
        ("state=selected", []),
        ("state=nonsense&sort=nonsense", ["Abris", "Vélos", "Ruches"]),
    ],
)
def test_the_address_narrows_and_sorts(
    table: tuple[Evening, dict[str, str]], query: str, expected: list[str]
) -> None:
    evening, _ids = table
    assert order(evening.see("orga", f"{URL}?{query}")) == expected


def test_one_decides_in_the_table_and_stays_there(table: tuple[Evening, dict[str, str]]) -> None:
    evening, ids = table
    here = f"{URL}?theme=mobilite&sort=title"
    led = evening.send("orga", here, action="selected", ids=[ids["Vélos"]])
    assert led == f"{here}#a-{ids['Vélos']}"
    asked = evening.see("orga", f"{here}&answer={ids['Abris']}")
    assert 'name="reasons"' in asked.split("</table>")[0]
    answer: dict[str, Any] = {"action": "later", "ids": [ids["Abris"]], "answer": ids["Abris"]}
    refused = evening.send("orga", here, 422, **answer, line="À bientôt, au café")
    assert "À bientôt, au café" in refused
    evening.send("orga", here, **answer, line="À bientôt, au café", reasons=["early"], doors=[DOOR])
    page = evening.see("orga", here)
    assert "retenu" in page and "pas cette fois" in page
    evening.send("orga", here, action="undecide", ids=[ids["Vélos"]])
    assert f'value="{ids["Vélos"]}" aria-label' in evening.see("orga", here)
    evening.send("orga", here, 404, action="note", ids=[ids["Vélos"]])


def test_what_was_applied_with_stays_to_be_read_after_the_letters(
    table: tuple[Evening, dict[str, str]],
) -> None:
    evening, ids = table
    one = f"/-/application/{ids['Ruches']}"
    for who in ("orga", "prune"):
        page = evening.see(who, one)
        assert "Un apiculteur" in page and "deux voisins" in page and ">Awa</a>" in page
    answer: dict[str, Any] = {"ids": [ids["Ruches"]], "reasons": ["early"], "doors": [DOOR]}
    evening.send("prune", URL, action="later", **answer)
    evening.send("prune", URL, action="tell")
    path = evening.row(ids["Ruches"]).project
    text = evening.instance.repository.read(evening.file(path), evening.instance.repository.head())
    assert text is not None
    later = text.data.decode().replace("Un apiculteur", "Un avocat, en secret")
    evening.write({evening.file(path): later})
    for who in ("orga", "prune"):
        row = evening.see(who, URL).split(">Ruches</a>")[1].split("</tr>")[0]
        assert (
            "Un apiculteur</li>" in row and "abeilles" in row and "Bretagne" in row and "Awa" in row
        )
        page = evening.see(who, one)
        assert "Un apiculteur" in page and "deux voisins" in page and "en secret" not in page


def test_theme_and_territory_are_asked_in_the_open(evening: Evening) -> None:
    form = evening.see("awa", f"/-/applications/new?to={EVENT}").split('<form class="form"')[1]
    form = form.split("</form>")[0]
    assert 'name="territory"' in form and 'name="themes"' in form and "<details" not in form


def test_letters_are_read_over_and_signed_before_they_leave(
    table: tuple[Evening, dict[str, str]],
) -> None:
    evening, ids = table
    evening.send(
        "orga",
        URL,
        action="later",
        ids=[ids["Abris"]],
        line="Votre maquette nous a plu.",
        reasons=["early"],
        doors=[DOOR],
    )
    evening.send("orga", URL, action="selected", ids=[ids["Ruches"]])
    letters = f"/-/application/letters/{EVENT}"
    shown = evening.see("orga", letters)
    assert (
        "Votre maquette nous a plu." in shown and f"signée {evening.account('orga').name}" in shown
    )
    assert "/-/application/agree/" not in shown, "the button is the team's alone"
    assert "pas cette fois" not in "".join(evening.mails_to("bea")).casefold()
    only = evening.see("orga", f"{letters}?one={ids['Abris']}")
    assert "Envoyer 1 lettre" in only
    evening.send("orga", URL, action="tell", ids=[ids["Abris"]])
    (letter,) = evening.mails_to("bea")
    assert (
        "Votre maquette nous a plu." in letter
        and f"\n{evening.account('orga').name}\nCarrefour de Rennes" in letter
    )
    assert evening.mails_to("awa") == [], "the other letter was not shown"
    evening.see("bea", letters, 404)


def test_no_door_leads_to_an_event_of_invented_people(evening: Evening) -> None:
    evening.write(
        {
            "evenements/exemple.md": "---\ntype: event\ntitle: Café d’exemple\nkind: café\n"
            "starts: 2027-03-01\ncandidatures: ouvertes\nteam: ['[[personnes/inventee]]']\n---\n",
            "personnes/inventee.md": "---\ntype: person\ntitle: Inventée\n---\n",
        }
    )
    reasons = evening.part("reasons")
    doors = {row.path for row in reasons.choices(evening.reader("orga"), EVENT).doors}
    assert doors == {DOOR, "evenements/cafe"}


def test_a_blocked_account_takes_no_application_along(
    table: tuple[Evening, dict[str, str]],
) -> None:
    evening, ids = table
    block(evening, "awa", evening.now)
    page = evening.see("orga", URL)
    assert order(page) == ["Abris"] and "2 candidatures" in page
    orphans = evening.see("orga", f"{URL}?state=orphan")
    assert order(orphans) == ["Vélos", "Ruches"] and "plus personne ne la porte" in orphans
    evening.see("orga", f"/-/application/{ids['Ruches']}")
    assert not page_exists(evening.reader("prune"), "projets/ruches"), "nobody is trusted with it"
    # Whoever goes on with it is put on the team of the page: it stands again.
    from wiki.api.pages import edit_head
    from wiki.api.pages.editing import change_page

    evening.tend()
    change_page(
        evening.reader("chef"),
        "projets/ruches",
        lambda page: edit_head(page.text, {"team": ["[[personnes/bea]]"]}),
    )
    assert order(evening.see("orga", URL)) == ["Abris", "Ruches"]
    evening.see("bea", f"/-/application/{ids['Ruches']}")
    block(evening, "awa", None)
    assert order(evening.see("orga", URL)) == ["Abris", "Vélos", "Ruches"]


def test_a_page_made_anew_at_its_address_is_no_orphan(
    table: tuple[Evening, dict[str, str]],
) -> None:
    evening, ids = table
    name = evening.file("projets/ruches")
    evening.write({name: None})
    evening.write(
        {name: "---\ntype: project\ntitle: Ruches d’ailleurs\nteam: ['[[personnes/bea]]']\n---\n"}
    )
    evening.see("bea", f"/-/application/{ids['Ruches']}", 404)
    assert "Ruches d’ailleurs" not in evening.see("orga", URL) + evening.see(
        "orga", f"{URL}?state=orphan"
    )


def test_a_newcomer_who_is_blocked_waits_among_the_orphans(evening: Evening) -> None:
    evening.hold("tiers")
    evening.apply("tiers")
    block(evening, "tiers", evening.now)
    assert NEW["title"] not in evening.see("orga", URL)
    assert NEW["title"] in evening.see("orga", f"{URL}?state=orphan")
