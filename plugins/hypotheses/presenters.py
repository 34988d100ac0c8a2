"""Shows a ``hypothèse`` block: each with its state in words, since when, and what shows it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from markupsafe import Markup

from wiki.api.blocks import Block, BlockContext
from wiki.api.paths import action_url

from .model import STATE_WORDS, Hypothesis, evidence_of, hypotheses_of, problems_of

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
