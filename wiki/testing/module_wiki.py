"""``instance`` and ``app`` of one wiki for a module, empty again for each test.

For the ``conftest.py`` of tests that want no more than these: ``from wiki.testing.module_wiki
import app, instance``. Not for tests that break what they stand on.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wiki.testing.places import Place
from wiki.testing.wikis import opened

if TYPE_CHECKING:
    from flask import Flask

    from wiki.config import Settings
    from wiki.instance import Instance


@pytest.fixture
def instance(
    request: pytest.FixtureRequest,
    settings: "Settings",
    tmp_path: Path,
    empty_place: Place,
    found_wiki: "Callable[[Settings, bool], None]",
) -> "Iterator[Instance]":
    """An instance without a page: the one of the test before.

    Its own where a test has settings or starts a server.
    """
    from wiki.config import load_settings

    plain = load_settings(tmp_path / "instance", environ={})
    if settings == plain and "serve" not in request.fixturenames:
        empty_place.rewind()
        yield empty_place.instance
        return
    found_wiki(settings, True)
    with opened(settings) as its_own:
        yield its_own


@pytest.fixture
def app(empty_place: Place, instance: "Instance") -> "Flask":
    """Its Flask application."""
    from wiki.app import create_app

    return empty_place.app if instance is empty_place.instance else create_app(instance)
