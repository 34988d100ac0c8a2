"""The themes that plugins bring, by the name of the plugin."""

import logging
from collections.abc import Mapping
from typing import cast

from wiki.config.look import Look
from wiki.hookspecs.site import Theme
from wiki.instance import Instance
from wiki.jinja import asset

_log = logging.getLogger(__name__)


def list_themes(instance: Instance) -> Mapping[str, Theme]:
    """Every theme that can be chosen; a plugin that fails has none."""
    found: dict[str, Theme] = {}
    for one in instance.plugins.hook.theme.get_hookimpls():
        try:
            asset(f"{one.plugin_name}/theme.css")
            found[one.plugin_name] = cast(Theme, one.function())
        except Exception:
            _log.exception("the plugin %s has no theme that can be used", one.plugin_name)
    return found


def find_theme(instance: Instance, look: Look) -> Theme | None:
    """The theme that was chosen, if its plugin is there."""
    if not look.theme:
        return None
    key = ("themes",)
    themes: Mapping[str, Theme] = instance.cache.answer(key, lambda: list_themes(instance))
    return themes.get(look.theme)
