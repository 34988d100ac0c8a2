"""The boards, the pages of items, and the panel of a project, over HTTP."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def wiki(write: Callable[..., str]) -> None:
    """A public project, one for members, one for its team; what they need and offer."""
    write(
        {
            "lora.md": "---\ntype: project\nthemes: [IoT]\nterritory: Bretagne\n"
            "team: [personnes/awa]\n---\n# LoRa à la ferme\n\n::: historique\n- 2026-01-01 pilote\n"
            "\n:::\n",
            "lora/besoins.md": "::: besoins\n- un avis #radio avant:2099-03-01 {#b-aaaaaaaa}\n\n"
            "  Le relevé est prêt.\n- une ferme #essai @Normandie avant:2099-01-01 {#b-bbbbbbbb}\n"
            "- trop tard avant:2001-01-01 {#b-cccccccc}\n- [x] un juriste #rgpd {#b-dddddddd}\n"
            "\n:::\n",
            "membres.md": "---\ntype: project\nthemes: [Secret]\nvisibility: members\n---\n# M\n\n"
            "::: besoins\n- entre nous #radio #caché {#b-eeeeeeee}\n\n:::\n",
            "equipe.md": "---\ntype: project\nthemes: [Clos]\nvisibility: team\n---\n# E\n\n"
            "::: besoins\n- chut #radio #tu {#b-ffffffff}\n\n:::\n",
            "personnes/awa.md": "---\ntype: person\n---\n# Awa\n\n::: offres\n"
            '- une heure #radio dispo:un-peu @"à distance" {#o-aaaaaaaa}\n\n:::\n',
            "liste.md": "::: besoins open\n- jamais au tableau {#b-zzzzzzzz}\n\n:::\n",
        }
    )


def ids(client: "FlaskClient", url: str) -> list[str]:
    answer = client.get(url, headers=JSON)
    assert answer.status_code == 200
    return [one["id"] for one in answer.get_json()["results"]]


def test_the_board_shows_what_is_open(client: "FlaskClient") -> None:
    html = client.get("/-/needs").get_data(as_text=True)
    assert 'href="/-/needs/b-aaaaaaaa"' in html
    assert 'href="/lora"' in html
    assert "b-dddddddd" not in html
    assert "jamais au tableau" not in html
    assert len(ids(client, "/-/needs")) == 3
    assert ids(client, "/-/offers") == ["o-aaaaaaaa"]


FILTERS: dict[str, set[str]] = {
    "keyword=radio": {"a"},
    "keyword=radio&keyword=essai": {"a", "b"},
    "theme=iot": {"a", "b", "c"},
    "territory=bretagne": {"a", "c"},
    "territory=normandie": {"b"},
    "maturity=pilot": {"a", "b", "c"},
    "maturity=idea": set(),
    "state=met": {"d"},
    "state=met&state=open&theme=iot": {"a", "b", "d"},
    "state=sleeping": {"c"},
    "state=met&state=sleeping&state=open&theme=iot": {"a", "b", "c", "d"},
    "project=lora": {"a", "b", "c"},
    "project=membres": set(),
    "project=nulle-part": set(),
    "state=nonsense&sort=nonsense&from=nonsense": {"a", "b", "c"},
    "from=9999": set(),
    "keyword=%00%ff": set(),
}


def test_filters(client: "FlaskClient") -> None:
    for query, expected in FILTERS.items():
        assert {one[2] for one in ids(client, f"/-/needs?{query}")} == expected, query


def test_what_is_due_soonest_comes_first_and_what_is_past_last(client: "FlaskClient") -> None:
    assert ids(client, "/-/needs?sort=before") == ["b-bbbbbbbb", "b-aaaaaaaa", "b-cccccccc"]


def test_what_is_past_its_day_or_met_asks_nobody(client: "FlaskClient") -> None:
    """Neither on the board, nor on its page, nor in the text where it stands, nor in the feed."""
    for url in ("/-/needs", "/lora/besoins"):
        rows = re.findall(r"<article.*?</article>", client.get(url).get_data(as_text=True), re.S)
        (asking,), (past,) = (
            [row for row in rows if words in row] for words in ("un avis", "trop tard")
        )
        assert "Je peux aider" in asking and "Je peux aider" not in past, url
        assert "c’était pour" in past, url
    for identity in ("b-cccccccc", "b-dddddddd"):
        html = client.get(f"/-/needs/{identity}").get_data(as_text=True)
        assert "Ceci n’attend plus de réponse" in html and "Je peux aider" not in html
    feed = client.get("/-/needs.atom").get_data(as_text=True)
    for entry in re.findall(r"<entry>.*?</entry>", feed, re.S):
        assert ("Je peux aider" in entry) == ("trop tard" not in entry)


def test_counts_follow_the_other_filters(client: "FlaskClient") -> None:
    facets = client.get("/-/needs?territory=normandie", headers=JSON).get_json()["facets"]
    counts = {key: {one["value"]: one["count"] for one in found} for key, found in facets.items()}
    assert counts["keyword"] == {"essai": 1}
    assert counts["territory"] == {"bretagne": 2, "normandie": 1}
    assert counts["maturity"] == {"pilot": 1}
    assert counts["state"] == {"open": 1}


def test_who_is_everywhere_counts_in_each_territory(
    client: "FlaskClient", write: Callable[..., str]
) -> None:
    write({"x.md": '::: offres\n- ici @Bretagne @"à distance"\n- là @Bretagne\n\n:::\n'})
    facets = client.get("/-/offers", headers=JSON).get_json()["facets"]
    counts = {one["value"]: one["count"] for one in facets["territory"]}
    assert counts == {"bretagne": 3, "a-distance": 2}
    for value, count in counts.items():
        assert len(ids(client, f"/-/offers?territory={value}")) == count


def test_a_visitor_learns_nothing_of_what_is_not_public(client: "FlaskClient") -> None:
    for url in (
        "/-/needs",
        "/-/needs?keyword=radio",
        "/-/needs?project=membres",
        "/-/needs?state=met",
    ):
        for headers in ({}, JSON):
            text = client.get(url, headers=headers).get_data(as_text=True)
            for word in ("entre nous", "chut", "eeeeeeee", "ffffffff", "cache", ">tu<", "Secret"):
                assert word not in text
    radio = client.get("/-/needs", headers=JSON).get_json()["facets"]["keyword"]
    assert {one["value"]: one["count"] for one in radio}["radio"] == 1


def test_members_and_admins_see_their_part(
    person: "Callable[..., Person]", log_in: "Callable[[Person], FlaskClient]"
) -> None:
    assert "b-eeeeeeee" in ids(log_in(person("Membre")), "/-/needs")
    assert "b-ffffffff" not in ids(log_in(person("Autre")), "/-/needs")
    assert "b-ffffffff" in ids(log_in(person("Admin", role="admin")), "/-/needs")


def test_what_one_may_not_see_is_as_if_it_were_not(client: "FlaskClient") -> None:
    missing = client.get("/-/needs/b-99999999")
    bare = re.compile(r'href="[^"]*"')
    for url in (
        *("/-/needs/b-eeeeeeee", "/-/needs/b-ffffffff", "/-/offers/b-eeeeeeee"),
        *("/-/needs/b-zzzzzzzz", "/-/needs/nonsense", "/-/needs/%00", "/-/offers/%F0%9F%92%A9"),
    ):
        answer = client.get(url)
        assert answer.status_code == missing.status_code == 404, url
        told, known = (bare.sub("", one.get_data(as_text=True)) for one in (answer, missing))
        assert told == known, url


def test_the_page_of_a_need(client: "FlaskClient") -> None:
    html = client.get("/-/needs/b-aaaaaaaa").get_data(as_text=True)
    main = html[html.index("<main") :]
    assert "Le relevé est prêt." in main
    assert 'href="/personnes/awa"' in main
    assert 'href="/lora/besoins#b-aaaaaaaa"' in main
    assert 'href="/-/offers/o-aaaaaaaa"' in main  # it shares a keyword
    assert "/-/edit/" not in main
    assert "b-eeeeeeee" not in main


def test_the_team_edits_the_line(
    person: "Callable[..., Person]", log_in: "Callable[[Person], FlaskClient]"
) -> None:
    client = log_in(person("Awa", page="personnes/awa"))
    html = client.get("/-/needs/b-aaaaaaaa").get_data(as_text=True)
    assert 'href="/-/needs/b-aaaaaaaa/edit"' in html
    assert 'action="/-/needs/b-aaaaaaaa/withdraw"' in html


def test_each_kind_has_its_address(client: "FlaskClient") -> None:
    answer = client.get("/-/offers/b-aaaaaaaa")
    assert (answer.status_code, answer.location) == (302, "/-/needs/b-aaaaaaaa")
    found = client.get("/-/offers/o-aaaaaaaa", headers=JSON).get_json()
    assert found["availability"] == 1
    assert found["places"] == ["à distance"]


def test_a_long_board_is_paged(client: "FlaskClient", write: Callable[..., str]) -> None:
    lines = "".join(f"- besoin {number} {{#b-{number:08}}}\n" for number in range(45))
    write({"long.md": f"::: besoins\n{lines}\n:::\n"})
    found = [one for start in (0, 20, 40) for one in ids(client, f"/-/needs?from={start}")]
    assert len(found) == len(set(found)) == 48
    html = client.get("/-/needs?keyword=&sort=new&from=20").get_data(as_text=True)
    assert html.count('<article class="row') == 20
    assert "from=40" in html


def test_a_project_says_what_it_needs_now(
    client: "FlaskClient",
    write: Callable[..., str],
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    html = client.get("/lora").get_data(as_text=True)
    assert html.count("/-/needs/b-aaaaaaaa") >= 1
    assert "b-dddddddd" not in html
    assert 'id="needs-title"' not in client.get("/personnes/awa").get_data(as_text=True)
    write({"nu.md": "---\ntype: project\nteam: [personnes/awa]\n---\n# Nu\n"})
    assert 'id="needs-title"' not in client.get("/nu").get_data(as_text=True)
    team = log_in(person("Awa", page="personnes/awa"))
    assert 'href="/-/needs/new?page=nu"' in team.get("/nu").get_data(as_text=True)
    more = "".join(f"- besoin {number} {{#b-{number:08}}}\n" for number in range(6))
    write({"nu/besoins.md": f"::: besoins\n{more}\n:::\n"})
    panel = team.get("/nu").get_data(as_text=True).split("needs-title", 1)[1]
    assert panel.count("<article") == 5
    assert 'href="/-/needs?project=nu"' in panel
    assert 'href="/-/needs/new?page=nu"' in panel


def test_a_need_is_said_once_and_its_own_team_is_asked_for_no_help(
    client: "FlaskClient",
    write: Callable[..., str],
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    head = "---\ntype: project\nteam: [personnes/awa]\n---\n# Une\n\n"
    said = f"{head}::: besoins\n- une ruche {{#b-00000001}}\n\n:::\n"
    write({"une.md": said, "une/suite.md": "::: besoins\n- du miel {#b-00000002}\n\n:::\n"})
    team = log_in(person("Awa", page="personnes/awa"))
    for reader in (client, team, log_in(person("Sofia", role="admin"))):
        html = reader.get("/une").get_data(as_text=True)
        assert html.count("une ruche</a></p>") == html.count("du miel</a></p>") == 1
        assert '<a href="#b-00000001">1 besoin dans le texte' in html
    helps = 'class="button need small" href="/-/'
    assert client.get("/une").get_data(as_text=True).count(helps) == 2
    html = team.get("/une").get_data(as_text=True)
    assert helps not in html
    # What they do with it stands at it instead, in the text too.
    assert '<a href="/-/needs/b-00000001/met"' in html
    assert '<a href="/-/needs/b-00000002/met"' in html
    assert helps not in team.get("/une/suite").get_data(as_text=True)
    assert helps in client.get("/une/suite").get_data(as_text=True)
    # A list of what others need: none of one's own among the buttons.
    write({"tous.md": "::: besoins project:une\n\n:::\n"})
    assert helps not in team.get("/tous").get_data(as_text=True)
    assert client.get("/tous").get_data(as_text=True).count(helps) == 2
    # A first page that lists them shows them in its text alone.
    write({"une.md": f"{said}\n::: besoins project:une\n\n:::\n"})
    html = client.get("/une").get_data(as_text=True)
    assert html.count("du miel</a></p>") == 1
    assert "2 besoins dans le texte" in html


def test_one_says_a_need_on_one_s_own_page(
    client: "FlaskClient",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    assert 'href="/-/new?type=project"' in client.get("/-/needs").get_data(as_text=True)
    assert 'href="/-/offers/new"' in client.get("/-/offers").get_data(as_text=True)
    awa = log_in(person("Awa", page="personnes/awa"))
    assert 'href="/-/needs/new"' in awa.get("/-/needs").get_data(as_text=True)
    assert 'value="personnes/awa"' in awa.get("/-/offers/new").get_data(as_text=True)


def test_menu_and_invitations(client: "FlaskClient", write: Callable[..., str]) -> None:
    write({"index.md": "# Carrefour\n"})
    html = client.get("/").get_data(as_text=True)
    assert html.count('href="/-/needs"') >= 2
    assert 'class="button offer' in html


def test_visitors_get_one_shared_answer(client: "FlaskClient") -> None:
    from flask import request

    from wiki.web.cache.responses import SHARED

    for url in ("/-/needs", "/-/needs/b-aaaaaaaa", "/-/offers?keyword=radio"):
        with client:
            answer = client.get(url, environ_base={SHARED: None})
            assert request.environ.get(SHARED)
        assert "Set-Cookie" not in answer.headers


def test_what_names_no_day_sleeps_in_its_page_as_on_the_board(
    client: "FlaskClient", instance: "Instance", write: Callable[..., str]
) -> None:
    write(
        {"p.md": "---\ntype: project\n---\n# P\n\n::: besoins\n- sans date {#b-gggggggg}\n\n:::\n"}
    )
    for url in ("/p", "/-/needs/b-gggggggg"):
        assert "sans nouvelles" not in client.get(url).get_data(as_text=True)
    begin = instance.private.now
    instance.private.now = lambda: begin() + timedelta(days=200)
    write({"autre.md": "# Un autre changement\n"})
    for url in ("/p", "/-/needs/b-gggggggg"):
        text = client.get(url).get_data(as_text=True)
        assert "sans nouvelles depuis 6 mois" in text
    assert "b-gggggggg" in ids(client, "/-/needs?state=sleeping")
