"""The tests that a change wants first, run by ``python -m tests.selection [COMMIT]``.

Changed is what differs from ``COMMIT``: by default from where the branch left ``main``, or where
nothing does, from the commit before. Modules of tests are run in the order of their nearness to it,
until the time is up; the modules that were left, wholly or in part, are named. Decision 0089 has
the reasons.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import grimp
import pytest

ROOT = Path(__file__).parents[1]
#: seconds from the start in which tests are begun; with the last of them it is three quarters of a
#: minute
SECONDS = 38
#: modules of tests that are read at all: more than are run in that time
MOST = 40
#: imports between a module of tests and what changed; from there on it is left to ``make test``
FARTHEST = 3
#: what no import tells: how a path begins, and the tests that read it
READERS = {
    "docs/": "tests/test_docs.py",
    "docs/en/": "tests/guides/test_guides.py",
    "docs/fr/": "tests/guides/test_guides.py",
    "wiki/frontend/": "tests/frontend/",
    "templates/": "tests/web/",
    "content/": "tests/promises/",
    "pyproject.toml": "tests/test_package.py",
    "LICENSE": "tests/test_package.py",
    "wiki/translations/": "tests/test_translations.py",
}
_UNTIL = "WIKI_TESTS_UNTIL"
_DOTTED = re.compile(r"\b(?:wiki|wiki_plugins|plugins)(?:\.[a-z_]\w*)+")
_FROM = re.compile(r"\bfrom ((?:wiki|plugins)[\w.]*) import (\([^)]*\)|.*)")


def changed_paths(root: Path, since: str | None = None) -> list[str]:
    """The files that differ from a commit, and those that git does not know yet."""

    def git(*words: str) -> list[str]:
        done = subprocess.run(
            ["git", *words], cwd=root, capture_output=True, text=True, check=False
        )
        return [one for one in done.stdout.split("\0") if one.strip()]

    base = since or next(iter(git("merge-base", "main", "HEAD")), "HEAD").strip()
    new = git("ls-files", "-z", "--others", "--exclude-standard")
    found = {*git("diff", "--name-only", "-z", base), *new}
    return sorted(found or (git("diff", "--name-only", "-z", "HEAD~1") if since is None else []))


def count_imports(paths: Iterable[str]) -> Mapping[str, int]:
    """The modules of ours that reach one of these files, and by how many imports at least."""
    modules = (path.removesuffix(".py") for path in paths if path.endswith(".py"))
    names = {module.removesuffix("/__init__").replace("/", ".") for module in modules}
    if not names:
        return {}
    graph = grimp.build_graph("wiki", "plugins", cache_dir=None)
    layer = names & graph.modules
    found = dict.fromkeys(layer, 0)
    for distance in range(1, FARTHEST):
        above = (graph.find_modules_that_directly_import(name) for name in layer)
        layer = set().union(*above) - found.keys()
        found |= dict.fromkeys(layer, distance)
    return found


def named_modules(text: str) -> set[str]:
    """The dotted names in a module of tests that may be modules of ours."""
    names = {name.replace("wiki_plugins.", "plugins.") for name in _DOTTED.findall(text)}
    for package, imported in _FROM.findall(text):
        names |= {f"{package}.{name}" for name in re.findall(r"\w+", imported)}
    return names


def place_of_tests(root: Path, path: str) -> str | None:
    """The folder, or the module, that holds the tests of a file; None where none is its own."""
    parts = path.split("/")
    rooms = [tests for start, tests in READERS.items() if path.startswith(start)]
    if parts[0] == "plugins" and len(parts) > 2:
        rooms = [f"plugins/{parts[1]}/tests/"]
    elif parts[0] == "wiki":
        rooms += ("/".join(["tests", *parts[1:end], ""]) for end in range(len(parts) - 1, 1, -1))
    return next((room for room in rooms if (root / room).exists()), None)


def rate(test: str, text: str, changed: str, place: str | None) -> int | None:
    """How near a module of tests lies to a changed file: 0 is nearest, None is elsewhere.

    ``place`` is where the tests of that file are.
    """
    file = Path(changed)
    at_home = place is not None and test.startswith(place)
    helps = "tests" in file.parts and not file.name.startswith("test_")
    if test == changed:
        return 0
    if Path(test).stem == f"test_{file.stem}" and (at_home or place is None):
        return 1
    if helps and test.startswith(f"{file.parent.as_posix()}/"):
        return 2
    if file.suffix != ".py" and "/".join(file.parts[-2:]) in text:
        return 2
    return 3 if at_home else None


def select_tests(root: Path, changed: Sequence[str]) -> list[str]:
    """The modules of tests that some changed files want, the nearest first.

    Among those that are as near, the ones that name the fewest modules, which are the quickest.
    """
    imports = count_imports(changed)
    places = {path: place_of_tests(root, path) for path in changed}
    found = []
    for file in sorted([*root.glob("tests/**/test_*.py"), *root.glob("plugins/*/tests/test_*.py")]):
        text, test = file.read_text("utf-8"), file.relative_to(root).as_posix()
        names = named_modules(text)
        rates = [2 + imports[name] for name in names & imports.keys()]
        near = (rate(test, text, path, place) for path, place in places.items())
        rates += (one for one in near if one is not None)
        if rates:
            found.append((min(rates), len(names), test))
    return [test for _rate, _names, test in sorted(found)]


def main() -> int:
    """Runs the nearest tests, and leaves with what pytest leaves with."""
    until = time.monotonic() + SECONDS
    parser = argparse.ArgumentParser(prog="python -m tests.selection")
    parser.add_argument("since", nargs="?", metavar="COMMIT", help="what to compare with")
    changed = changed_paths(ROOT, parser.parse_args().since)
    near = select_tests(ROOT, changed)
    tests = near[:MOST]
    sys.stdout.write(
        f"{len(changed)} files changed, {len(tests)} of {len(near)} modules of tests\n"
    )
    if not tests:
        return 0
    sys.stdout.flush()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.selection", "-n", "2"]
    command += ["--dist", "loadfile", "--no-loadscope-reorder"]
    command += ["-m", "not faults and not rest", *tests]
    environ = {**os.environ, _UNTIL: str(until)}
    status = subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode
    for test in near[MOST:]:
        sys.stdout.write(f"left to make test: {test}\n")
    # Where all of the nearest are for `make test-rest`, nothing was found to be wrong.
    return 0 if status == pytest.ExitCode.NO_TESTS_COLLECTED else status


class Clock:
    """Begins no test after ``until`` (monotonic), and counts those by their modules."""

    def __init__(self, config: pytest.Config, until: float) -> None:
        self.config, self.until = config, until
        self.left: Counter[str] = Counter()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        if time.monotonic() < self.until:
            return None
        self.left[item.nodeid.partition("::")[0]] += 1
        return True

    def pytest_sessionfinish(self) -> None:
        if (output := getattr(self.config, "workeroutput", None)) is not None:
            output["left"] = dict(self.left)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self.left.update(getattr(node, "workeroutput", {}).get("left", {}))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for test, count in sorted(self.left.items()):
            terminalreporter.write_line(f"left to make test: {test} ({count})")


def pytest_configure(config: pytest.Config) -> None:
    """Given by ``-p tests.selection``: has a run end when its time is up."""
    if _UNTIL in os.environ:
        config.pluginmanager.register(Clock(config, float(os.environ[_UNTIL])))


if __name__ == "__main__":
    sys.exit(main())
