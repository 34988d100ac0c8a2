"""What a hook, and what answers to it, is marked with."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeVar, overload

import pluggy

Function = TypeVar("Function", bound=Callable[..., Any])

PROJECT = "carrefour"
hookspec = pluggy.HookspecMarker(PROJECT)
_mark = pluggy.HookimplMarker(PROJECT)
#: the attribute of an implementation that holds its place
PLACE = "carrefour_place"


@dataclass(frozen=True)
class Place:
    """Where an implementation of a hook is asked: what does not concern it costs no call.

    ``types`` are types of page ("" for an ordinary one), None for all; ``blocks`` folded names of
    which a page must hold one, None for any page; ``signed_in`` leaves visitors out.
    """

    types: frozenset[str] | None = None
    blocks: frozenset[str] | None = None
    signed_in: bool = False


@overload
def hookimpl(function: Function) -> Function: ...


@overload
def hookimpl(
    *,
    types: Collection[str] | None = None,
    blocks: Collection[str] | None = None,
    signed_in: bool = False,
) -> Callable[[Function], Function]: ...


def hookimpl(
    function: Function | None = None,
    *,
    types: Collection[str] | None = None,
    blocks: Collection[str] | None = None,
    signed_in: bool = False,
) -> Function | Callable[[Function], Function]:
    """Marks a function of a plugin as the implementation of the hook that it is named after.

    ``@hookimpl(types={"event"}, blocks={"programme"}, signed_in=True)``: it is asked for pages of
    such a ``type`` alone, that hold such a block (where the hook is given a ``PageContext``), and
    for who is signed in.
    """
    if function is not None:
        return _mark(function)

    def placed(implementation: Function) -> Function:
        place = Place(
            None if types is None else frozenset(types),
            None if blocks is None else frozenset(blocks),
            signed_in,
        )
        setattr(implementation, PLACE, place)
        return _mark(implementation)

    return placed
