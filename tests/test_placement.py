"""Where a hook's implementation is asked, and where it costs no call."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pluggy
import pytest

from wiki import plugins
from wiki.errors import BadRequest, NotFound, PluginFailed
from wiki.hookspecs import pages as room
from wiki.hookspecs.background import importer
from wiki.hookspecs.discovery import Fit, near
from wiki.hookspecs.marks import PROJECT, hookimpl
from wiki.hookspecs.pages import PageContext
from wiki.hookspecs.services import Provided, provide
from wiki.imports.intake import source_of
from wiki.imports.source import Choice, ImportProgress, Source
from wiki.imports.stage import Stage
from wiki.plugins import call_hook, load_plugins


class Placed:
    """Implements one hook, for some."""

    asked = 0

    @hookimpl(types={"event", ""}, blocks={"programme"}, signed_in=True)
    def page_asides(self, context: PageContext) -> list[Any]:
        self.asked += 1
        return []


class Forgetful:
    """Says nothing of where it stands: it is asked everywhere, and raises."""

    asked = 0

    @hookimpl
    def page_asides(self, context: PageContext) -> list[Any]:
        self.asked += 1
        raise ValueError("a fault")


@pytest.mark.plugin_faults
@pytest.mark.parametrize(
    ("type_", "block", "person", "expected"),
    [
        ("event", "programme", "Awa", 1),
        ("", "programme", "Awa", 1),
        ("", "carte", "Awa", 0),
        ("project", "programme", "Awa", 0),
        ("event", "programme", None, 0),
    ],
)
def test_a_placed_implementation_is_asked_at_its_place_alone(
    type_: str, block: str, person: str | None, expected: int
) -> None:
    placed, forgetful = Placed(), Forgetful()
    hooks = hooks_of(forgetful, placed)
    found = list(call_hook(hooks.page_asides, context=shown(type_, block, person)))
    assert (placed.asked, forgetful.asked) == (expected, 1)
    assert found == [[]] * expected


class Quick:
    """Answers at once."""

    asked = 0

    @hookimpl
    def page_asides(self, context: PageContext) -> list[Any]:
        self.asked += 1
        return []


@pytest.mark.plugin_faults
def test_a_slow_plugin_is_named_and_left_out_of_the_rest_of_that_page_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    slow, quick = Forgetful(), Quick()
    hooks, context = hooks_of(slow, quick), shown("", "", None)
    assert list(call_hook(hooks.page_asides, context=context)) == [[]]
    (name,) = (one for one, plugin in named(hooks) if plugin is slow)
    # More than any computer takes for nothing.
    context.spent[name] = plugins.PATIENCE
    for _again in range(3):
        assert list(call_hook(hooks.page_asides, context=context)) == [[]]
    assert (slow.asked, quick.asked) == (2, 4)
    (warned,) = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert warned.startswith(f"plugin {name} took 10.0 s for /une-page")
    assert list(call_hook(hooks.page_asides, context=shown("", "", None))) == [[]]
    assert slow.asked == 3, "another page asks it again"


class Silent:
    """Forgets to answer."""

    @hookimpl
    def page_asides(self, context: PageContext) -> None:
        pass


class Late:
    """Raises once its answer is gone through."""

    @hookimpl
    def page_asides(self, context: PageContext) -> Iterator[Any]:
        yield from Forgetful().page_asides(context)


@pytest.mark.plugin_faults
@pytest.mark.parametrize("faulty", [Silent(), Late()], ids=["nothing", "late"])
def test_what_is_no_answer_costs_its_own_panel_alone(faulty: object) -> None:
    hooks = hooks_of(Quick(), faulty, Quick())
    assert list(call_hook(hooks.page_asides, context=shown("", "", None))) == [[], []]


def hooks_of(*registered: object) -> pluggy.HookRelay:
    """The hooks around pages, implemented by these plugins."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(room)
    for one in registered:
        manager.register(one)
    return manager.hook


def named(hooks: pluggy.HookRelay) -> list[tuple[str, object]]:
    """The plugins that implement ``page_asides``, by name."""
    found = hooks.page_asides.get_hookimpls()
    return [(one.plugin_name, one.plugin) for one in found]


def shown(type_: str, block: str, person: str | None) -> PageContext:
    """A page of that type with that block, as it is shown to someone."""
    document = SimpleNamespace(blocks=[SimpleNamespace(name=block)])
    page: Any = SimpleNamespace(type=type_, path="une-page", document=document)
    reader: Any = SimpleNamespace(person=person)
    return PageContext(page, None, None, may_edit=False, may_propose=False, reader=reader)


class Finding:
    """Provides what is near, as well or badly as it can."""

    @hookimpl
    def services(self) -> list[Provided]:
        return [provide(near, self.find), provide(importer.named("own"), Own)]

    def find(self, text: str, reader: object, types: Sequence[str], limit: int) -> Sequence[Fit]:
        if not text:
            raise ValueError("a fault")
        return [Fit(text, "", ())][:limit]


class Own(Source):
    """A source of a plugin's own."""

    label, hint = "Own", ""

    def recognises(self, path: Path) -> bool:
        return False

    def choices(self, path: Path) -> Sequence[Choice]:
        return ()

    def read(
        self, path: Path, stage: Stage, answers: Mapping[str, str], progress: ImportProgress
    ) -> None:
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
    assert {"carrefour", "own"} <= set(with_one.keys(importer))
    assert source_of(with_one, "own").label == "Own"
    with pytest.raises(NotFound, match="carrefour"):
        source_of(with_one, "elsewhere")
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
