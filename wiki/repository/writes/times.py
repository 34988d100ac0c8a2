"""When a commit says that it was made: by the clock of this machine, and not before its parent.

Of several machines one's clock may be behind. What another's is ahead by is followed up to a day:
a commit from a year to come, as any git client may push it, does not move all that come after it.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from wiki.repository.objects import EMPTY

if TYPE_CHECKING:
    from wiki.repository.repository import Repository

_MOST = timedelta(days=1)


def time_after(*parents: datetime) -> datetime:
    """The present moment, or the latest of ``parents``."""
    now = datetime.now(UTC)
    return max((one.astimezone(UTC) for one in parents if now < one <= now + _MOST), default=now)


def time_on(repository: "Repository", parent: str) -> datetime:
    """As ``time_after``, for a commit on top of ``parent``."""
    return time_after(*(() if parent == EMPTY else (repository.commit_info(parent).when,)))
