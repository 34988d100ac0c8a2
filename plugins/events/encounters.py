"""Who should meet at an event: projects of its themes, what fits between them, who would speak."""

from collections.abc import Sequence
from typing import Any

from wiki.api.events import Event
from wiki.api.meaning import Fit, fits, fold
from wiki.api.paths import action_url, page_url, slug
from wiki.api.reading import Reader
from wiki.api.reading.html import get_fact_words
from wiki.api.reading.item_rows import ItemRow, find_items, select_items
from wiki.api.reading.rows import PageRow, find_rows, get_row, get_rows, select
from wiki.api.translation import gettext
from wiki.api.web.listings import rank_pages

_NEEDS, _OFFERS = ("besoins", "needs"), ("offres", "offers")
_OPEN = (" ",)
#: what an offer says that offers to speak
_SPEAKING = (
    "intervention", "intervenir", "parler", "presenter", "presentation", "temoigner",
    "temoignage", "raconter", "conference", "speak", "speaking", "talk", "present",
)  # fmt: skip
PROJECTS, PAIRS, SPEAKERS = 24, 12, 12
#: needs whose fits are asked for, and offers that are read
_ASKED, _READ = 30, 300


def projects_for(reader: Reader, event: Event) -> list[dict[str, Any]]:
    """Projects of the event's themes, or near to its words, that are not in its programme."""
    themes = event.row.facts.get("theme", ())
    found: dict[str, tuple[PageRow, str]] = {}
    for theme in themes:
        chosen = select(types=("project",), values={"theme": (theme,)})
        for row in find_rows(reader, chosen, "updated", PROJECTS).rows:
            found.setdefault(row.path, (row, gettext("on the theme “{theme}”").format(theme=theme)))
    words = " ".join([*themes, event.row.summary])[:300]
    near = (
        [path for path, _score in rank_pages(reader, words, "project", 12)] if words.strip() else []
    )
    for path, row in get_rows(reader, [one for one in near if one not in found]).items():
        if row.type == "project":
            found[path] = (row, gettext("close to the words of the event"))
    place = slug(event.row.first("territory"))
    left = [pair for path, pair in found.items() if path not in event.programme]
    left.sort(key=lambda pair: slug(pair[0].first("territory")) != place)
    return [_project(reader, row, why) for row, why in left[:PROJECTS]]


def pairs_for(reader: Reader, event: Event, paths: list[str]) -> list[dict[str, Any]]:
    """Needs of those projects that something fits, among them or elsewhere, with reasons."""
    known = [*event.programme, *paths]
    if not known:
        return []
    chosen = select_items(_NEEDS, _OPEN, subjects=known)
    needs = find_items(reader, chosen, "new", _ASKED).rows
    found: list[tuple[bool, int, dict[str, Any]]] = []
    for need in needs:
        for fit in _fits(reader, need):
            row = get_row(reader, fit.path)
            if row is None or (row.space or row.path) == need.space:
                continue
            here = (row.space or row.path) in known
            found.append((not here, len(found), _pair(need, row, fit.reasons)))
    found.sort(key=lambda one: one[:2])
    return [pair for _near, _order, pair in found[:PAIRS]]


def speakers_for(reader: Reader, event: Event) -> list[dict[str, Any]]:
    """Offers to speak, those of the event's themes or territory first."""
    themes = {slug(one) for one in event.row.facts.get("theme", ())}
    place = slug(event.row.first("territory"))
    found: list[tuple[int, int, dict[str, Any]]] = []
    for item in find_items(reader, select_items(_OFFERS, _OPEN), "new", _READ).rows:
        if not item.identity or (word := _says(item)) is None:
            continue
        space = get_row(reader, item.space or item.path)
        theirs = {slug(one) for one in item.keywords}
        theirs |= {slug(one) for one in (space.facts.get("theme", ()) if space else ())}
        places = {slug(one) for one in item.places} or {
            slug(space.first("territory")) if space else ""
        }
        why = [gettext("offers to speak: “{word}”").format(word=word)]
        if themes & theirs:
            why.append(gettext("on the same theme"))
        if place and place in places:
            why.append(gettext("in the same territory"))
        found.append((-len(why), len(found), _speaker(item, why)))
    found.sort(key=lambda one: one[:2])
    return [one for _near, _order, one in found[:SPEAKERS]]


def _fits(reader: Reader, need: ItemRow) -> Sequence[Fit]:
    return reader.instance.plugins.call(fits, need.identity, reader, 3) if need.identity else ()


def _says(item: ItemRow) -> str | None:
    """The word by which an offer says that it is to speak."""
    words = [*item.keywords, *item.plain.split()]
    for word in words:
        if fold(word.strip(".,;:!?#()«»\"'’")) in _SPEAKING:
            return word.strip(".,;:#")
    return None


def _project(reader: Reader, row: PageRow, why: str) -> dict[str, Any]:
    shown = bool(row.facts.get("presented"))
    return {
        "path": row.path,
        "title": row.title,
        "url": page_url(row.path),
        "summary": row.summary,
        "territory": row.first("territory"),
        "state": get_fact_words(reader, "state", row.first("state")),
        "why": why,
        "past": shown,
        "meet": action_url("introductions/propose", query={"about": row.path}),
    }


def _pair(need: ItemRow, row: PageRow, reasons: tuple[str, ...]) -> dict[str, Any]:
    return {
        "project": {"label": need.space_title or need.page_title, "url": page_url(need.path)},
        "need": need.plain,
        "other": {"label": row.title, "url": page_url(row.path)},
        "reasons": list(reasons),
        "meet": action_url("introductions/propose", query={"about": need.identity}),
    }


def _speaker(item: ItemRow, why: list[str]) -> dict[str, Any]:
    return {
        "who": {"label": item.space_title or item.page_title, "url": page_url(item.path)},
        "offer": item.plain,
        "why": why,
        "meet": action_url("introductions/propose", query={"about": item.identity}),
    }
