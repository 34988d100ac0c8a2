"""What chat programs are told: a sentence for each thing that happens."""

from collections.abc import Mapping
from typing import Any

from wiki.api.moments import day
from wiki.api.translation import gettext, lazy

from .formats import Note
from .payload import TEST

WHAT_WORDS = {
    TEST: lazy("A test message:"),
    "page.published": lazy("New page:"),
    "page.changed": lazy("Changed:"),
    "need.opened": lazy("New need:"),
    "need.changed": lazy("Need changed:"),
    "need.closed": lazy("Need answered or withdrawn:"),
    "offer.opened": lazy("New offer:"),
    "offer.changed": lazy("Offer changed:"),
    "offer.closed": lazy("Offer taken up or withdrawn:"),
    "project.step": lazy("New step of a project:"),
    "event.announced": lazy("New event:"),
    "event.changed": lazy("Event changed:"),
    "event.cancelled": lazy("Event cancelled:"),
    "dossier.published": lazy("New dossier:"),
    "dossier.changed": lazy("Dossier changed:"),
    **{
        f"{kind}.withdrawn": lazy("No longer public:")
        for kind in ("page", "need", "offer", "event", "dossier")
    },
}


def note_of(what: str, data: Mapping[str, Any]) -> Note:
    """The message in the language in force."""
    title = data.get("title") or data["url"]  # of what is gone that is all that is told
    return Note(str(WHAT_WORDS[what]), str(title), str(data["url"]), _more(data))


def _more(data: Mapping[str, Any]) -> str:
    """The line below: when and where, which project, which state, or its summary."""
    if data.get("starts"):
        return " · ".join(filter(None, (day(str(data["starts"])[:10]), str(data.get("place", "")))))
    if page := data.get("page"):
        return str(page["title"])
    if state := data.get("state_words"):
        return gettext("It is now: {state}").format(state=state)
    return str(data.get("summary", ""))
