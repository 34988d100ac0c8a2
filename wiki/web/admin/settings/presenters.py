"""Fields of settings as pages show them: value, where it comes from, who chose it, when."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any
from zoneinfo import available_timezones

from flask import request

from wiki.config.browser import AT_START, IN_BROWSER, PUBLIC
from wiki.config.settings import Settings
from wiki.config.sources import (
    BROWSER,
    DEFAULT,
    ENVIRONMENT,
    FILE,
    KINDS,
    OPTION,
    PROFILE,
    default_of,
    place_of,
    source_of,
)
from wiki.editing.settings import public_changes
from wiki.instance import Instance
from wiki.parts.settings import IN_FILE
from wiki.people.accounts import people_by_id
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.admin.settings.forms import shown_value, typed_value
from wiki.web.admin.settings.sections import Setting, SettingSection

#: what is said of where a value comes from
_SOURCES = {
    OPTION: lazy("Set where the wiki runs, by the option {place}."),
    ENVIRONMENT: lazy("Set where the wiki runs, by the variable {place}."),
    FILE: lazy("Set where the wiki runs, in the file {place}."),
    BROWSER: lazy("Chosen here."),
    PROFILE: lazy("By default on a small machine."),
    DEFAULT: lazy("By default."),
}


def present_fields(
    instance: Instance,
    section: SettingSection,
    *,
    typed: bool,
    filled: Mapping[str, Any] = MappingProxyType({}),
) -> list[dict[str, Any]]:
    """The fields of a section; where its form comes back, with what was ``typed``.

    ``filled`` stands in them, and is not saved yet.
    """
    changes = _changes(instance, [one.name for one in section.settings])
    fields = [_field(instance, one, changes.get(one.name), typed) for one in section.settings]
    for setting, field in zip(section.settings, fields, strict=True):
        if setting.name in filled and not field["locked"]:
            field["value"] = shown_value(setting, filled[setting.name])
            if field["value"] != field["was"]:
                field |= {"source": _("Filled in, not saved yet."), "changed": None}
    return fields


def present_faults(instance: Instance) -> list[str]:
    """What was chosen and cannot be used, in sentences for administrators."""
    instance.in_force.follow()
    faults = instance.in_force.chosen.faults
    found = []
    if IN_FILE in faults:
        words = _(
            "The file .carrefour.toml among the pages cannot be read as it should: {why}. What it "
            "says is left out until a setting is saved here."
        )
        found.append(words.format(why=faults[IN_FILE]))
    look = instance.in_force.look.faults
    if look:
        words = _(
            "What the file .carrefour/look.toml among the pages says of the look cannot be used: "
            "{why}. It is left out until that is chosen anew."
        )
        why = "; ".join(f"{name}: {one}" if name else one for name, one in look.items())
        found.append(words.format(why=why))
    if names := sorted(faults.keys() - {IN_FILE}):
        words = _("What was chosen for these cannot be used, please choose anew: {names}.")
        found.append(words.format(names=", ".join(names)))
    return found


def _field(
    instance: Instance, setting: Setting, changed: Mapping[str, Any] | None, sent: bool
) -> dict[str, Any]:
    name, given, chosen = setting.name, instance.in_force.given, instance.in_force.chosen
    source, place = source_of(given, chosen.values, name), place_of(given, name)
    value = chosen.values.get(name, default_of(given, name))
    value = getattr(instance.settings, name) if place or name in chosen.faults else value
    shown = shown_value(setting, value)
    return {
        "name": name,
        "kind": _kind(name),
        "label": setting.label,
        "does": setting.does,
        "unit": setting.unit,
        "value": typed_value(setting) if sent and not place else shown,
        "was": request.form.get(f"was-{name}", "") if sent else shown,
        "said": _said(setting, value),
        "choices": [(word, words) for word, words in setting.words.items()],
        "needed": IN_BROWSER[name].least > 0 or _kind(name) == "number",
        "most": int(IN_BROWSER[name].most) if KINDS[name] is str else 0,
        "locked": bool(place),
        "source": str(_SOURCES[source]).format(place=place),
        "changed": changed if source == BROWSER else None,
        "chosen": source == BROWSER or name in chosen.rows,
        "default": _said(setting, default_of(given, name)),
        "back": sent and f"default-{name}" in request.form,
        "at_start": name in AT_START,
        "waits": name in AT_START and not place and value != getattr(instance.settings, name),
    }


def _kind(name: str) -> str:
    choice = IN_BROWSER[name]
    if name == "languages":
        return "several"
    if name == "time_zone":
        return "zone"
    if choice.words:
        return "choice"
    if choice.secret:
        return "secret"
    return {bool: "check", int: "number", float: "number"}.get(KINDS[name], "text")


def _said(setting: Setting, value: Any) -> str:
    """A value in words."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if IN_BROWSER[setting.name].secret:
        return _("there is one") if value else _("there is none")
    if setting.name == "languages":
        named = [str(setting.words.get(one, one)) for one in str(value).split()]
        return ", ".join(named) or _("all that there are")
    if value in setting.words:
        return str(setting.words[value])
    shown = shown_value(setting, value)
    return f"{shown} {setting.unit}".strip() if shown else _("nothing")


def _changes(instance: Instance, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Who chose which of the settings last, and when."""
    chosen = instance.in_force.chosen.rows
    rows = {name: chosen[name] for name in names if name in chosen}
    people = people_by_id(instance.private, {row.who for row in rows.values()})
    found: dict[str, dict[str, Any]] = {}
    for name, row in rows.items():
        who = people[row.who].name if row.who in people else _("someone without an account")
        found[name] = {"who": who, "when": row.at}
    if PUBLIC.intersection(names):
        for name, line in public_changes(instance).items():
            found[name] = {"who": line.author_name, "when": line.when}
    return found


def time_zones(settings: Settings) -> list[str]:
    """The names of time zones that one may choose, the present one among them."""
    return sorted(
        {one for one in available_timezones() if "/" in one} | {settings.time_zone, "UTC"}
    )
