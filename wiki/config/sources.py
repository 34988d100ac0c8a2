"""Who gives the values of settings, and who wins.

::

    option of the command > environment > wiki.toml > the browser > profile > default
    └──────── given when the wiki is started ─────┘   chosen by administrators, while it runs

Where many wikis are served together (``wiki/hosting``), what all begin with stands after wiki.toml.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

from wiki.config.browser import IN_BROWSER
from wiki.config.checks import check_settings
from wiki.config.memory import fit_settings, get_limit
from wiki.config.settings import NAMES, PROFILES, Settings
from wiki.errors import BadSetting

OPTION, ENVIRONMENT, FILE, HOST = "option", "environment", "file", "host"
BROWSER, PROFILE, DEFAULT = "browser", "profile", "default"
#: where a start looks for settings, in the instance's folder
TOML = "wiki.toml"
#: where a host of many wikis has its own, beside their folders
HOST_TOML = "host.toml"

#: the type of each setting
KINDS = get_type_hints(Settings)
_DEFAULTS = Settings()


def load_settings(
    instance: Path | None = None,
    environ: Mapping[str, str] = os.environ,
    **options: Any,
) -> Settings:
    """The settings of ``instance``: options that are not None, then ``WIKI_*``, then ``wiki.toml``.

    Raises BadSetting where a value, or a name in ``wiki.toml``, cannot be used.
    """
    folder = instance or Path(environ.get("WIKI_INSTANCE", "instance"))
    # A command on one of many is told what all begin with, as their host is.
    wikis = _read_toml(folder.absolute().parent / HOST_TOML).get("wikis", {})
    return _load(folder, environ, wikis if isinstance(wikis, dict) else {}, options)


def load_hosted(folder: Path, wikis: Mapping[str, Any]) -> Settings:
    """Those of a wiki of a host: ``wiki.toml``, then what all its ``wikis`` begin with.

    Raises BadSetting likewise, for names of the host's file too.
    """
    return _load(folder, {}, wikis, {})


def _load(
    folder: Path,
    environ: Mapping[str, str],
    wikis: Mapping[str, Any],
    options: Mapping[str, Any],
) -> Settings:
    own = _read_toml(folder / TOML)
    values: dict[str, Any] = {**wikis, **own}
    for place, found in ((HOST_TOML, wikis), (TOML, own)):
        if unknown := sorted(found.keys() - set(NAMES)):
            raise BadSetting(f"{place}: unknown setting {unknown[0]!r}")
    given = {**dict.fromkeys(wikis, HOST), **dict.fromkeys(own, FILE)}
    for name in NAMES:
        if (value := environ.get(f"WIKI_{name.upper()}")) is not None:
            values[name], given[name] = value, ENVIRONMENT
    for name, value in options.items():
        if value is not None:
            values[name], given[name] = value, OPTION
    values["instance"] = folder.absolute()
    if (profile := str(values.get("profile", ""))) not in PROFILES:
        raise BadSetting(f"setting 'profile' is {' or '.join(filter(None, PROFILES))}, or empty")
    values = {**_fit_defaults(profile), **values}
    settings = Settings(
        **{name: convert(name, value) for name, value in values.items()}, given=given
    )
    settings = replace(settings, translations=settings.instance / settings.translations)
    check_settings(settings)
    return settings


class InForce(NamedTuple):
    """Settings with those that were chosen, what cannot be used of these, and why."""

    settings: Settings
    faults: Mapping[str, BadSetting]


def with_chosen(given: Settings, chosen: Mapping[str, Any]) -> InForce:
    """``given`` with what is ``chosen`` of what a start leaves open; what cannot be used is not."""
    faults: dict[str, BadSetting] = {}
    values: dict[str, Any] = {}
    for name in IN_BROWSER:
        if name in chosen and name not in given.given:
            try:
                values[name] = convert(name, chosen[name])
            except BadSetting as error:
                faults[name] = error
    if not values:
        return InForce(given, faults)
    try:
        return InForce(_checked(given, values), faults)
    except BadSetting:
        # Those that can be used, one after the other; each may lean on those before it.
        settings = given
    for name, value in values.items():
        try:
            settings = _checked(settings, {name: value})
        except BadSetting as error:
            faults[name] = error
    return InForce(settings, faults)


def source_of(given: Settings, chosen: Mapping[str, Any], name: str) -> str:
    """Where the value of the setting ``name`` comes from: one of the words above."""
    if name in given.given:
        return given.given[name]
    if name in chosen:
        return BROWSER
    return PROFILE if name in _fit_defaults(given.profile) else DEFAULT


def place_of(given: Settings, name: str) -> str:
    """The option, variable or file that fixes the setting ``name``; "" where none does."""
    places = {
        OPTION: f"--{name.replace('_', '-')}",
        ENVIRONMENT: f"WIKI_{name.upper()}",
        FILE: TOML,
        HOST: HOST_TOML,
    }
    return places.get(given.given.get(name, ""), "")


def default_of(given: Settings, name: str) -> Any:
    """What the setting is where nobody says anything."""
    return _fit_defaults(given.profile).get(name, getattr(_DEFAULTS, name))


def _fit_defaults(profile: str) -> Mapping[str, Any]:
    """What the machine is like says of settings that nobody gives."""
    fitted = fit_settings(get_limit(), PROFILES["small"], os.cpu_count() or 1)
    return PROFILES[profile] or fitted


def _checked(settings: Settings, values: Mapping[str, Any]) -> Settings:
    made = replace(settings, **values)
    check_settings(made)
    return made


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, IsADirectoryError) as error:
        raise BadSetting(f"{path.name} cannot be read: {error}") from error


def convert(name: str, value: Any) -> Any:
    """``value`` as the setting ``name`` has it, also from text. Raises BadSetting."""
    kind = KINDS[name]
    try:
        if not isinstance(value, str | int | float | Path):
            raise TypeError
        if kind is bool and isinstance(value, str):
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[
                value.strip().lower()
            ]
        return kind(value)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise BadSetting(f"setting {name!r} cannot be {value!r}", name) from error
