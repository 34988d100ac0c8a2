"""The map as readers get it: what stands on it, its parts and files, never what is hidden."""

import csv
import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import networkx
import pytest
from lxml import etree

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

LORA = "project:projets/lora"


@pytest.fixture(autouse=True)
def _there(network: None) -> None:
    """Every test is about the small network."""


def told(client: "FlaskClient", query: str = "") -> dict[str, Any]:
    """The graph as the script gets it: labels, and pairs of keys."""
    answer = client.get(f"/-/relations/graph.json{query}")
    assert answer.status_code == 200
    said: dict[str, Any] = answer.get_json()
    keys = [node[0] for node in said["nodes"]]
    ends = said["edges"]
    pairs = {
        frozenset((keys[ends[at]], keys[ends[at + 1]])): said["ties"][ends[at + 2]]
        for at in range(0, len(ends), 3)
    }
    return {"keys": set(keys), "pairs": pairs, "said": said}


def test_what_is_tied_to_what(client: "FlaskClient") -> None:
    found = told(client)
    assert found["pairs"] == {
        frozenset((LORA, "person:personnes/awa")): "team",
        frozenset(("project:projets/pain", "person:personnes/awa")): "team",
        frozenset((LORA, "theme:agriculture")): "theme",
        frozenset((LORA, "theme:radio")): "theme",
        frozenset(("project:projets/pain", "theme:agriculture")): "theme",
        frozenset((LORA, "territory:bretagne")): "territory",
        frozenset((LORA, "event:evenements/salon")): "presented",
        frozenset((LORA, "need:b-antennes")): "needs",
        # A link to a page of a space is one to the space.
        frozenset((LORA, "project:projets/pain")): "link",
    }


def test_nothing_hidden_is_there_counted_or_given(client: "FlaskClient") -> None:
    for address in (
        "/-/relations",
        "/-/relations/graph.json",
        "/-/relations/embed",
        "/-/relations/embed.json",
        *(f"/-/relations/file.{ending}" for ending in ("gexf", "graphml", "csv", "mm")),
    ):
        text = client.get(address).get_data(as_text=True)
        assert "cach" not in text, address
        assert "ecretologie" not in text, address
    hidden = client.get("/-/relations?around=projets/cache")
    unknown = client.get("/-/relations?around=projets/nulle-part")
    assert hidden.status_code == unknown.status_code == 404
    assert client.get("/-/relations?around=project:projets/cache").status_code == 404


def test_a_link_is_called_what_is_read_on_it(client: "FlaskClient") -> None:
    """In English too: who speaks to their browser says what they see."""
    text = client.get("/-/relations", headers={"Accept-Language": "en"}).get_data(as_text=True)
    links = re.findall(r"<a [^>]*relations-around[^>]*>.*?</a>", text)
    assert links and all(">Around it<" in one and "aria-label" not in one for one in links)


def test_the_team_sees_its_own_and_the_frame_never_does(
    person: "Callable[..., Person]", log_in: "Callable[[Person], FlaskClient]"
) -> None:
    team = log_in(person("Une agronome", page="personnes/awa"))
    assert "project:projets/cache" in told(team)["keys"]
    # Where a phone begins: at something of one's own.
    own = {"projets/lora", "projets/pain", "projets/cache"}
    assert told(team)["said"]["start"] in {f"project:{path}" for path in own}
    assert told(log_in(person("Autre")))["said"]["start"] == ""
    assert "cach" not in team.get("/-/relations/embed.json").get_data(as_text=True)


def test_what_is_hidden_moves_nothing(
    instance: "Instance",
    plugin_module: Any,
    person: "Callable[..., Person]",
    write: Callable[..., str],
) -> None:
    from wiki.reading import Reader

    places, gathering = plugin_module("places"), plugin_module("builder")
    places.lay(instance)

    def stand(reader: Reader) -> dict[str, tuple[float, float]]:
        graph = gathering.graph_of(reader)
        at = places.places_of(reader, graph)
        spots = zip(graph.nodes, at, strict=True)
        return {node.key: (float(x), float(y)) for node, (x, y) in spots}

    public = stand(Reader(instance))
    own = stand(Reader(instance, person("Une agronome", page="personnes/awa")))
    assert public == {key: place for key, place in own.items() if key in public}
    assert set(own) - set(public) == {"project:projets/cache", "theme:secretologie"}
    write({"projets/cache.md": None})
    places.lay(instance)
    assert stand(Reader(instance)) == public


