"""The plugin as the wiki loads it: by path, under a name of its own."""

import importlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from wiki.instance import Instance


@pytest.fixture(scope="session")
def part() -> Callable[[str], Any]:
    """``part("asking")``: a module of this plugin."""
    from wiki.plugins import load_plugins

    load_plugins()
    return lambda name: importlib.import_module(f"wiki_plugins.news.{name}")


class Days:
    """The clock of the private rows, and of all who ask what day it is."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, days: float) -> None:
        self.moment += timedelta(days=days)


@pytest.fixture
def days(instance: "Instance") -> Days:
    """3 March 2027, ten in the morning in Paris."""
    clock = Days(datetime(2027, 3, 3, 9, tzinfo=UTC))
    instance.private.now = clock
    return clock
