"""Where states show elsewhere: menus of chapters, the panel, headers of spaces, what waits."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from wiki.api.pages import STATES, Heading
from wiki.api.panels import Aside, NextStep, PageContext, SectionAction, SpaceFact, Waiting
from wiki.api.paths import action_url, page_url
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader
from wiki.api.reading.rows import PageRow, list_own_spaces
from wiki.api.translation import gettext, lazy, ngettext

from .projection import Chapter, chapters_of, shelf_for

#: what the panel, and a list of steps, show of the chapters that are not done
FEW = 4
#: spaces of one person that are looked through
SPACES = 50
NONE = "none"

LABELS = {
    "write": lazy("To write"),
    "review": lazy("To review"),
    "settled": lazy("Settled"),
}
_ICONS = {"write": "pencil", "review": "eye", "settled": "check"}


def list_url(path: str, state: str = "") -> str:
    """The list of the chapters of a space, or of a page outside any."""
    return action_url("sections", path, {"state": state} if state else None)


def chapter_url(chapter: Chapter) -> str:
    """Where a chapter begins."""
    return page_url(chapter.path, f"h-{chapter.anchor}")


@hookimpl(signed_in=True)
def section_actions(
    context: PageContext, headings: Sequence[Heading]
) -> Mapping[str, Sequence[SectionAction]]:
    """One button a state, for who may edit the page; one more takes it away."""
    page, reader = context.page, context.reader
    if not reader.may_edit(page.path):
        return {}
    return {one.anchor: _buttons(page.path, one) for one in headings}


def _buttons(path: str, heading: Heading) -> Sequence[SectionAction]:
    url = action_url("sections", path, {"section": heading.anchor})
    found = [
        SectionAction(
            str(LABELS[state]), url, _ICONS[state], at, ("state", state), heading.state == state
        )
        for at, state in enumerate(STATES, 20)
    ]
    if heading.state:
        words = gettext("Say nothing of it")
        found.append(SectionAction(words, url, "x", 29, ("state", NONE)))
    return found


@hookimpl
def page_asides(context: PageContext) -> Sequence[Aside]:
    """How far a page is, where its chapters say so."""
    page = context.page
    found = chapters_of(page)
    if not found:
        return []
    groups = [
        {
            "state": state,
            "label": str(LABELS[state]),
            "links": [{"label": one.title, "url": chapter_url(one)} for one in those[:FEW]],
            "more": max(len(those) - FEW, 0),
            "url": list_url(page.path, state),
        }
        for state in ("review", "write")
        if (those := [one for one in found if one.state == state])
    ]
    data = {**counted(found), "groups": groups, "url": list_url(page.path)}
    return [Aside("sections/_panel.html", data, "side", 15)]


def counted(found: Sequence[Chapter]) -> dict[str, Any]:
    """How many chapters are settled, of how many, in words; and the parts of a bar, in percent."""
    states = Counter(one.state for one in found)
    total = len(found)
    words = ngettext(
        "{done} chapter settled of {total}", "{done} chapters settled of {total}", states["settled"]
    )
    return {
        "words": words.format(done=states["settled"], total=total),
        "settled": states["settled"],
        "review": states["review"],
        "total": total,
    }


@hookimpl
def space_facts(reader: Reader, space: PageRow) -> Sequence[SpaceFact]:
    """How far the chapters of a space are, in its header."""
    found = shelf_for(reader).of_space(space.path, reader.audience)
    if not found:
        return []
    return [SpaceFact(gettext("Chapters"), counted(found)["words"], list_url(space.path))]


@hookimpl
def next_steps(context: PageContext) -> Sequence[NextStep]:
    """The chapter to review next, and the one to write."""
    page, reader = context.page, context.reader
    found = shelf_for(reader).of_space(page.path, reader.audience)
    words = {
        "review": gettext("Review the chapter “{title}”"),
        "write": gettext("Write the chapter “{title}”"),
    }
    return [
        NextStep(words[state].format(title=one.title), chapter_url(one), _ICONS[state], order)
        for state, order in (("review", 25), ("write", 27))
        if (one := next((it for it in found if it.state == state), None))
    ]


@hookimpl
def waiting(reader: Reader) -> list[Waiting]:
    """What there is to review and to write in one's spaces: any of the team can, no mail asks."""
    lines: list[Waiting] = []
    for space in list_own_spaces(reader)[:SPACES]:
        found = shelf_for(reader).of_space(space.path, reader.audience)
        for state in ("review", "write"):
            count = sum(one.state == state for one in found)
            if count:
                lines.append(
                    Waiting(
                        _waits(state, count).format(count=count, title=space.title),
                        list_url(space.path, state),
                        personal=False,
                    )
                )
    return lines


def _waits(state: str, count: int) -> str:
    if state == "review":
        return ngettext(
            "A chapter of “{title}” is to be reviewed",
            "{count} chapters of “{title}” are to be reviewed",
            count,
        )
    return ngettext(
        "A chapter of “{title}” is to be written",
        "{count} chapters of “{title}” are to be written",
        count,
    )