def test_visitors_see_the_places_once_they_are_laid(
    instance: "Instance", plugin_module: Any
) -> None:
    from werkzeug.test import Client

    from wiki.app import create_application

    visitor = Client(create_application(instance), use_cookies=False)

    def seen(**headers: str) -> bytes:
        answer = visitor.get(
            "/-/relations/graph.json", base_url="http://localhost", headers=headers
        )
        return answer.get_data()

    lay, kept = plugin_module("places").lay, plugin_module("places")._places(instance)
    lay(instance)
    kept.keep("of before", [(key, y, x) for key, (x, y) in kept.all().items()])
    before = seen()
    lay(instance)
    # With any cookie at all nothing cached is given.
    assert before != seen(Cookie="x=y") == seen()


def test_what_stood_somewhere_stays_near_it(
    instance: "Instance", plugin_module: Any, write: Callable[..., str]
) -> None:
    places = plugin_module("places")
    many = {
        f"projets/p{n}.md": f"---\ntype: project\ntitle: P{n}\nthemes: [T{n % 5}]\n---\n"
        for n in range(60)
    }
    write(many)
    places.lay(instance)
    kept = instance.projections["relations"].all()  # type: ignore[attr-defined]
    write({"projets/neuf.md": "---\ntype: project\ntitle: Neuf\nthemes: [T1]\n---\n"})
    places.lay(instance)
    again = instance.projections["relations"].all()  # type: ignore[attr-defined]
    wide = max(abs(one) for place in kept.values() for one in place)
    moved = [abs(again[key][0] - x) + abs(again[key][1] - y) for key, (x, y) in kept.items()]
    assert sorted(moved)[len(moved) // 2] < wide / 4
    assert set(again) == {*kept, "project:projets/neuf"}


def test_a_text_that_ties_nothing_has_nothing_laid_out(
    instance: "Instance", plugin_module: Any, write: Callable[..., str]
) -> None:
    from wiki.reading import Reader

    places, graph_of = plugin_module("places"), plugin_module("builder").graph_of
    assert places.is_needed(instance)
    places.lay(instance)
    assert not places.is_needed(instance)
    before = [node.key for node in graph_of(Reader(instance)).nodes]
    digest = places._places(instance).digest()
    head = "---\ntype: project\ntitle: =Pain\nthemes: [Agriculture]\n"
    write({"projets/pain.md": f'{head}team: ["[[personnes/awa]]"]\n---\n\nUn mot de plus.\n'})
    assert places.is_needed(instance)
    places.lay(instance)
    after = [node.key for node in graph_of(Reader(instance)).nodes]
    assert before != after, "what changed last comes first"
    assert places._places(instance).digest() == digest
    write({"projets/pain.md": f"{head}---\n"})
    places.lay(instance)
    assert places._places(instance).digest() != digest


def test_a_part_of_few_is_laid_out_by_itself(
    instance: "Instance", plugin_module: Any, client: "FlaskClient", write: Callable[..., str]
) -> None:
    head = "---\ntype: project\nthemes: [Sols]\n---\n"
    write({f"projets/p{n}.md": f"{head}# P{n}\n" for n in range(40)})
    plugin_module("places").lay(instance)
    nodes = client.get("/-/relations/graph.json?theme=radio").get_json()["nodes"]
    whole = {one[0]: one for one in client.get("/-/relations/graph.json").get_json()["nodes"]}
    assert {"project:projets/lora", "theme:radio"} <= {one[0] for one in nodes}
    assert [one[3:5] for one in nodes] != [whole[one[0]][3:5] for one in nodes]
    wide = max(one[3] for one in nodes) - min(one[3] for one in nodes)
    assert 0 < wide < max(one[3] for one in whole.values()) - min(one[3] for one in whole.values())
    again = client.get("/-/relations/graph.json?theme=radio").get_json()["nodes"]
    assert again == nodes


def test_what_is_tied_to_nothing_stands_in_rows_below(
    instance: "Instance", plugin_module: Any, client: "FlaskClient", write: Callable[..., str]
) -> None:
    head = "---\ntype: organisation\n---\n"
    write({f"organisations/o{n}.md": f"{head}# O{n}\n" for n in range(9)})
    plugin_module("places").lay(instance)
    kept = instance.projections["relations"].all()  # type: ignore[attr-defined]
    assert not [key for key in kept if key.startswith("organisation:")]
    nodes = client.get("/-/relations/graph.json").get_json()["nodes"]
    rest = [one for one in nodes if not one[0].startswith("organisation:")]
    rows = [one for one in nodes if one[0].startswith("organisation:")]
    assert min(one[4] for one in rows) > max(one[4] for one in rest)
    assert len({(one[3], one[4]) for one in rows}) == 9
    alone = client.get("/-/relations/graph.json?kind=organisation").get_json()["nodes"]
    assert len({(one[3], one[4]) for one in alone}) == 9


def test_around_a_page_of_a_space(client: "FlaskClient") -> None:
    found = told(client, "?around=projets/pain/notes")
    assert found["said"]["centre"] == "project:projets/pain"
    assert LORA in found["keys"]
    assert "theme:radio" in found["keys"], "two steps away"
    apart = client.get("/-/relations?around=seule")
    assert apart.status_code == 404


def test_narrowed_searched_and_listed_without_a_script(client: "FlaskClient") -> None:
    assert told(client, "?kind=person,theme")["keys"] == {
        "person:personnes/awa",
        "theme:agriculture",
        "theme:radio",
    }
    assert "project:projets/pain" not in told(client, "?theme=radio")["keys"]
    page = client.get("/-/relations?q=antennes").get_data(as_text=True)
    assert "Une experte en antennes" in page
    assert "Le salon</a>" not in page.partition("relations-list")[2]
    assert client.get("/-/relations?q=zzz&kind=person&theme=rien").status_code == 200
    menu = client.get("/projets/pain/notes").get_data(as_text=True)
    assert "/-/relations?around=projets%2Fpain" in menu


def test_files_that_other_programs_open(client: "FlaskClient") -> None:
    gexf = networkx.read_gexf(io.BytesIO(client.get("/-/relations/file.gexf").data))
    graphml = networkx.read_graphml(io.BytesIO(client.get("/-/relations/file.graphml").data))
    assert set(gexf.nodes) == set(graphml.nodes) == told(client)["keys"]
    assert len(gexf.edges) == len(graphml.edges) == 9
    assert gexf.nodes[LORA]["label"] == "Lora des champs"
    assert gexf.nodes[LORA]["viz"]["position"]["x"] == pytest.approx(graphml.nodes[LORA]["x"])
    rows = list(
        csv.reader(io.StringIO(client.get("/-/relations/file.csv").data.decode("utf-8-sig")))
    )
    assert len(rows) == 10
    assert "'=Pain" in {row[0] for row in rows} | {row[4] for row in rows}, "no formula"
    mind = etree.fromstring(client.get("/-/relations/file.mm?around=projets/lora").data)
    assert mind.tag == "map"
    root = mind[0]
    assert root.get("TEXT") == "Lora des champs"
    assert root.get("LINK").endswith("/projets/lora")
    assert len(mind.findall(".//node")) == 8
    assert etree.fromstring(client.get("/-/relations/file.mm").data).tag == "map"


def test_the_frame_may_stand_elsewhere_and_the_page_may_not(client: "FlaskClient") -> None:
    frame = client.get("/-/relations/embed")
    assert "frame-ancestors *" in frame.headers["Content-Security-Policy"]
    assert "Accept-Language" in frame.headers["Vary"]
    assert "Set-Cookie" not in frame.headers
    page = client.get("/-/relations")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
