"""The page of one need or offer: what it says, who to turn to, what else is about the same."""

from collections.abc import Mapping, Sequence
from typing import Any

from wiki.api.panels import render_asides
from wiki.api.paths import page_url
from wiki.api.plugin import call_hook
from wiki.api.reading import Reader
from wiki.api.reading.html import render_line, render_passage
from wiki.api.reading.item_rows import ItemRow, find_items, select_items
from wiki.api.reading.rows import PageRow, get_row, list_team
from wiki.api.sisters import list_near

from ..lists import narrowed
from ..model import KIND_BY_BLOCK, KINDS, OPEN, STATE_WORDS, Kind, entry_of
from ..presenters import (
    actions_of,
    board_url,
    is_own,
    item_url,
    listed,
    row_values,
    space_link,
    tools_of,
)
from .jsonld import linked_item

#: similar items that are shown of each kind, and those that are looked at for them
SHOWN = 4
LOOKED_AT = 40
#: what answers at sisters to a need and to an offer
_ANSWERS = {"need": ("offer", "person"), "offer": ("need",)}


def item_values(reader: Reader, row: ItemRow, kind: Kind) -> dict[str, Any]:
    """What ``needs/item.html`` wants."""
    entry = entry_of(row, kind)
    shown = row_values(
        entry,
        render_line(reader, row.text, row.path),
        reader.today,
        nested=render_passage(reader, row.nested, row.path) if row.nested else "",
        space=space_link(row),
    )
    space = get_row(reader, row.space) if row.space else None
    own = is_own(reader, row)
    asides = _asides(reader, row, item_url(kind, row.identity))
    other = next(one for one in KINDS if one is not kind)
    return {
        "kind": kind.name,
        "item": shown,
        "state_words": _state_words(shown),
        "board": {"label": str(kind.title), "url": board_url(kind)},
        "page": {"label": row.page_title, "url": _stands_at(row)},
        "space_type": space.type if space else "",
        "people": _people(reader, space),
        "own": own,
        "actions": [one for one in actions_of(reader, row) if not own or not one.kind],
        "tools": tools_of(reader, row),
        "asides": asides,
        "similar": [
            {
                "kind": one.name,
                "same": one is kind,
                "items": _unsaid(_similar(reader, row, one), asides),
            }
            for one in (other, kind)
        ],
        "at_sisters": list_near(reader, row.plain, _ANSWERS[kind.name], SHOWN),
        "plain": row.plain,
        "canonical": reader.instance.settings.public_url + item_url(kind, row.identity),
        "description": row.plain,
        "json_ld": linked_item(reader, row),
    }


def _state_words(shown: Mapping[str, Any]) -> str:
    """Its state in words; "" while it is open."""
    if shown["state"] == OPEN:
        return ""
    return str(shown["silence"] or STATE_WORDS[shown["state"]])


def _asides(reader: Reader, row: ItemRow, here: str) -> Mapping[str, Sequence[Any]]:
    """The panels of plugins as HTML, by place."""
    hook = reader.instance.plugins.hook.item_asides
    found = [one for group in call_hook(hook, item=row, reader=reader) for one in group]
    return render_asides(reader, found, here)


def _unsaid(
    items: Sequence[Mapping[str, Any]], asides: Mapping[str, Sequence[Any]]
) -> list[Mapping[str, Any]]:
    """Those of ``items`` to which no panel leads already: nothing is said twice on a page."""
    said = "".join(str(panel) for group in asides.values() for panel in group)
    return [one for one in items if f'href="{one["url"]}"' not in said]


def _stands_at(row: ItemRow) -> str:
    return page_url(row.path, row.identity or "")


def _people(reader: Reader, space: PageRow | None) -> list[dict[str, str]]:
    """Whom to turn to: the team of the space that the reader may see, or the person themselves."""
    if space is None:
        return []
    found = [space] if space.type == "person" else list_team(reader, space)
    return [{"label": one.title, "url": page_url(one.path)} for one in found]


def _similar(reader: Reader, row: ItemRow, kind: Kind) -> list[dict[str, Any]]:
    """Open items with keywords in common, those with most first."""
    if not row.keywords:
        return []
    chosen = narrowed(select_items(kind.blocks, keywords=row.keywords), (OPEN,), reader.today)
    mine, same = set(chosen.keywords), KIND_BY_BLOCK[row.block].blocks
    found = [
        one
        for one in find_items(reader, chosen, limit=LOOKED_AT).rows
        # What a project offers itself is no answer to what it lacks.
        if one.identity != row.identity and (one.block in same or one.space != row.space)
    ]

    def in_common(one: ItemRow) -> int:
        return -len(mine & set(select_items(keywords=one.keywords).keywords))

    return [listed(reader, one) for one in sorted(found, key=in_common)[:SHOWN]]
