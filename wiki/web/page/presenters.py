"""What stands around the text of a page: its space, its menu, what links to it, who wrote it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import g
from markupsafe import Markup

from wiki.hookspecs.networks import follow_handle
from wiki.hookspecs.pages import SELDOM, Aside, PageContext, PageTool
from wiki.jinja import render_markup
from wiki.pages.page import Page
from wiki.pages.paths import ROOT
from wiki.pages.problems import Problem
from wiki.pages.urls import action_url, file_url, page_url
from wiki.people.targets import PAGE
from wiki.plugins import call_hook
from wiki.reading import Reader
from wiki.reading.files import list_files
from wiki.reading.history import list_contributors, list_history
from wiki.reading.lists import get_row, list_children
from wiki.reading.pages import list_backlinks, list_crumbs
from wiki.repository.objects import WIKI_AUTHOR
from wiki.translation import gettext as _
from wiki.translation import text_direction
from wiki.web.page.chapters import chapters_of
from wiki.web.page.metadata import further
from wiki.web.page.space import space_values
from wiki.web.support import current_instance, form_token

#: a page shows so many of what surrounds it
AROUND = 12
#: changes of a page among which one by a person is looked for
_OF_LATE = 8

#: spaces that people make together
TEAMED = ("project", "dossier", "event", "carrefour", "organisation")

Link = dict[str, Any]


def around(context: PageContext) -> dict[str, Any]:
    """Everything that ``templates/pages/view.html`` wants beside the text itself."""
    reader, path = context.reader, context.page.path
    asides = asides_of(context)
    return {
        **header(context),
        "feed": feed_address(reader, path),
        "asides": render_asides(reader, asides, page_url(path)),
        "chapters": chapters_of(context),
        "children": children(context),
        "backlinks": backlinks(reader, path),
        "attachments": attachments(reader, path),
        "further": further(reader, context.page, asides),
        **credits(reader, path),
    }


def header(context: PageContext) -> dict[str, Any]:
    """What ``templates/pages/_header.html`` wants."""
    reader, page = context.reader, context.page
    return {
        "page": page_values(page),
        "space": space_values(reader, context.space, page.path),
        "crumbs": crumbs_of(reader, page.path),
        "may_edit": context.may_edit,
        "may_propose": context.may_propose,
        "invite": invitation_address(reader, page.path),
        "menu_of_page": page_menu(context),
        "follow": None,
        "restricted": restriction(reader.access(page.path).group),
    }


def crumbs_of(reader: Reader, path: str) -> list[Link]:
    """The pages above, as links."""
    return [link(one.title, page_url(one.path)) for one in list_crumbs(reader, path)]


def invitation_address(reader: Reader, path: str) -> str:
    """Where the team of a space that several make together invites others; "" for who may not."""
    if reader.person is None or not reader.may_change_rights(path):
        return ""
    row = get_row(reader, path)
    space = get_row(reader, row.space) if row and row.space else None
    return action_url("invite", path) if space and space.type in TEAMED else ""


def feed_address(reader: Reader, path: str) -> str:
    """Where programs find the feed of a page; "" where visitors may not know of it."""
    if reader.access(path).group != "public":
        return ""
    return action_url("feed", f"{path}.atom") if path != ROOT else action_url("changes.atom")


def follow_button(path: str, follows: bool | None) -> Link | None:
    """The button to follow the page; ``follows`` says who does so already, None a visitor."""
    instance = current_instance()
    handle = instance.plugins.call(follow_handle, instance, PAGE, path)
    if follows is None:
        url = action_url("follow", query={"kind": PAGE, "value": path})
        return {"label": _("Follow by mail"), "url": url, "by": "link", "handle": handle}
    label = _("No longer follow") if follows else _("Follow")
    more = {"stop": follows, "kind": "", "value": "", "handle": handle}
    return {"label": label, "url": action_url("watch", path), "by": "form", **more}


def page_values(page: Page) -> dict[str, str]:
    """A page as templates want it."""
    return {
        "title": page.title,
        "path": page.path,
        "url": page_url(page.path),
        "lang": page.lang,
        "tongue": page.tongue,
        "direction": text_direction(page.tongue),
        "summary": page.summary,
        "type": page.type,
    }


def told(*problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems as templates want them, by line; what two say of one line stands once."""
    found = {(one.line, one.kind): one for group in problems for one in group}
    return [{"line": line, "words": found[line, kind].words} for line, kind in sorted(found)]


def restriction(group: str) -> str:
    """``members``, ``team`` or "" for a group of a page."""
    return "" if group == "public" else "members" if group == "members" else "team"


