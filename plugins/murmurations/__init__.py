"""Murmurations: profiles of public projects, organisations, needs and offers, for maps of others.

Adds ``/-/murmurations/profiles.json``, ``/-/murmurations/pages/<path>`` and
``/-/murmurations/items/<identity>``, where the setting ``murmurations`` is on. Nothing is sent to
any index: whoever runs the site gives these addresses to one, or does not.
"""

from collections.abc import Sequence

from flask import Blueprint

from wiki.api.plugin import hookimpl

from . import views


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]
