"""Shows a ``hypothèse`` block: each with its state in words, since when, and what shows it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from wiki.api.pages.blocks import Block, BlockContext
from wiki.api.panels import NextStep, PageContext
from wiki.api.paths import action_url
from wiki.api.plugin import hookimpl
from wiki.api.translation import gettext

from .model import (
    BELIEVED,
    BLOCK_NAMES,
    STATE_WORDS,
    Hypothesis,
    evidence_of,
    hypotheses_of,
    problems_of,
)

_LISTS = ("bullet_list_open", "ordered_list_open")


def show_block(block: Block, context: BlockContext) -> str:
    """The block as HTML: what stands around its lists first, then its hypotheses."""
    for problem in problems_of([block]):
        context.problem(problem)
    around = replace(block, tokens=tuple(_around(block)))
    editing = context.may_edit and bool(context.path)
    return context.template(
        "hypotheses/block.html",
        around=context.content(around) if around.tokens else Markup(),
        hypotheses=[_told(one, context, editing) for one in hypotheses_of([block])],
        add=action_url("hypotheses/new", context.path) if editing else "",
    )


def _told(one: Hypothesis, context: BlockContext, editing: bool) -> dict[str, Any]:
    evidence = evidence_of(one.evidence)
    return {
        "html": context.inline(one.text),
        "state": str(STATE_WORDS[one.state]),
        "date": _day(one.date),
        "evidence": [
            {"date": _day(item.date or ""), "html": context.inline(_words(item.text))}
            for item in evidence or ()
        ],
        "nested": context.body(one.evidence) if evidence is None else Markup(),
        "tell": tell_url(context.path, one.key) if editing else "",
    }


def tell_url(path: str, key: str) -> str:
    """Where one says what the field answered to a hypothesis of the page."""
    return action_url("hypotheses/tell", path, {"which": key})


def _words(text: str) -> str:
    return text.lstrip(" \t—–:-") if text[:1] in "—–:-" else text


def _day(day: str) -> date | None:
    return date.fromisoformat(day) if day else None


def _around(block: Block) -> Iterator[Any]:
    depth, listed = 0, False
    for token in block.tokens:
        if depth == 0 and token.type in _LISTS:
            listed = True
        if not listed:
            yield token
        depth += token.nesting
        if listed and depth == 0:
            listed = False


#: what has been believed for so long wants a look at the field
_LONG = timedelta(days=30)
_WORDS = 60


@hookimpl
def next_steps(context: PageContext) -> Sequence[NextStep]:
    """To note a first one; or to test the one that has been believed longest."""
    page, reader = context.page, context.reader
    known = hypotheses_of(one for one in page.document.blocks if one.name in BLOCK_NAMES)
    if not known:
        words = gettext("Note what you believe, to put it to the test")
        return [NextStep(words, action_url("hypotheses/new", page.path), "pencil", 70)]
    since = (reader.today - _LONG).isoformat()
    old = [one for one in known if one.state == BELIEVED and one.date and one.date <= since]
    if not old:
        return []
    one = min(old, key=lambda one: one.date)
    said = one.text if len(one.text) <= _WORDS else f"{one.text[: _WORDS - 1].rstrip()}…"
    words = gettext("Say what the field answered: “{words}”").format(words=said)
    return [NextStep(words, tell_url(page.path, one.key), "check", 25)]
