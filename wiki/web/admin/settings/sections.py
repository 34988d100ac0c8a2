"""Which settings stand in which section, and what is said of each: a label, a sentence.

A module that has settings of its own registers a section when it is imported.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Setting:
    """A setting in words. ``does`` is one sentence; ``words`` say what each choice means.

    ``factor``: what is typed is that many times as much (megabytes). ``unit`` stands behind it.
    """

    name: str
    label: Any
    does: Any
    unit: Any = ""
    factor: int = 1
    words: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SettingSection:
    """A section, and a form, of settings; ``order`` sorts them, lowest first.

    ``template`` stands below it, for what goes with it, ``above`` before it.
    """

    key: str
    title: Any
    about: Any
    settings: tuple[Setting, ...]
    template: str = ""
    order: int = 50
    above: str = ""


@dataclass(frozen=True)
class SettingPage:
    """A page of settings that is more than a form of fields, at an address of its own."""

    title: Any
    about: Any
    url: str


_sections: dict[str, SettingSection] = {}
_pages: list[SettingPage] = []


def register_section(section: SettingSection) -> None:
    """Puts a section on the page of settings."""
    _sections[section.key] = section


def register_setting_page(page: SettingPage) -> None:
    """Puts a page of its own beside the sections."""
    _pages.append(page)


def setting_pages() -> Sequence[SettingPage]:
    """The pages of their own, in the order in which they were registered."""
    return tuple(_pages)


def setting_sections() -> Mapping[str, SettingSection]:
    """Every section by its key, in order."""
    return dict(sorted(_sections.items(), key=lambda one: one[1].order))
