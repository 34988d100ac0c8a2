"""Where the next part of a list begins, as an opaque word that only we can make.

A cursor names the last row that was given, not how many: what is added meanwhile moves nothing.
It is signed, so that what comes back is what was given; it opens nothing by itself.
"""

import json

from wiki.errors import BadField
from wiki.translation import gettext as _
from wiki.web.cursors import seal, unseal

Place = tuple[str | int, ...]


def to_cursor(name: str, place: Place) -> str:
    """The cursor after ``place`` in the list called ``name``."""
    return seal(f"api:{name}", json.dumps(place, separators=(",", ":")).encode())


def from_cursor(name: str, cursor: str) -> Place | None:
    """The place that a cursor of that list stands for; None for "". Raises BadField."""
    if not cursor:
        return None
    data = unseal(f"api:{name}", cursor)
    if data is None:
        raise BadField("cursor", _("This is no cursor of this list: begin again without one."))
    return tuple(json.loads(data))
