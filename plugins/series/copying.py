"""A template out of a series that is there: its texts without its people and dates (pure)."""

import re
from collections.abc import Callable

from wiki.api import edit_head, read_head

#: what a head says of one series alone
_OWN = (
    "type", "title", "team", "starts", "ends", "place", "aliases", "source", "presented",
    "programme", "visibility", "editors", "territory", "themes", "summary", "applications",
    "candidatures", "cancelled", "announced",
)  # fmt: skip
_LINK = re.compile(r"\[\[([^\[\]|#]+)(?:[|#][^\[\]]*)?\]\]")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s")
_DATED = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}(?:er)?\s+\w+\s+(?:19|20)\d{2}\b")
_TEAM = "$team"


def as_template(text: str, title: str, label: str, is_person: Callable[[str], bool]) -> str:
    """The page ``text`` of the series ``title`` as a page of the template called ``label``.

    Lines that name a person, or a day, are left out: the team of the next one stands where the
    first list of people stood. ``is_person(target)``: whether a link leads to someone's page.
    """
    said = {key.casefold() for key in read_head(text).head}
    changes = {key: None for key in _OWN if key in said}
    text = edit_head(text, {**changes, "title": label}) if label else edit_head(text, changes)
    body = read_head(text).body
    head = text.removesuffix(body)
    kept: list[str] = []
    placed = False
    for line in body.replace("$", "$$").splitlines():
        if any(is_person(one[1].strip()) for one in _LINK.finditer(line)):
            if _ITEM.match(line) and not placed:
                kept.append(_TEAM)
                placed = True
            continue
        if not _DATED.search(line):
            kept.append(line.replace(title, "$title") if title else line)
    return head + "\n".join(kept).rstrip() + "\n"
