"""Medians of many, of nobody: births and ends from git, first answers from whoever knows."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from wiki.hookspecs.items import milestones
from wiki.reading import Reader
from wiki.testing.obstacles import about_files
from wiki.testing.wikis import is_kept, provide_in

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance


def page(states: str, *, theme: str = "IoT", visibility: str = "public") -> str:
    lines = "".join(
        f"- [{box}] avis {number} {{#b-{theme[:3].lower()}{number:05}}}\n"
        for number, box in enumerate(states)
    )
    head = f"type: project\nthemes: [{theme}]\nterritory: Bretagne\nvisibility: {visibility}"
    return f"---\n{head}\n---\n# {theme}\n\n::: besoins\n{lines}\n:::\n"


def lives(instance: "Instance", count: int) -> dict[str, Any]:
    times: Any = instance.projections["figures"]
    found: dict[str, Any] = times.lives([f"b-iot{number:05}" for number in range(count)])
    return found


def test_a_need_is_born_and_met_with_the_commits_that_say_so(
    instance: "Instance", write: Callable[..., str]
) -> None:
    write({"a.md": page("  x ")})
    write({"a.md": page("x x ")})
    write({"b.md": page("x x "), "a.md": None})
    found = lives(instance, 4)
    assert [life.met is not None for life in found.values()] == [True, False, False, False]
    assert found["b-iot00000"].met >= found["b-iot00000"].born
    write({"b.md": page("  x ")})
    assert lives(instance, 1)["b-iot00000"].met is None


def test_rebuilding_says_the_same(instance: "Instance", write: Callable[..., str]) -> None:
    for states in ("  ", "x ", "  ", "xx"):
        write({"a.md": page(states)})
    before = lives(instance, 2)
    instance.projections.rebuild("figures")
    assert lives(instance, 2) == before


def test_figures_are_kept_until_their_needs_change(
    instance: "Instance", write: Callable[..., str], plugin_module: Callable[[str], Any]
) -> None:
    write({"a.md": page("  x "), "b.md": "# Une page sans besoin\n"})
    assert not is_kept(instance, plugin_module("cases").cases_for)
    write({"b.md": "# Une page sans besoin\n\nToujours pas.\n"})
    assert is_kept(instance, plugin_module("cases").cases_for)
    write({"a.md": page("x x ")})
    assert not is_kept(instance, plugin_module("cases").cases_for)


def first_answers(instance: "Instance") -> list[tuple[str, str, date]]:
    """What a plugin knows of first answers."""
    today = Reader(instance).today + timedelta(days=3)
    names = [f"b-{name}{number:05}" for name in ("iot", "sec") for number in range(5)]
    return [(name, "answer", today) for name in names]


def test_the_page_shows_medians_of_many_public_needs_alone(
    instance: "Instance", write: Callable[..., str], client: "FlaskClient", person: Any, log_in: Any
) -> None:
    provide_in(instance, milestones, first_answers)
    write(
        {
            "few.md": page("    ", theme="Peu"),
            "sec.md": page(" " * 6, theme="Secret", visibility="members"),
        }
    )
    assert "<table" not in client.get("/-/figures").get_data(as_text=True)
    write({"iot.md": page(" " * 6)})
    write({"iot.md": page("x" * 5 + " "), "few.md": page("xxxx", theme="Peu")})
    html = client.get("/-/figures?lang=fr").get_data(as_text=True)
    assert "3\u00a0jours" in html or "3 jours" in html
    assert "le jour même" in html and "5 cas" in html
    assert html.count('<svg class="plot"') == 3
    assert "<script" not in html.split("<main")[1].split("</main")[0]
    assert "IoT" in html and "Bretagne" in html
    assert "Peu" not in html.split("<main")[1] and "Secret" not in html
    assert "moins de 5 cas" in html
    assert "10 cas" not in html
    for url in ("/-/figures?of=all", "/-/figures"):
        member = log_in(person(f"M{len(url)}")).get(url).get_data(as_text=True)
        assert "Secret" not in member.split("<main")[1]
    admin = log_in(person("Admin", role="admin"))
    assert "Secret" in admin.get("/-/figures?of=all").get_data(as_text=True)
    assert "Secret" not in admin.get("/-/figures").get_data(as_text=True).split("<main")[1]


def test_a_plot_over_groups_shows_what_most_of_them_have(
    instance: "Instance", write: Callable[..., str], client: "FlaskClient"
) -> None:
    provide_in(instance, milestones, first_answers)
    write({"iot.md": page(" " * 6)})
    html = client.get("/-/figures?lang=fr").get_data(as_text=True)
    assert "jusqu’à la première réponse" in html, "nothing is found yet"
    assert html.count('<svg class="plot"') == 3


def test_where_there_are_many_those_with_most_cases_are_drawn(
    plugin_module: Callable[[str], Any],
) -> None:
    counting, views = plugin_module("medians"), plugin_module("views")
    cases = [
        counting.Case({"met": 3}, (f"t{n:02}",)) for n in range(20) for _ in range(5 + (n > 4))
    ]
    found = views._group("Thèmes", "themes", counting.lines(cases, "themes"), cases)
    assert found["more"] == 5 and len(found["rows"]) == 20
    assert "t05" in found["plot"] and "t04" not in found["plot"]


@given(st.lists(st.integers(0, 400), max_size=12))
def test_no_cell_rests_on_few(plugin_module: Callable[[str], Any], days: list[int]) -> None:
    counting = plugin_module("medians")
    cases = [counting.Case({"met": one}, ("a",)) for one in days]
    [*found] = counting.lines(cases, "themes")
    assert bool(found) == (len(days) >= counting.FEWEST)
    for one in found:
        assert one.cells["met"].cases == len(days)
        assert min(days) <= one.cells["met"].days <= max(days)
        assert one.cells["answer"].days is None


@about_files("what is written behind a wiki's back is seen at its next look")
def test_while_history_is_read_nothing_is_said_to_be_few(
    instance: "Instance", write: Callable[..., str], client: "FlaskClient"
) -> None:
    import sqlite3
    from contextlib import closing

    from wiki.repository.objects import EMPTY

    write({"a.md": page("xxxxxx")})
    assert client.get("/-/needs").status_code == 200
    times: Any = instance.projections["figures"]
    with times.tables.writing() as rows:
        tables = rows.connection
        tables.execute("delete from figures_need")
        tables.execute("update marker set \"commit\" = ? where name = 'figures'", (EMPTY,))
    with closing(sqlite3.connect(times.tables.path, isolation_level=None)) as another:
        # Another process has the tables to itself for long, as one that makes them anew.
        another.execute("begin immediate")
        said = client.get("/-/figures").get_data(as_text=True)
        assert "en cours de lecture" in said and "trop peu" not in said
    instance.projections.rebuild("figures")
    said = client.get("/-/figures").get_data(as_text=True)
    assert "en cours de lecture" not in said, "it was kept for nobody"
