"""How the tests of the core and of plugins are run."""

import os
import sys
import tomllib
from collections import Counter
from collections.abc import Generator
from fnmatch import filter as filter_names
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

#: Where single tests take longest, above all those in a browser. They stand first: at the end no
#: process is left alone with one of them, and one process has the wikis that they share.
_LONGEST = (
    *("tests/screens/", "tests/journeys/", "tests/guides/", "tests/leaks/test_crawl.py"),
    *("tests/frontend/", "tests/test_package.py", "plugins/coediting/", "tests/languages/"),
)

#: what `make test` leaves to `make test-rest`: patterns of names of tests, by the reason
_REST = tomllib.loads((Path(__file__).parent / "tests/rest.toml").read_text("utf-8"))["group"]

_UNUSED = pytest.StashKey[set[str]]()

#: with `make test-database`: how many tests of each module are run; all of them where it is 0
_FEW = int(os.environ.get("WIKI_TEST_FEW", "0"))

# No example has a deadline: a slow machine is not a fault, and a test that says so now and then is.
# Each run tries the same examples: what fails, fails for who changed it. Others, and many more, are
# for who looks for faults: `--hypothesis-profile thorough`. A fault is told as it is found: to make
# it small takes minutes, which are for who mends it, with that test alone: `… small`.
settings.register_profile(
    "small",
    deadline=None,
    max_examples=25,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "house", settings.get_profile("small"), phases=[Phase.explicit, Phase.generate]
)
settings.register_profile("thorough", deadline=None, max_examples=400)
settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """Has examples hold none of the constants of our code, but where others are looked for.

    Which of them are known goes by the modules that were loaded before, so by the order of tests:
    what fails would fail by chance. And to read all modules takes each process seconds.
    """
    if config.getoption("--hypothesis-profile") != "thorough":
        vars(providers)["_get_local_constants"] = Constants


# pytest imports the packages that a test lies in. A plugin is one already, under the name that the
# wiki gives it: what declares tables must not run a second time under another.
for _init in (Path(__file__).parent / "plugins").glob("*/__init__.py"):
    _package = ModuleType(f"plugins.{_init.parent.name}")
    _package.__path__ = [str(_init.parent)]
    sys.modules.setdefault(_package.__name__, _package)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks what `make test` leaves out, and puts the longest first; else in the order of files."""
    unused = _mark_rest(items)
    if config.args == config.getini("testpaths"):
        config.stash[_UNUSED] = unused
    if _FEW:
        kept = _few(items)
        config.hook.pytest_deselected(items=[one for one in items if one not in kept])
        items[:] = [one for one in items if one in kept]
    items.sort(key=lambda item: not item.nodeid.startswith(_LONGEST))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Adds to what a test that fails has printed what may be why: how busy the machine was."""
    report = yield
    if report.failed:
        load = " ".join(f"{one:.1f}" for one in os.getloadavg())
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20
        told = f"load {load} on {os.cpu_count()} cores, {free} MiB free, {report.duration:.1f} s"
        report.sections.append(("The machine", told))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says what was not tried, and what that lacks."""
    skipped = terminalreporter.stats.get("skipped", ())
    reasons = Counter(one.longrepr[2].removeprefix("Skipped: ") for one in skipped)
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"not tried, {count}: {reason}")


@pytest.fixture
def unused_patterns(pytestconfig: pytest.Config) -> set[str]:
    """Those of ``tests/rest.toml`` that fit no test; skips where not all tests were collected."""
    if _UNUSED not in pytestconfig.stash:
        pytest.skip("not all tests were collected")
    return pytestconfig.stash[_UNUSED]


def _mark_rest(items: list[pytest.Item]) -> set[str]:
    """Marks tests by ``tests/rest.toml``, and returns its patterns that fit none of them."""
    names = {item.nodeid.replace("[", "(").replace("]", ")"): item for item in items}
    unused = set()
    for group in _REST:
        fits = {one: filter_names(names, one) for one in group["tests"]}
        rest = {name for found in fits.values() for name in found}
        stays = {one: filter_names(rest, one) for one in group.get("less", ())}
        rest = rest.difference(*stays.values())
        day = {one: filter_names(rest, one) for one in group.get("day", ())}
        unused |= {one for one, found in (fits | stays | day).items() if not found}
        for name in rest:
            names[name].add_marker(pytest.mark.rest(group["reason"]))
        for name in rest.difference(*day.values()) if group.get("night") else ():
            names[name].add_marker(pytest.mark.night(group["reason"]))
    return unused


def _few(items: list[pytest.Item]) -> set[pytest.Item]:
    """Of each module some tests of a wiki, each in one variant, and none in a browser.

    A browser sees the same wherever rows are, and a test without a wiki has none that move.
    """
    found: set[pytest.Item] = set()
    functions: set[tuple[Path, str]] = set()
    modules: Counter[Path] = Counter()
    for item in items:
        names, function = getattr(item, "fixturenames", ()), item.nodeid.partition("[")[0]
        if "found_wiki" not in names or "chromium" in names or (item.path, function) in functions:
            continue
        functions.add((item.path, function))
        modules[item.path] += 1
        if modules[item.path] <= _FEW:
            found.add(item)
    return found
