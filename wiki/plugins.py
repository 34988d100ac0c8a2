"""Finds the folders of ``plugins/`` and third-party entry points, checks them, registers them."""

import importlib.util
import logging
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import Any, ParamSpec, TypeVar, cast

import pluggy

from wiki.cache.topics import HEAD, note
from wiki.errors import PluginFailed, RowsUnreachable
from wiki.hookspecs import ROOMS, SERVICE_ROOMS
from wiki.hookspecs.marks import PLACE, PROJECT, Place
from wiki.hookspecs.pages import PageContext
from wiki.hookspecs.services import Provided, Service
from wiki.resources import add_static, bundled
from wiki.translation import add_translations

log = logging.getLogger(__name__)

ENTRY_POINT_GROUP = "carrefour.plugins"
#: bundled plugins are loaded by path under this name: ``plugins`` is too common a name to install
PACKAGE = "wiki_plugins"

#: hooks of before that are called otherwise now, and what they are
_FORMER = {
    "beginnings": "provide(beginning.named(type), …) in the hook services",
    "importers": "provide(importer.named(source), …) in the hook services",
    "own_keys": "Aside(keys=…) of the panel that shows them",
    "stamped_blocks": "ItemWords(identified=True)",
}

#: names of before in modules of ``wiki.api``, and what there is in their place
_GONE = {
    "Counts": "Staged.counts gives it",
    "Destination": "destination_of gives it",
    "Errors": "templates find errors[field]",
    "FileMove": "CommitStory has them",
    "Loss": "it is in wiki.api.imports.dialects",
    "join_words": "', '.join does it",
    "language_name": "babel.Locale.parse(code).get_display_name() says it",
    "placed": "Target.write_link in wiki.api.imports.dialects writes links",
    "sisters_reader": "list_beside asks with it",
    "stream_commits": "commit writes one after the other",
}

#: seconds that one plugin may take around one page
PATIENCE = 10.0

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Provider:
    """The function that provides a service, and the name of its plugin."""

    plugin: str
    function: Callable[..., Any]


@dataclass(frozen=True)
class Plugins:
    """The registered plugins: their hooks, their folders, and what provides each service.

    ``providers`` is by the service's name and key ("" where it has no names).
    """

    manager: pluggy.PluginManager
    folders: dict[str, Path]
    providers: dict[tuple[str, str], Provider]

    @property
    def hook(self) -> pluggy.HookRelay:
        """The hooks to call, each with keyword arguments: a list comes back, one entry a plugin."""
        return self.manager.hook

    def provider(self, service: Service[P, R]) -> Callable[P, R] | None:
        """The function that provides ``service``; None where no plugin does."""
        found = self.providers.get((service.name, service.key))
        return None if found is None else cast("Callable[P, R]", found.function)

    def keys(self, service: Service[P, R]) -> list[str]:
        """The names under which plugins provide ``service``."""
        return sorted(key for name, key in self.providers if name == service.name)

    def call(self, service: Service[P, R], *args: P.args, **arguments: P.kwargs) -> R:
        """What the provider of ``service`` answers; its default without one, or where it raises.

        What it raises is logged.
        """
        found = self.providers.get((service.name, service.key))
        if found is not None:
            try:
                return cast("R", found.function(*args, **arguments))
            except RowsUnreachable:
                pass  # said once by the store
            except Exception:
                note((HEAD,))  # who knows what it would have asked
                log.exception("plugin %s failed in %s", found.plugin, service.name)
        return service.default(*args, **arguments)

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
    _check_former(manager)
    with _loading("a plugin"):
        manager.check_pending()
    for name, folder in folders.items():
        add_translations(folder / "translations")
        add_static(name, folder / "static")
    return Plugins(manager, folders, find_providers(manager))


def _check_former(manager: pluggy.PluginManager) -> None:
    """Raises PluginFailed, which says what takes its place, for a hook that there was."""
    now = {
        one.name: f"provide({one.name}, …) in the hook services"
        for room in SERVICE_ROOMS
        for one in vars(room).values()
        if isinstance(one, Service)
    } | _FORMER
    for name, hook in vars(manager.hook).items():
        if name in now and not hook.has_spec():
            plugin = hook.get_hookimpls()[0].plugin_name
            raise PluginFailed(f"the plugin {plugin} cannot be loaded: {name} is {now[name]}")


