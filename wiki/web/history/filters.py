"""Which changes of a page, or of a space, one wants to read: since when, until when, by whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from wiki.projections.histories.visible_changes import Change
from wiki.reading import Reader
from wiki.reading.history import list_history, list_recent_changes

#: changes looked through for those that were asked for, and how many at once
LOOKED_AT = 5000
_AT_ONCE = 250


@dataclass(frozen=True)
class Choice:
    """What was asked for; the days are whole ones of the wiki's own zone, both included."""

    since: date | None = None
    until: date | None = None
    by: str = ""
    below: bool = False

    def __bool__(self) -> bool:
        return bool(self.since or self.until or self.by)

    @property
    def query(self) -> dict[str, str]:
        """The same, as an address says it."""
        said = {"since": self.since, "until": self.until, "by": self.by}
        words = {key: str(value) for key, value in said.items() if value}
        return {**words, "below": "yes"} if self.below else words

    def takes(self, change: Change, reader: Reader) -> bool:
        """Whether ``change`` is one of those."""
        day = change.when.astimezone(reader.instance.settings.zone).date()
        if (self.since and day < self.since) or (self.until and day > self.until):
            return False
        return not self.by or change.author == self.by


def chosen(
    reader: Reader, path: str, choice: Choice, before: int | None, limit: int
) -> list[Change]:
    """The newest changes that were asked for, before the one of that id."""
    found: list[Change] = []
    for change in _changes(reader, path, before, below=choice.below):
        if choice.takes(change, reader):
            found.append(change)
            if len(found) == limit:
                break
    return found


def ends(reader: Reader, path: str, choice: Choice) -> tuple[str, str] | None:
    """The commits between which lies what changed in the page on the days asked for.

    None where nothing did, or no day was asked for. A page that began in these days is compared
    with its first version.
    """
    if not (choice.since or choice.until):
        return None
    days = Choice(since=choice.since, until=choice.until)
    newest = oldest = None
    for change in _changes(reader, path, None, below=False):
        if change.file:
            continue
        if days.takes(change, reader):
            newest = newest or change
            oldest = change
        elif newest is not None:
            oldest = change
            break
    if newest is None or oldest is None or newest.commit == oldest.commit:
        return None
    return oldest.commit, newest.commit


def _changes(reader: Reader, path: str, before: int | None, *, below: bool) -> Iterator[Change]:
    for _batch in range(LOOKED_AT // _AT_ONCE):
        found = (
            list_recent_changes(reader, before, _AT_ONCE, path)
            if below
            else list_history(reader, path, before, _AT_ONCE)
        )
        yield from found
        if len(found) < _AT_ONCE:
            return
        before = found[-1].id


def day_in(written: str) -> date | None:
    """The day that was written; what is none is as if it was not said."""
    try:
        day = datetime.fromisoformat(written.strip()[:10]).date()
    except ValueError:
        return None
    return day if timedelta() < day - date(1970, 1, 1) < timedelta(days=60_000) else None
