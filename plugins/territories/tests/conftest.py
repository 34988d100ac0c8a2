"""The plugin as the wiki loads it: by path, under a name of its own."""

import importlib
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture(scope="session")
def part() -> Callable[[str], Any]:
    """``part("counting")``: a module of this plugin."""
    from wiki.plugins import load_plugins

    load_plugins()
    return lambda name: importlib.import_module(f"wiki_plugins.territories.{name}")
