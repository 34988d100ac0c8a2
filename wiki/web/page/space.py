"""The space that a page is in, as the head of all its pages shows it."""

from datetime import date
from typing import Any

from wiki.hookspecs.pages import folders_apart
from wiki.jinja import render_markup
from wiki.pages.members import GROUP
from wiki.pages.paths import join
from wiki.pages.urls import action_url, page_url
from wiki.pages.words import slug
from wiki.people.access.groups import group_titles
from wiki.plugins import call_hook
from wiki.projections.catalogue import PageRow
from wiki.reading import Reader
from wiki.reading.history import get_last_news
from wiki.reading.html import get_fact_page, get_fact_words
from wiki.reading.lists import get_row, list_space_pages, list_team
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.cache.pages import keep_part
from wiki.web.page.head_facts import head_facts

#: a space shows so many of its pages as tabs
TABS = 8

TYPE_WORDS = {
    "project": lazy("Project"),
    "person": lazy("Person"),
    "organisation": lazy("Organisation"),
    "dossier": lazy("Dossier"),
    "event": lazy("Event"),
    "carrefour": lazy("Carrefour"),
    "": lazy("Page"),
}

Values = dict[str, Any]


def space_values(reader: Reader, space: PageRow | None, path: str) -> Values | None:
    """``space`` as ``templates/pages/_header.html`` wants it on its page ``path``; None for none.

    What it says on all its pages is kept for the next of them.
    """
    if space is None:
        return None
    values = keep_part(reader, ("space", space.path), lambda ask: _values(ask, space.path))
    # Apart: each save of one of its pages is news.
    news = keep_part(reader, ("news", space.path), lambda ask: (_news(ask, space.path),))
    tabs = [{**tab, "here": tab["path"] == path} for tab in values["tabs"]]
    return {**values, "news": news[0], "tabs": tabs}


def _news(reader: Reader, path: str) -> date | None:
    return get_last_news(reader, [path]).get(path)


def _values(reader: Reader, path: str) -> Values:
    # Asked anew, so that what is kept depends on it.
    space = get_row(reader, path)
    if space is None:
        raise LookupError(path)
    facts = {"space": _facts(reader, space)}
    return {
        "title": space.title,
        "url": page_url(space.path),
        "summary": space.summary,
        "facts": render_markup(reader.instance.templates, "pages/_space_facts.html", facts),
        "tabs": _tabs(reader, space),
    }


def _facts(reader: Reader, space: PageRow) -> Values:
    state = space.first("state")
    maturity = space.first("maturity")
    hook = reader.instance.plugins.hook.space_facts
    return {
        "state": get_fact_words(reader, "state", state),
        "about_state": get_fact_page(reader, "state", state),
        "maturity": get_fact_words(reader, "maturity", maturity) if maturity != state else "",
        "about_maturity": get_fact_page(reader, "maturity", maturity),
        # An address has commas of its own: all its parts are shown, not the first alone.
        "territory": ", ".join(space.facts.get("territory", ())),
        "place": ", ".join(space.facts.get("place", ())),
        "themes": [_theme_link(theme) for theme in space.facts.get("theme", ())],
        "team": [_link(one.title, page_url(one.path)) for one in list_team(reader, space)]
        + [_link(title, "") for title in _groups(reader, space)],
        "said": head_facts(reader, space),
        "facts": [
            {"label": one.label, "words": one.words, "url": one.url}
            for group in call_hook(hook, reader=reader, space=space)
            for one in group
        ],
    }


def _groups(reader: Reader, space: PageRow) -> list[str]:
    """The titles of the groups in its team."""
    names = [name for name in space.facts.get("team", ()) if name.startswith(GROUP)]
    titles = group_titles(reader.instance.private) if names else {}
    found = (titles.get(name.removeprefix(GROUP)) for name in names)
    return [title for title in found if title]


def _theme_link(theme: str) -> Values:
    """A theme, and what there is about it."""
    return _link(theme, action_url("search", query={"theme": slug(theme)}))


def _tabs(reader: Reader, space: PageRow) -> list[Values]:
    names = reader.instance.plugins.call(folders_apart)
    apart = tuple(f"{join(space.path, name)}/" for name in names)
    found = list_space_pages(reader, space.path)
    pages = [one for one in found if not one.path.startswith(apart)][:TABS]
    if len(pages) < 2:
        return []
    return [
        {
            "label": _("Presentation") if one.path == space.path else _short(one, space),
            "url": page_url(one.path),
            "path": one.path,
        }
        for one in pages
    ]


def _short(page: PageRow, space: PageRow) -> str:
    """A page's title as a tab of its space: “Besoins de LoRa à la ferme” is “Besoins”."""
    title = page.title.removesuffix(space.title).rstrip(" \u00a0–—:·,")
    if title == page.title:
        return title
    for word in (" de", " du", " des", " d’", " of", " for", " pour"):
        title = title.removesuffix(word)
    return title or page.title


def _link(label: str, url: str) -> Values:
    return {"label": label, "url": url}
