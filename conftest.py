"""How the tests of the core and of plugins are run."""

import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

#: Where single tests take longest, above all those in a browser. They stand first: at the end no
#: process is left alone with one of them, and one process has the wikis that they share.
_LONGEST = (
    *("tests/screens/", "tests/journeys/", "tests/guides/", "tests/leaks/test_crawl.py"),
    *("tests/frontend/", "tests/test_package.py", "plugins/coediting/", "tests/languages/"),
)

# No example has a deadline: a slow machine is not a fault, and a test that says so now and then is.
# Each run tries other examples than the last: few of them a run are many in a week, and
# `--hypothesis-profile thorough` tries them at once.
settings.register_profile("house", deadline=None, max_examples=25)
settings.register_profile("thorough", deadline=None, max_examples=400)
settings.load_profile("house")

# pytest imports the packages that a test lies in. A plugin is one already, under the name that the
# wiki gives it: what declares tables must not run a second time under another.
for _init in (Path(__file__).parent / "plugins").glob("*/__init__.py"):
    _package = ModuleType(f"plugins.{_init.parent.name}")
    _package.__path__ = [str(_init.parent)]
    sys.modules.setdefault(_package.__name__, _package)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first; else in the order of files."""
    items.sort(key=lambda item: not item.nodeid.startswith(_LONGEST))
