"""Rows of docs/asvs.md, and threats of docs/security.md: what each names as its proof is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
_ROW = re.compile(r"^\| (\d+\.\d+\.\d+)(?:–\S+)? \| (.+?) \| (.+?) \| (.+) \|$", re.M)
_THREAT = re.compile(r"^\| (T\d+) \| .+? \| (.+) \|$", re.M)
_PROOF = re.compile(r"`((?:tests|wiki|plugins|docs|templates)/[\w./-]+)(?:::(\w+))?`")


def rows() -> list[tuple[str, ...]]:
    return [found.groups() for found in _ROW.finditer((ROOT / "docs/asvs.md").read_text("utf-8"))]


def test_rows_are_in_order_and_say_one_of_three() -> None:
    found = rows()
    numbers = [tuple(map(int, number.split("."))) for number, *_row in found]
    assert numbers == sorted(set(numbers))
    assert {number[0] for number in numbers} == set(range(1, 18))
    assert {status for _number, _about, status, _proof in found} == {
        "met",
        "not met",
        "not applicable",
    }


def test_each_proof_is_there() -> None:
    seen = 0
    threats = _THREAT.findall((ROOT / "docs/security.md").read_text("utf-8"))
    assert [number for number, _proof in threats] == [f"T{number}" for number in range(1, 33)]
    for number, proof in [*threats, *((row[0], row[3]) for row in rows())]:
        for name, test in _PROOF.findall(proof):
            path = ROOT / name
            assert path.exists(), (number, name)
            if test:
                assert f"def {test}(" in path.read_text("utf-8"), (number, name, test)
            seen += 1
    assert seen > 150
