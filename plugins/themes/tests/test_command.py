"""``wiki themes`` as one types it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from wiki.api.plugin import Instance
from wiki.cli import main


def project(title: str, themes: str, body: str, more: str = "") -> str:
    return f"---\ntype: project\ntitle: {title}\nthemes: [{themes}]\n{more}---\n\n{body}\n"


@pytest.fixture
def ask(instance: Instance, write: Callable[..., str]) -> Callable[..., Result]:
    write(
        {
            "projets/ruche/index.md": project("Ruches", "Agriculture", "Abeilles et miel."),
            "projets/sol/index.md": project("Sols", "agriculture, Agriculture", "Humus, abeilles."),
            "projets/bus/index.md": project(
                "Bus du soir", "Transports", "Lignes et horaires.", "source: le.bus\n"
            ),
            "projets/cache/index.md": project(
                "Caché", "Canari", "Abeilles.", "visibility: members\n"
            ),
        }
    )

    def ask(*arguments: str) -> Result:
        folder = str(instance.settings.instance)
        return CliRunner().invoke(main, ["--instance", folder, "themes", *arguments])

    return ask


def lines(result: Result) -> list[list[str]]:
    assert result.exit_code == 0, result.output
    return [line.split("\t") for line in result.output.splitlines()]


def test_a_page(ask: Callable[..., Result]) -> None:
    found = lines(ask("projets/ruche"))
    assert [row[:2] for row in found] == [
        ["projets/ruche", "Agriculture"],
        ["projets/ruche", "Transports"],
    ]
    assert float(found[0][2]) > float(found[1][2])


def test_a_batch(ask: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    records = [
        {"slug": "new", "title": "Une ligne", "summary": None, "body_markdown": "**Horaires**"},
        {"slug": "le.bus", "title": "Bus du soir", "summary": "", "body_markdown": "Horaires"},
    ]
    file.write_text("\n".join(json.dumps(record) for record in records), "utf-8")
    found = {(name, theme): float(score) for name, theme, score in lines(ask("--batch", str(file)))}
    assert found["new", "Transports"] > found["new", "Agriculture"]
    # The only page with the theme is the record itself.
    assert found["le.bus", "Transports"] == 0.0
    assert ("new", "Canari") not in found


@pytest.mark.parametrize("line", ["", "[]", "{}", "nothing", '"slug"', "[" * 100_000])
def test_a_line_that_is_no_record(ask: Callable[..., Result], tmp_path: Path, line: str) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text(f"{line}\n", "utf-8")
    assert ask("--batch", str(file)).exit_code == 1


def test_wrong_usage(ask: Callable[..., Result]) -> None:
    assert ask().exit_code == 2
    assert ask("nowhere").exit_code == 1
