"""Searching as a place: orders, words that mean the same, ways on, tables, feeds, kept searches."""

import csv
import re
from collections.abc import Callable
from io import StringIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from wiki.people.follow.subscriptions import watched
from wiki.people.targets import SEARCH, Target, read_target
from wiki.testing import module_wiki, token

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

#: one wiki for all of them, empty for each
app, instance = module_wiki.app, module_wiki.instance

ATOM = "{http://www.w3.org/2005/Atom}"
PAGES = {
    "thesaurus.md": "---\ntitle: Thésaurus\n---\n\n- capteur = sonde\n",
    "projets/a.md": (
        "---\ntype: project\ntitle: Zèbre de la rivière\nthemes: [eau]\n"
        "territory: Bretagne\n---\n\n"
        "Un capteur dans la rivière.\n"
    ),
    "projets/b.md": (
        "---\ntype: project\ntitle: Abeille\nthemes: [air]\n---\n\nUne sonde dans la rivière.\n"
    ),
    "projets/c.md": (
        "---\ntype: project\ntitle: =cmd|' /C calc'!A0\nthemes: [eau]\n---\n\nLa rivière encore.\n"
    ),
    "projets/secret.md": (
        "---\ntype: project\ntitle: Caché\nvisibility: admins\n---\n\nLa rivière cachée.\n"
    ),
    "evenements/fete.md": (
        "---\ntype: event\ntitle: Fête de la rivière\nstarts: 2099-05-01\n---\n\nAu bord.\n"
    ),
}


@pytest.fixture
def full(write: Callable[..., str]) -> str:
    return write(PAGES)


def page(client: "FlaskClient", url: str, **headers: str) -> str:
    answer = client.get(url, headers=headers)
    assert answer.status_code == 200, url
    return answer.get_data(as_text=True)


def titles(html: str) -> list[str]:
    return [
        re.sub(r"</?mark>", "", title)
        for title in re.findall(r"<h3><a href=\"[^\"]+\">(.+?)</a></h3>", html)
    ]


def test_results_are_put_in_the_order_that_is_asked_for(full: str, client: "FlaskClient") -> None:
    assert titles(page(client, "/-/search?q=rivière&sort=title"))[0].startswith("=cmd")
    assert titles(page(client, "/-/search?q=rivière&sort=title"))[1:] == [
        "Abeille",
        "Fête de la rivière",
        "Zèbre de la rivière",
    ]
    assert titles(page(client, "/-/search?q=rivière&sort=soonest"))[0] == "Fête de la rivière"
    assert "Toutes les réponses" not in page(client, "/-/search?q=rivière&sort=nonsense")


def test_the_day_of_an_open_need_comes_before_a_later_beginning(
    full: str, client: "FlaskClient", write: Callable[..., str]
) -> None:
    for name, item in (
        ("ouvert", "[ ] Un four avant:2099-04-01"),
        ("pourvu", "[x] Un lieu avant:2098-01-01"),
    ):
        write({f"projets/{name}.md": f"# {name} de rivière\n\n::: besoins\n- {item}\n:::\n"})
    shown = titles(page(client, "/-/search?q=rivière&sort=soonest"))
    pages = [title for title in shown if "rivière" in title]
    assert pages[:2] == ["ouvert de rivière", "Fête de la rivière"]


def test_projects_and_people_come_before_pages_and_help_last(
    write: Callable[..., str], client: "FlaskClient"
) -> None:
    write({
        "riviere.md": "# Rivière\n\nLa rivière, la rivière.\n",
        "aide/riviere.md": "# Rivière aide\n\nLa rivière, la rivière, la rivière.\n",
        "projets/a.md": "---\ntype: project\ntitle: Zèbre\n---\n\nUn besoin de rivière.\n\n"
        "::: besoins\n- [ ] Une rivière {#b-riviere1}\n:::\n",
        "personnes/b.md": "---\ntype: person\ntitle: Une batelière\n---\n\nSur la rivière.\n",
    })  # fmt: skip
    for address, headers in (
        ("/-/search?q=rivière", {}),
        ("/-/search?q=rivi", {"HX-Request": "true"}),
    ):
        shown = page(client, address, **headers)
        heads = re.findall(r"<h2>([^<]+?) ?(?:<small>|</h2>)", shown)
        kinds = [
            one for one in heads if one in ("Projets", "Besoins", "Personnes", "Pages", "Aide")
        ]
        assert kinds[-2:] == ["Pages", "Aide"] and set(kinds[:-2]) == {
            "Projets",
            "Besoins",
            "Personnes",
        }
    # What was found by a misspelt word is marked where it stands, in titles too.
    assert "<mark>Rivière</mark> aide" in page(client, "/-/search?q=rivere")


