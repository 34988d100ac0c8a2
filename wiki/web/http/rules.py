"""Addresses whose builders are made when they are first wanted.

Werkzeug compiles two functions for each rule while the application is made: several hundred, of
which a worker uses some dozens. They were most of the time that an application took to make.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class LazyRule(Rule):
    """A rule of werkzeug's that compiles what builds its address when one is first built."""

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        """Called by werkzeug for each of the two builders, whose first argument is the rule."""
        made: list[Builder] = []

        def build(rule: "LazyRule", /, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(super(LazyRule, rule)._compile_builder(append_unknown))
            return made[0](rule, **values)

        return build
