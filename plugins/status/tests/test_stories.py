"""What became of projects: their last words by year, theme, event, place and state; and figures."""

import html
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.api.reading import get_page
from wiki.api.reading.rows import get_rows

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

Part = Callable[[str], Any]


def project(head: str, *lines: str) -> str:
    story = "\n".join(f"- {line}" for line in lines)
    return f"---\ntype: project\n{head}\n---\nTexte.\n\n::: historique\n{story}\n\n:::\n"


@pytest.fixture
def world(instance: "Instance", write: Callable[..., str]) -> None:
    instance.private.now = lambda: datetime(2027, 3, 3, 9, tzinfo=UTC)
    write(
        {
            "rennes.md": "---\ntype: event\ntitle: Carrefour de Rennes\nstarts: 2025-06-01\n---\n",
            "lora.md": project(
                "title: LoRa\nthemes: [Radio]\nterritory: Bretagne\npresented: ['[[rennes]]']",
                "2027-01-02 pilote — Huit parcelles",
                "2025-06-01 concept — Présenté",
            ),
            "serre.md": project(
                "title: Serre\nthemes: [Radio]",
                "2026-01-01 idée — Premier café",
                "2026-12-01 arrêté — Plus de lumière, et le chauffage coûtait plus que la"
                " récolte : les plans restent libres",
            ),
            "vieux.md": project("title: Vieux", "2024-05-05 prototype — Un essai"),
            "cache.md": project("title: Cachette\nvisibility: members", "2027-02-02 — Murmure"),
            "neuf.md": "---\ntype: project\ntitle: Neuf\n---\nRien encore.\n",
            "etats/pilote.md": "---\ntitle: Pilote\nsummary: D’autres s’en servent\n---\nx\n",
            "en/states/pilot.md": "---\ntitle: Pilot\nsummary: Others use it\nlang: en\n---\nx\n",
            "etats/en-sommeil.md": "---\ntitle: En sommeil\nsummary: On ne sait plus\n---\nx\n",
            "page.md": "# Une page\n\n::: devenus state:arrêté,pilote\n\n:::\n",
        }
    )


