"""What objects of a bucket are called.

::

    4d/7a/4d7a21…         what commits name
    aside/4d7a21…         what no commit named when it was looked at: there for some days more
    sent/k7x2/4d7a21…     what a git client sent for a push of this person's: there for a day
    owner                 the wiki that the folder belongs to (``bucket_owner.py``)
"""

from datetime import datetime
from typing import NamedTuple

from wiki.files.pointer import Pointer

_ASIDE, _SENT = "aside/", "sent/"


class Stored(NamedTuple):
    """An object of the bucket; ``sent_by`` is who sent it, where it waits for their push."""

    pointer: Pointer
    when: datetime
    aside: bool
    sent_by: str = ""


def standing(oid: str) -> str:
    """Where what commits name is."""
    return f"{oid[:2]}/{oid[2:4]}/{oid}"


def aside(oid: str) -> str:
    """Where it is laid aside."""
    return _ASIDE + oid


def sent(by: str, oid: str) -> str:
    """Where it waits for a push."""
    return f"{_SENT}{by}/{oid}"


def stored(path: str, size: int, when: datetime) -> Stored | None:
    """What is called so; None for what is no object of ours."""
    rest, _slash, oid = path.rpartition("/")
    pointer, by = Pointer(oid, size), rest.removeprefix(_SENT)
    if path == standing(oid):
        return Stored(pointer, when, aside=False)
    if path == aside(oid):
        return Stored(pointer, when, aside=True)
    return Stored(pointer, when, aside=False, sent_by=by) if path == sent(by, oid) else None
