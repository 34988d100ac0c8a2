"""Changes as news: what one person does to one page in one go is one entry, its newest state."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any

from wiki.pages.paths import title_from_path
from wiki.pages.urls import action_url, page_url
from wiki.projections.histories.visible_changes import Change
from wiki.reading import Reader
from wiki.reading.lists import get_rows
from wiki.reading.pages import find_page_at
from wiki.web.credits import hands, with_others
from wiki.web.feeds.document import ENTRIES, SUMMARY, TITLE, FeedEntry, entry_id, line
from wiki.web.history.sentences import Teller

#: changes that are looked at for a feed's entries
LOOKED_AT = 400
#: saves of one page by one person that lie no further apart are one piece of news
PAUSE = timedelta(hours=1)
#: a tag of our own template: what people write has none by then
_TAG = re.compile(r"<[^<>]*>")
#: so many of their messages are told
_SAID = 5


@dataclass(frozen=True)
class News:
    """Changes of one page by one person, newest first, without a pause between them."""

    changes: tuple[Change, ...]

    @property
    def newest(self) -> Change:
        """The last of them."""
        return self.changes[0]

    @property
    def oldest(self) -> Change:
        """The first of them, which stays the first whatever comes."""
        return self.changes[-1]

    @property
    def telling(self) -> Change:
        """The one that the sentence is about: an end, a beginning or a move before an edit."""
        if self.newest.kind == "deleted":
            return self.newest
        for kind in ("created", "moved"):
            for one in self.changes:
                if one.kind == kind:
                    return one
        return self.newest

    @property
    def messages(self) -> str:
        """All that was said of them, with whom their author names beside them."""
        return "\n".join(one.message for one in self.changes)

    @property
    def said(self) -> list[str]:
        """What their author said of them, newest first, each once."""
        lines = (line(one.message.partition("\n")[0], SUMMARY) for one in self.changes)
        return list(dict.fromkeys(filter(None, lines)))[:_SAID]


def gathered(changes: Iterable[Change]) -> list[News]:
    """``changes``, newest first, as news, newest first.

    What belongs together depends on the changes alone, not on when one asks: an entry that has been
    given keeps its identity.
    """
    open_: dict[tuple[str, str, str], list[Change]] = {}
    found: list[list[Change]] = []
    for one in changes:
        key = (one.now or one.path, one.mail, one.author)
        last = open_.get(key)
        if last is not None and abs(last[-1].when - one.when) <= PAUSE:
            last.append(one)
        else:
            open_[key] = [one]
            found.append(open_[key])
    return [News(tuple(group)) for group in found]


def change_entries(reader: Reader, changes: Sequence[Change]) -> list[FeedEntry]:
    """At most ``ENTRIES`` entries for changes that the reader was given, newest first."""
    news = gathered(changes)
    if len(changes) >= LOOKED_AT and len(news) > 1:
        # Its beginning, which names it, may lie before what was looked at.
        news.pop()
    news = news[:ENTRIES]
    rows = get_rows(reader, [one.newest.now for one in news if one.newest.now])
    titles = {path: (row.title, row.summary) for path, row in rows.items()}
    teller = Teller(reader, [one.oldest for one in news])
    return [_entry(teller, one, titles) for one in news]


def _entry(teller: Teller, news: News, titles: dict[str, tuple[str, str]]) -> FeedEntry:
    reader = teller.reader
    newest, oldest, telling = news.newest, news.oldest, news.telling
    here = newest.now or newest.path
    title, summary = titles.get(here, (title_from_path(here), ""))
    url = page_url(here) if newest.now else action_url("history", here)
    site = reader.instance.settings.public_url
    who = line(with_others(telling.author, news.messages), TITLE)
    told: dict[str, Any] = {
        "who": who,
        "hands": hands(telling.author, news.messages),
        "kind": telling.kind,
        "did": line(teller.did(telling, oldest), SUMMARY) if telling is newest else "",
        "page": {"label": line(title, TITLE), "url": site + url},
        "moved_from": line(telling.old_path or "", TITLE),
        "file": line(telling.file or "", TITLE),
    }
    said = [words for words in news.said if not _is_past(reader, oldest, words, title)]
    more = action_url("history", here)
    if len(news.changes) == 1 and newest.kind in ("edited", "restored"):
        more = action_url("diff", newest.path, {"to": newest.commit})
    page = reader.instance.templates.get_template("feeds/change.html").make_module(
        {"change": told, "said": said, "summary": line(summary, SUMMARY), "more": site + more}
    )
    return FeedEntry(
        id=entry_id(oldest.commit, oldest.path, oldest.kind),
        title=unescape(_TAG.sub("", str(page.sentence()))),  # type: ignore[attr-defined]
        url=url,
        updated=newest.when,
        published=oldest.when,
        author=who,
        summary=" · ".join(said) or summary,
        html=str(page.whole()),  # type: ignore[attr-defined]
    )


def _is_past(reader: Reader, change: Change, words: str, title: str) -> bool:
    """Whether ``words`` call the page that ``change`` began by a title that it no longer has."""
    if change.kind != "created":
        return False
    then = find_page_at(reader, change.path, change.commit)
    return then is not None and then.title != title and then.title in words
