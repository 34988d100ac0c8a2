"""Services: functions that whoever needs them calls, and that one plugin provides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, ParamSpec, TypeVar

from wiki.hookspecs.marks import hookspec

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Service(Generic[P, R]):
    """A function that at most one plugin provides, of the type of ``default``.

    ``default`` gives what is answered where no plugin provides it. A service of many names, such as
    an importer for each source, has a provider for each ``key``: see ``named``.
    """

    name: str
    default: Callable[P, R]
    key: str = ""

    def named(self, key: str) -> "Service[P, R]":
        """This service under one of its names."""
        return Service(self.name, self.default, key)


def service(default: Callable[P, R]) -> Service[P, R]:
    """Declares the service that is called like ``default``, which answers without a provider."""
    return Service(default.__name__, default)


@dataclass(frozen=True)
class Provided:
    """A function of a plugin that provides the service ``name``, under ``key`` or ""."""

    name: str
    key: str
    function: Callable[..., object]


def provide(service: Service[P, R], function: Callable[P, R]) -> Provided:
    """Says in the hook ``services`` that ``function`` provides ``service``."""
    return Provided(service.name, service.key, function)


@hookspec
def services() -> Sequence[Provided]:
    """What the plugin provides: asked once, when it is loaded."""
