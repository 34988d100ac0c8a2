"""What became of projects: ``/-/status`` line by line, ``/-/status/stories`` one by one."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.api.paths import action_url, page_url
from wiki.api.reading import Reader, get_title
from wiki.api.reading.html import get_fact_label, render_line
from wiki.api.reading.item_rows import count_item_facets, find_items, select_items
from wiki.api.reading.rows import select
from wiki.api.translation import gettext
from wiki.api.web import current_reader, render_page, share_response
from wiki.api.web.feeds import FeedEntry, entry_id, feed_reader, feed_response
from wiki.api.web.listings import chosen_values as chosen
from wiki.api.web.listings import clear_link, facet_links, indexed, page_links
from wiki.api.web.listings import list_offset as list_offset

from .model import BLOCK_NAMES, STATE_WORDS, split_state
from .presenters import by_year, everything, list_values, state_values, stories_url
from .query import KEYS, states_named
from .stories import Listed, Story, counts, narrowed, stories

bp = Blueprint("status", __name__)

PAGE = 20
#: values of one facet, and entries of the feed
FACET_VALUES, ENTRIES = 14, 50
_KEYS = ("state", "theme", "territory")


@bp.get("/status")
@indexed
def board() -> Response:
    """What became of them: steps by date, newest first."""
    reader = current_reader()
    filters = {key: values for key in _KEYS if (values := chosen(key))}
    selection = select_items(
        BLOCK_NAMES,
        until=reader.today.isoformat(),
        of=select(types=("project",), values=filters),
    )
    start = list_offset()
    found = find_items(reader, selection, sort="date", limit=PAGE, offset=start)
    counts = count_item_facets(reader, _KEYS, selection, limit=12)
    share_response()
    return render_page(
        "status/board.html",
        steps=[_told(reader, row) for row in found.rows],
        facets=facet_links(
            [
                (
                    key,
                    get_fact_label(reader, key),
                    [
                        (one.slug, str(STATE_WORDS.get(one.value, one.value)), one.count)
                        for one in counts[key]
                        if one.slug
                    ],
                )
                for key in _KEYS
            ]
        ),
        listing=page_links(found.total, len(found.rows), start, PAGE),
        others=others("status"),
    )


@bp.get("/status/stories")
@indexed
def all_stories() -> Response:
    """Each project with its last sentence: by year, theme, event, territory and state."""
    reader = current_reader()
    asked = asked_here()
    told = everything(reader)
    found = sorted(narrowed(told, asked), key=lambda one: one.year, reverse=True)
    start = list_offset()
    shown = found[start : start + PAGE]
    share_response()
    return render_page(
        "status/stories.html",
        years=[
            {"year": year, "stories": [list_values(reader, one) for one in group]}
            for year, group in by_year(shown)
        ],
        total=len(found),
        told=len(told),
        facets=facet_links([_facet(reader, told, key, asked) for key in KEYS]),
        clear=clear_link(KEYS),
        listing=page_links(len(found), len(shown), start, PAGE),
        others=others("stories"),
        feed=action_url("status/stories.atom"),
    )


@bp.get("/status/stories.atom")
def feed() -> Response:
    """The newest lines of stories, for who reads them elsewhere."""
    reader = feed_reader()
    asked = asked_here()
    told = [one for one in narrowed(stories(reader), asked) if one.newest][:ENTRIES]
    url = stories_url(asked)
    return feed_response(
        title=f"{gettext('What became of them')} · {reader.instance.settings.site_name}",
        url=url,
        self_url=url.replace("/status/stories", "/status/stories.atom"),
        entries=[_entry(reader, story) for story in told],
    )


def asked_here() -> dict[str, Sequence[str]]:
    """What this address narrows the stories by."""
    asked: dict[str, Sequence[str]] = {key: values for key in KEYS if (values := chosen(key))}
    if "state" in asked:
        asked["state"] = states_named(asked["state"])
    return asked


def others(here: str) -> list[dict[str, Any]]:
    """The ways to look at what became of projects, one of which is this page."""
    ways = [
        ("stories", gettext("Project by project"), action_url("status/stories")),
        ("status", gettext("Line by line"), action_url("status")),
        ("figures", gettext("In figures"), action_url("status/figures")),
    ]
    return [{"label": label, "url": url, "here": name == here} for name, label, url in ways]


def _facet(
    reader: Reader, told: Sequence[Listed], key: str, asked: Mapping[str, Sequence[str]]
) -> tuple[str, str, list[tuple[str, str, int]]]:
    found = counts(told, key, asked)
    kept = found[:FACET_VALUES]
    kept += [one for one in found[FACET_VALUES:] if one[0] in asked.get(key, ())]
    if key == "state":
        kept = [(slug, state_values(None, word)["state"], count) for slug, word, count in kept]
    elif key == "event":
        kept = [(path, get_title(reader, path), count) for path, _word, count in kept]
    label = {"year": gettext("Year"), "event": gettext("Presented at")}.get(key)
    return key, label or get_fact_label(reader, key), kept


def _entry(reader: Reader, story: Story) -> FeedEntry:
    newest = story.newest
    assert newest is not None  # noqa: S101 - those without are left out
    moment = datetime.combine(newest.date, time(12), reader.instance.settings.zone)
    words = state_values(None, newest.state)["state"]
    return FeedEntry(
        id=entry_id("story", story.row.path, newest.date.isoformat()),
        title=" · ".join(filter(None, (story.row.title, words))),
        url=page_url(story.row.path),
        updated=moment,
        summary=newest.plain,
    )


def _told(reader: Reader, row: Any) -> dict[str, Any]:
    state, text = split_state(row.text)
    path = row.space or row.path
    return {
        "date": date.fromisoformat(row.date or ""),
        "project": {"label": row.space_title or row.page_title, "url": page_url(path)},
        **state_values(reader, state),
        "html": render_line(reader, text, row.path),
    }
