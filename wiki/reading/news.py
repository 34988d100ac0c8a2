"""What is new in several places at once, and how pages began."""

from collections.abc import Sequence
from datetime import datetime

from wiki.projections.changes import Change
from wiki.projections.origins import Origin, moments, origins
from wiki.reading.story import Story

#: changes that are looked at in each of several places
_EACH = 100


class News(Story):
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