@pytest.mark.usefixtures("world")
def test_each_project_stands_once_with_its_last_words(client: "FlaskClient") -> None:
    page = client.get("/-/status/stories").get_data(as_text=True)
    for words in ("Huit parcelles", "Plus de lumière", "Un essai", "Ce que cela a appris"):
        assert page.count(words) == 1, words
    assert "Premier café" not in page and "Murmure" not in page and "Cachette" not in page
    # The year in which it was shown, else of its first line, the last year first.
    years = [page.find(f"<h2>{year}</h2>") for year in (2026, 2025, 2024)]
    assert -1 not in years and years == sorted(years)
    assert "pas de nouvelles depuis mai 2024" in page
    assert 'href="/etats/en-sommeil" title="On ne sait plus"' in page


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("year=2025", {"LoRa"}),
        ("theme=radio", {"LoRa", "Serre"}),
        ("event=rennes", {"LoRa"}),
        ("territory=bretagne", {"LoRa"}),
        ("state=sleeping", {"Vieux"}),
        ("state=arr%C3%AAt%C3%A9&state=pilot", {"LoRa", "Serre"}),
        ("state=stopped&theme=radio&year=2025", set()),
        ("state=%00&year=x&event=..%2F..", set()),
    ],
)
def test_stories_are_narrowed_with_counts(
    client: "FlaskClient", asked: str, titles: set[str]
) -> None:
    answer = client.get(f"/-/status/stories?{asked}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    names = {"LoRa", "Serre", "Vieux", "Neuf"}
    assert {name for name in names if f">{name}</a></p>" in page} == titles
    feed = feedparser.parse(client.get(f"/-/status/stories.atom?{asked}").data)
    assert {entry.title.split(" · ")[0] for entry in feed.entries} == titles


@pytest.mark.usefixtures("world")
def test_a_member_sees_what_is_for_members(
    person: "Callable[..., Person]", log_in: "Callable[[Person], FlaskClient]"
) -> None:
    page = log_in(person("Une membre")).get("/-/status/stories").get_data(as_text=True)
    assert "Murmure" in page


@pytest.mark.usefixtures("world")
def test_a_page_tells_the_stories_that_its_block_asks_for(
    client: "FlaskClient", write: Callable[..., str]
) -> None:
    page = client.get("/page").get_data(as_text=True)
    assert "Huit parcelles" in page and "Plus de lumière" in page and "Un essai" not in page
    assert 'title="D’autres s’en servent"' in page
    write({"page.md": "::: whatbecame year:2024..2024 limit:1\n\n:::\n"})
    page = client.get("/page").get_data(as_text=True)
    assert "Un essai" in page and "Huit parcelles" not in page
    write({"page.md": "::: devenus state:génial\n\n:::\n"})
    assert "Aucune histoire ici" in client.get("/page").get_data(as_text=True)


@pytest.mark.usefixtures("world")
def test_a_state_leads_to_its_page_in_the_readers_language(client: "FlaskClient") -> None:
    page = client.get("/lora").get_data(as_text=True)
    assert '<a href="/etats/pilote" title="D’autres s’en servent">pilote</a>' in page
    page = client.get("/lora", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert '<a href="/en/states/pilot" title="Others use it">pilot</a>' in page
    for url in ("/-/status", "/-/search?q=LoRa", "/-/projects"):
        assert 'href="/etats/pilote"' in client.get(url).get_data(as_text=True), url


@pytest.mark.usefixtures("world")
def test_a_project_that_sleeps_says_so(client: "FlaskClient") -> None:
    assert "pas de nouvelles depuis mai 2024" in client.get("/vieux").get_data(as_text=True)
    for path in ("/lora", "/serre", "/neuf"):
        assert "pas de nouvelles depuis" not in client.get(path).get_data(as_text=True)


@pytest.mark.usefixtures("world")
def test_the_team_of_the_programme_hears_how_many_sleep(
    person: "Callable[..., Person]", log_in: "Callable[[Person], FlaskClient]"
) -> None:
    words = "1 projet ne donne plus de nouvelles"
    page = log_in(person("Une programmatrice", "programme")).get("/-/account")
    assert words in page.get_data(as_text=True)
    assert words not in log_in(person("Une membre")).get("/-/account").get_data(as_text=True)


@pytest.mark.usefixtures("world")
def test_figures_stand_in_a_table_beside_their_plots(client: "FlaskClient") -> None:
    page = client.get("/-/status/figures").get_data(as_text=True)
    assert page.count("<svg") - page.count('class="icon"') >= 3
    assert "concept → pilote" not in page
    assert '<th scope="row">2026</th>' in page


@pytest.mark.usefixtures("world")
def test_who_prepared_an_evening_sees_who_has_told_something_since(
    instance: "Instance", plugin_module: Part
) -> None:
    from wiki.reading import Reader
    from wiki.reading.events import event_of

    reader = Reader(instance, audience=frozenset({"all"}))
    event = event_of(reader, "rennes")
    [step] = plugin_module("panels").event_steps(event, reader)
    assert (step.url, step.done) == ("/-/status/stories?event=rennes", True)
    assert step.words == "1 sur 1 ont donné des nouvelles depuis"


@pytest.mark.usefixtures("world")
def test_an_event_leads_to_what_became_once_there_is_something_to_see(
    instance: "Instance", write: Callable[..., str], client: "FlaskClient"
) -> None:
    def leads(path: str) -> str:
        page = client.get(path).get_data(as_text=True)
        found = re.findall(r'href="/-/status/stories\?(\S+)"', page)
        return html.unescape(found[0]) if found else ""

    event = "---\ntype: event\ntitle: {}\nstarts: {}\n{}---\n"
    named = "programme: ['[[cache|Le nom]] — Sa phrase']\n"
    write(
        {
            "serie.md": "---\ntype: carrefour\ntitle: La série\n---\n",
            "serie/une.md": event.format("Une", "2027-02-01", named),
            "serie/deux.md": event.format("Deux", "2027-03-18", named),
            "serie/trois.md": event.format("Trois", "2027-01-01", f"cancelled: true\n{named}"),
            "serie/vide.md": event.format("Vide", "2026-12-01", ""),
        }
    )
    assert leads("/rennes") == "event=rennes"
    assert leads("/serie/une") == leads("/serie") == "event=serie%2Fune"
    assert [leads(f"/serie/{name}") for name in ("deux", "trois", "vide")] == [""] * 3
    shown = client.get("/-/status/stories?event=serie%2Fune").get_data(as_text=True)
    assert shown.count("Le nom") == 1 and "Sa phrase" in shown and "Cachette" not in shown
    instance.private.now = lambda: datetime(2027, 3, 19, 9, tzinfo=UTC)
    assert leads("/serie") == "event=serie%2Fdeux&event=serie%2Fune"
    # Presented twice, it stands once, with the last time.
    shown = client.get("/-/status/stories").get_data(as_text=True)
    assert shown.count("Le nom") == 1 and "Deux</a>" in shown


def test_every_state_has_its_page_in_both_languages(
    starter: "Instance", plugin_module: Part
) -> None:
    from wiki.reading import Reader

    reader, model = Reader(starter), plugin_module("model")
    assert set(model.STATE_PAGES) == {*model.STATES, model.SLEEPING}
    for french, english in model.STATE_PAGES.values():
        rows = get_rows(reader, [french, english])
        assert [rows[french].lang or "fr", rows[english].lang] == ["fr", "en"]
        assert all(row.summary for row in rows.values())
        for path, heading in ((french, "## Par exemple"), (english, "## For example")):
            assert heading in get_page(reader, path).text, path


_TURNS = st.lists(
    st.tuples(
        st.dates(date(2018, 1, 1), date(2027, 3, 3)),
        st.sampled_from(["idea", "concept", "prototype", "pilot", "market", "stopped", None]),
    ),
    max_size=6,
)


@given(told=st.lists(_TURNS, max_size=6))
def test_every_project_is_in_one_state_at_the_end_of_each_year(
    plugin_module: Part, told: list[list[tuple[date, str | None]]]
) -> None:
    figuring = plugin_module("figures")
    stories: list[Sequence[Any]] = [
        [SimpleNamespace(date=day, state=state) for day, state in sorted(turns, key=_day)[::-1]]
        for turns in told
    ]
    years = figuring.states_by_year(stories, date(2027, 3, 3))
    for year, counted in years:
        begun = [turns for turns in told if any(s and d.year <= year for d, s in turns)]
        assert sum(counted.values()) == len(begun)
    for way in figuring.ways(stories):
        assert way.days >= 0 and 1 <= way.cases <= len(told)


def _day(turn: tuple[date, str | None]) -> date:
    return turn[0]
