"""Asking an expert about a chapter: a need that links to it, and is shown there."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from wiki.api.pages import Heading, Page
from wiki.api.panels import SectionAction
from wiki.api.paths import action_url
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import ItemRow, select_items
from wiki.api.reading.rows import get_row
from wiki.api.translation import gettext

from .fields import Fields
from .lists import find
from .model import KIND_BY_BLOCK, LISTED, NEED
from .places import may_say, page_for
from .presenters import item_url

#: needs of one space that are looked through, and those that one chapter shows
_LOOKED_AT, _SHOWN = 100, 3
_LINK = re.compile(r"\[\[([^\[\]|#\n]*)#([^\[\]|\n]+)")
_SIGNS = re.compile(r"[\[\]|\\]")
_TITLE = 60

Asked = Mapping[str, Sequence[ItemRow]]


def actions(
    page: Page, headings: Sequence[Heading], reader: Reader
) -> Mapping[str, Sequence[SectionAction]]:
    """What each chapter asks already, for all to see; for who may, to ask an expert about it."""
    asked, may = _asked_in(page, reader), may_say(reader, page.path)
    found = {}
    for anchor in (one.anchor for one in headings):
        lines = [
            SectionAction(
                gettext("Asked: {what}").format(what=_short(row.plain)),
                item_url(NEED, row.identity),
                "heart-handshake",
                order,
                told=True,
            )
            for order, row in enumerate(asked.get(anchor, ())[:_SHOWN], 60)
        ]
        if may:
            url = action_url(f"{NEED.board}/new", query={"page": page.path, "section": anchor})
            lines.append(SectionAction(gettext("Ask an expert"), url, "heart-handshake", 40))
        found[anchor] = lines
    return found


def heading_of(page: Page, anchor: str) -> Heading | None:
    """The chapter of that anchor; None where the page has none, or none is meant."""
    return next((one for one in page.document.headings if anchor and one.anchor == anchor), None)


def begun(heading: Heading, lang: str) -> str:
    """What the form begins with: a sentence to be made more precise."""
    title = _plain(heading.text)
    if lang == "en":
        return f"Someone who knows about “{title}”"
    return f"Une personne qui s’y connaît, pour le chapitre «\u00a0{title}\u00a0»"


def about(reader: Reader, page: Page, heading: Heading, fields: Fields) -> Fields:
    """``fields`` with a link to the chapter at their end.

    Without it where not all who will read the need may know of the page.
    """
    target = get_row(reader, page_for(reader, page.path, NEED))
    here = get_row(reader, page.path)
    if target is None or here is None or here.group not in ("public", target.group):
        return fields
    words = "About the chapter" if page.lang == "en" else "À propos du chapitre"
    link = f"{words} [[{page.path}#{heading.anchor}|{_plain(heading.text)}]]"
    if link in fields.details:
        return fields
    return replace(fields, details=f"{fields.details}\n\n{link}".strip())


def _asked_in(page: Page, reader: Reader) -> Asked:
    """The open needs of the space that link to chapters of ``page``, by anchor."""
    row = get_row(reader, page.path)
    if row is None:
        return {}
    blocks = [name for name, kind in KIND_BY_BLOCK.items() if kind is NEED]
    if row.space:
        selection = select_items(blocks, subject=row.space)
    elif any(block.name in blocks for block in page.document.blocks):
        selection = select_items(blocks, path=page.path)
    else:
        return {}
    found: dict[str, list[ItemRow]] = {}
    for item in find(reader, selection, LISTED, limit=_LOOKED_AT).rows:
        for target, anchor in _LINK.findall(f"{item.text}\n{item.nested}"):
            # A link without a path leads to the page that it stands on.
            leads_to = target.strip().strip("/") or item.path
            asked = found.setdefault(anchor.strip(), [])
            if leads_to == page.path and item.identity and item not in asked:
                asked.append(item)
    return found


def _plain(text: str) -> str:
    return " ".join(_SIGNS.sub(" ", text).split()) or "…"


def _short(words: str) -> str:
    return words if len(words) <= _TITLE else f"{words[: _TITLE - 1].rstrip()}…"
