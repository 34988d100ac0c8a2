"""``wiki match`` on the development set, by its own measure; skipped where the set is not."""

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from wiki.api.meaning import Vectors, encoders

_SET = "matching-dev"


@pytest.fixture
def folder(real_data: Path) -> Path:
    found = real_data / _SET
    if not (found / "eval.py").exists():
        pytest.skip(f"there is no {_SET} here")
    return found


def measured(folder: Path, run: dict[str, dict[str, float]]) -> dict[str, Any]:
    """What ``eval.py`` of the set says of a run, all that is in it being proposed."""
    spec = importlib.util.spec_from_file_location("matching_eval", folder / "eval.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    told: tuple[dict[str, Any], Any] = module.evaluate(
        run, set(run), module.load_qrels(folder / "qrels.tsv"), cut=-1e9
    )
    return told[0]


# Where nothing is kept yet, a busy machine reads for minutes.
@pytest.mark.timeout(400)
def test_it_finds_whom_one_would_introduce(
    folder: Path, plugin_module: Callable[[str], Any], request: pytest.FixtureRequest
) -> None:
    needs, offers = (
        [
            plugin_module("texts").from_record(json.loads(line), kind)
            for line in (folder / f"{kind}s.jsonl").read_text("utf-8").splitlines()
        ]
        for kind in ("need", "offer")
    )
    # Kept from one run of the tests to the next: reading them takes longest.
    cache = getattr(request.config, "cache", None)
    kept = cache.mkdir("matching") if cache else None
    stores = [Vectors(one, kept) for one in encoders("auto")]
    ready = plugin_module("pairs").ready(
        stores, {one.digest: one.said for one in (*needs, *offers)}
    )
    known = plugin_module("thesaurus").Thesaurus()
    funding = plugin_module("funding").Funding(plugin_module("funding").TERMS, known)
    run = {
        need.id: {} if funding.answers(need) else dict(found)
        for need, found in plugin_module("engine").Engine(needs, offers, known, ready).fits(10)
    }
    told = measured(folder, run)
    served = told["no_match"]
    if len(stores) == 2:
        # Below what other halves of the set gave (docs/decisions/0041), above what was asked for.
        assert told["nDCG@10"] >= 0.72
        assert told["recall@5"] >= 0.63
        assert told["MRR"] >= 0.81
        assert served["precision"] >= 0.5
    assert told["nDCG@10"] >= 0.65
    assert served["served"] >= 0.8


def test_the_command_prints_what_fits_and_why(tmp_path: Path) -> None:
    from wiki.cli import main

    needs, offers = tmp_path / "needs.jsonl", tmp_path / "offers.jsonl"
    needs.write_text('{"id": "b", "title": "Un expert LoRa", "keywords": ["capteurs"]}\n', "utf-8")
    lines = [f'{{"id": "o{n}", "title": "Du pain {n}"}}' for n in range(20)]
    lines.append('{"id": "o", "title": "Des capteurs LoRa", "availability": "un peu"}')
    offers.write_text("\n".join(lines), "utf-8")
    asked = ["match", "--needs", str(needs), "--offers", str(offers), "--reasons"]
    runner = CliRunner(env={"WIKI_ENCODER": "off"})
    result = runner.invoke(main, ["--instance", str(tmp_path / "none"), *asked])
    assert result.exit_code == 0, result.output
    (line,) = result.stdout.splitlines()
    need, offer, score, why = line.split("\t")
    assert (need, offer) == ("b", "o") and float(score) > 0
    assert "LoRa" in why


def test_bad_files_are_told_in_a_line(tmp_path: Path) -> None:
    from wiki.cli import main

    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    good.write_text('{"id": "b", "title": "Du pain"}\n', "utf-8")
    bad.write_text('{"title": "sans id"}\n', "utf-8")
    run: Callable[..., Any] = CliRunner().invoke
    for needs, offers in ((bad, good), (good, bad)):
        result = run(main, ["match", "--needs", str(needs), "--offers", str(offers)])
        assert result.exit_code == 1
        assert "1" in result.output
    assert run(main, ["match", "--needs", str(good)]).exit_code == 2