def test_what_changed_last_comes_first(
    full: str, client: "FlaskClient", write: Callable[..., str]
) -> None:
    write({"projets/b.md": PAGES["projets/b.md"] + "\nDu neuf.\n"})
    assert titles(page(client, "/-/search?q=rivière&sort=newest"))[0] == "Abeille"


def test_words_that_mean_the_same_are_told_and_can_be_left_out(
    full: str, client: "FlaskClient"
) -> None:
    found = page(client, "/-/search?q=capteur ")
    assert {"Abeille", "Zèbre de la rivière"} <= set(titles(found))
    assert "aussi\u00a0: sonde" in found
    exact = re.search(r'href="(/-/search\?q=capteur&amp;exact=1)"', found)
    assert exact is not None
    alone = page(client, exact[1].replace("&amp;", "&"))
    assert "Abeille" not in titles(alone)
    assert "Zèbre de la rivière" in titles(alone)
    assert 'href="/-/search?q=capteur"' in alone


def test_a_search_that_finds_nothing_says_how_to_go_on(full: str, client: "FlaskClient") -> None:
    contradictory = page(client, "/-/search?q=rivière&theme=air&territory=corse")
    assert "sans «\u00a0Territoire\u00a0: corse\u00a0»" in contradictory
    assert 'href="/-/search?q=rivi%C3%A8re&amp;theme=air"' in contradictory
    assert "sans aucun choix" in contradictory
    words = page(client, "/-/search?q=rivière theme:rien")
    assert 'href="/-/search?q=rivi%C3%A8re"' in words
    assert "Dites votre besoin" in words


def test_a_word_that_is_nowhere_is_told_where_others_are_answered(
    full: str, client: "FlaskClient"
) -> None:
    html = page(client, "/-/search?q=zèbre+capteur+rivière+zzyyxx")
    assert "Aucune page n’a le mot «\u00a0zzyyxx\u00a0»" in html
    assert "Aucune page n’a" not in page(client, "/-/search?q=rivière")


@pytest.mark.parametrize("query", ["***", '"', "-", "&&"])
def test_what_has_no_word_is_told_so(full: str, client: "FlaskClient", query: str) -> None:
    answer = client.get("/-/search", query_string={"q": query})
    assert answer.status_code == 200
    assert "pas de mot à chercher" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "query",
    [
        "rivière " * 1_250,
        "a:b " * 2_500,
        '"' * 10_000,
        "de la les",
        "🦓🏽 ☔",
        "-rivière",
        "theme:eau -theme:eau",
        "type:projet,besoin -type:projet -type:besoin",
    ],
    ids=["long", "keys", "quotes", "stop words", "emoji", "without", "contrary", "kinds"],
)
def test_any_question_is_answered_on_every_way_out(
    full: str, client: "FlaskClient", query: str
) -> None:
    asked = {"q": query}
    for where in ("search", "search.csv", "suggest"):
        assert client.get(f"/-/{where}", query_string=asked).status_code == 200, where
    # An address is no feed's where programs would cut it.
    feed = client.get("/-/search.atom", query_string=asked)
    assert feed.status_code == (200 if len(query) < 300 else 400)
    instant = client.get("/-/search", query_string=asked, headers={"HX-Request": "true"})
    assert instant.status_code == 200 and len(instant.data) < 20_000
    if query.startswith("t"):
        html = client.get("/-/search", query_string=asked).get_data(as_text=True)
        assert titles(html) == [] and "search-help" in html


def test_what_is_too_long_to_be_followed_is_a_feed_all_the_same(
    full: str, client: "FlaskClient"
) -> None:
    html = page(client, "/-/search?q=rivière " + "é" * 180)
    feed = re.findall(r'href="(/-/search\.atom[^"]+)"', html)
    assert len(feed) == 1
    assert "rivière éé" in page(client, feed[0].replace("&amp;", "&"))


def test_hundreds_of_choices_are_one_question(full: str, client: "FlaskClient") -> None:
    values = [("theme", f"theme-{number}") for number in range(500)]
    found = client.get("/-/search", query_string=[("q", "rivière"), *values])
    assert found.status_code == 200
    assert client.get("/-/catalogue", query_string=values).status_code == 200


