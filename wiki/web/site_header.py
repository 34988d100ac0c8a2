"""The head of every page: the site's menu, the tools of who asks, and what waits for them."""

from collections.abc import Hashable, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from jinja2 import Environment
from markupsafe import Markup

from wiki.editing.membership.invitations import may_invite
from wiki.editing.review.queue import count_to_review
from wiki.editing.review.reports import count_to_answer
from wiki.hookspecs.site import MenuItem
from wiki.jinja import render_markup
from wiki.plugins import call_hook
from wiki.reading import Reader
from wiki.translation import gettext as _
from wiki.translation import language
from wiki.web.look.lines import chosen_menu

#: heads that are kept
_KEPT = 64


class _Line(NamedTuple):
    label: str
    url: str


def render_site_header(templates: Environment, values: Mapping[str, Any]) -> Markup:
    """The head of a page of these ``values`` (``templates/base.html``), kept by what it says."""
    menu, tools = _lines(values["menu"]), _lines(values["tools"])
    here, person = values["here"], values["person"]
    return _rendered(
        templates,
        language(),
        menu=menu,
        tools=tools,
        here=here if any(line.url == here for line in (*menu, *tools)) else "",
        name=None if person is None else person.name,
        waiting=values["waiting"],
        query=values["query"],
        site_name=values["site_name"],
        logo=values["site_look"]["logo"],
        logo_dark=values["site_look"]["logo_dark"],
    )


@lru_cache(_KEPT)
def _rendered(templates: Environment, _lang: str, **values: Hashable) -> Markup:
    return render_markup(templates, "_site_header.html", values)


def _lines(items: Iterable[MenuItem]) -> tuple[_Line, ...]:
    return tuple(_Line(str(one.label), one.url) for one in items)


def count_waiting(reader: Reader) -> int:
    """The texts and reports that the reader can answer."""
    return count_to_review(reader) + count_to_answer(reader)


def menu_of(reader: Reader) -> list[MenuItem]:
    """The lines of the menus that plugins give, in order; the reader's own tools among them."""
    if reader.person is None:
        key = ("menu", language(), reader.audience)
        return reader.instance.cache.answer(key, lambda: _menu(reader))
    return _menu(reader)


def _menu(reader: Reader) -> list[MenuItem]:
    return list(chosen_menu(reader, plugin_menu(reader)))


def plugin_menu(reader: Reader) -> list[MenuItem]:
    """The lines that plugins give, whatever was chosen, in order."""
    hook = reader.instance.plugins.hook.menu_items
    lines: list[MenuItem] = [line for group in call_hook(hook, reader=reader) for line in group]
    return sorted(lines, key=lambda line: line.order)


def own_tools(reader: Reader, waits: int) -> list[MenuItem]:
    """The core's tools under the reader's name: in the site's menu they made it wrap."""
    lines = []
    if waits:
        lines.append(MenuItem(_("To review ({count})").format(count=waits), "/-/moderation"))
    if reader.person is not None and reader.person.role == "admin":
        lines.append(MenuItem(_("Admin"), "/-/admin"))
    elif may_invite(reader, "role"):
        lines.append(MenuItem(_("Invite"), "/-/invite"))
    return lines


def invitations(reader: Reader) -> list[dict[str, str]]:
    """The ways to take part that plugins offer on the home page."""
    return [
        {"label": line.invitation, "url": line.url, "kind": line.kind}
        for line in menu_of(reader)
        if line.invitation
    ]
