"""What the programme's team does with what was signalled, and how each is shown."""

from typing import Any

from wiki.api.errors import BadField, Forbidden, NotFound
from wiki.api.meaning import telling_words
from wiki.api.paths import action_url, normalise, page_url
from wiki.api.people import Person, get_person, grant_guest
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, find_redirect, page_exists, resolve_target, system_reader
from wiki.api.reading.rows import get_row
from wiki.api.translation import gettext, lazy
from wiki.api.web.forms import FormText, read_fields

from . import store, unreadable
from .draft_pages import make_draft, publish
from .models import SignalRow, UnreadableRow
from .signals import similar
from .store import CONFIRM, DECLINED, DRAFT, HELD, MAKING, MERGED

PUBLISHED, GONE = "published", "gone"
STATE_WORDS = {
    CONFIRM: lazy("waits for its finder to confirm it"),
    HELD: lazy("waits to be read"),
    MAKING: lazy("its page is being made"),
    DRAFT: lazy("draft"),
    PUBLISHED: lazy("published"),
    MERGED: lazy("already there"),
    DECLINED: lazy("not taken up"),
    GONE: lazy("its page was deleted"),
}
_TEAM = ("programme", "admin")
_OPEN = ("public", "members")
_ALIKE = 8


def is_team(person: Person | None) -> bool:
    """Whether they decide about what is signalled."""
    return person is not None and person.role in _TEAM


def is_list_reader(person: Person | None) -> bool:
    """Whether they see a list of it: connectors see what was published."""
    return is_team(person) or (person is not None and person.role == "connector")


def state_of(instance: Instance, row: SignalRow) -> tuple[str, str]:
    """Its state as its page has it, and where that page is now."""
    everything = system_reader(instance, "correspondents")
    path = (row.other if row.state == MERGED else row.path) or ""
    if path and not page_exists(everything, path):
        path = find_redirect(everything, path) or ""
    if row.state != DRAFT:
        return row.state, path
    if not path or not page_exists(everything, path):
        return GONE, ""
    return (PUBLISHED if everything.access(path).group in _OPEN else DRAFT), path


def line(reader: Reader, row: SignalRow) -> dict[str, Any]:
    """One line of a list."""
    state, path = state_of(reader.instance, row)
    return {
        "title": row.title,
        "summary": row.summary,
        "territory": row.territory,
        "finder": finder_of(reader, row),
        "state": state,
        "words": str(STATE_WORDS[state]),
        "when": row.created,
        "url": action_url(f"signal/{row.id}"),
        "page_url": page_url(path) if path and page_exists(reader, path) else "",
    }


def unread_mails(reader: Reader) -> list[dict[str, Any]]:
    """Mails that the wiki could not read: from whom they say they are, why, and when they came."""
    return [
        {
            "finder": finder_of(reader, row),
            "why": str(unreadable.WORDS[row.why]),
            "when": row.at,
            "action": action_url(f"signal/unreadable/{row.id}"),
        }
        for row in unreadable.listed(reader.instance)
    ]


def finder_of(reader: Reader, row: SignalRow | UnreadableRow) -> dict[str, str]:
    """Who sent it: a name, and their page where the reader may see it."""
    person = get_person(reader.instance.private, row.person) if row.person else None
    page = person.page if person and person.page and page_exists(reader, person.page) else ""
    name = row.name if isinstance(row, SignalRow) else row.sender
    name = person.name if person else name
    return {"label": name or gettext("someone"), "url": page_url(page) if page else ""}


def seen(reader: Reader, signal_id: str) -> SignalRow:
    """The signal, for its finder and the team. Raises NotFound."""
    row = store.find(reader.instance, signal_id)
    person = reader.person
    if person is None or not (is_team(person) or row.person == person.id):
        raise NotFound(gettext("There is nothing here."))
    return row


def alike(reader: Reader, row: SignalRow) -> list[dict[str, str]]:
    """Projects that may be the same, then what others signalled, for the team to compare."""
    _state, path = state_of(reader.instance, row)
    found = [
        {"title": one.title, "url": page_url(one.path), "path": one.path, "summary": one.summary}
        for one in similar(reader, row.title, path)
    ]
    words = telling_words(row.title).keys()
    for other in store.listed(reader.instance, None):
        waits = other.state in (HELD, DRAFT) and other.id != row.id
        if waits and not words.isdisjoint(telling_words(other.title)):
            state, at = state_of(reader.instance, other)
            if state in (HELD, DRAFT):
                url = action_url(f"signal/{other.id}")
                known = {"title": other.title, "url": url, "summary": str(STATE_WORDS[state])}
                found.append(known | {"path": at if page_exists(reader, at) else ""})
    return found[:_ALIKE]


@read_fields
def act(reader: Reader, row: SignalRow, action: FormText, other: FormText) -> str:
    """Does what was pressed; returns where it leads. Raises BadField, Forbidden, what it does."""
    state, path = state_of(reader.instance, row)
    person = reader.person
    if person is None:
        raise Forbidden(gettext("This is for the programme's team."))
    if action == "publish" and state == DRAFT:
        publish(reader, row, path)
        return page_url(path)
    if not is_team(person):
        raise Forbidden(gettext("This is for the programme's team."))
    here = action_url(f"signal/{row.id}")
    if action == "read" and state in (DRAFT, PUBLISHED):
        if not page_exists(reader, path):
            # A grant, as the team of a project gives one: written down, and shown on its page.
            grant_guest(reader.instance.private, person.id, path, by=person.id)
        return page_url(path)
    if action == "accept":
        store.move(reader.instance, row.id, HELD, MAKING)
        return _made(reader, row, person)
    if action == "decline":
        values = dict.fromkeys(("contact", "email", "text", "link", "name"), "")
        store.move(reader.instance, row.id, HELD, DECLINED, **values)
        return here
    if action == "merge" and state in (HELD, DRAFT):
        named = _page_named(reader, other)
        store.move(reader.instance, row.id, row.state, MERGED, other=named)
        return here
    raise BadField("", gettext("Someone was quicker: look at its state below."))


def _made(reader: Reader, row: SignalRow, person: Person) -> str:
    path = make_draft(reader.instance, row.id, person)
    return page_url(path) if path else action_url(f"signal/{row.id}")


def _page_named(reader: Reader, typed: str) -> str:
    """The page of the address, path or title that was typed. Raises BadField."""
    typed = typed.strip().removeprefix(reader.instance.settings.public_url).strip("/")
    path = normalise(typed) if typed else ""
    if path and get_row(reader, path) is None:
        path = resolve_target(reader, typed) or ""
    if not path or get_row(reader, path) is None:
        raise BadField("other", gettext("There is no such page here."))
    return path
