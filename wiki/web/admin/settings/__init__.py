"""Settings in the browser, for administrators: sections, each a form with one button.

::

    sections.py   what a section is, and which there are   presenters.py  fields as pages show them
    general.py    of the wiki itself                       forms.py       what was typed, as values
    services.py   of servers elsewhere                     trials.py      what is tried on the spot
    limits.py     of sizes and rates                       views.py       the pages
    backups.py    of backups                               providers.py   kinds of providers
"""

from wiki.web.admin.settings import backups, general, limits, services, views
from wiki.web.admin.settings.sections import (
    Setting,
    SettingPage,
    SettingSection,
    register_section,
    register_setting_page,
)

__all__ = [
    "Setting",
    "SettingPage",
    "SettingSection",
    "backups",
    "general",
    "limits",
    "register_section",
    "register_setting_page",
    "services",
    "views",
]
