"""The boards ``/-/needs`` and ``/-/offers``: what the wiki lacks and gives, narrowed down."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, jsonify, redirect, request
from werkzeug.wrappers import Response

from wiki.api.errors import NotFound
from wiki.api.panels import follow_button
from wiki.api.paths import action_url
from wiki.api.reading import Reader
from wiki.api.reading.html import get_fact_label, get_fact_words
from wiki.api.reading.item_rows import (
    ItemRow,
    ItemSelection,
    count_item_facets,
    get_item,
    select_items,
)
from wiki.api.reading.rows import Count, Listing, list_own_spaces, select
from wiki.api.translation import gettext
from wiki.api.web import current_reader, render_page, share_response, wants_json
from wiki.api.web.elsewhere import Entries
from wiki.api.web.listings import (
    chosen_values,
    clear_link,
    facet_links,
    indexed,
    list_at_sisters,
    list_offset,
    page_links,
    show_sisters,
    wants_sisters,
)

from ..blocks import space_of
from ..lists import STATES, count_states, find, narrowed
from ..model import KIND_BY_BLOCK, KINDS, LISTED, NEED, STATE_WORDS, Kind
from ..presenters import board_url, feed_url, item_url, json_values, listed
from .item import item_values

bp = Blueprint("needs", __name__)

Groups = list[tuple[str, str, list[tuple[str, str, Count]]]]

PAGE = 20
FACET_VALUES = 14
#: facets of the items themselves: a fact of spaces by such a name cannot be told from them
_ITEMS_OWN = ("keyword", "place", "block", "state")
#: facets of which one can be told what is new
_FOLLOWED = ("keyword", "theme", "territory")
_BY_BOARD = {kind.board: kind for kind in KINDS}


@bp.get("/<any(needs, offers):board>")
@indexed
def board(board: str) -> Response:
    """All that is open (or met, if one wants), newest first or soonest due first."""
    kind, reader = _BY_BOARD[board], current_reader()
    keys, selection = facet_keys(reader), selected(reader, kind)
    states = states_asked()
    sort = "before" if request.args.get("sort") == "before" else "new"
    start = list_offset()
    if wants_sisters() and not wants_json():
        share_response()
        return show_sisters(str(kind.title), _at_sisters(reader, kind, states, sort))
    found = find(reader, selection, states, sort, PAGE, start)
    counts = count_item_facets(
        reader,
        [key for key in keys if key != "state"],
        narrowed(selection, states, reader.today),
        limit=FACET_VALUES,
    )
    groups = _groups(reader, keys, {**counts, "state": count_states(reader, selection)})
    share_response()
    if wants_json():
        return _json(reader, found, groups)
    return render_page(
        "board.html",
        kind=kind.name,
        title=str(kind.title),
        lead=_lead(kind),
        entries=[listed(reader, row, tools=True) for row in found.rows],
        total=found.total,
        more=found.more,
        facets=_facets(groups),
        clear=clear_link((*keys, "project")),
        listing=page_links(found.total, len(found.rows), start, PAGE, more=found.more),
        words="",
        search_url="",
        sorts=_sorts(kind, sort),
        add=_add(kind, reader),
        feed=feed_url(kind, asked_of(reader)),
        feed_url=feed_url(kind, asked_of(reader)),
        follows=_follows(groups),
        board_url=request.full_path,
        at_sisters=None if start else _at_sisters(reader, kind, states, sort),
        empty_words=_empty(kind, narrowed=bool(request.args)),
    )


@bp.get("/<any(needs, offers):board>/<identity>")
def item(board: str, identity: str) -> Response:
    """One need or offer. Raises NotFound."""
    reader = current_reader()
    row = get_item(reader, identity)
    kind = KIND_BY_BLOCK.get(row.block) if row is not None else None
    if row is None or kind is None:
        raise NotFound(gettext("There is no such need or offer here."))
    if kind.board != board:
        return redirect(item_url(kind, identity))
    share_response()
    if wants_json():
        return jsonify(json_values(row, reader.today))
    return render_page("needs/item.html", **item_values(reader, row, kind))


def asked_of(reader: Reader) -> dict[str, tuple[str, ...]]:
    """What this address narrows the board by: key, and any of these values."""
    keys = (*facet_keys(reader), "project")
    return {key: values for key in keys if (values := chosen_values(key))}


def selected(reader: Reader, kind: Kind) -> ItemSelection:
    """The items of that kind which this address asks for, whatever their state."""
    chosen = asked_of(reader)
    chosen.pop("state", None)
    named = chosen.pop("project", ())
    spaces = [space for name in named if (space := space_of(reader, name))]
    return select_items(
        kind.blocks,
        keywords=chosen.pop("keyword", ()),
        places=chosen.pop("territory", ()),
        # A project that is not there has no needs; all of them would be another answer.
        subjects=spaces or named,
        of=select(values=chosen),
    )


def _at_sisters(reader: Reader, kind: Kind, states: Sequence[str], sort: str) -> Entries | None:
    """What sisters have of what this address asks for; nothing where it asks for one project."""
    if chosen_values("project"):
        return None

    def asked(theirs: Reader, limit: int, offset: int) -> Listing[ItemRow]:
        return find(theirs, selected(theirs, kind), states, sort, limit, offset)

    return list_at_sisters(reader, asked)


def states_asked() -> tuple[str, ...]:
    """The states that this address asks for; those that are open or sleep unless it says more."""
    return tuple(state for state in chosen_values("state") if state in STATES) or LISTED


def facet_keys(reader: Reader) -> tuple[str, ...]:
    """What the boards are narrowed by: the items' own words, and what plugins know of spaces."""
    known = reader.instance.fact_keys.values()
    of_plugins = [one.key for one in known if one.facet and one.key not in _ITEMS_OWN]
    return ("keyword", "theme", "territory", *of_plugins, "state")


