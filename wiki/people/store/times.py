"""How long private rows are kept: as administrators choose, never longer than people were promised.

The page on privacy that comes with the wiki names the longest times, which ``config/checks.py``
holds every source of settings to; sentences that say a time say the one in force.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from wiki.config import Settings


@dataclass(frozen=True)
class Times:
    """How long each is kept; ``audit`` is None for lines that are kept for good."""

    #: a session in which nobody does anything, and any session
    session_idle: timedelta
    session: timedelta
    #: drafts that are not touched, visits of a page, forms that a visitor began
    draft: timedelta
    visit: timedelta
    deposit: timedelta
    #: what was decided on a proposal; the figures of a day
    proposal: timedelta
    use: timedelta
    audit: timedelta | None

    @classmethod
    def of(cls, settings: Settings) -> "Times":
        """Those of the settings in force."""
        return cls(
            _days(settings.session_idle_days),
            _days(settings.session_days),
            _days(settings.draft_days),
            _days(settings.visit_days),
            _days(settings.deposit_days),
            _days(settings.proposal_days),
            _days(settings.use_days),
            _days(settings.audit_days) or None,
        )

    def idle_since(self, now: datetime) -> datetime:
        """Before that a session was left."""
        return now - self.session_idle

    def opened_since(self, now: datetime) -> datetime:
        """Before that no session that lasts was opened."""
        return now - self.session


def _days(count: int) -> timedelta:
    return timedelta(days=count)


#: those of a wiki where nobody chose any
DEFAULT = Times.of(Settings())
