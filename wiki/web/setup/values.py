"""Settings that are chosen on the pages of the set-up; not those that the start has fixed."""

from collections.abc import Iterable
from typing import Any

from flask import request

from wiki.config.sources import place_of
from wiki.instance import Instance


def locked(instance: Instance, names: Iterable[str]) -> dict[str, dict[str, Any] | None]:
    """By name, the value of what is fixed when the wiki is started, and what fixes it; or None."""
    given = instance.in_force.given
    return {
        name: {"value": getattr(given, name), "place": place} if place else None
        for name in names
        for place in (place_of(given, name),)
    }


def sent(instance: Instance, names: Iterable[str]) -> dict[str, str]:
    """What the form says of those of ``names`` that can be chosen."""
    form, fixed = request.form, locked(instance, names)
    return {name: form[name].strip() for name in names if name in form and fixed[name] is None}
