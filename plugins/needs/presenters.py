"""Needs and offers in words: the values that ``ui.item_row`` and the pages of one item want."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from wiki.api.pages.items import ItemAction
from wiki.api.panels import item_actions
from wiki.api.paths import action_url, page_url, slug
from wiki.api.reading import Reader
from wiki.api.reading.html import render_line
from wiki.api.reading.item_rows import ItemRow
from wiki.api.translation import gettext, ngettext

from .model import KIND_BY_BLOCK, MET, NEED, SLEEPING, WITHDRAWN, Entry, Kind, entry_of

Values = dict[str, Any]

#: from so many months on, a silence is told in years
_MANY_MONTHS = 24


def board_url(kind: Kind, filters: Iterable[tuple[str, str]] = ()) -> str:
    """The address of the board, narrowed down."""
    asked = urlencode(list(filters))
    return f"{action_url(kind.board)}?{asked}" if asked else action_url(kind.board)


def feed_url(kind: Kind, chosen: Mapping[str, Iterable[str]] | None = None) -> str:
    """The address of the feed of what is new on the board, narrowed down."""
    asked = urlencode([(key, one) for key, values in (chosen or {}).items() for one in values])
    url = action_url(f"{kind.board}.atom")
    return f"{url}?{asked}" if asked else url


def item_url(kind: Kind, identity: str | None) -> str:
    """The address of one need or offer; "" while it has no identity."""
    return action_url(kind.board, identity) if identity else ""


def row_values(
    entry: Entry,
    html: Markup,
    today: date,
    *,
    nested: Markup | str = "",
    space: Values | None = None,
    anchor: bool = False,
) -> Values:
    """What ``ui.item_row`` wants; ``anchor`` where the item itself stands, not in a list of it."""
    kind = entry.kind
    url = item_url(kind, entry.identity)
    past = entry.is_past(today)
    return {
        "id": entry.identity if anchor else "",
        "url": url,
        "html": html or gettext("(no words yet)"),
        "nested": nested,
        "space": space,
        "keywords": keyword_links(kind, entry.keywords),
        "places": list(entry.places),
        "before": entry.before,
        "past": past,
        "state": entry.state_on(today),
        "silence": silence_words(entry, today),
        "availability": availability_words(entry.availability),
        "answer": {"label": str(kind.answer), "url": url} if url and not past else None,
    }


def listed(reader: Reader, row: ItemRow, *, with_space: bool = True, tools: bool = False) -> Values:
    """An item of the catalogue as a list shows it; ``tools``: with what its team does with it."""
    entry = entry_of(row, KIND_BY_BLOCK[row.block])
    values = row_values(
        entry,
        render_line(reader, row.text, row.path),
        reader.today,
        space=space_link(row) if with_space else None,
    )
    values["tools"] = tools_of(reader, row) if tools else []
    if is_own(reader, row):
        # Nobody answers themselves.
        values["answer"] = None
    elif values["answer"] and (first := next(iter(actions_of(reader, row)), None)):
        values["answer"] = {"label": first.label, "url": first.url}
    return values


def is_own(reader: Reader, row: ItemRow) -> bool:
    """Whether it is of the reader's own page or project, by their groups: not who they are.

    So a page that is kept for all who are alike can ask.
    """
    return (row.space or row.path) in reader.teams


def actions_of(reader: Reader, row: ItemRow) -> list[ItemAction]:
    """The buttons that plugins give to an item, the first one first."""
    found = reader.instance.plugins.call(item_actions, row, reader)
    return sorted(found, key=lambda one: one.order)


def tools_of(reader: Reader, row: ItemRow) -> list[Values]:
    """What who may edit an item does with it, in one tap: links and, where ``post``, buttons."""
    if not row.identity or not reader.may_edit(row.path):
        return []
    kind = KIND_BY_BLOCK[row.block]
    return _tools(kind, row.identity, entry_of(row, kind).state_on(reader.today))


def text_tools(kind: Kind, identity: str, state: str) -> list[Values]:
    """Those of the tools that are links, without signs: no form stands in a text."""
    return [one | {"icon": ""} for one in _tools(kind, identity, state) if not one["post"]]


def _tools(kind: Kind, identity: str, state: str) -> list[Values]:
    def tool(act: str, label: str, icon: str, *, post: bool) -> Values:
        url = action_url(f"{kind.board}/{identity}/{act}")
        return {"label": label, "url": url, "icon": icon, "post": post}

    if state in (MET, WITHDRAWN):
        return [tool("reopen", gettext("Open it again"), "rotate-ccw", post=True)]
    found = [
        tool("met", met_words(kind), "check", post=False),
        tool("withdraw", gettext("Withdraw it"), "x", post=True),
        tool("edit", gettext("Edit"), "pencil", post=False),
    ]
    if state == SLEEPING:
        return [tool("renew", gettext("It still stands"), "sprout", post=True), *found]
    return found


def met_words(kind: Kind) -> str:
    """What one says of a need that is met, of an offer that was taken up."""
    return gettext("We have found") if kind is NEED else gettext("It is done")


def silence_words(entry: Entry, today: date) -> str:
    """Since when there was no news of one that sleeps, in words; "" for all others."""
    if entry.heard is None or entry.state_on(today) != SLEEPING:
        return ""
    months = (today - entry.heard).days // 30
    if months >= _MANY_MONTHS:
        years = months // 12
        return ngettext("no news for {count} year", "no news for {count} years", years).format(
            count=years
        )
    return ngettext("no news for {count} month", "no news for {count} months", months).format(
        count=months
    )


def json_values(row: ItemRow, today: date) -> Values:
    """An item of the catalogue for programs."""
    kind = KIND_BY_BLOCK[row.block]
    entry = entry_of(row, kind)
    return {
        "id": row.identity,
        "kind": kind.name,
        "url": item_url(kind, row.identity),
        "state": entry.state_on(today),
        "heard": entry.heard.isoformat() if entry.heard else None,
        "text": row.plain,
        "markdown": row.text,
        "keywords": list(row.keywords),
        "places": list(row.places),
        "before": entry.before.isoformat() if entry.before else None,
        "availability": entry.availability,
        "page": {"path": row.path, "title": row.page_title},
        "space": {"path": row.space, "title": row.space_title, "type": row.space_type}
        if row.space and row.space_title
        else None,
    }


def space_link(row: ItemRow) -> Values:
    """The project, or the page outside any, that an item is of."""
    if row.space and row.space_title:
        return {"label": row.space_title, "url": page_url(row.space)}
    return {"label": row.page_title, "url": page_url(row.path)}


def keyword_links(kind: Kind, keywords: Iterable[str]) -> list[Values]:
    """Keywords, each with what the board has on it."""
    return [{"label": one, "url": board_url(kind, [("keyword", slug(one))])} for one in keywords]


def availability_words(requests: int | None) -> str:
    """How much time an offer has, in words."""
    if requests is None:
        return ""
    if requests == 0:
        return gettext("not available for now")
    words = ngettext("one request a month", "{count} requests a month", requests)
    return words.format(count=requests)
