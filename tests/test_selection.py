"""Which tests a change wants first, and that a run of them ends in time."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.selection import changed_paths, select_tests

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("changed", "first"),
    [
        ("wiki/pages/markdown/items.py", "tests/pages/test_items.py"),
        ("plugins/needs/model.py", "plugins/needs/tests/test_model.py"),
        ("plugins/needs/tests/blocks.md", "plugins/needs/tests/test_blocks.py"),
        ("tests/journeys/test_needs.py", "tests/journeys/test_needs.py"),
        ("docs/plugins.md", "tests/test_docs.py"),
    ],
)
def test_the_tests_of_a_file_come_first(changed: str, first: str) -> None:
    found = select_tests(ROOT, [changed])
    # This module names them too.
    assert next(test for test in found if test != "tests/test_selection.py") == first


def test_a_file_of_the_core_wants_few_tests_and_those_of_plugins_that_name_it() -> None:
    found = select_tests(ROOT, ["wiki/people/privacy/erasure.py"])
    assert found.index("tests/people/test_erasure.py") == 0
    assert any(test.startswith("plugins/") for test in found)
    everything = [*ROOT.glob("tests/**/test_*.py"), *ROOT.glob("plugins/*/tests/test_*.py")]
    assert len(found) < len(everything) / 2


def test_changed_is_what_a_branch_did_or_else_the_last_commit(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)

    def write(name: str, text: str = "") -> None:
        (tmp_path / name).write_text(text, "utf-8")

    git("init", "--initial-branch=main")
    for name in ("one", "two"):
        write(name)
        git("add", ".")
        git("commit", "--message", name)
    assert changed_paths(tmp_path) == ["two"]
    git("switch", "--create", "branch")
    write("three")
    git("add", ".")
    git("commit", "--message", "three")
    write("one", "changed")
    write("new")
    assert changed_paths(tmp_path) == ["new", "one", "three"]
    assert changed_paths(tmp_path, "HEAD") == ["new", "one"]


def test_no_test_begins_after_the_time_is_up() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.selection", "-n", "1"]
    environ = {**os.environ, "WIKI_TESTS_UNTIL": "0"}
    done = subprocess.run(
        [*command, "tests/pages/test_moments.py"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert re.search(r"^left to make test: tests/pages/test_moments.py \(\d+\)$", done.stdout, re.M)
    assert " passed" not in done.stdout


def test_each_pattern_of_what_takes_long_fits_a_test(unused_patterns: set[str]) -> None:
    assert unused_patterns == set(), "tests/rest.toml names tests that are not there"
