"""The order of pages of which the last news are the same, as of all that one commit wrote.

It goes by the path alone. The number of a page's story would do, but tells when the wiki heard of
the page: of two that one commit opened, which one had been there before, closed.
"""

from hashlib import sha256

#: of how many of its letters a name is in order; a number of a column has 63 bits
_LETTERS, _BITS = 4, 31


def tie_of(path: str) -> int:
    """The greater, the further to the front: by the first letters of the name, then by chance."""
    letters = path.rpartition("/")[2].encode()[:_LETTERS].ljust(_LETTERS, b"\0")
    chance = int.from_bytes(sha256(path.encode()).digest()[:4]) >> (32 - _BITS)
    return -((int.from_bytes(letters) << _BITS) | chance)
