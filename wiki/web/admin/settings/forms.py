"""What an administrator typed in the form of a section, as values by the names of settings.

A field says what it showed (``was-…``): what is as it was shown is left alone, so that what another
administrator chose meanwhile stays.
"""

from typing import Any

from flask import request

from wiki.config.browser import IN_BROWSER
from wiki.config.sources import KINDS, place_of
from wiki.editing.settings import bounds_sentence
from wiki.errors import BadSetting
from wiki.instance import Instance
from wiki.web.admin.settings.sections import Setting, SettingSection


def read_form(instance: Instance, section: SettingSection) -> dict[str, Any]:
    """The values that were changed; None for what goes back to the default. Raises BadSetting."""
    changed: dict[str, Any] = {}
    for one in section.settings:
        if place_of(instance.in_force.given, one.name):
            continue
        if f"default-{one.name}" in request.form:
            changed[one.name] = None
        elif (typed := typed_value(one)) != request.form.get(f"was-{one.name}", ""):
            changed[one.name] = _value(one, typed)
    return changed


def typed_value(setting: Setting) -> str:
    """What was typed, or ticked, as one text."""
    name = setting.name
    if name == "languages":
        return " ".join(request.form.getlist(name))
    if KINDS[name] is bool:
        return str(name in request.form).lower()
    typed = request.form.get(name, "")
    return typed if IN_BROWSER[name].secret else typed.strip()


def shown_value(setting: Setting, value: Any) -> str:
    """A value as its field shows it, and as ``typed_value`` gives it where it was left alone."""
    if IN_BROWSER[setting.name].secret:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        number = value / setting.factor
        return str(int(number)) if number == int(number) else str(number)
    return str(value)


def _value(setting: Setting, typed: str) -> Any:
    """What was typed, in the setting's own unit. Raises BadSetting."""
    if KINDS[setting.name] not in (int, float):
        return typed
    try:
        number = float(typed.replace(",", ".")) * setting.factor
        choice = IN_BROWSER[setting.name]
        if choice.least <= number <= choice.most:
            return KINDS[setting.name](number)
    except (ValueError, OverflowError):
        pass
    raise BadSetting(bounds_sentence(setting.name, setting.factor), setting.name)
