"""Lists in a page, counts in a sentence and catalogues: each shows what its reader may know of."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from wiki.api.reading.html import render_body
from wiki.testing import neat

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

Write = Callable[..., str]
Show = Callable[..., str]
LogIn = Callable[["Person"], "FlaskClient"]


def page(type_: str, title: str, **values: str) -> str:
    said = "".join(f"{key}: {value}\n" for key, value in values.items())
    return f"---\ntype: {type_}\ntitle: {title}\n{said}---\nTexte.\n"


@pytest.fixture
def world(write: Write) -> None:
    write(
        {
            "index.md": "# Accueil\n\n::: projets\n\n:::\n\n{{nombre projets}} projets.\n",
            "projets/lora.md": page("project", "LoRa", themes="[iot]", territory="Bretagne"),
            "projets/serre.md": page("project", "Serre", themes="[agriculture, iot]"),
            "projets/mur.md": page("project", "Cachette", themes="[iot]", visibility="members"),
            "personnes/ada.md": page("person", "Ada", skills="[radio]"),
            "evenements/foire.md": page("event", "Foire", starts="2027-05-01T18:00", kind="café"),
        }
    )


def titles(html: str) -> list[str]:
    return [
        title for title in ("LoRa", "Serre", "Cachette", "Ada", "Foire") if f">{title}<" in html
    ]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("block", "wanted"),
    [
        ("projets", ["LoRa", "Serre"]),
        ("Projects theme:agriculture", ["Serre"]),
        ("projets thème:IoT territoire:bretagne", ["LoRa"]),
        ("projets theme:iot,agriculture limit:1 sort:title", ["LoRa"]),
        ("personnes compétence:radio", ["Ada"]),
        ("événements genre:café", ["Foire"]),
        ("projets theme:rien", []),
        ("projets zzz:iot", []),
    ],
)
def test_a_block_lists_what_it_asks_for(
    block: str, wanted: list[str], show: Show, instance: "Instance"
) -> None:
    from wiki.reading import Reader

    assert titles(show(f"::: {block}\n\n:::\n", Reader(instance))) == wanted


@pytest.mark.usefixtures("world")
def test_what_is_not_understood_is_told(show: Show, instance: "Instance") -> None:
    from wiki.reading import Reader

    html = show("::: projets zzz:iot\n\n:::\n", Reader(instance))
    assert "«&nbsp;zzz&nbsp;»" in html
    assert "Ligne 1" in html


@pytest.mark.usefixtures("world")
def test_a_count_that_is_not_understood_is_told_where_it_stands(instance: "Instance") -> None:
    from wiki.pages.page import Page
    from wiki.reading import Reader

    lines = ["---", "title: A", "---", "", "Un début,", "et {{count bogus x:1}}", ""]
    lines += ["| a |", "| - |", "| {{nombre licornes}} |", "", "::: besoins", "- {{nombre w}}"]
    page = Page("a", "a.md", "\n".join([*lines, "", ":::", ""]))
    told = render_body(Reader(instance), page, editing=True).problems
    found = {one.params["name"]: one.line for one in told if one.kind == "unknown-count"}
    assert found == {"bogus": 5, "licornes": 9, "w": 11}


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("{{nombre projets theme:iot}}", "2"),
        ("{{count people}}", "1"),
        ("{{nombre projets zzz:1}}", "{{nombre projets zzz:1}}"),
        ("{{nombre licornes}}", "{{nombre licornes}}"),
        ("{{nombre projets theme:iot | projet | projets}}", "2&nbsp;projets"),
        ("{{nombre projets theme:zzz | projet | projets}}", "0&nbsp;projet"),
        ("{{count people | personne|personnes}}", "1&nbsp;personne"),
        ("{{nombre projets sort:title limit:1 theme:iot}}", "2"),
        ("{{nombre projets theme:iot | projet}}", "{{nombre projets theme:iot | projet}}"),
        ("{{nombre projets | | }}", "{{nombre projets | | }}"),
    ],
)
def test_a_count_stands_in_its_sentence(
    words: str, said: str, show: Show, instance: "Instance"
) -> None:
    from wiki.reading import Reader

    assert f"<p>Il y en a {said}.</p>" in show(f"Il y en a {words}.\n", Reader(instance))


def test_where_nobody_can_be_asked_words_stay(show: Show) -> None:
    assert show("::: projets\nUn texte.\n\n:::\n") == neat("<p>Un texte.</p>")
    assert show("{{nombre projets}}\n") == neat("<p>{{nombre projets}}</p>")


@pytest.mark.usefixtures("world")
def test_lists_counts_and_catalogues_keep_secrets(
    client: "FlaskClient", log_in: LogIn, person: "Callable[..., Person]"
) -> None:
    member = log_in(person("Une membre"))
    for address in ("/", "/-/projects", "/-/projects?theme=iot"):
        assert "Cachette" not in client.get(address).get_data(as_text=True), address
        assert "Cachette" in member.get(address).get_data(as_text=True), address
    assert "2 projets." in client.get("/").get_data(as_text=True)
    assert "3 projets." in member.get("/").get_data(as_text=True)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("projects", ["LoRa", "Serre"]),
        ("people", ["Ada"]),
        ("events", ["Foire"]),
        ("dossiers", []),
        ("organisations", []),
    ],
)
def test_a_catalogue_for_each_type(client: "FlaskClient", name: str, wanted: list[str]) -> None:
    answer = client.get(f"/-/{name}")
    assert answer.status_code == 200
    assert titles(answer.get_data(as_text=True)) == wanted
    assert client.get(f"/-/{name}?start=9999999999999999999&theme=%00").status_code < 500


@pytest.mark.usefixtures("world")
def test_a_catalogue_is_narrowed(client: "FlaskClient") -> None:
    assert titles(client.get("/-/projects?theme=agriculture").get_data(as_text=True)) == ["Serre"]
    assert titles(client.get("/-/people?skill=radio").get_data(as_text=True)) == ["Ada"]


@pytest.mark.usefixtures("world")
def test_the_others_are_those_that_the_page_does_not_name(
    client: "FlaskClient", write: Write
) -> None:
    text = "Voir [[LoRa]].\n\n::: projets theme:iot autres\n\n:::\n\n"
    write({"a.md": f"# A\n\n{text}{{{{nombre projets autres | autre | autres}}}}\n"})
    html = client.get("/a").get_data(as_text=True)
    listed = html.split('class="cards', 1)[1]
    assert titles(listed) == ["Serre"]
    assert "1\u00a0autre" in html or "1&nbsp;autre" in html


@pytest.mark.usefixtures("world")
def test_the_way_to_all_of_them_asks_as_the_list_does(client: "FlaskClient", write: Write) -> None:
    write({"a.md": "# A\n\n::: projets theme:iot,rien sort:title limit:1\n\n:::\n"})
    html = client.get("/a").get_data(as_text=True)
    url = "/-/projects?theme=iot&amp;theme=rien"
    assert f'href="{url}"' in html
    assert titles(client.get(url.replace("&amp;", "&")).get_data(as_text=True)) == ["LoRa", "Serre"]
