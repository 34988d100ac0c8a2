"""The block ``sélection``: chosen pages as living cards, each with its author's word."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wiki.api.pages import Problem
from wiki.api.pages.blocks import Block, BlockContext
from wiki.api.paths import action_url, page_url, slug
from wiki.api.reading import Reader
from wiki.api.reading.html import get_fact_page, get_fact_words
from wiki.api.reading.item_rows import count_items_by_space, get_newest_items, select_items
from wiki.api.reading.rows import PageRow

from .contents import chosen_rows
from .model import MOST, Entry, entry_of

NEEDS = ("besoins", "needs")
STORIES = ("historique", "history")

_NO_LINK = "This line of a selection begins with no link: write - [[projets/example]] — why."
_GONE = "“{name}” leads to no page here: nothing of this line is shown."
_TWICE = "“{name}” is in this selection already: it is shown once."
_ITSELF = "A page does not show itself in its own selection."
_HIDDEN = (
    "“{name}” is not for all who may read this page: they are shown neither it nor these words, "
    "but people who read the source of the page find them."
)
_TOO_MANY = "Only the first {count} lines of a selection are shown."


def show_selection(block: Block, context: BlockContext) -> str:
    """The block as HTML: what the audience may not see leaves no trace."""
    reader: Reader | None = context.ask
    if reader is None:
        return context.content(block)
    shown = _shown(block, context, reader)
    facts = card_facts(reader, [row for _entry, row in shown if row is not None])
    edit = action_url("dossiers/selection", context.path) if context.path else ""
    return context.template(
        "dossiers/selection.html",
        cards=[_card(entry, row, facts, context) for entry, row in shown],
        edit=edit if context.may_edit else "",
    )


def _shown(
    block: Block, context: BlockContext, reader: Reader
) -> list[tuple[Entry, PageRow | None]]:
    """The entries to be shown; those without a link stand as plain words."""
    found = [entry_of(item, block) for item in block.items]
    if len(found) > MOST:
        context.problem(Problem(block.line, "chosen-many", _TOO_MANY, {"count": str(MOST)}))
    here = reader.access(context.path).group if context.path else "public"
    shown: list[tuple[Entry, PageRow | None]] = []
    known: set[str] = set()
    for entry, row in chosen_rows(reader, found[:MOST]):
        name = {"name": entry.target}
        if not entry.target:
            context.problem(Problem(entry.item.line, "chosen-no-link", _NO_LINK))
            shown.append((entry, None))
        elif row is None:
            context.problem(Problem(entry.item.line, "chosen-gone", _GONE, name))
        elif row.path == context.path:
            context.problem(Problem(entry.item.line, "chosen-itself", _ITSELF))
        elif row.path in known:
            context.problem(Problem(entry.item.line, "chosen-twice", _TWICE, name))
        else:
            if row.group not in ("public", here):
                context.problem(Problem(entry.item.line, "chosen-hidden", _HIDDEN, name))
            known.add(row.path)
            shown.append((entry, row))
    return shown


def card_facts(reader: Reader, rows: Sequence[PageRow]) -> Mapping[str, dict[str, Any]]:
    """For each page by path: its state, open needs and last news, asked for all together."""
    paths = [row.path for row in rows]
    if not paths:
        return {}
    needs = select_items(NEEDS, states=(" ",), subjects=paths)
    told = select_items(STORIES, subjects=paths, until=reader.today.isoformat())
    open_needs = count_items_by_space(reader, needs)
    news = get_newest_items(reader, told)
    facts: dict[str, dict[str, Any]] = {}
    for row in rows:
        last = news.get(row.path)
        facts[row.path] = {
            "state": get_fact_words(reader, "state", row.first("state")),
            "about_state": get_fact_page(reader, "state", row.first("state")),
            "needs": open_needs.get(row.path, 0),
            "told": " — ".join(filter(None, state_and_words(reader, last.plain))) if last else "",
            "day": date.fromisoformat(last.date) if last and last.date else None,
        }
    return facts


def _card(
    entry: Entry,
    row: PageRow | None,
    facts: Mapping[str, dict[str, Any]],
    context: BlockContext,
) -> dict[str, Any]:
    first, _gap, rest = entry.words.partition("\n\n")
    words = {
        "why": context.inline(first) if first else "",
        "below": context.body(rest) if rest.strip() else "",
    }
    if row is None:
        none = dict.fromkeys(("title", "summary", "territory", "state", "needs", "day"), "")
        return {**none, **words}
    known = facts[row.path]
    return {
        **words,
        "url": page_url(row.path),
        "title": row.title,
        "summary": row.summary,
        "territory": row.first("territory"),
        "state": known["state"],
        "about_state": known["about_state"],
        "needs": known["needs"],
        "day": known["day"],
        # Its bare words: two hundred lines more to lay out would be felt.
        "news": known["told"],
    }


#: as a story is read: one word, and a dash or nothing after it
_BEGIN = re.compile(r"(?P<state>[^\W\d_][\w-]*)\s*(?:[—–:]|-(?=\s)|$)\s*")


def state_and_words(reader: Reader, text: str) -> tuple[str, str]:
    """``pilote — En dix fermes`` as “pilote” and “En dix fermes”; ("", the text) where none is."""
    bare = text.lstrip("—–- ")
    key = reader.instance.fact_keys.get("state")
    begin = _BEGIN.match(bare)
    if key is None or begin is None:
        return "", bare
    name = slug(begin["state"])
    state = key.aliases.get(name, name)
    if state not in (key.words or {}):
        return "", bare
    return get_fact_words(reader, "state", state), bare[begin.end() :]
