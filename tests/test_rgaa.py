"""The audit by RGAA 4.1: each criterion is judged, and page and document say the same.

``python -m tests.test_rgaa`` writes the tables of docs/rgaa.md anew.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from wiki.web.accessibility.barriers import BARRIERS
from wiki.web.accessibility.criteria import CRITERIA, NOT_CONFORM, THEMES, count_of, rate

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from wiki.instance import Instance

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs/rgaa.md"
_BEGIN = "<!-- made by python -m tests.test_rgaa -->\n"
#: how many criteria each theme of RGAA 4.1 has
_SIZES = (9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12)
_PLACE = re.compile(r"\b((?:tests|wiki|plugins|templates)/[\w./]+)")


def tables() -> str:
    """The rows of all criteria as the document has them."""
    parts = [_BEGIN]
    for number, name in enumerate(THEMES, 1):
        parts.append(f"\n## {number}. {name}\n\n| | about | | how it was judged, or why not |\n")
        parts.append("| --- | --- | --- | --- |\n")
        for one in CRITERIA:
            if one.number.startswith(f"{number}."):
                plan = BARRIERS.get(one.number)
                how = f"{one.how}. Plan: {plan.plan}" if plan else one.how
                parts.append(f"| {one.number} | {one.about} | {one.status} | {how} |\n")
    return "".join(parts)


def test_each_criterion_is_judged() -> None:
    numbers = [f"{theme}.{n}" for theme, size in enumerate(_SIZES, 1) for n in range(1, size + 1)]
    assert [one.number for one in CRITERIA] == numbers
    assert {one.status for one in CRITERIA} == {"C", "NC", "NA"}
    assert all(one.about and one.how for one in CRITERIA)
    assert [one.number for one in CRITERIA if one.status == NOT_CONFORM] == list(BARRIERS)


def test_what_it_leans_on_is_there() -> None:
    places = {place for one in CRITERIA for place in _PLACE.findall(one.how)}
    assert len(places) > 15
    assert [one for one in places if not (ROOT / one).exists()] == []


def test_the_document_says_what_the_page_says() -> None:
    said = DOCUMENT.read_text("utf-8")
    assert said.endswith(tables()), "python -m tests.test_rgaa"
    assert f"{rate()} %" in said


def test_the_statement_says_it_to_everyone(
    client: "FlaskClient", instance: "Instance", write: "Callable[..., str]"
) -> None:
    page = client.get("/accessibilite?lang=fr").get_data(as_text=True)
    assert "Accessibilité\u00a0: partiellement conforme" in page
    assert f"soit {rate()}\u00a0%" in page and page.count("(critère") == count_of(NOT_CONFORM)
    assert all(f'<th scope="row">{one.number}</th>' in page for one in CRITERIA)
    assert "partially conform" in client.get("/accessibilite?lang=en").get_data(as_text=True)
    foot = client.get("/-/needs?lang=fr").get_data(as_text=True).partition("site-footer")[2]
    assert '<a href="/accessibilite">Accessibilité\u00a0: partiellement conforme</a>' in foot
    # A site that judged itself says how it stands in its own page.
    write({"accessibilite.md": "# Notre déclaration\n"})
    assert "Notre déclaration" in client.get("/accessibilite?lang=fr").get_data(as_text=True)
    foot = client.get("/-/needs?lang=fr").get_data(as_text=True).partition("site-footer")[2]
    assert '<a href="/accessibilite">Accessibilité</a>' in foot


if __name__ == "__main__":
    text = DOCUMENT.read_text("utf-8") if DOCUMENT.exists() else _BEGIN
    DOCUMENT.write_text(text.partition(_BEGIN)[0] + tables(), "utf-8")
