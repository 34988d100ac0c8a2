"""Where a hook's implementation is asked, and where it costs no call."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pluggy
import pytest

from wiki.errors import BadRequest, PluginFailed
from wiki.hookspecs import pages as room
from wiki.hookspecs.background import importer
from wiki.hookspecs.discovery import Fit, near
from wiki.hookspecs.marks import PROJECT, hookimpl
from wiki.hookspecs.services import Provided, provide
from wiki.plugins import call_hook, load_plugins


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


class Finding:
    """Provides what is near, as well or badly as it can."""

    @hookimpl
    def services(self) -> list[Provided]:
        return [provide(near, self.find), provide(importer.named("own"), import_own)]

    def find(self, text: str, reader: object, types: Sequence[str], limit: int) -> Sequence[Fit]:
        if not text:
            raise ValueError("a fault")
        return [Fit(text, "", ())][:limit]


def import_own(instance: object, paths: object, progress: object) -> None:
    """An importer of a plugin's own."""
    raise BadRequest("nothing there")


@pytest.mark.plugin_faults
def test_a_service_is_answered_by_its_provider_or_by_itself(
    caplog: pytest.LogCaptureFixture,
) -> None:
    reader: Any = SimpleNamespace(person=None)
    with_one = load_plugins(without={"near"}, extra=[Finding()])
    assert with_one.call(near, "ruche", reader, (), 3) == [Fit("ruche", "", ())]
    assert with_one.call(near, "", reader, (), 3) == ()
    assert "failed in near" in caplog.text and "a fault" in caplog.text
    assert with_one.keys(importer) == ["carrefour", "own"]
    run = with_one.provider(importer.named("own"))
    assert run is not None
    with pytest.raises(BadRequest):
        run(reader, [], reader)
    without = load_plugins(without={"near"})
    assert without.provider(near) is None
    assert without.call(near, "ruche", reader, (), 3) == ()


def test_two_providers_of_one_service_stop_the_start() -> None:
    with pytest.raises(PluginFailed, match=r"near and .* both provide near: leave one of them out"):
        load_plugins(extra=[Finding()])


@pytest.mark.parametrize(
    ("former", "now"),
    [("near", r"provide\(near, …\)"), ("own_keys", r"Aside\(keys=…\)")],
)
def test_a_hook_of_before_is_refused_with_what_takes_its_place(former: str, now: str) -> None:
    plugin = type("Former", (), {former: hookimpl(lambda self: None)})()
    getattr(type(plugin), former).__name__ = former
    with pytest.raises(PluginFailed, match=f"{former} is {now}"):
        load_plugins(extra=[plugin])
