"""The table as people ask for it: columns, orders, filters, files and the frame."""

import csv
import io
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from lxml import etree, html

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance

SHEET = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture
def network(write: Callable[..., str], instance: "Instance") -> "Instance":
    story = "\n::: historique\n- {day} {state} — Voilà\n\n:::\n"
    write(
        {
            "evenements/rennes.md": "---\ntype: event\nstarts: 2026-05-02\n---\n# Rennes\n",
            "projets/lora.md": "---\ntype: project\nthemes: [IoT, Agriculture]\n"
            "territory: Bretagne\npresented: ['[[evenements/rennes]]']\n---\n# LoRa à la ferme\n"
            + story.format(day="2026-01-01", state="prototype"),
            "projets/pain.md": "---\ntype: project\nthemes: [Agriculture]\n"
            "summary: '=1+1 pain'\n---\n# Pain\n" + story.format(day="2025-01-01", state="arrêté"),
            "projets/secret.md": "---\ntype: project\nvisibility: team\n---\n# Le secret\n",
        }
    )
    return instance


def _table(client: "FlaskClient", query: str = "") -> list[list[str]]:
    page = html.document_fromstring(client.get(f"/-/catalogue{query}").get_data(as_text=True))
    return [
        [" ".join(cell.text_content().split()) for cell in row.xpath("th | td")]
        for row in page.xpath("//table[@class='catalogue']//tr")
    ]


def test_every_project_is_there_also_those_that_stopped(
    network: "Instance", client: "FlaskClient"
) -> None:
    rows = _table(client)
    assert [row[0] for row in rows[1:]] == ["LoRa à la ferme", "Pain"]
    assert rows[2][rows[0].index("État")] == "arrêté"


def test_where_not_all_were_looked_at_numbers_say_so(
    network: "Instance", client: "FlaskClient", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wiki.reading.lists._LOOKED_AT", 1)
    text = client.get("/-/catalogue?theme=agriculture").get_data(as_text=True)
    counts = html.document_fromstring(text).xpath("//aside[@class='facets']//li//text()")
    assert "plus de 1" in counts
    assert "2" in counts, "what is kept is told exactly: of its own themes"


def test_columns_order_and_filters_stand_in_the_address(
    network: "Instance", client: "FlaskClient"
) -> None:
    rows = _table(client, "?column=themes&column=presented&column=nothing&sort=-theme&theme=iot")
    assert rows[0] == ["Titre", "Thèmes ▾", "Présenté à"]
    assert rows[1:] == [["LoRa à la ferme", "IoT, Agriculture", "Rennes"]]
    assert _table(client, "?type=event&sort=junk&from=-3")[1][0] == "Rennes"
    assert "Retirez un filtre" in client.get("/-/catalogue?theme=rien").get_data(as_text=True)


def test_a_hidden_project_is_in_no_table(network: "Instance", client: "FlaskClient") -> None:
    for address in ("", ".csv", "/frame"):
        answer = client.get(f"/-/catalogue{address}")
        assert answer.status_code == 200
        assert "secret" not in answer.get_data(as_text=True)


def test_files_hold_the_same_and_no_formulas(network: "Instance", client: "FlaskClient") -> None:
    answer = client.get("/-/catalogue.csv")
    assert 'filename="catalogue-tous-les-projets-' in answer.headers["Content-Disposition"]
    usual = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert usual[0][-1] == "Adresse" and usual[1][-1].endswith("/projets/lora")

    query = "?column=summary&column=created"
    text = client.get(f"/-/catalogue.csv{query}").get_data(as_text=True).lstrip("\ufeff")
    heads, lora, pain = csv.reader(io.StringIO(text))
    assert heads == ["Titre", "En une phrase", "Ouvert le"]
    assert lora[0] == "LoRa à la ferme" and len(lora[2]) == 10
    assert pain[1] == "'=1+1 pain"

    answer = client.get(f"/-/catalogue.xlsx{query}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert sheet.xpath("count(//s:f)", namespaces=SHEET) == 0
    assert "=1+1 pain" in sheet.xpath("//s:c[@r='B3']//s:t/text()", namespaces=SHEET)
    day = sheet.xpath("//s:c[@r='C2']", namespaces=SHEET)[0]
    assert day.get("t") is None and day[0].text.isdigit(), "a day is a day"


def test_the_frame_is_for_other_sites_and_holds_no_script(
    network: "Instance", client: "FlaskClient"
) -> None:
    answer = client.get("/-/catalogue/frame?column=themes")
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    page = answer.get_data(as_text=True)
    assert "<script" not in page and "LoRa à la ferme" in page
    assert "frame-ancestors 'none'" in client.get("/-/catalogue").headers["Content-Security-Policy"]


def test_a_long_table_asks_no_more_often_than_a_short_one(
    instance: "Instance",
    write: Callable[..., str],
    client: "FlaskClient",
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    page = (
        "---\ntype: project\npresented: ['[[evenements/rennes]]']\nteam: ['[[ada]]']\n---\n# {}\n"
    )
    story = "\n::: historique\n- 2026-01-0{} idée — Voilà\n\n:::\n"
    # As slow statements are told of, with nothing that is quick enough.
    monkeypatch.setattr("wiki.telemetry.slow.limit.seconds", -1)

    def statements(first: int, end: int) -> int:
        texts = {number: page.format(number) + story.format(number) for number in range(first, end)}
        write({f"projets/p{number}.md": text for number, text in texts.items()})
        for name in instance.projections:
            instance.projections.catch_up(name)
        caplog.clear()
        columns = "&".join(f"column={key}" for key in ("team", "presented", "created", "news"))
        assert len(_table(client, f"?{columns}")) == end + 1
        return sum(one.name == "wiki.slow" for one in caplog.records)

    statements(0, 1)
    assert statements(1, 2) == statements(2, 9) > 0