def test_fewer_words_are_offered_of_a_quotation_too(full: str, client: "FlaskClient") -> None:
    html = page(client, '/-/search?q="rivière encore" zygomatique')
    assert "%22rivi%C3%A8re+encore%22" in html


def test_a_question_that_matches_everything_is_bounded(full: str, client: "FlaskClient") -> None:
    html = page(client, "/-/search?q=-introuvable&sort=title")
    assert len(titles(html)) <= 20


def test_without_a_question_one_may_browse(full: str, client: "FlaskClient") -> None:
    html = page(client, "/-/search")
    assert 'href="/-/search?type=project"' in html
    assert 'href="/-/search?theme=eau"' in html
    assert "Caché" not in html


def test_the_results_are_a_table_in_which_nothing_is_worked_out(
    full: str, client: "FlaskClient"
) -> None:
    answer = client.get("/-/search.csv?q=rivière&type=project&sort=title")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    heads, *rows = csv.reader(StringIO(answer.get_data().decode("utf-8-sig")))
    assert heads[0] == "Titre"
    assert [row[0] for row in rows] == [
        "'=cmd|' /C calc'!A0",
        "Abeille",
        "Zèbre de la rivière",
    ]
    assert rows[2][5:7] == ["Bretagne", "eau"]
    assert client.get("/-/search.csv").status_code == 400


def test_the_results_are_a_feed_of_visitors(
    full: str,
    client: "FlaskClient",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    for asking in (client, log_in(person("Une", role="admin"))):
        answer = asking.get("/-/search.atom?q=rivière&type=project")
        assert answer.content_type == "application/atom+xml; charset=utf-8"
        tree = ElementTree.fromstring(answer.get_data())  # noqa: S314 - our own
        found = [one.findtext(f"{ATOM}title") or "" for one in tree.iter(f"{ATOM}entry")]
        assert len(found) == 3
        assert not any("Caché" in one for one in found)
    assert client.get("/-/search.atom").status_code == 400
    assert 'href="/-/search.atom?q=rivi%C3%A8re"' in page(client, "/-/search?q=rivière")


def test_while_one_types_themes_come_first(full: str, client: "FlaskClient") -> None:
    html = page(client, "/-/search?q=ea", **{"HX-Request": "true"})
    assert html.index('href="/-/search?theme=eau"') < html.index("<ul>") + 200
    assert "<html" not in html


def test_what_htmx_only_follows_is_the_whole_page(full: str, client: "FlaskClient") -> None:
    html = page(client, "/-/search?q=rivière", **{"HX-Request": "true", "HX-Boosted": "true"})
    assert 'id="answers"' in html
    assert 'id="count"' in html


def test_a_search_is_kept_by_a_name_renamed_made_quiet_and_removed(
    full: str,
    instance: "Instance",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    keeper = person("Nadia")
    client = log_in(keeper)
    value = read_target(SEARCH, "q=rivière&theme=eau").value
    form = {
        "csrf_token": token(client, "/-/account/watching"),
        "kind": "search",
        "value": value,
        "name": "  Mes   rivières ",
        "next": "/-/search?q=rivière&theme=eau",
    }
    assert client.post("/-/watch", data=form).status_code == 303
    (kept,) = watched(instance.private, keeper.id)
    assert (kept.target, kept.name, kept.quiet) == (Target(SEARCH, value), "Mes rivières", False)
    assert "parmi les vôtres" in page(client, "/-/search?q=rivière&theme=eau")

    mine = page(client, "/-/account/watching")
    assert "Mes rivières" in mine
    again = {**form, "action": "name", "name": "Eaux"}
    assert client.post("/-/account/watching", data=again).status_code == 303
    (kept,) = watched(instance.private, keeper.id)
    assert (kept.name, kept.quiet) == ("Eaux", True)

    wrong = client.post("/-/account/watching", data={**again, "name": "x" * 81, "told": "1"})
    assert wrong.status_code == 422
    assert "x" * 81 in wrong.get_data(as_text=True)
    (kept,) = watched(instance.private, keeper.id)
    assert kept.name == "Eaux"

    client.post("/-/watch", data={**form, "stop": "1"})
    assert watched(instance.private, keeper.id) == []
    gone = client.post("/-/account/watching", data=again, follow_redirects=True)
    assert "ne fait plus partie des vôtres" in gone.get_data(as_text=True)