def page_menu(context: PageContext) -> list[Link]:
    """The small menu of a page: changing it, knowing of it, taking it along, and what is grave.

    What few ask for is said to be ``more``.
    """
    reader, path, may_edit = context.reader, context.page.path, context.may_edit
    lines: list[Link] = []
    if may_edit:
        lines += [
            _line(_("Settings"), "settings", path, "settings"),
            _line(_("Rename or move"), "rename", path, "pencil"),
        ]
    lines.append(_line(_("History"), "history", path, "history", apart=may_edit))
    lines.append(_line(_("Who sees this page"), "access", path, "eye", more=not may_edit))
    found = call_hook(reader.instance.plugins.hook.page_tools, context=context)
    lines += tool_lines(one for group in found for one in group)
    if may_edit:
        lines.append(_line(_("Files"), "attach", path, "paperclip", more=True))
    if reader.person is not None:
        lines.append(_line(_("See as a visitor"), "as-visitor", path, "user", more=True))
    lines.append(_line(_("Follow by feed"), "feed", path, "rss", more=True))
    source = page_url(path) + ("index.md" if path == ROOT else ".md")
    lines += tool_lines([PageTool(_("Source"), source, "file-text")])
    lines.append(_line(_("Report this page"), "report", path, "flag", more=may_edit))
    if may_edit and path != ROOT:
        lines.append(_line(_("Delete"), "delete", path, "trash-2", more=True))
    return lines


def tool_lines(tools: Iterable[PageTool]) -> list[Link]:
    """The lines of what plugins add to the menu of a page."""
    return [
        {
            "label": one.label,
            "url": one.url,
            "icon": one.icon,
            "apart": False,
            "more": one.order >= SELDOM,
        }
        for one in sorted(tools, key=lambda one: one.order)
    ]


def _line(
    label: str, action: str, path: str, icon: str, *, apart: bool = False, more: bool = False
) -> Link:
    url = action_url(action, path)
    return {"label": label, "url": url, "icon": icon, "apart": apart, "more": more}


def asides_of(context: PageContext) -> Sequence[Aside]:
    """The panels that plugins put around a page."""
    hook = context.reader.instance.plugins.hook.page_asides
    return [aside for group in call_hook(hook, context=context) for aside in group]


def render_asides(
    reader: Reader, asides: Iterable[Aside], here: str
) -> Mapping[str, Sequence[Markup]]:
    """``asides`` as HTML, by place, lowest order first; ``here`` is the address they stand at."""
    places: dict[str, list[Markup]] = {"act": [], "head": [], "side": [], "foot": []}
    g.here = here
    # What forms want: a panel may have some.
    known = {"reader": reader, "csrf_token": form_token, "here": here}
    for aside in sorted(asides, key=lambda one: one.order):
        values = {**known, **aside.data}
        places[aside.place].append(render_markup(reader.instance.templates, aside.template, values))
    return places


def children(context: PageContext) -> Link:
    """The pages right below one that is no space: a space shows them as tabs."""
    path, row = context.page.path, context.row
    is_space = row is not None and row.space == path
    found = [] if is_space else list_children(context.reader, path, limit=AROUND + 1)
    links = [link(one.title, page_url(one.path)) for one in found[:AROUND]]
    url = action_url("pages", path)
    return {"links": links, "total": len(found), "url": url}


def backlinks(reader: Reader, path: str) -> Link:
    """The pages that speak of this one."""
    found = list_backlinks(reader, path, limit=AROUND + 1)
    links = [link(one.title, page_url(one.path)) for one in found[:AROUND]]
    return {"links": links, "total": len(found), "url": action_url("links", path)}


def attachments(reader: Reader, path: str) -> Link:
    """The files beside the page."""
    found = list_files(reader, path, limit=AROUND + 1)
    folder = "" if path == ROOT else f"{path}/"
    links = [link(one.name, file_url(f"{folder}{one.name}")) for one in found[:AROUND]]
    return {"links": links, "total": len(found), "url": action_url("attach", path)}


def credits(reader: Reader, path: str) -> dict[str, Any]:
    """Who wrote the page, and who changed it last."""
    # Who writes here and over git has two addresses, and one name.
    found = list(dict.fromkeys(one.name for one in list_contributors(reader, path, limit=12)))
    # What the wiki wrote by itself is told where people wrote nothing of late.
    changes = list_history(reader, path, limit=_OF_LATE)
    last = next((one for one in changes if one.mail != WIKI_AUTHOR.mail), next(iter(changes), None))
    return {
        "contributors": found[:5],
        "contributors_more": max(len(found) - 5, 0),
        "edited": None
        if last is None
        else {"who": last.author, "when": last.when, "url": action_url("history", path)},
    }


def link(label: str, url: str) -> Link:
    """A link as templates want it."""
    return {"label": label, "url": url}
