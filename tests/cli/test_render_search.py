"""``wiki render`` and ``wiki search``: a page's own HTML without a wiki, and many at once."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]
Refused = Callable[..., str]
Typed = Callable[..., "subprocess.CompletedProcess[str]"]

BLOCKS = """
::: besoins
- [-] Une étude de marché #vente avant:2027-03-01 {#b-7k2qx9ma}
- [ ] Un avis {#b-aaaaaaaa}

:::

::: offres
- [ ] Relire un dossier {#b-bbbbbbbb}

:::

::: historique
- 2026-03-01 pilote — Premier essai

:::

::: projets theme:iot

:::

::: besoins theme:iot

:::
"""


@pytest.mark.parametrize("batch", [False, True])
def test_blocks_are_shown_as_in_a_page(
    run: Run, show: Callable[..., str], folder: Path, batch: bool
) -> None:
    if batch:
        answer = run("render", "--batch", input=json.dumps({"id": 1, "text": BLOCKS}) + "\n")
        html = json.loads(answer.stdout)["html"]
    else:
        answer = run("render", "--page", "projets/lora", input=BLOCKS)
        html = answer.stdout
    assert answer.exit_code == 0
    for mark in ("[-]", "[ ]", "{#", "avant:", ":::"):
        assert mark not in html
    assert 'class="row need is-withdrawn"' in html and 'class="row offer' in html
    assert 'id="b-7k2qx9ma"' in html and "avant le 1er mars 2027" in html
    assert '<ol class="timeline">' in html
    lines = "\n".join(line.strip() for line in html.splitlines() if line.strip())
    assert lines == show(BLOCKS, may_edit=False)
    assert not folder.exists()


def test_a_page_speaks_its_own_language(run: Run) -> None:
    text = "::: needs\n- [ ] A farm #lora before:2027-03-01 {#b-7k2qx9ma}\n\n:::\n"
    assert "avant le 1er mars 2027" in run("render", input=text).stdout
    english = run("render", input=f"---\nlang: en\n---\n{text}").stdout
    assert "before March 1, 2027" in english and "I can help" in english


def test_text_without_blocks_is_as_commonmark_has_it(run: Run) -> None:
    text = "# Titre\n\nUn *mot*, un **autre**.\n\n> cité\n\n1. un\n2. deux\n\n---\n\n`code`\n"
    plain = run("render", input=text).stdout
    assert "<p>Un <em>mot</em>, un <strong>autre</strong>.</p>\n" in plain
    # What loads the plugins changes nothing of the rest.
    assert run("render", input=f"{text}\n`:::`\n").stdout == f"{plain}<p><code>:::</code></p>\n"


def test_a_relative_link_starts_at_the_page(run: Run) -> None:
    words = "[b](b.md)"
    assert 'href="/projets/b"' in run("render", "--page", "projets/a", input=words).stdout
    assert 'href="/b"' in run("render", input=words).stdout


def test_a_bad_line_is_answered_on_its_line(run: Run) -> None:
    lines = [
        '{"id": 1, "text": "un"}',
        "",
        "no json",
        '{"text": "no id"}',
        '{"id": 2}',
        '{"id": 3, "text": 3}',
        "[]",
        "[" * 100_000,
        '{"id": "\\ud800", "text": "a\\ud800b"}',
        '{"id": {"a": 1}, "text": "deux"}',
    ]
    bad = run("render", "--batch", input="\n".join(lines).encode() + b'\n{"id": 4\xff}')
    assert bad.exit_code == 1 and bad.stderr == ""
    answers = [json.loads(line) for line in bad.stdout.splitlines()]
    assert [one["id"] for one in answers] == [
        1,
        None,
        None,
        2,
        3,
        None,
        None,
        "\ud800",
        {"a": 1},
        None,
    ]
    told = ["error" in one for one in answers]
    assert told == [False, True, True, True, True, True, True, False, False, True]
    assert answers[0]["html"] == "<p>un</p>\n"
    assert answers[7]["html"] == "<p>a?b</p>\n"
    assert all(("html" in one) != ("error" in one) for one in answers)


def test_a_line_is_answered_before_the_next_is_asked() -> None:
    import sys

    with subprocess.Popen(
        [sys.executable, "-m", "wiki", "render", "--batch"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdin and child.stdout
        for number in (1, 2):
            child.stdin.write(f'{{"id": {number}, "text": "a"}}\n')
            child.stdin.flush()
            assert json.loads(child.stdout.readline()) == {"id": number, "html": "<p>a</p>\n"}
        child.stdin.close()
        assert child.wait(60) == 0


def test_a_disk_that_is_full_is_a_line(typed: Typed) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with full.open("w") as stdout:
        answer = typed("render", given="du texte", stdout=stdout.fileno())
    assert answer.returncode == 1
    assert answer.stderr.startswith("wiki: ") and answer.stderr.count("\n") == 1


@pytest.mark.usefixtures("starter")
def test_a_batch_of_queries(run: Run, refused: Refused, tmp_path: Path) -> None:
    asked = tmp_path / "queries.tsv"
    asked.write_text("a\tcharte\n\n  \nb\t\nc\t!!! …\nd\tfeuille de route\r\n", "utf-8")
    answer = run("search", "--batch", str(asked))
    rows = [line.split("\t") for line in answer.stdout.splitlines()]
    assert answer.exit_code == 0
    assert {row[0] for row in rows} == {"a", "d"}
    assert rows[0][1] == "charte"
    for identity in ("a", "d"):
        scores = [float(score) for name, _path, score in rows if name == identity]
        assert scores == sorted(set(scores), reverse=True)

    asked.write_text("a\tcharte\n\nsans tabulation\n", "utf-8")
    assert "line 3" in refused("search", "--batch", str(asked))
    asked.write_bytes(b"a\tcharte\xff\n")
    assert run("search", "--batch", str(asked)).exit_code == 0


@pytest.mark.usefixtures("starter")
def test_a_query_without_words_finds_nothing(run: Run) -> None:
    for query in ("", "   ", "!!!"):
        assert run("search", query).stdout == ""
        assert json.loads(run("search", query, "--json").stdout) == []
    assert run("search", "charte").stdout.startswith("charte\t")
    found = json.loads(run("search", "charte", "--json", "--limit", "1").stdout)
    assert [set(one) for one in found] == [{"path", "title", "score", "snippet"}]


@pytest.mark.usefixtures("starter")
def test_searching_as_someone(run: Run, refused: Refused) -> None:
    assert "no account has the address" in refused("search", "charte", "--as", "a@example.org")
    run("user", "add", "a@example.org", "--name", "Une")
    assert run("search", "charte", "--as", "a@example.org").stdout.startswith("charte\t")
