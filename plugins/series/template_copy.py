"""A template out of a series that is there: its texts without its people and dates (pure)."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from wiki.api.meaning import fold
from wiki.api.pages import edit_head, read_head

#: what a head says of every series; the rest, known or not, is of one alone
_KEPT = frozenset(
    {
        "title", "lang", "kind", "hours", "horaires", "call", "appel", "capacity", "places",
        "registration", "inscriptions",
    }
)  # fmt: skip
_MONTHS = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre "
    "january february march april may june july august september october november december"
)
_LINK = re.compile(r"\[\[([^\[\]|#]+)(?:[|#][^\[\]]*)?\]\]|\]\(/?([^()\s#]+)[^()]*\)")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s")
#: a day, or how somebody is reached
_OF_ONE = re.compile(
    r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b"
    rf"|\b\d{{1,2}}(?:er|st|nd|rd|th)?\s+(?:{'|'.join(_MONTHS.split())})\b"
    rf"|\b(?:{'|'.join(_MONTHS.split()[12:])})\s+\d{{1,2}}\b"
    r"|[^\s@]@[^\s@]+\.|\+?(?:\d[ .-]?){9,}",
    re.I,
)
#: what a need or an offer is known by: a copy is another one
_IDENTITY = re.compile(r"(?:(?<!\s)\s++)?\{#[a-z]-[a-z0-9]+\}")
_TEAM = "$team"


@dataclass(frozen=True)
class Copied:
    """The series: its ``title``, ``people`` of its team by name.

    ``stays(target)``: whether a link leads to a page that everyone sees and that is of no series.
    """

    title: str
    people: tuple[str, ...]
    stays: Callable[[str], bool]


def as_template(text: str, label: str, copied: Copied) -> str:
    """The page ``text`` of a series as a page of a template, called ``label``.

    Lines that name a person or say a day, how somebody is reached, or that lead to a page of this
    series alone or that not everyone sees, are left out: the team of the next one stands where the
    first list of people stood.
    """
    said = dict.fromkeys(read_head(text).head)
    text = edit_head(text, {key: None for key in said if key.casefold() not in _KEPT})
    text = edit_head(text, {"title": label})
    body = read_head(text).body
    head = text.removesuffix(body)
    people = [fold(name) for name in copied.people if name.strip()]
    title = re.compile(rf"(?<!\w){re.escape(copied.title)}(?!\w)")
    kept: list[str] = []
    placed = False
    for line in body.replace("$", "$$").splitlines():
        links = [one[1] or one[2] for one in _LINK.finditer(line)]
        named = any(name in fold(line) for name in people)
        if named or not all(copied.stays(link.strip()) for link in links if "://" not in link):
            if _ITEM.match(line) and not placed and (named or "[[" in line):
                kept.append(_TEAM)
                placed = True
            continue
        if not _OF_ONE.search(line):
            kept.append(_IDENTITY.sub("", title.sub("$title", line)))
    return head + "\n".join(kept).rstrip() + "\n"
