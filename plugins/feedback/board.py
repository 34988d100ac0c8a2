"""``/-/advice``: what is asked just now, for who has some minutes; the least answered first."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.api.pages import read_document
from wiki.api.pages.blocks import Block, BlockContext
from wiki.api.pages.items import read_query
from wiki.api.panels import Waiting
from wiki.api.paths import action_url, page_url, slug
from wiki.api.reading import Reader, get_page
from wiki.api.reading.history import get_times
from wiki.api.reading.rows import (
    PageRow,
    find_rows,
    get_rows,
    iterate_rows,
    list_own_spaces,
    select,
)
from wiki.api.translation import gettext, ngettext
from wiki.api.web import current_reader, render_page
from wiki.api.web.feeds import FeedEntry, entry_id, feed_reader, feed_response
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

from .blocks import FACT, MINUTES, Ask, open_asks, shortest
from .presenters import give_url
from .store import count_answers, find_answered

bp = Blueprint("feedback_board", __name__)

#: requests on one page of the board, in the feed, and in a page's block
PAGE, ENTRIES, FEW = 12, 30, 6
#: days without an answer, and without a change of the page, after which each role is told
_SILENCE = {"connector": 7, "programme": 14, "admin": 14}
#: what a reader and a page have in common where it fits
_FIT = ("theme", "territory")
#: addresses of the form for asking, as long as it stood here
_ASKING = ("page", "question", "title", "kept")
_KEYS = {"theme": "theme", "themes": "theme", "territoire": "territory", "territory": "territory"}


@bp.get("/advice")
@indexed
def board() -> Response:
    """The requests that this reader may answer, by how long they take."""
    if any(name in request.args for name in _ASKING):
        return redirect(action_url("advice/ask", query=request.args.to_dict()))
    reader = current_reader()
    minutes = tuple(one for one in chosen_values("minutes") if one in MINUTES)
    title = gettext("Give advice")
    selection = _select_asking(minutes)
    found = list_at_sisters(
        reader,
        lambda theirs, limit, offset: find_rows(theirs, selection, "updated", limit, offset),
    )
    if wants_sisters():
        return show_sisters(title, found)
    ranked = rank_requests(reader, list(iterate_rows(reader, selection)))
    start = list_offset()
    shown = ranked[start : start + PAGE]
    counts = count_answers(reader.instance)
    done = find_answered(reader)
    return render_page(
        "feedback/board.html",
        requests=[
            {
                **one,
                "answered": _write_count(counts.get(one["path"], 0)),
                "done": gettext("You answered") if one["path"] in done else "",
            }
            for one in _describe(reader, shown)
        ],
        ask_url=action_url("advice/ask"),
        feed=action_url("advice.atom"),
        facets=facet_links([("minutes", gettext("How long do you have?"), _choices(reader))]),
        clear=clear_link(("minutes",)),
        listing=page_links(len(ranked), len(shown), start, PAGE),
        at_sisters=None if start else found,
    )


@bp.get("/advice.atom")
def feed() -> Response:
    """What is asked, for who reads it elsewhere: those that changed last."""
    reader = feed_reader()
    rows = find_rows(reader, _select_asking(), "updated", ENTRIES).rows
    return feed_response(
        title=f"{gettext('Give advice')} · {reader.instance.settings.site_name}",
        url=action_url("advice"),
        self_url=action_url("advice.atom"),
        entries=list(_entries(reader, rows)),
    )


def show_requests(block: Block, context: BlockContext) -> str:
    """The block that lists requests, by theme and territory; those of pages that changed last."""
    query = read_query(block.args, _KEYS, block.line)
    for problem in query.problems:
        context.problem(problem)
    reader = context.ask
    rows: Sequence[PageRow] = ()
    if reader is not None and not query.problems:
        rows = find_rows(reader, _select_asking(values=query.values), "updated", FEW).rows
    return context.template(
        "feedback/list.html",
        requests=list(_describe(reader, rows)) if reader else [],
        url=action_url("advice"),
    )


def rank_requests(reader: Reader, rows: Sequence[PageRow]) -> list[PageRow]:
    """``rows``, the least answered and best fitting first; one's own and those answered last.

    Those that are alike in this change places every day, so that none is always below.
    """
    mine = {row.path for row in list_own_spaces(reader)}
    counts, done = count_answers(reader.instance), find_answered(reader) | mine
    person = reader.person
    own = [*mine, person.page] if person and person.page else [*mine]
    wanted = {word for row in get_rows(reader, own).values() for word in _words(row)}

    def place(row: PageRow) -> tuple[bool, int, int, str]:
        turn = sha256(f"{reader.today}{row.path}".encode()).hexdigest()
        return row.path in done, counts.get(row.path, 0), -len(wanted & _words(row)), turn

    return sorted(rows, key=place)


def list_silence(reader: Reader) -> list[Waiting]:
    """That nobody answers what is asked, for who brings people together; one line or none."""
    days = _SILENCE.get(reader.person.role) if reader.person else None
    if days is None:
        return []
    counts, late = count_answers(reader.instance), reader.instance.private.now()
    late -= timedelta(days=days)
    rows = [row for row in iterate_rows(reader, _select_asking()) if row.path not in counts]
    moments = [one.updated for row in rows if (one := get_times(reader, row.path))]
    count = sum(moment <= late for moment in moments)
    words = ngettext(
        "Nobody has answered a request for advice for {days} days",
        "Nobody has answered {count} requests for advice for {days} days",
        count,
    ).format(count=count, days=days)
    return [Waiting(words, action_url("advice"), personal=False)] if count else []


def _words(row: PageRow) -> set[str]:
    return {slug(one) for key in _FIT for one in row.facts.get(key, ())}


def _select_asking(minutes: Sequence[str] = (), values: Any = None) -> Any:
    return select(values={**(values or {}), FACT: minutes or MINUTES})


def _choices(reader: Reader) -> list[tuple[str, str, int]]:
    told = [(one, find_rows(reader, _select_asking([one]), limit=1).total) for one in MINUTES]
    return [(one, _minutes(one), count) for one, count in told if count]


def _minutes(minutes: str) -> str:
    return gettext("{count} minutes").format(count=minutes)


def _write_count(count: int) -> str:
    if not count:
        return gettext("Nobody has answered yet")
    return ngettext("{count} answer", "{count} answers", count).format(count=count)


def _describe(reader: Reader, rows: Sequence[PageRow]) -> Iterator[dict[str, Any]]:
    """What a card says of each page that asks indeed."""
    for row in rows:
        asks = open_asks(get_page(reader, row.path), reader.today)
        if asks:
            yield {
                "path": row.path,
                "title": row.title,
                "summary": row.summary,
                "question": _question(asks),
                "others": len(asks) - 1,
                "minutes": _minutes(shortest(one.minutes for one in asks)),
                "until": min((one.until for one in asks if one.until), default=None),
                "answered": "",
                "done": "",
                "page": page_url(row.path),
                "url": give_url(row.path),
            }


def _question(asks: Sequence[Ask]) -> str:
    """The first question in a team's own words, or what all are asked."""
    said = (read_document(one.question).words.strip() for one in asks if one.question)
    return next(said, gettext("What helps? What is missing? Whom do you know?"))


def _entries(reader: Reader, rows: Sequence[PageRow]) -> Iterator[FeedEntry]:
    for one in _describe(reader, rows):
        if times := get_times(reader, one["path"]):
            digest = sha256(one["question"].encode()).hexdigest()[:12]
            yield FeedEntry(
                id=entry_id("advice", one["path"], digest),
                title=one["question"],
                url=one["url"],
                updated=times.updated,
                author=one["title"],
                summary=f"{one['title']} · {one['minutes']}",
            )