def _groups(reader: Reader, keys: Sequence[str], counts: Mapping[str, Sequence[Count]]) -> Groups:
    """The facets in words: key, label, and slug, words and count of each value."""
    groups: Groups = []
    for key in keys:
        if key == "state":
            values = [(one.slug, str(STATE_WORDS[one.value]), one) for one in counts[key]]
            groups.append((key, gettext("State"), values))
        else:
            values = [
                (one.slug, get_fact_words(reader, key, one.value), one) for one in counts[key]
            ]
            groups.append((key, get_fact_label(reader, key), values))
    return groups


def _facets(groups: Groups) -> list[dict[str, Any]]:
    told = facet_links(groups)
    if not chosen_values("state"):
        for choice in told[-1]["choices"]:
            choice["chosen"] = choice["label"] in [str(STATE_WORDS[state]) for state in LISTED]
    return told


def _follows(groups: Groups) -> list[dict[str, Any]]:
    """The buttons to be told of what is new with each of the words that the list has."""
    told = []
    for key, _label, values in groups:
        if key in _FOLLOWED:
            words = {slug: words for slug, words, _count in values}
            for slug in chosen_values(key):
                told.append(follow_button(key, slug, words.get(slug, slug)))
    return [one for one in told if one is not None][:3]


def _sorts(kind: Kind, sort: str) -> list[dict[str, Any]]:
    kept = [
        (key, value) for key, value in request.args.items(multi=True) if key not in ("sort", "from")
    ]
    return [
        {"label": gettext("Newest first"), "url": board_url(kind, kept), "chosen": sort == "new"},
        {
            "label": gettext("Soonest due first"),
            "url": board_url(kind, [*kept, ("sort", "before")]),
            "chosen": sort == "before",
        },
    ]


def _lead(kind: Kind) -> str:
    if kind is NEED:
        return gettext("What projects lack now. An hour, a place, an opinion: a little is enough.")
    return gettext("What people and projects can give, and how much time they have for it.")


def _add(kind: Kind, reader: Reader) -> dict[str, str]:
    """Where one says a need or an offer; who has no project yet presents it first."""
    label = gettext("Say what you need") if kind is NEED else gettext("Offer my help")
    if kind is NEED and not list_own_spaces(reader):
        return {"label": label, "url": action_url("new", query={"type": "project"})}
    return {"label": label, "url": action_url(f"{kind.board}/new")}


def _empty(kind: Kind, *, narrowed: bool) -> str:
    if narrowed:
        return gettext("Nothing matches all of this. Take one choice away.")
    if kind is NEED:
        return gettext("No need for now. What would you need?")
    return gettext("No offer for now. What could you give, even a little?")


def _json(reader: Reader, found: Listing[ItemRow], groups: Groups) -> Response:
    return jsonify(
        {
            "total": found.total,
            "more": found.more,
            "results": [json_values(row, reader.today) for row in found.rows],
            "facets": {
                key: [
                    {"value": slug, "label": words, "count": count.count, "more": count.more}
                    for slug, words, count in values
                ]
                for key, _label, values in groups
            },
        }
    )