def find_providers(manager: pluggy.PluginManager) -> dict[tuple[str, str], Provider]:
    """What plugins provide. Raises PluginFailed where two provide the same."""
    found: dict[tuple[str, str], Provider] = {}
    for implementation in manager.hook.services.get_hookimpls():
        plugin = implementation.plugin_name
        provided = cast("Sequence[Provided]", implementation.function())
        for one in provided:
            key = (one.name, one.key)
            if key in found:
                raise PluginFailed(
                    f"the plugins {found[key].plugin} and {plugin} both provide "
                    f"{' '.join(filter(None, key))}: leave one of them out"
                )
            found[key] = Provider(plugin, one.function)
    return found


def call_hook(hook: pluggy.HookCaller, **arguments: Any) -> Iterator[Any]:
    """What each plugin answers to ``hook``, of those whose place this is.

    One that raises is logged and costs nothing else; None is no answer. Around a page, one that has
    taken longer than ``PATIENCE`` is logged, and not asked about that page again.
    """
    context: PageContext | None = arguments.get("context")
    for implementation in hook.get_hookimpls():
        place: Place | None = getattr(implementation.function, PLACE, None)
        if place is not None and not _is_at(place, arguments):
            continue
        plugin = implementation.plugin_name
        if context is not None and context.spent.get(plugin, 0.0) > PATIENCE:
            note((HEAD,))
            continue
        wanted = {name: arguments[name] for name in implementation.argnames}
        begun = perf_counter()
        try:
            answer = implementation.function(**wanted)
            if isinstance(answer, Iterator):
                answer = list(answer)  # here, where what a generator raises is its own affair
        except RowsUnreachable:
            pass  # said once by the store
        except Exception:
            note((HEAD,))  # who knows what it would have asked
            log.exception("plugin %s failed in %s", plugin, hook.name)
        else:
            if answer is not None:
                yield answer
        finally:
            if context is not None:
                _note_time(context, plugin, hook.name, perf_counter() - begun)


def tell(hook: pluggy.HookCaller, **arguments: Any) -> None:
    """Tells each plugin what ``hook`` is told of, as ``call_hook`` does; nothing comes back."""
    for _answer in call_hook(hook, **arguments):
        pass


def _is_at(place: Place, arguments: Mapping[str, Any]) -> bool:
    """Whether a call with these arguments of a hook is one for ``place``."""
    context: PageContext | None = arguments.get("context")
    reader = arguments["reader"] if context is None else context.reader
    if place.signed_in and reader.person is None:
        return False
    if context is None:
        return True
    if place.types is not None and context.page.type not in place.types:
        return False
    return place.blocks is None or any(
        block.name in place.blocks for block in context.page.document.blocks
    )


def _note_time(context: PageContext, plugin: str, hook: str, seconds: float) -> None:
    """Adds to what ``plugin`` has taken for a page; logs once that it is too much."""
    before = context.spent.get(plugin, 0.0)
    context.spent[plugin] = before + seconds
    if before <= PATIENCE < before + seconds:
        log.warning(
            "plugin %s took %.1f s for /%s, the last in %s: it is not asked again for this page",
            *(plugin, before + seconds, context.page.path, hook),
        )


def identified_blocks(plugins: Plugins) -> list[str]:
    """The folded names of blocks whose items get identities."""
    words = [one for group in call_hook(plugins.hook.item_words) for one in group]
    return sorted({name for one in words if one.identified for name in one.names})


@contextmanager
def _loading(name: str) -> Iterator[None]:
    """Raises PluginFailed, which names the plugin, where the block does not go well."""
    try:
        yield
    except Exception as error:
        words = str(error)
        if isinstance(error, ImportError) and (error.name or "").startswith("wiki.api."):
            words += "".join(f": {now}" for one, now in _GONE.items() if f"'{one}'" in words)
        raise PluginFailed(f"{name} cannot be loaded: {words}") from error


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
