"""Attributes that are worked out when somebody first asks for them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from functools import cached_property  # noqa: TID251 - its types alone
else:

    class cached_property:  # noqa: N801 - as Python calls its own
        """What the method gives, kept in the object from then on; without a lock.

        Up to Python 3.11 that of ``functools`` holds one lock a property for all objects of the
        class: two threads that ask one object from within another wait for each other for ever.
        Where several ask at once each works it out, and all are given the same.
        """

        def __init__(self, function: Callable[[Any], Any]) -> None:
            self._function = function
            self.__doc__ = function.__doc__

        def __set_name__(self, owner: type, name: str) -> None:
            self._name = name

        def __get__(self, one: object | None, owner: type | None = None) -> Any:
            return self if one is None else vars(one).setdefault(self._name, self._function(one))


__all__ = ["cached_property"]
