"""Who counts as having been there: everyone registered, or those who were checked in.

Check-ins that begin and stop at the third person would leave all others out of what follows an
evening. So they count from a share on, unless who prepares the event says otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from wiki.api.errors import BadField
from wiki.api.plugin import Instance
from wiki.api.translation import gettext

from .models import PresenceRow, RegistrationRow
from .places import COMING
from .store import Sheet, alone

#: of those registered, in hundredths: from there on, those checked in are those who were there
SHARE = 50
EVERYONE, CHECKED_IN, BY_SHARE = "everyone", "checked-in", ""
CHOICES = (BY_SHARE, EVERYONE, CHECKED_IN)


@dataclass(frozen=True)
class Presence:
    """How many are registered and checked in, what was chosen, and who counts by that."""

    registered: int
    checked_in: int
    choice: str

    @property
    def by_check_in(self) -> bool:
        """Whether those who were checked in count alone; where nobody was, everyone does."""
        if not self.checked_in or self.choice == EVERYONE:
            return False
        return self.choice == CHECKED_IN or 100 * self.checked_in >= SHARE * self.registered


def presence_of(instance: Instance, sheet: Sheet) -> Presence:
    """Who counts as having been at the event of ``sheet``."""
    row = instance.private.find_row(PresenceRow, sheet.row.id)
    coming = coming_of(sheet)
    seen = sum(one.came is not None for one in coming)
    return Presence(len(coming), seen, row.choice if row else BY_SHARE)


def choose_presence(instance: Instance, event_id: str, choice: str) -> None:
    """Keeps what who prepares the event said. Raises BadField."""
    if choice not in CHOICES:
        raise BadField("presence", gettext("Choose who counts as having been there."))
    with alone(instance, event_id) as found:
        if found is not None:
            found[0].merge(PresenceRow(event=event_id, choice=choice))


def coming_of(sheet: Sheet) -> Sequence[RegistrationRow]:
    """Those who have a place."""
    return [one for one in sheet.people if one.state == COMING]
