"""Finds the folders of ``plugins/`` and third-party entry points, checks them, registers them."""

import importlib.util
import logging
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from wiki.errors import PluginFailed
from wiki.hookspecs import ROOMS
from wiki.hookspecs.marks import PLACE, PROJECT, Place
from wiki.resources import bundled
from wiki.translation import add_translations

log = logging.getLogger(__name__)

ENTRY_POINT_GROUP = "carrefour.plugins"
#: bundled plugins are loaded by path under this name: ``plugins`` is too common a name to install
PACKAGE = "wiki_plugins"


@dataclass(frozen=True)
class Plugins:
    """The registered plugins: their hooks, and the folders in which their parts are found."""

    manager: pluggy.PluginManager
    folders: dict[str, Path]

    @property
    def hook(self) -> pluggy.HookRelay:
        """The hooks to call, each with keyword arguments: a list comes back, one entry a plugin."""
        return self.manager.hook

    def subfolders(self, name: str) -> list[tuple[str, Path]]:
        """``(plugin, folder/name)`` for each plugin that has such a folder."""
        return [(key, path / name) for key, path in self.folders.items() if (path / name).is_dir()]


def load_plugins(without: Collection[str] = (), extra: Sequence[object] = ()) -> Plugins:
    """Every bundled plugin but those in ``without``, those installed by entry point, and ``extra``.

    Raises PluginFailed where one cannot be imported, or a hook or an argument is misspelled: such a
    hook would silently never be called.
    """
    manager = pluggy.PluginManager(PROJECT)
    for room in ROOMS:
        manager.add_hookspecs(room)
    folders: dict[str, Path] = {}
    for name, folder in _bundled_folders():
        if name in without:
            continue
        with _loading(f"the plugin {name}"):
            manager.register(_import(name, folder), name)
        folders[name] = folder
    for point in entry_points(group=ENTRY_POINT_GROUP):
        if point.name in without:
            continue
        with _loading(f"the plugin {point.name}"):
            module = point.load()
            manager.register(module, point.name)
        if getattr(module, "__file__", None):
            folders[point.name] = Path(module.__file__).parent
    for plugin in extra:
        manager.register(plugin)
    with _loading("a plugin"):
        manager.check_pending()
    for folder in folders.values():
        add_translations(folder / "translations")
    return Plugins(manager, folders)


def call_hook(hook: pluggy.HookCaller, **arguments: Any) -> Iterator[Any]:
    """What each plugin answers to ``hook``, of those whose place this is.

    One that raises is logged and costs nothing else.
    """
    for implementation in hook.get_hookimpls():
        place: Place | None = getattr(implementation.function, PLACE, None)
        if place is not None and not place.holds(arguments):
            continue
        wanted = {name: arguments[name] for name in implementation.argnames}
        try:
            yield implementation.function(**wanted)
        except Exception:
            log.exception("plugin %s failed in %s", implementation.plugin_name, hook.name)


@contextmanager
def _loading(name: str) -> Iterator[None]:
    """Raises PluginFailed, which names the plugin, where the block does not go well."""
    try:
        yield
    except (ImportError, pluggy.PluginValidationError) as error:
        raise PluginFailed(f"{name} cannot be loaded: {error}") from error


def _bundled_folders() -> Iterator[tuple[str, Path]]:
    for init in sorted(bundled("plugins").glob("*/__init__.py")):
        yield init.parent.name, init.parent


def _import(name: str, folder: Path) -> ModuleType:
    """The package in ``folder``, as ``wiki_plugins.<name>``; relative imports work inside it."""
    full = f"{PACKAGE}.{name}"
    if full in sys.modules:
        return sys.modules[full]
    if PACKAGE not in sys.modules:
        parent = ModuleType(PACKAGE)
        parent.__path__ = [str(folder.parent)]
        sys.modules[PACKAGE] = parent
    spec = importlib.util.spec_from_file_location(
        full, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{folder} is not a Python package")
    module = importlib.util.module_from_spec(spec)
    sys.modules[full] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[full]
        raise
    return module
