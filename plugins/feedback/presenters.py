"""Where feedback shows elsewhere: the block, the panel of a page, next steps, what waits."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from wiki.api.pages.blocks import Block, BlockContext
from wiki.api.panels import Aside, NextStep, PageContext, Waiting
from wiki.api.paths import action_url
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader, get_title, page_exists
from wiki.api.reading.history import knows_commit
from wiki.api.translation import gettext, ngettext

from . import fates
from .blocks import BLOCK_NAMES, open_asks, read_terms, section_below
from .handover import reads_handed
from .models import HELD, OPEN, AnswerRow
from .store import is_asked, name_of, of_page, places, shown_of, waits
from .submission import PROMPTS

#: what stands on the page, and what the team is told about at once
FEW = 5
#: an answer of which nobody has said anything is told about again
LATE = timedelta(days=30)
#: kinds of pages whose team is offered to ask
_TYPES = ("project", "dossier", "event")


def give_url(path: str, section: str = "") -> str:
    """Where one answers what a page asks."""
    return action_url("feedback", path, {"section": section} if section else None)


def show_block(block: Block, context: BlockContext) -> str:
    """The question of the author, and the way to the four questions, about its section."""
    section = section_below(context.headings, block.line)[0]
    minutes, until, _problems = read_terms(block)
    return context.template(
        "feedback/block.html",
        question=context.content(block),
        url=give_url(context.path, section) if context.path else "",
        own=context.own,
        minutes=minutes,
        until=until,
        over=until is not None and until < context.today,
    )


@hookimpl
def page_asides(context: PageContext) -> Sequence[Aside]:
    """What was said and led somewhere; the way to say something; for the team, to read it.

    The page is kept for all with the same rights: nothing here is anybody's own.
    """
    page, reader = context.page, context.reader
    asked = [one for one in page.document.blocks if one.name in BLOCK_NAMES]
    # Its maker is one of those with the same rights, and finds the way from what waits for them.
    team = reader.may_change_rights(page.path)
    if not asked:
        group = f"team:{reader.access(page.path).team_page}"
        if not team or (page.type not in _TYPES and group not in reader.audience):
            return []
        return [Aside("feedback/_offer.html", {"url": give_url(page.path)}, "side", 71)]
    said = [told_on_page(reader, row) for row in shown_of(reader, page.path, FEW)]
    data = {
        "url": give_url(page.path),
        "sections": [
            {"label": one.heading, "url": give_url(page.path, one.section)}
            for one in open_asks(page, reader.today)
            if one.section
        ],
        "team": team,
        "handed": not team and reads_handed(reader, page.path),
        "said": said,
    }
    return [Aside("feedback/_panel.html", data, "side", 70)]


def told_on_page(reader: Reader, row: AnswerRow) -> dict[str, Any]:
    """An answer as everyone reads it, whose author wants that."""
    return {
        "name": name_of(reader.instance, row),
        "day": (row.arrived or row.created).astimezone(reader.instance.settings.zone).date(),
        "heading": row.heading,
        "parts": parts_of(row),
        "words": fates.words_of(row) if row.fate == fates.USED else "",
        "reply": row.reply,
        "change": change_url(reader, row),
    }


def parts_of(row: AnswerRow, *, named: bool = True) -> list[dict[str, str]]:
    """What someone wrote, each below its question; ``named``: with the hypothesis of the page."""
    words = prompt_words()
    found = []
    for name in PROMPTS:
        said = getattr(row, name)
        quote = row.hypothesis if name == "test" and named else ""
        if said or quote:
            found.append({"label": words[name], "quote": quote, "said": said})
    return found


def prompt_words() -> dict[str, str]:
    """The four questions."""
    return {
        "helps": gettext("What helps?"),
        "missing": gettext("What is missing?"),
        "knows": gettext("Whom do you know?"),
        "test": gettext("Which hypothesis should be put to the test?"),
    }


def change_url(reader: Reader, row: AnswerRow) -> str:
    """The change of the page in which it was used, where the reader may see that."""
    if row.fate != fates.USED or not row.path or not page_exists(reader, row.path):
        return ""
    known = knows_commit(reader, row.revision)
    return action_url("diff", row.path, {"to": row.revision}) if known else ""


@hookimpl
def next_steps(context: PageContext) -> Sequence[NextStep]:
    """To ask; where something was said, to say what becomes of it."""
    page, reader = context.page, context.reader
    if any(one.name in BLOCK_NAMES for one in page.document.blocks):
        late = sum(waits(row) for row in of_page(reader, page.path))
        if not late:
            return []
        words = ngettext(
            "Say what becomes of what a reader said",
            "Say what becomes of what {count} readers said",
            late,
        )
        return [NextStep(words.format(count=late), give_url(page.path), "mail", 10)]
    words = gettext("Ask your readers for feedback")
    return [NextStep(words, give_url(page.path), "mail", 65)]


def waiting_lines(reader: Reader) -> list[Waiting]:
    """What was said about one's pages and has no fate yet, and first messages to let through."""
    if reader.person is None:
        return []
    instance = reader.instance
    lines: list[Waiting] = []
    for path in places(instance, AnswerRow.state.in_((OPEN, HELD)), AnswerRow.fate == ""):
        if not page_exists(reader, path) or not is_asked(reader, path):
            continue
        rows = [row for row in of_page(reader, path) if waits(row)]
        if rows:
            lines.append(_line(reader, path, rows))
    if reader.person.role == "admin" and (count := _held(reader)):
        words = ngettext(
            "A first message waits to be read over",
            "{count} first messages wait to be read over",
            count,
        )
        lines.append(
            Waiting(words.format(count=count), action_url("feedback/held"), personal=False)
        )
    return lines


def _line(reader: Reader, path: str, rows: Sequence[AnswerRow]) -> Waiting:
    now = reader.instance.private.now()
    late = [row for row in rows if (row.arrived or row.created) <= now - LATE]
    title = get_title(reader, path)
    if late:
        words = ngettext(
            "What a reader said of {title} has waited for a month: what becomes of it?",
            "What {count} readers said of {title} has waited for a month: what becomes of it?",
            len(late),
        )
        when = max((row.arrived or row.created) + LATE for row in late)
        return Waiting(
            words.format(count=len(late), title=title),
            give_url(path),
            max(when, *((row.arrived or row.created) for row in rows)),
        )
    words = ngettext(
        "A reader said something of {title}", "{count} readers said something of {title}", len(rows)
    )
    return Waiting(
        words.format(count=len(rows), title=title),
        give_url(path),
        max(row.arrived or row.created for row in rows),
    )


def _held(reader: Reader) -> int:
    asked = select(AnswerRow.path, func.count()).where(
        AnswerRow.state == HELD, AnswerRow.path != ""
    )
    found = reader.instance.private.list_tuples(asked.group_by(AnswerRow.path))
    return sum(count for path, count in found if page_exists(reader, path))
