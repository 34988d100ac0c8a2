"""The blocks ``chronologie``, ``manques`` and ``récurrents``: what projects tell and lack."""

from datetime import date, timedelta
from typing import Any

from wiki.api.pages.blocks import Block, BlockContext
from wiki.api.paths import action_url, page_url
from wiki.api.reading import Reader, find_page
from wiki.api.reading.html import get_fact_words
from wiki.api.reading.item_rows import count_item_facets, find_items, select_items
from wiki.api.reading.rows import PageRow, find_rows, get_rows

from .blocks import NEEDS, STORIES, state_and_words
from .contents import chosen_paths
from .query import Asked, read_projects

CHRONICLE = ("chronologie", "timeline")
GAPS = ("manques", "gaps")
RECURRING = ("recurrents", "recurring")
#: an open need without any news for so long has been left unanswered
UNANSWERED = timedelta(days=90)
#: a keyword is a recurring need from so many needs on
OFTEN = 3
_GAPS_SHOWN, _PROJECTS = 8, 500
_NOWHERE = "\0"


def show_chronicle(block: Block, context: BlockContext) -> str:
    """The dated lines of the stories of projects, newest first, each with its project."""
    reader: Reader | None = context.ask
    if reader is None:
        return context.content(block)
    asked, of = _about(block, context, reader)
    until = reader.today.isoformat()
    chosen = select_items(STORIES, until=until, **of)
    rows = () if asked.nothing else find_items(reader, chosen, "date", asked.limit).rows
    steps = []
    for row in rows:
        if row.date:
            state, words = state_and_words(reader, row.text)
            steps.append(
                {
                    "date": date.fromisoformat(row.date),
                    "title": row.space_title or row.page_title,
                    "url": page_url(row.space or row.path),
                    "state": state,
                    "html": context.inline(words) if words else "",
                }
            )
    return context.template("dossiers/chronicle.html", steps=steps)


def show_gaps(block: Block, context: BlockContext) -> str:
    """What the projects lack: needs that wait, stages where nobody is, projects without a state."""
    reader: Reader | None = context.ask
    if reader is None:
        return context.content(block)
    asked, of = _about(block, context, reader)
    if asked.nothing:
        return context.template(
            "dossiers/gaps.html", needs=[], waiting=0, more=False, stages=[], stateless=[]
        )
    before = (reader.today - UNANSWERED).isoformat()
    found = find_items(
        reader, select_items(NEEDS, states=(" ",), silent=before, **of), "old", _GAPS_SHOWN
    )
    rows = _projects(reader, asked, of)
    return context.template(
        "dossiers/gaps.html",
        needs=[
            {
                "url": action_url("needs", row.identity) if row.identity else page_url(row.path),
                "words": row.plain or row.page_title,
                "title": row.space_title or row.page_title,
                "space": page_url(row.space or row.path),
            }
            for row in found.rows
        ],
        waiting=found.total,
        more=found.more,
        stages=_empty_stages(reader, rows) if rows else [],
        stateless=[
            {"label": row.title, "url": page_url(row.path)}
            for row in rows
            if not row.facts.get("state")
        ][:_GAPS_SHOWN],
    )


def show_recurring(block: Block, context: BlockContext) -> str:
    """The words that open needs of the projects share, with how many; three needs at least."""
    reader: Reader | None = context.ask
    if reader is None:
        return context.content(block)
    asked, of = _about(block, context, reader)
    counts = []
    if not asked.nothing:
        chosen = select_items(NEEDS, states=(" ",), **of)
        counts = [
            {
                "word": one.value,
                "count": 0 if one.more else one.count,
                "url": action_url("needs", query={"keyword": one.slug}),
            }
            for one in count_item_facets(reader, ("keyword",), chosen, asked.limit)["keyword"]
            if one.count >= OFTEN
        ]
    return context.template("dossiers/recurring.html", counts=counts)


def _about(block: Block, context: BlockContext, reader: Reader) -> tuple[Asked, dict[str, Any]]:
    """Which projects the block is about: those asked for, else those that its page has chosen."""
    asked = read_projects(reader, block.args, block.line)
    for problem in asked.problems:
        context.problem(problem)
    if _filters(block.args):
        return asked, {"of": asked.selection}
    page = find_page(reader, context.path) if context.path else None
    paths = chosen_paths(reader, page) if page is not None else []
    return asked, {"subjects": paths or [_NOWHERE]}


def _filters(args: str) -> bool:
    """Whether ``args`` say more than how much is shown."""
    return any(not part.startswith(("limit:", "limite:")) for part in args.split())


def _projects(reader: Reader, asked: Asked, of: dict[str, Any]) -> list[PageRow]:
    if "of" in of:
        return list(find_rows(reader, asked.selection, "title", _PROJECTS).rows)
    rows = get_rows(reader, of["subjects"][:_PROJECTS]).values()
    return [row for row in rows if row.type == "project"]


def _empty_stages(reader: Reader, rows: list[PageRow]) -> list[str]:
    """The stages of maturity at which none of ``rows`` is, in words and in their order."""
    key = reader.instance.fact_keys.get("maturity")
    there = {value for row in rows for value in row.facts.get("maturity", ())}
    return (
        [get_fact_words(reader, "maturity", one) for one in key.values if one not in there]
        if key
        else []
    )
