"""What the head of a page says to people, and to what shares its address."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from wiki.testing import module_wiki, signed_in

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person


#: one wiki for all of them, empty for each
app, instance = module_wiki.app, module_wiki.instance

Write = Callable[..., str]
PROJECT = (
    '---\ntype: project\nteam: ["[[personnes/awa]]"]\n---\n\n# Vélos\n\n![Un vélo](velo.png)\n'
)


def test_a_person_page_says_what_they_know_and_where_they_help(
    write: Write, client: "FlaskClient"
) -> None:
    awa = "---\ntype: person\nskills: [LoRaWAN]\navailability: un-peu\n---\n\n# Awa\n"
    hidden = PROJECT.replace("type: project", "type: project\nvisibility: team")
    write(
        {
            "personnes/awa.md": awa,
            "projets/velos.md": PROJECT,
            "projets/secret.md": hidden.replace("# Vélos", "# Un secret"),
        }
    )
    page = client.get("/personnes/awa").get_data(as_text=True)
    assert 'href="/-/people?skill=lorawan">LoRaWAN</a>' in page
    assert "un peu" in page and ">Vélos</a>" in page
    assert "Un secret" not in page


def test_who_shares_an_address_shows_its_first_picture(write: Write, client: "FlaskClient") -> None:
    write(
        {"projets/velos.md": PROJECT, "elsewhere.md": "# Loin\n\n![x](https://example.org/x.png)\n"}
    )
    page = client.get("/projets/velos").get_data(as_text=True)
    assert 'property="og:image" content="http://' in page
    assert "/projets/velo.png?width=960" in page
    assert "og:image" not in client.get("/elsewhere").get_data(as_text=True)


def test_a_title_that_the_text_repeats_stands_once(write: Write, client: "FlaskClient") -> None:
    write(
        {
            "one.md": "# Un titre\n\nTexte.\n",
            "two.md": "---\ntitle: Un titre\n---\n\n# Un autre\n\nTexte.\n",
        }
    )
    assert client.get("/one").get_data(as_text=True).count("Un titre</h1>") == 1
    second = client.get("/two").get_data(as_text=True)
    assert "Un titre</h1>" in second and "Un autre</h1>" in second
    # The source keeps it: on a git host it is the only title there is.
    assert client.get("/one.md").get_data(as_text=True).startswith("# Un titre")


def test_robots_may_read_what_pages_are_shown_with(client: "FlaskClient") -> None:
    assert "Allow: /-/static/" in client.get("/robots.txt").get_data(as_text=True)


def test_search_engines_keep_lists_without_a_choice(client: "FlaskClient") -> None:
    robots = client.get("/robots.txt").get_data(as_text=True)
    addresses = re.findall(r"^Allow: (.*)\$$", robots, re.M)
    assert {"/-/needs", "/-/offers", "/-/projects", "/-/search"} <= set(addresses)
    for address in addresses:
        page = client.get(f"{address}?lang=fr").get_data(as_text=True)
        assert f'<link rel="canonical" href="http://127.0.0.1:8080{address}">' in page
        assert re.search(r'<meta name="description" content="[^"]{40,}">', page), address
        assert 'name="robots"' not in page
    assert 'name="robots" content="noindex"' in client.get("/-/search?q=x").get_data(as_text=True)


def test_searches_say_where_their_answers_lie(write: Write, client: "FlaskClient") -> None:
    write({"projets/index.md": "# Les projets\n", "projets/velos.md": PROJECT})
    page = client.get("/-/search?q=velos").get_data(as_text=True)
    assert "<span>Les projets</span>" in page


def test_a_page_that_asks_for_too_much_shows_its_beginning_and_how_to_change_it(
    write: Write, app: "Flask", instance: "Instance", person: "Callable[..., Person]"
) -> None:
    client = app.test_client()
    lists = "".join(f"## Liste {n}\n\n::: projets limit:1\n\n:::\n\n" for n in range(400))
    write({"projets/velos.md": PROJECT, "longue.md": f"# Longue\n\n{lists}La fin.\n"})
    page = client.get("/longue").get_data(as_text=True)
    assert ">Vélos</a>" in page
    assert "s’arrête ici" in page
    assert "La fin." not in page
    assert 'href="/-/edit/longue"' in page
    member = signed_in(app, instance, person("Awa"))
    edit = member.get("/-/edit/longue")
    assert edit.status_code == 200
    assert "La fin." in edit.get_data(as_text=True)
    assert "s’arrête ici" in member.get("/longue").get_data(as_text=True)
    assert "La fin." in client.get("/longue.md").get_data(as_text=True)


def test_an_empty_chapter_is_shown_to_who_may_edit_the_page_alone(
    write: Write,
    client: "FlaskClient",
    app: "Flask",
    instance: "Instance",
    person: "Callable[..., Person]",
) -> None:
    chapters = "## Pratique\n\n## Plan\n\n### Étape\n\nUn mot, [[#Pratique]].\n\n## Suite\n\nFin.\n"
    head = (
        '---\ntype: project\nvisibility: public\neditors: team\nteam: ["[[personnes/awa]]"]\n---\n'
    )
    write(
        {
            "personnes/awa.md": "---\ntype: person\n---\n\n# Awa\n",
            "projets/velos.md": f"{head}\n# Vélos\n\n{chapters}",
            "projets/velos/plan.md": f"# Le plan\n\n{chapters}",
            "libre.md": f"# Libre\n\n{chapters}",
        }
    )
    awa = signed_in(app, instance, person("Awa", page="personnes/awa"))
    for path in ("projets/velos", "projets/velos/plan"):
        page = client.get(f"/{path}").get_data(as_text=True)
        assert "Pratique</h2>" not in page and "Plan</h2>" in page and "Suite</h2>" in page
        # Contents and menus do not lead there; links that people wrote still do.
        assert page.count('href="#h-pratique"') == 1 and 'id="h-pratique"' in page
        own = awa.get(f"/{path}").get_data(as_text=True)
        assert 'Pratique <span class="badge is-empty">' in own
        assert own.count("is-empty") == 1 and own.count('href="#h-pratique"') > 1
    api = client.get("/-/api/v1/pages/projets/velos?include=html").get_data(as_text=True)
    assert "Suite</h2>" in api and "Pratique</h2>" not in api
    # A page of no kind is its writer's, word for word.
    assert "Pratique</h2>" in client.get("/libre").get_data(as_text=True)
