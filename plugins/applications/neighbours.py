"""Nearest projects and people at a briefing, each with why, as who organises may see them."""

import re
from collections.abc import Sequence
from typing import Any

from wiki.api.meaning import fits, fold
from wiki.api.paths import action_url, page_url
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import ItemSelection, find_items, select_items
from wiki.api.reading.rows import PageRow, get_row, get_rows
from wiki.api.web.listings import rank_pages

#: shown, looked at for each word, words that are asked for
PROJECTS, PEOPLE, _EACH, _WORDS = 8, 6, 24, 12
#: a theme, or a word of the title, says more than one of the sentence
_STRONG = 3
_NEEDS = ("besoins", "needs")
_NEEDS_ASKED, _FITS_EACH, _REASONS = 6, 3, 4
#: words of so many letters say little
_SHORT = 4
_WORD = re.compile(r"[^\W\d_]+")


#: a page that is near: ``path``, ``title``, ``url``, ``summary``, ``reasons`` in words, and
#: ``introduce``, the address at which the two are introduced ("" where there is none)
Near = dict[str, Any]


def near_projects(reader: Reader, page: PageRow) -> list[Near]:
    """Projects that share words with ``page``: the rarer and the more, the nearer.

    A theme or a word of the title is enough; of the sentence it takes two, and a word that very
    many have (to help, to find) is none.
    """
    strong = [*page.facts.get("theme", ()), *_telling(page.title)]
    words = {_stem(one): one for one in reversed([*strong, *_telling(page.summary)])}
    shared: dict[str, list[str]] = {}
    weight: dict[str, float] = {}
    for word in list(words.values())[::-1][:_WORDS]:
        found = [one for one, _ in rank_pages(reader, word, "project", _EACH) if one != page.path]
        if len(found) >= _EACH - 1 and word not in strong:
            continue
        worth = _STRONG if word in strong else 1
        for place, path in enumerate(found):
            shared.setdefault(path, []).append(word)
            weight[path] = weight.get(path, 0.0) + worth / (len(found) + place)
    near = [path for path, said in shared.items() if len(said) > 1 or said[0] in strong]
    best = sorted(near, key=lambda path: (-weight[path], path))[:PROJECTS]
    rows = get_rows(reader, best)
    return [_near(rows[one], shared[one]) for one in best if one in rows]


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


def _telling(text: str) -> list[str]:
    """Its long words, as they are written."""
    return [word for word in _WORD.findall(text) if len(word) > _SHORT][:_WORDS]


def _stem(word: str) -> str:
    """What the same word has in the singular and the plural, with and without accents."""
    return fold(word).rstrip("sx")
