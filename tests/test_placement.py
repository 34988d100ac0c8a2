"""Where a hook's implementation is asked, and where it costs no call."""

from types import SimpleNamespace
from typing import Any

import pluggy
import pytest

from wiki.hookspecs import pages as room
from wiki.hookspecs.marks import PROJECT, hookimpl
from wiki.plugins import call_hook


class Placed:
    """Implements one hook, for some."""

    asked = 0

    @hookimpl(types={"event", ""}, signed_in=True)
    def page_asides(self, page: Any, reader: Any) -> list[Any]:
        self.asked += 1
        return []


class Forgetful:
    """Says nothing of where it stands: it is asked everywhere, and raises."""

    asked = 0

    @hookimpl
    def page_asides(self, page: Any, reader: Any) -> list[Any]:
        self.asked += 1
        raise ValueError("a fault")


@pytest.mark.plugin_faults
@pytest.mark.parametrize(
    ("type_", "person", "expected"),
    [("event", "Awa", 1), ("", "Awa", 1), ("project", "Awa", 0), ("event", None, 0)],
)
def test_a_placed_implementation_is_asked_at_its_place_alone(
    type_: str, person: str | None, expected: int
) -> None:
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(room)
    placed, forgetful = Placed(), Forgetful()
    manager.register(forgetful)
    manager.register(placed)
    page, reader = SimpleNamespace(type=type_), SimpleNamespace(person=person)
    found = list(call_hook(manager.hook.page_asides, page=page, reader=reader))
    assert (placed.asked, forgetful.asked) == (expected, 1)
    assert found == [[]] * expected
