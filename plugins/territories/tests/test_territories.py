"""What is where: names of places to regions, counts for who asks, the map and its list."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.api.reading import get_page
from wiki.documents.write.binder import bind_pages
from wiki.projections.catalogue import Count
from wiki.reading import Reader
from wiki.sisters.mount import unmount
from wiki.testing import mount_sister

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance


def drawn(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - ours


def project(title: str, territory: str = "", more: str = "") -> str:
    place = f"territory: {territory}\n" if territory else ""
    return f"---\ntype: project\n{place}{more}---\n# {title}\n"


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Bretagne", ["bre"]),
        ("bretagne ", ["bre"]),
        ("Rennes (35)", ["bre"]),
        ("Côtes d’Armor", ["bre"]),
        ("Côtes-d'Armor", ["bre"]),
        ("22", ["bre"]),
        ("22580 Plouha", ["bre"]),
        ("97410 Saint-Pierre", ["lre"]),
        ("Pays de Rennes", ["bre"]),
        ("Bretagne et Normandie", ["bre", "nor"]),
        ("Pays de la Loire", ["pdl"]),
        ("Loire", ["ara"]),
        ("Vienne, Isère", ["ara"]),
        ("Saint-Denis (La Réunion)", ["lre"]),
        ("PACA", ["pac"]),
        ("Provence-Alpes-Côte d'Azur", ["pac"]),
        ("Ile de France", ["idf"]),
        ("Belgique", []),
        ("Nord de l’Europe", []),
        ("Le Caire, manche à air", []),
        ("", []),
        ("France entière", []),
    ],
)
def test_a_name_says_its_regions(
    plugin_module: Callable[[str], Any], name: str, codes: list[str]
) -> None:
    assert list(plugin_module("gazetteer").regions_of(name)) == codes


@given(st.text(max_size=80))
def test_any_words_are_a_name_or_none(plugin_module: Callable[[str], Any], name: str) -> None:
    known = {region.code for region in plugin_module("gazetteer").REGIONS}
    assert set(plugin_module("gazetteer").regions_of(name)) <= known


_NAMES = ["Bretagne", "Rennes", "Belgique", "La Réunion", "là-bas", "Bretagne et Normandie"]


@given(st.dictionaries(st.sampled_from(_NAMES), st.integers(1, 50)), st.integers(0, 9))
def test_no_name_is_lost(
    plugin_module: Callable[[str], Any], names: dict[str, int], everywhere: int
) -> None:
    counts = [Count(name, name.lower(), number + everywhere) for name, number in names.items()]
    if everywhere:
        counts.append(Count("France entière", "france-entiere", everywhere))
    found = plugin_module("counts").spread(counts)
    twice = names.get("Bretagne et Normandie", 0)
    assert found.told + sum(one.count for one in found.others) == sum(names.values()) + twice
    assert found.everywhere == everywhere


def test_every_region_of_the_mainland_has_an_outline(plugin_module: Callable[[str], Any]) -> None:
    drawing, gazetteer = plugin_module("svg"), plugin_module("gazetteer")
    spots = [drawing.Spot(one, 3, f"{one.name} <3", "/-/x?a=1&b=2") for one in gazetteer.REGIONS]
    root = drawn(str(drawing.draw(spots, 'A "map" & more')))
    links = root.findall("{http://www.w3.org/2000/svg}a")
    assert len(links) == len(gazetteer.REGIONS)
    assert len(list(root.iter("{http://www.w3.org/2000/svg}path"))) == 13
    assert root.get("aria-label") == 'A "map" & more'
    assert "style" not in str(drawing.draw(spots, "x"))


@pytest.fixture
def pages(write: Callable[..., str]) -> None:
    write(
        {
            "a.md": project("A", "Bretagne", "themes: [Eau]\n"),
            "b.md": project("B", "Rennes (35)", "themes: [Eau]\n"),
            "c.md": project("C", "Belgique"),
            "d.md": project("D", "France entière"),
            "e.md": project("E"),
            "f.md": project("F", "Corse", "visibility: members\n"),
            "g.md": project("G", "Atlantide", "visibility: team\n"),
            "p.md": "# Page\n\n::: carte theme:eau\n\n:::\n",
        }
    )


def places(html: str) -> dict[str, int]:
    part = html.split('class="territory-list"')[1]
    return {
        name.strip(): int(count)
        for name, count in re.findall(
            r"<li>(?:<a[^>]*>)?([^<]*)(?:</a>)? <span class=\"count\">(\d+)<", part
        )
    }


@pytest.mark.usefixtures("pages")
def test_what_sisters_have_is_hollow_on_the_map_and_listed_below(
    instance: "Instance", client: "FlaskClient"
) -> None:
    url = "/-/territories?lang=fr"
    before = client.get(url).text
    elsewhere = ("/-/territories/map.svg", "/-/territories/embed", "/p")
    ours = [client.get(one).text for one in elsewhere]
    files: dict[str, str | bytes] = {
        "x.md": project("Ruches <b>", "Lyon", "themes: [Eau]\n"),
        "y.md": project("Digue", "Rennes"),
        "z.md": project("Lagon", "La Réunion"),
        "w.md": project("Nulle part", "48.85, 2.35e308"),
        "v.md": project("Fermée", "Corse", "visibility: members\n"),
    }
    mount_sister(instance, "lyon", files, "Carrefour de Lyon")
    html = client.get(url).text
    assert "Bretagne\u00a0: 1 dans les Carrefours partenaires" in html
    assert "La Réunion\u00a0: 1 dans les Carrefours partenaires" in html
    assert "Corse\u00a0: 1" not in html and "Fermée" not in html
    assert html.count('fill="#ffffff" stroke="#117a83"') == 3
    assert "Ruches &lt;b&gt;" in html and "Nulle part" in html
    leads = "/-/territories?region=ara#at-sisters"
    assert html.count(f'href="{leads}"') == 2
    chosen = client.get(leads).text
    assert 'href="/-/carrefours/lyon/x"' in chosen and 'href="/-/carrefours/lyon/y"' not in chosen
    narrowed = client.get(f"{url}&theme=eau&region=bre").text
    assert "region=ara" in narrowed and "Digue" not in narrowed
    # A picture, a frame and a block are of one's own alone.
    assert [client.get(one).text for one in elsewhere] == ours
    unmount(instance, "lyon")
    assert client.get(url).text == before


@pytest.mark.usefixtures("pages")
def test_the_map_and_its_list_are_of_what_one_may_see(
    client: "FlaskClient", person: Any, log_in: Any
) -> None:
    html = client.get("/-/territories?lang=fr").get_data(as_text=True)
    assert places(html) == {
        "Bretagne": 2,
        "France entière ou à distance": 1,
        "Sans territoire indiqué": 1,
        "Belgique": 1,
    }
    assert "Atlantide" not in html and "Corse\u00a0: rien encore" in html
    member = log_in(person("Membre")).get("/-/territories?lang=fr").get_data(as_text=True)
    assert places(member)["Corse"] == 1 and "Atlantide" not in member
    narrowed = client.get("/-/territories?theme=eau&lang=fr").get_data(as_text=True)
    assert places(narrowed) == {"Bretagne": 2}


@pytest.mark.usefixtures("pages")
def test_a_region_leads_to_what_is_there(client: "FlaskClient") -> None:
    html = client.get("/-/territories?theme=eau").get_data(as_text=True)
    address = re.search(r'<a href="(/-/search[^"]+)" aria-label="Bretagne', html)
    assert address
    found = client.get(address[1].replace("&amp;", "&")).get_data(as_text=True)
    assert 'href="/a"' in found and 'href="/b"' in found and 'href="/c"' not in found


@pytest.mark.usefixtures("pages")
def test_the_block_is_a_picture_and_a_list(client: "FlaskClient") -> None:
    html = client.get("/p?lang=fr").get_data(as_text=True)
    assert '<img src="/-/territories/map.svg?theme=eau"' in html
    assert "Bretagne</a> <span" in html and "Belgique" not in html
    picture = client.get("/-/territories/map.svg?theme=eau")
    assert picture.mimetype == "image/svg+xml"
    assert drawn(picture.get_data(as_text=True)).get("role") == "img"


@pytest.mark.usefixtures("pages")
def test_documents_take_the_picture_along(instance: "Instance") -> None:
    book = bind_pages(Reader(instance), [get_page(Reader(instance), "p")])
    assert re.search(r'<img src="media/1.svg" alt="[^"]', book.chapters[0].html)
    assert drawn(book.media["media/1.svg"].decode()).get("role") == "img"


def test_a_booklet_has_a_map_of_its_own_projects(
    write: Callable[..., str], instance: "Instance", plugin_module: Callable[[str], Any]
) -> None:
    write(
        {
            "d.md": "---\ntype: dossier\nterritory: Corse\n---\n# D\n",
            "a.md": project("A", "Rennes (35)"),
            "b.md": project("B & fils", "Belgique"),
            "c.md": project("C"),
            "e.md": project("E", "France entière"),
            "ailleurs.md": project("Ailleurs", "Corse"),
        }
    )
    reader = Reader(instance)
    pages = [get_page(reader, path) for path in ("d", "a", "b", "c", "e")]
    (found,) = plugin_module("booklet_part").map_of(pages, reader)
    book = bind_pages(reader, pages, closing=[found], alone=False)
    html = book.chapters[-1].html
    words = re.sub("<[^>]+>", " ", html)
    assert re.search(r"Bretagne +A ", words) and re.search(r"Belgique +B &amp; fils", words)
    assert 'href="#p2"' in html and "Corse" not in words
    svg = drawn(book.media["media/1.svg"].decode())
    assert [one.text for one in svg.iter("{http://www.w3.org/2000/svg}text")] == ["1"]
    # Where no project says a region there is none.
    assert plugin_module("booklet_part").map_of([pages[0], *pages[2:]], reader) == []


def test_what_is_not_clear_lists_nothing(
    write: Callable[..., str], client: "FlaskClient", person: Any, log_in: Any
) -> None:
    text = "::: carte type:licornes\n\n:::\n\n::: carte couleur:bleu\n\n:::\n"
    write({"a.md": project("A", "Bretagne"), "p.md": f"# Page\n\n{text}"})
    assert "map.svg" not in client.get("/p").get_data(as_text=True)
    told = log_in(person("Membre")).get("/p?lang=fr").get_data(as_text=True)
    assert "licornes" in told and "couleur" in told
    empty = client.get("/-/territories?type=licornes&theme=rien")
    assert empty.status_code == 200


@pytest.mark.usefixtures("pages")
def test_the_frame_is_a_visitors(client: "FlaskClient", person: Any, log_in: Any) -> None:
    answer = log_in(person("Membre")).get("/-/territories/embed?lang=fr")
    html = answer.get_data(as_text=True)
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "Accept-Language" in answer.headers["Vary"]
    assert "Set-Cookie" not in answer.headers
    assert places(html).get("Bretagne") == 2 and "Corse" not in places(html)
    assert "<script" not in html
