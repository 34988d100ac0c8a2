"""How the tests of the core and of plugins are run."""

import os
import sys
import tomllib
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, Phase, settings

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


@pytest.fixture
def unused_patterns(pytestconfig: pytest.Config) -> set[str]:
    """Those of ``tests/rest.toml`` that fit no test; skips where not all tests were collected."""
    if _UNUSED not in pytestconfig.stash:
        pytest.skip("not all tests were collected")
    return pytestconfig.stash[_UNUSED]


def _mark_rest(items: list[pytest.Item]) -> set[str]:
    """Marks tests by ``tests/rest.toml``, and returns its patterns that fit none of them."""
    unused = {one for group in _REST for part in ("tests", "less") for one in group.get(part, ())}
    for item in items:
        name = item.nodeid.replace("[", "(").replace("]", ")")
        for group in _REST:
            fits = {one for one in group["tests"] if fnmatchcase(name, one)}
            stays = {one for one in group.get("less", ()) if fits and fnmatchcase(name, one)}
            unused -= fits | stays
            if fits and not stays:
                item.add_marker(pytest.mark.rest(group["reason"]))
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
