"""Front matter of other programs as this wiki's: title, themes, its time, its author (pure)."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime

from wiki.api.errors import BadField
from wiki.api.pages import edit_head, read_head

_TIMES = (
    *("updated", "updated_at", "modified", "lastmod", "last_modified", "date modified"),
    *("date", "created", "created_at", "created_time", "date created"),
)
_AUTHORS = ("author", "authors", "auteur", "created_by")
#: by these this wiki lets people read and edit; the words are of people of elsewhere
_GRANTS, _TEAM = ("team", "readers", "editors"), "team"
#: how notes of HedgeDoc say theirs in the text
_TAG_LINE = re.compile(r"^#{6} tags:((?:[ \t]*`[^`\n]{1,60}`){1,30})[ \t]*$", re.M)
_HEADING = re.compile(r"^(?: {0,3}#{1,6}[ \t]+\S|={2,}[ \t]*$)", re.M)


@dataclass(frozen=True)
class Headed:
    """A text with its head mapped; ``faulty``: it has one that cannot be changed.

    ``granted``: the lines that would have let somebody read or edit it here, which are gone.
    """

    text: str
    when: datetime | None = None
    author: str = ""
    private: bool = False
    faulty: bool = False
    granted: tuple[str, ...] = ()


def mapped(text: str, title: str) -> Headed:
    """``text`` with our keys: ``title`` where it says none itself, tags as themes.

    Who may read it is never more than it says; who may edit it is for this wiki to say.
    """
    read = read_head(text)
    head, body = read.head, read.body
    changes: dict[str, object] = {}
    themes = [word.strip().lstrip("#") for tag in head.words("tags") for word in tag.split(",")]
    if themes:
        changes["tags"] = None
    elif line := _TAG_LINE.search(body):
        themes = [word.strip() for word in line[1].split("`") if word.strip()]
        body = body.replace(line[0], "", 1)
        text = text.removesuffix(read.body) + body
    if themes and not head.words("themes"):
        changes["themes"] = themes
    else:
        changes.pop("tags", None)
    if not head.text("title") and not _HEADING.search(body):
        changes["title"] = title
    if (summary := head.text("description")) and not head.text("summary"):
        changes |= {"summary": summary, "description": None}
    author = next((found[0] for key in _AUTHORS if (found := head.words(key))), "")
    private = str(head.get("publish", "")).strip().casefold() == "false"
    granted = _granted(head)
    changes |= dict.fromkeys(granted)
    faulty = False
    try:
        text = edit_head(text, changes) if changes else text
    except BadField:
        faulty = True
        # What it said stays, as a text, where it could give anybody anything.
        text = edit_head(f"\n{text}", {"title": title, "visibility": _TEAM}) if granted else text
    said = tuple(f"{key}: {', '.join(head.words(key))}" for key in granted)
    return Headed(text, _time(head), author, private, faulty, said)


def _granted(head: Mapping[str, object]) -> list[str]:
    """The keys that say who reads or edits; not one that says that the team alone does."""
    found = [key for key in _GRANTS if head.get(key) is not None]
    if str(head.get("editors")).strip().casefold() == _TEAM:
        found.remove("editors")
    return found


def aliases_of(text: str) -> list[str]:
    """Other names of the page, by which links may call it."""
    head = read_head(text).head
    return [*head.words("aliases"), *head.words("alias"), *filter(None, [head.text("title")])]


def _time(head: Mapping[str, object]) -> datetime | None:
    lower = {str(key).casefold(): value for key, value in head.items()}
    for key in _TIMES:
        if (found := _moment(lower.get(key))) is not None:
            return found
    return None


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        found = value
    elif isinstance(value, date):
        found = datetime(value.year, value.month, value.day, tzinfo=UTC)
    else:
        return read_moment(str(value or "").strip())
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def read_moment(text: str) -> datetime | None:
    """A moment as programs write it, in UTC where they do not say."""
    for words in (text.replace("Z", "+00:00"), text[:19], text[:10]):
        with suppress(ValueError):
            found = datetime.fromisoformat(words)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None
