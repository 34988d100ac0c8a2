"""Projects that were presented and whose space is closed: what programmes say of them.

A team that keeps its space closed agreed to a name and a sentence, which stand on the page of the
event. Nothing else is known here, and nothing is read from the page of the project.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from wiki.api.events import Event, event_of_row
from wiki.api.programmes import ProgrammeLine, programme_lines
from wiki.api.reading import Reader, resolve_target
from wiki.api.reading.rows import count_rows, find_rows, select

from .model import CLOSED

#: past events that are looked at, the newest ones
_EVENTS = 200


@dataclass(frozen=True)
class Named:
    """A project as programmes name it: ``events`` are the paths of those, the newest first, which
    was on ``day``."""

    title: str
    summary: str
    events: tuple[str, ...]
    day: date

    @property
    def year(self) -> str:
        """The year in which it was presented last."""
        return str(self.day.year)

    def values(self, key: str) -> tuple[tuple[str, str], ...]:
        """What it is found by under ``key``: what its page would say is not known."""
        if key == "event":
            return tuple((one, one) for one in self.events)
        known = {"year": self.year, "state": CLOSED}
        return ((known[key], known[key]),) if key in known else ()


def named(reader: Reader, below: str = "index") -> list[Named]:
    """Those of the events that were held, the last presented first."""
    chosen = select(types=("event",), ranges={"starts": ("", reader.today.isoformat())})
    found: dict[str, Named] = {}
    for row in find_rows(reader, chosen, "-starts", _EVENTS).rows:
        # Most events name open projects alone: their pages need not be read.
        targets = row.facts.get("programme", ())
        if all(resolve_target(reader, one) for one in targets) or not _is_below(row.path, below):
            continue
        event = event_of_row(reader, row)
        for line in closed_lines(reader, event):
            known = found.get(line.path)
            found[line.path] = (
                replace(known, events=(*known.events, row.path))
                if known
                else Named(line.title, line.summary, (row.path,), _day(event))
            )
    return list(found.values())


def was_held(reader: Reader, event: Event) -> bool:
    """Whether the event took place, and is over."""
    zone = reader.instance.settings.zone
    is_over = event.when is not None and event.when.is_over(reader.today, zone)
    return is_over and not event.cancelled


def closed_lines(reader: Reader, event: Event) -> Sequence[ProgrammeLine]:
    """The projects of an event that was held whose pages the reader may not read."""
    if not was_held(reader, event):
        return []
    return [one for one in programme_lines(reader, event) if one.row is None]


def presented_at(reader: Reader, events: Sequence[Event]) -> Iterator[str]:
    """The paths of those events at which something was presented that the reader may see."""
    for event in events:
        if not was_held(reader, event):
            continue
        said = select(types=("project",), values={"presented": (event.path, event.title)})
        if count_rows(reader, said) or closed_lines(reader, event):
            yield event.path


def _is_below(path: str, above: str) -> bool:
    return above == "index" or path == above or path.startswith(f"{above}/")


def _day(event: Event) -> date:
    assert event.when is not None  # noqa: S101 - of events that were held alone
    return date.fromisoformat(event.when.starts.isoformat()[:10])
