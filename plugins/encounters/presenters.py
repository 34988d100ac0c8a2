"""What other pages show of it: a panel, a line on one's account, one for those who prepare."""

from collections.abc import Sequence

from wiki.api.events import Event, EventStep, event_of
from wiki.api.panels import Aside, PageContext, Waiting
from wiki.api.paths import action_url
from wiki.api.reading import Reader
from wiki.api.translation import gettext, ngettext

from .consent import CLOSED, OPEN, agreed, own, phase
from .jobs import recent
from .store import takers

_ALONE = 1


def url_of(path: str) -> str:
    """Where those of an event find each other."""
    return action_url("encounters", path)


def beside_event(context: PageContext) -> Sequence[Aside]:
    """The way there, for two weeks; the page is kept for all who are alike, so it names nobody."""
    page, reader = context.page, context.reader
    event = event_of(reader, page.path)
    if event is None or phase(reader, event) != OPEN:
        return []
    if len(agreed(reader.instance, event.path)) <= _ALONE:
        return []
    return [Aside("encounters/aside.html", {"url": url_of(event.path)}, order=25)]


def waiting_lines(reader: Reader) -> Sequence[Waiting]:
    """For who agreed, while it is open: on their account. A mail has told them, so no digest."""
    if reader.person is None:
        return []
    lines = []
    for event in recent(reader):
        people = agreed(reader.instance, event.path)
        if len(people) > _ALONE and own(people, reader.person) is not None:
            words = gettext("Somebody you wanted to talk to at “{title}”? Find them again")
            lines.append(
                Waiting(words.format(title=event.title), url_of(event.path), personal=False)
            )
    return lines


def steps(event: Event, reader: Reader) -> Sequence[EventStep]:
    """How many agreed to be found again; who asked whom is told to nobody."""
    if event.cancelled or not (words := step_words(reader, event)):
        return []
    done = phase(reader, event) == CLOSED
    label = gettext("Contacts missed")
    return [EventStep(label, url_of(event.path), words, done, 88, by_itself=True)]


def step_words(reader: Reader, event: Event) -> str:
    """How many are on the list, and how many have asked somebody, if enough to be counted."""
    count = len(agreed(reader.instance, event.path))
    if not count:
        return ""
    words = ngettext("one person on the list", "{count} people on the list", count)
    words = words.format(count=count)
    if taken := takers(reader.instance, event.path):
        more = ngettext("one has asked", "{count} have asked somebody", taken)
        words += f" · {more.format(count=taken)}"
    return words
