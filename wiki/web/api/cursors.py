"""Where the next part of a list begins, as an opaque word that only we can make.

A cursor names the last row that was given, not how many: what is added meanwhile moves nothing.
It is signed, so that what comes back is what was given; it opens nothing by itself.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b
from hmac import compare_digest

from wiki.errors import BadField
from wiki.translation import gettext as _
from wiki.web.support import current_instance

Place = tuple[str | int, ...]
_SIGNATURE = 12
_LONGEST = 12_000


def to_cursor(name: str, place: Place) -> str:
    """The cursor after ``place`` in the list called ``name``."""
    data = json.dumps(place, separators=(",", ":")).encode()
    return urlsafe_b64encode(_sign(name, data) + data).decode().rstrip("=")


def from_cursor(name: str, cursor: str) -> Place | None:
    """The place that a cursor of that list stands for; None for "". Raises BadField."""
    if not cursor:
        return None
    try:
        if len(cursor) > _LONGEST or not cursor.isascii():
            raise ValueError
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        raw = b""
    signature, data = raw[:_SIGNATURE], raw[_SIGNATURE:]
    if not data or not compare_digest(signature, _sign(name, data)):
        raise BadField("cursor", _("This is no cursor of this list: begin again without one."))
    return tuple(json.loads(data))


def _sign(name: str, data: bytes) -> bytes:
    key = blake2b(current_instance().secret, person=b"api cursor").digest()
    return blake2b(name.encode() + b"\0" + data, key=key, digest_size=_SIGNATURE).digest()
