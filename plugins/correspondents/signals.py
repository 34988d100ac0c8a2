"""What a form or a mail holds, checked, and where it goes: a draft at once, or the team first."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from wiki.api.errors import BadField, Forbidden, LogInFirst
from wiki.api.limits import DAY, Limit, client_network, count_attempts, count_upload
from wiki.api.meaning import telling_words
from wiki.api.pages.editing import checked_upload
from wiki.api.people import Person, check_name, fold_email
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.reading.rows import PageRow, get_rows
from wiki.api.translation import gettext
from wiki.api.web.listings import rank_pages

from . import store
from .draft_pages import make_draft, may_draft
from .models import SignalRow
from .plaintext import holds_address
from .store import HELD, MAKING, Signal, key_of

LONGEST = {"title": 150, "summary": 400, "territory": 100, "contact": 300, "link": 500}
#: what may come with one signal
MOST_FILES = 5
_KEY = re.compile(r"[\w-]{8,64}")
#: similar projects that are shown
_SIMILAR = 5
_WORD = re.compile(r"\w{3,}")


@dataclass(frozen=True)
class Sender:
    """Who sends: an account, or else where from."""

    person: Person | None
    address: str = ""

    @property
    def who(self) -> str:
        """What their limits and keys are counted under."""
        return (
            f"account:{self.person.id}"
            if self.person
            else f"address:{client_network(self.address)}"
        )


def checked(form: Mapping[str, str], person: Person | None) -> Signal:
    """What was typed. Raises BadField."""
    values: dict[str, Any] = {name: _bounded(name, form.get(name, "")) for name in LONGEST}
    if not values["title"]:
        raise BadField("title", gettext("Give it a name, or a few words that say what it is."))
    if not values["summary"]:
        raise BadField("summary", gettext("Say in two lines what it is."))
    for name in ("title", "summary", "territory"):
        if holds_address(values[name]):
            said = gettext("Leave mail addresses to “Whom to contact?”: this becomes a page.")
            raise BadField(name, said)
    values["link"] = _link(values["link"])
    signal = Signal(**values)
    if person is not None:
        return signal
    return replace(
        signal,
        name=check_name(form.get("name", "")),
        email=fold_email(form["email"]) if form.get("email", "").strip() else "",
    )


def checked_files(instance: Instance, sent: Mapping[str, bytes]) -> dict[str, bytes]:
    """Uploads under safe names, each checked. Raises TooLarge, BadUpload."""
    found: dict[str, bytes] = {}
    for name, data in list(sent.items())[:MOST_FILES]:
        safe, data = checked_upload(instance.settings, name, data)
        stem, _dot, extension = safe.rpartition(".")
        number = 1
        while safe in found:
            number += 1
            safe = f"{stem[:70]}-{number}.{extension}"
        found[safe if len(safe) <= 100 else f"{stem[:70]}.{extension}"] = data
    return found


def check_sender(instance: Instance, person: Person | None) -> None:
    """Raises LogInFirst where people without an account may not signal anything."""
    if person is None and not instance.settings.visitor_signals:
        raise LogInFirst(gettext("Log in first. What you wrote is kept here."))
    if person is not None and person.disabled:
        raise Forbidden(gettext("This account is closed."))


def send(instance: Instance, signal: Signal, sender: Sender, key: str) -> SignalRow:
    """Keeps it and makes its draft, or leaves it to the team; twice under one key is once.

    Raises TooMany, and what making the page does: then it is made later, by itself.
    """
    person = sender.person
    if not _KEY.fullmatch(key):
        raise BadField("", gettext("This form is not whole. Open it again: your text is kept."))
    row_key = key_of(sender.who, key)
    row = store.known(instance, row_key)
    if row is None:
        limit = Limit(f"signal:{sender.who}", instance.settings.signals_per_day, DAY)
        count_attempts(instance.private, [limit])
        size, most = sum(map(len, signal.files.values())), instance.settings.uploads_per_day
        count_upload(instance.private, person.id if person else sender.who, size, most)
        state = MAKING if may_draft(instance, person) else HELD
        row, _new = store.keep(instance, signal, person, state, row_key)
    if row.state == MAKING and person is not None:
        make_draft(instance, row.id, person)
        row = store.find(instance, row.id)
    return row


def similar(reader: Reader, title: str, leave_out: str = "") -> list[PageRow]:
    """Projects that the reader may see and that may be the same: their titles share its words."""
    words = " ".join(_WORD.findall(title)[:12])
    if not words:
        return []
    # Each word by itself too: a search wants all of them, and few titles have all.
    found: dict[str, float] = {}
    for query in dict.fromkeys([words, *words.split()[:6]]):
        for path, score in rank_pages(reader, query, "project", limit=_SIMILAR):
            found[path] = found.get(path, 0.0) + score
    rows = get_rows(reader, [path for path in found if path != leave_out])
    telling = telling_words(title).keys()
    shared = {path: len(telling & telling_words(row.title).keys()) for path, row in rows.items()}
    near = [row for path, row in rows.items() if shared[path]]
    near.sort(key=lambda row: (-shared[row.path], -found[row.path]))
    return near[:_SIMILAR]


def _bounded(name: str, typed: str) -> str:
    words = " ".join(typed.replace("\0", "").split())
    if len(words) > LONGEST[name]:
        said = gettext("At most {count} characters, please.")
        raise BadField(name, said.format(count=LONGEST[name]))
    return words


def _link(typed: str) -> str:
    if not typed:
        return ""
    link = typed if "://" in typed else f"https://{typed}"
    try:
        parts = urlsplit(link)
        good = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
        good = good and "@" not in parts.netloc
    except ValueError:
        good = False
    if not good or re.search(r"[\s<>\"\\]", link):
        raise BadField("link", gettext("A link is an address such as https://example.org."))
    return link
