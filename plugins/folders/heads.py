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
_HEADING = re.compile(r"(?:^|\n) {0,3}#{1,6}[ \t]+\S")


@dataclass(frozen=True)
class Headed:
    """A text with its head mapped; ``faulty``: it has one that cannot be changed."""

    text: str
    when: datetime | None = None
    author: str = ""
    private: bool = False
    faulty: bool = False


def mapped(text: str, title: str) -> Headed:
    """``text`` with our keys: ``title`` where it says none itself, tags as themes."""
    read = read_head(text)
    head = read.head
    changes: dict[str, object] = {}
    if not head.text("title") and not _HEADING.search(read.body):
        changes["title"] = title
    if (tags := head.words("tags")) and not head.words("themes"):
        words = (word for tag in tags for word in tag.split(","))
        changes |= {"themes": [word.strip().lstrip("#") for word in words], "tags": None}
    author = next((found[0] for key in _AUTHORS if (found := head.words(key))), "")
    private = str(head.get("publish", "")).strip().casefold() == "false"
    faulty = False
    try:
        text = edit_head(text, changes) if changes else text
    except BadField:
        faulty = True
    return Headed(text, _time(head), author, private, faulty)


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
    elif (read := _read_moment(str(value or "").strip())) is not None:
        found = read
    else:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _read_moment(text: str) -> datetime | None:
    for words in (text.replace("Z", "+00:00"), text[:19], text[:10]):
        with suppress(ValueError):
            return datetime.fromisoformat(words)
    return None
