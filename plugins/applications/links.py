"""Mailed links by which one of the team agrees to a programme, and objects to “presented”."""

from datetime import timedelta
from typing import NamedTuple

from wiki.api.paths import SignedLink


class Link(NamedTuple):
    """Which application, who was written to, and when it was decided (0: of no matter)."""

    application: str
    person: str
    decided: int


#: an evening is prepared for no longer
AGREE = SignedLink("applications-agree", "application/agree", Link, lifetime=timedelta(days=120))
#: after it, one may still object for so long
PRESENTED = SignedLink(
    "applications-presented", "application/presented", Link, lifetime=timedelta(days=60)
)
