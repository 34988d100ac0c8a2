"""The front matter of a page as fields: which there are, what they say, how they are written."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wiki.pages.members import GROUP, Member, member_of, members
from wiki.pages.members import written as as_written
from wiki.pages.page import Page
from wiki.pages.paths import files_of
from wiki.pages.words import keyword
from wiki.reading import Reader
from wiki.reading.pages import get_title, page_exists
from wiki.translation import lazy

#: who may read, who may edit: what the front matter says, and its words
READERS = (
    ("", lazy("as for the page above")),
    ("public", lazy("everyone")),
    ("members", lazy("members")),
    ("team", lazy("its team and the administrators")),
)
EDITORS = (
    ("", lazy("as is usual for such a page")),
    ("team", lazy("the team alone")),
    ("members", lazy("members")),
    ("anyone", lazy("anyone; what others than members write waits to be read")),
)
#: keys that only those who may change the rights of a page see and set
RIGHTS = ("team", "visibility", "editors")
_WITH_TEAM = ("project", "dossier", "event")
_READ: Mapping[str, Callable[[Page], str]] = {
    "title": lambda page: page.head.text("title") or page.title,
    "summary": lambda page: page.summary,
    "themes": lambda page: ", ".join(page.themes),
    "territory": lambda page: page.head.text("territory"),
    "place": lambda page: page.head.text("place"),
    "starts": lambda page: page.head.text("starts"),
    "ends": lambda page: page.head.text("ends"),
    "team": lambda page: "\n".join(_entry(one) for one in members(page.head, "team")),
    "visibility": lambda page: page.head.text("visibility"),
    "editors": lambda page: page.head.text("editors"),
}


def keys_of(kind: str) -> list[str]:
    """The fields of a page of that type, in the order in which they stand."""
    keys = ["title", "summary"]
    if kind:
        keys += ["themes", "territory"]
    if kind == "event":
        keys += ["place", "starts", "ends"]
    return keys + [key for key in RIGHTS if key != "team" or kind in _WITH_TEAM]


def said(page: Page, keys: Sequence[str]) -> dict[str, str]:
    """What the head of a page says, as fields show it; of a team, one path a line."""
    return {key: _READ[key](page) for key in keys}


def written(key: str, sent: str) -> object:
    """A field as front matter; None, which takes the key away, where it is empty."""
    if key == "themes":
        return [word for part in sent.split(",") if (word := keyword(part))] or None
    if key == "team":
        found = (member_of(line) for line in sent.split("\n"))
        return [as_written(one) for one in found if one is not None] or None
    return " ".join(sent.split()) or None


def choices(known: Sequence[tuple[str, Any]], now: str) -> list[tuple[str, str]]:
    """What may be chosen; what the page says now too, so that saving does not take it away."""
    found = [(value, str(words)) for value, words in known]
    return found if now in dict(found) else [*found, (now, now)]


def sheet_of(reader: Reader, path: str, text: str) -> dict[str, Any]:
    """What the editor shows of a text's head: ``values`` by key, and ``names`` of the team."""
    page = Page(path, files_of(path)[0], text)
    keys = shown_keys(reader, path, page.type)
    team = members(page.head, "team") if "team" in keys else ()
    return {
        # A title that only the text says is left to the text.
        "values": {**said(page, keys), "title": page.head.text("title")},
        "names": {_entry(one): _named(reader, one) for one in team},
    }


def _entry(member: Member) -> str:
    """One of a team as the form has it: a path, or a group, with its last day if it has one."""
    return as_written(member).replace("[[", "").replace("]]", "")


def _named(reader: Reader, member: Member) -> str:
    if member.name.startswith(GROUP) or not page_exists(reader, member.name):
        return _entry(member)
    title = get_title(reader, member.name)
    return f"{title} (→ {member.until.isoformat()})" if member.until else title


def shown_keys(reader: Reader, path: str, kind: str) -> list[str]:
    """The fields that this reader may set: who proposes a text proposes no rights with it."""
    rights = reader.may_edit(path) and reader.may_change_rights(path)
    return [key for key in keys_of(kind) if rights or key not in RIGHTS]


def sheet_part(reader: Reader, path: str, text: str) -> dict[str, Any]:
    """What ``templates/pages/_sheet.html`` wants, for a text that is being written."""
    page = Page(path, files_of(path)[0], text)
    known = sheet_of(reader, path, text)
    values = known["values"]
    return {
        "shown": list(values),
        "known": known,
        "broken": page.head.broken,
        "title": page.title,
        "readers": choices(READERS, values.get("visibility", "")),
        "editors": choices(EDITORS, values.get("editors", "")),
    }
