"""The link that the mail of the morning after holds: it shows the list, and asks as its holder.

It is good while the row stands: two weeks. It shows no address, and lets nobody into an account.
"""

from typing import NamedTuple

from wiki.api.paths import SignedLink


class Seat(NamedTuple):
    """The id of a row, and the key of an attendance."""

    row: str
    key: str


LINK = SignedLink("encounters-link", "encounters/link", Seat)
