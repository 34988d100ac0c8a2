"""What is new in several places at once, and how pages began."""

from collections.abc import Sequence
from datetime import date, datetime

from wiki.pages.stories import STORY_BLOCKS
from wiki.projections.catalogue import select_items
from wiki.projections.changes import Change
from wiki.projections.origins import Origin, moments, origins
from wiki.reading.lists import Lists
from wiki.reading.story import Story

#: changes that are looked at in each of several places
_EACH = 100


class News(Story, Lists):
    """The past of many pages at once, as far as the person may know it."""

    def recent_in(self, paths: Sequence[str], limit: int = 50) -> list[Change]:
        """What was done to the pages at and below any of ``paths``, newest first."""
        most = min(limit, _EACH)
        found = {one.id: one for path in paths for one in self.recent(limit=most, below=path)}
        return [found[id_] for id_ in sorted(found, reverse=True)[:limit]]

    def recent_since(self, since: int, before: int | None = None, limit: int = 50) -> list[Change]:
        """What was done anywhere after the change ``since``, newest first."""
        return self._shown(self.changes.recent(self.audience, before, limit, since=since))

    def origins(self, paths: Sequence[str]) -> dict[str, Origin]:
        """Where pages come from that this reader was given; for names that last."""
        return origins(self.changes, paths, self.audience)

    def made(self, paths: Sequence[str]) -> dict[str, datetime]:
        """When pages were made that this reader was given."""
        return self.changes.made(paths)

    def moments(self, numbers: Sequence[int]) -> dict[int, datetime]:
        """When the items of those numbers (``ItemRow.number``) were first there."""
        return moments(self.changes, numbers)

    def last_news(self, paths: Sequence[str]) -> dict[str, date]:
        """The day of the last news of those of ``paths``, spaces or pages, that have any.

        That is the newest line of a story up to today, or the last time that people wrote there:
        an import, and what the wiki writes by itself, tells nothing.
        """
        zone = self.instance.settings.zone
        days = {
            path: moment.astimezone(zone).date()
            for path, moment in self.changes.told(list(paths)).items()
        }
        lines = select_items(STORY_BLOCKS, subjects=paths, until=self.today.isoformat())
        for path, line in self.newest_items(lines).items():
            if line.date:
                day = date.fromisoformat(line.date)
                days[path] = max(day, days.get(path, day))
        return days
