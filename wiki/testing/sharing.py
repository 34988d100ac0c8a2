"""``instance`` and ``app`` of one wiki for a module, empty again for each test.

For the ``conftest.py`` of tests that want no more than these: ``from wiki.testing.sharing import
app, instance``. Not where ``settings`` are a test's own, or where a test breaks what it stands on.
"""

from typing import TYPE_CHECKING

import pytest

from wiki.testing.places import Place

if TYPE_CHECKING:
    from flask import Flask

    from wiki.instance import Instance


@pytest.fixture
def instance(empty_place: Place) -> "Instance":
    """An instance without a page, that of the test before."""
    empty_place.rewind()
    return empty_place.instance


@pytest.fixture
def app(empty_place: Place, instance: "Instance") -> "Flask":
    """Its Flask application."""
    return empty_place.app
