"""Nearest projects and people at a briefing, each with why, as who organises may see them."""

from collections.abc import Sequence
from typing import Any

from wiki.api.meaning import fits, near
from wiki.api.paths import action_url, page_url
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import ItemSelection, find_items, select_items
from wiki.api.reading.rows import PageRow, get_row, get_rows

#: shown
PROJECTS, PEOPLE = 8, 6
_NEEDS = ("besoins", "needs")
_NEEDS_ASKED, _FITS_EACH, _REASONS = 6, 3, 4
#: a page that is near: ``path``, ``title``, ``url``, ``summary``, ``reasons`` in words, and
#: ``introduce``, the address at which the two are introduced ("" where there is none)
Near = dict[str, Any]


def near_projects(reader: Reader, page: PageRow) -> list[Near]:
    """Projects near ``page``, with why; none where what they share is no reason."""
    text = "\n".join((page.title, page.summary, ", ".join(page.facts.get("theme", ()))))
    found = reader.instance.plugins.call(near, text, reader, ("project",), PROJECTS + 1)
    fits = [one for one in found if one.path != page.path][:PROJECTS]
    rows = get_rows(reader, [one.path for one in fits])
    return [_near(rows[one.path], one.reasons) for one in fits if one.path in rows]


def near_people(reader: Reader, page: PageRow, propose: str) -> list[Near]:
    """People, and pages with an offer, that fit the project's open needs.

    ``propose`` is the address at which one proposes an introduction, "" where there is none.
    """
    chosen: ItemSelection = select_items(_NEEDS, subject=page.path, states=("", " "))
    found: dict[str, Near] = {}
    for item in find_items(reader, chosen, limit=_NEEDS_ASKED).rows:
        if not item.identity:
            continue
        for fit in reader.instance.plugins.call(fits, item.identity, reader, _FITS_EACH):
            row = get_row(reader, fit.path)
            if row is None or (row.space or row.path) == page.path:
                continue
            query = {"about": item.identity}
            if row.type == "person":
                query["person"] = row.path
            near = _near(row, [item.plain, *fit.reasons])
            near["introduce"] = action_url(propose, query=query) if propose else ""
            found.setdefault(row.path, near)
    return list(found.values())[:PEOPLE]


def _near(row: PageRow, reasons: Sequence[str]) -> Near:
    url = page_url(row.path)
    shown = {
        "path": row.path,
        "title": row.title,
        "url": url,
        "summary": row.summary,
        "introduce": "",
    }
    return {**shown, "reasons": list(reasons[:_REASONS])}
