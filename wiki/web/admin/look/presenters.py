"""What the pages of the look have in common: ways between them, and who chose what."""

from collections.abc import Iterable
from typing import Any

from werkzeug.wrappers import Response

from wiki.editing.settings import look_changes
from wiki.instance import Instance
from wiki.translation import lazy
from wiki.web.admin.settings.sections import SettingPage, register_setting_page
from wiki.web.forms import render_tool
from wiki.web.support import current_instance

HOME = "/-/admin/settings/look"
PAGES = (
    SettingPage(
        lazy("Colours and fonts"),
        lazy("The accent in light and in dark, the face that one reads in, themes."),
        HOME,
    ),
    SettingPage(
        lazy("Logo"),
        lazy("What stands at the head of each page, in the tab, and where a link is shared."),
        f"{HOME}/logo",
    ),
    SettingPage(
        lazy("Home page"),
        lazy("Which blocks it shows, in which order, and words of your own."),
        f"{HOME}/home",
    ),
    SettingPage(lazy("Menu"), lazy("The lines at the head of each page."), f"{HOME}/menu"),
    SettingPage(
        lazy("Foot of the page"),
        lazy("Links, a few words, the logos of partners."),
        f"{HOME}/foot",
    ),
)
for _page in PAGES:
    register_setting_page(_page)


def render_look(template: str, url: str, names: Iterable[str], **values: Any) -> Response:
    """A page of the look; ``names`` are of what is chosen there."""
    instance = current_instance()
    page = next(one for one in PAGES if one.url == url)
    return render_tool(
        template,
        title=page.title,
        about=page.about,
        others=[one for one in PAGES if one.url != url],
        changed=last_change(instance, names),
        **values,
    )


def last_change(instance: Instance, names: Iterable[str]) -> dict[str, Any] | None:
    """Who chose one of ``names`` last, and when; None where none was chosen."""
    changes = look_changes(instance)
    found = [changes[name] for name in names if name in changes]
    if not found:
        return None
    who, when = max(found, key=lambda one: one[1])
    return {"who": who, "when": when}
