"""What one can do with each chapter of a page: edit it, and what plugins add."""

from collections.abc import Mapping, Sequence
from typing import Any

from wiki.hookspecs.pages import PageContext, SectionAction
from wiki.pages.markdown.walk import Heading
from wiki.pages.page import Page
from wiki.pages.paths import ROOT
from wiki.pages.states import STATE_WORDS
from wiki.pages.urls import action_url
from wiki.pages.words import fold
from wiki.plugins import call_hook
from wiki.reading.html import find_empty_chapters
from wiki.rendering.links import heading_id
from wiki.translation import gettext as _

#: chapters of one page that have a menu
SHOWN = 120


def chapters_of(context: PageContext) -> list[dict[str, Any]]:
    """The chapters of the page as ``templates/pages/_chapters.html`` wants them.

    Those of which nothing can be done are left out. The front page has none: it is no text to be
    worked on chapter by chapter.
    """
    page = context.page
    if page.path == ROOT:
        return []
    hidden = () if context.may_edit else find_empty_chapters(context.reader, page)
    headings = [one for one in _below_the_title(page)[:SHOWN] if one not in hidden]
    actions = _actions(context, headings)
    found = []
    for heading in headings:
        lines = sorted(actions[heading.anchor], key=lambda one: one.order)
        menu = [one for one in lines if not one.told]
        if lines:
            found.append(
                {
                    "anchor": heading_id(heading.anchor),
                    "title": heading.text,
                    "level": heading.level,
                    "state": heading.state,
                    "state_words": str(STATE_WORDS[heading.state]) if heading.state else "",
                    "menu": [
                        {"line": one, "apart": at and bool(one.sends) != bool(menu[at - 1].sends)}
                        for at, one in enumerate(menu)
                    ],
                    "told": [one for one in lines if one.told],
                }
            )
    return found


def _below_the_title(page: Page) -> Sequence[Heading]:
    """The headings with words, without one that only repeats the title (``text.py``)."""
    headings = page.document.headings
    if headings and headings[0].level == 1 and fold(headings[0].text) == fold(page.title):
        headings = headings[1:]
    return [one for one in headings if one.text]


def _actions(
    context: PageContext, headings: Sequence[Heading]
) -> Mapping[str, Sequence[SectionAction]]:
    """What can be done with each chapter, by its anchor: what plugins add, and to edit it."""
    found: dict[str, list[SectionAction]] = {one.anchor: [] for one in headings}
    hook = context.reader.instance.plugins.hook.section_actions
    for group in call_hook(hook, context=context, headings=headings) if headings else ():
        for anchor, actions in group.items():
            found[anchor] += actions
    for anchor in found if context.may_edit else ():
        url = action_url("edit", context.page.path, {"section": anchor})
        found[anchor].append(SectionAction(_("Edit this chapter"), url, "pencil", 0))
    return found
