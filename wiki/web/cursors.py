"""An encrypted pagination cursor.

Rows are numbered in the order of commits, those that nobody may know of included: a number that is
shown would tell how many of them there are. The same place gives the same cursor each time, so that
answers stay alike.
"""

from wiki.parts import encryption
from wiki.web.support import current_instance

_LONGEST = 12_000
_PURPOSE = "pagination cursors"


def seal(name: str, data: bytes) -> str:
    """The cursor for ``data``, which is not empty, in the list called ``name``."""
    return encryption.seal(current_instance().secret, _PURPOSE, name, data).rstrip("=")


def unseal(name: str, word: str) -> bytes | None:
    """What ``seal`` was given for that list; None for any other word."""
    if not word or len(word) > _LONGEST or not word.isascii():
        return None
    return encryption.unseal(current_instance().secret, _PURPOSE, name, word)
