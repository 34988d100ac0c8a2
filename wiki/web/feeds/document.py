"""A feed as a document: entries in, the bytes of RFC 4287 out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

if TYPE_CHECKING:
    from feedgenerator import Atom1Feed

#: a feed holds so many entries; what is older is on the site
ENTRIES = 50
TITLE, SUMMARY = 200, 500

#: what XML 1.0 has no way to write, not even escaped
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: blanks, but for those that French sets before a mark, where no line may break
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")


@dataclass(frozen=True)
class FeedEntry:
    """One piece of news. ``title`` and ``summary`` are text, ``html`` is safe and short, or "".

    ``id`` never changes (``entry_id`` makes one); ``url`` is an address of the site, from its "/".
    ``updated`` is when it last became something else, ``published`` when it first was there.
    """

    id: str
    title: str
    url: str
    updated: datetime
    published: datetime | None = None
    author: str = ""
    summary: str = ""
    html: str = ""


@dataclass(frozen=True)
class Feed:
    """A whole feed. Its addresses are absolute; without ``self_url`` it does not say its own."""

    id: str
    title: str
    url: str
    self_url: str | None
    site_url: str
    site_name: str
    lang: str
    updated: datetime
    entries: Sequence[FeedEntry]


def entry_id(*names: str) -> str:
    """An identifier for what those names tell from everything else, the same wherever it is made.

    It names no host: a wiki that moves to another address brings nobody its old news again.
    """
    return f"urn:uuid:{uuid5(NAMESPACE_URL, '/'.join(('carrefour:', *names)))}"


def atom(feed: Feed) -> bytes:
    """The document."""
    written = _kind()(
        title=line(feed.title, TITLE),
        link=feed.url,
        description=None,
        language=feed.lang,
        author_name=line(feed.site_name, TITLE) or feed.site_url,
        feed_url=feed.self_url,
        feed_guid=feed.id,
        base=f"{feed.site_url}/",
        updated=feed.updated,
    )
    for one in feed.entries[:ENTRIES]:
        written.add_item(
            title=line(one.title, TITLE) or "…",
            link=feed.site_url + one.url,
            description=escape(line(one.summary, SUMMARY)) or None,
            author_name=line(one.author, TITLE) or None,
            unique_id=one.id,
            pubdate=one.published,
            updateddate=one.updated,
            content=_NO_XML.sub("", one.html) or None,
        )
    return str(written.writeString("utf-8")).encode("utf-8")


def line(text: str, most: int) -> str:
    """``text`` on one line of at most ``most`` characters, each of which XML can write."""
    found = _BLANKS.sub(" ", _NO_XML.sub("", text)).strip()
    return found if len(found) <= most else f"{found[: most - 1].rstrip()}…"


@cache
def _kind() -> "type[Atom1Feed]":
    """The library's Atom, with an ``updated`` of ours, and a base for what is relative.

    Its own is the moment of asking where there is no entry: such a feed would never be the same.
    """
    from feedgenerator import Atom1Feed

    class Atom(Atom1Feed):  # type: ignore[misc]
        def latest_post_date(self) -> datetime:
            updated: datetime = self.feed["updated"]
            return updated

        def root_attributes(self) -> dict[str, str]:
            return {**super().root_attributes(), "xml:base": self.feed["base"]}

    return Atom
