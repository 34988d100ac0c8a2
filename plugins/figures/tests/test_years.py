"""The network over the years: what began, was said, met and held, of what is public."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from .test_figures import page

if TYPE_CHECKING:
    from flask.testing import FlaskClient

_DAYS = st.lists(st.dates(date(1990, 1, 1), date(2040, 1, 1)))


@given(_DAYS, _DAYS, st.dates(date(2000, 1, 1), date(2030, 1, 1)))
def test_each_year_counts_its_own_and_none_follows_today(
    plugin_module: Callable[[str], Any], first: list[date], second: list[date], today: date
) -> None:
    years = plugin_module("years")
    found = years.by_year({"a": first, "b": second}, today)
    assert len(found) <= years.YEARS
    shown = [year.year for year in found]
    assert shown == list(range(shown[0], today.year + 1)) if shown else True
    for name, days in (("a", first), ("b", second)):
        inside = [day for day in days if day <= today and day.year in shown]
        assert sum(year.counts[name] for year in found) == len(inside)
    assert found or not any(day <= today for day in [*first, *second])


def test_the_page_counts_what_is_public_alone(
    write: Callable[..., str], client: "FlaskClient", person: Any, log_in: Any
) -> None:
    event = "---\ntype: event\nstarts: {}-03-18T18:30\n---\n# Soirée {}\n"
    write(
        {
            "a.md": page("   "),
            "secret.md": page(" " * 5, theme="Secret", visibility="members"),
            "past.md": event.format(2024, 1),
            "late.md": event.format(2999, 2),
            "never.md": "---\ntype: event\n---\n# Un jour\n",
        }
    )
    write({"a.md": page("x  ")})
    for one in (client, log_in(person("Membre"))):
        html = one.get("/-/figures/years?lang=fr").get_data(as_text=True)
        assert html.count('<svg class="plot"') == 4
        total = html.split("<tfoot>")[1].split("</tfoot>")[0]
        numbers = [cell.split("</td>")[0] for cell in total.split("<td>")[1:]]
        assert numbers == ["1", "3", "1", "1"]
        assert "2999" not in html and '<th scope="row">2024</th>' in html
        assert "<script" not in html.split("<main")[1].split("</main")[0]


def test_a_project_began_when_its_story_did(
    write: Callable[..., str], client: "FlaskClient"
) -> None:
    story = "::: historique\n- {} concept — Une idée\n\n:::\n"
    head = "---\ntype: project\n---\n# Projet\n\n"
    write(
        {
            "a.md": head + story.format("2019-03-01"),
            "b.md": head + story.format("2999-03-01"),
            "c.md": "# Une page\n\n" + story.format("2017-03-01"),
        }
    )
    html = client.get("/-/figures/years?lang=fr").get_data(as_text=True)
    rows = html.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:]
    counted = {row[16:20]: row.split("<td>")[1].split("<")[0] for row in rows}
    assert counted.pop("2019") == "1", "what is to come has not begun, nor what is no project"
    assert sorted(counted.values()) == ["1"] + ["–"] * (len(counted) - 1), "this year: its page"


def test_a_new_wiki_says_so(client: "FlaskClient") -> None:
    html = client.get("/-/figures/years?lang=fr").get_data(as_text=True)
    assert "Rien ne s’est encore passé" in html
    assert "/-/figures/years" in client.get("/-/figures").get_data(as_text=True)
