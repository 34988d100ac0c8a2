"""An encrypted pagination cursor.

Rows are numbered in the order of commits, those that nobody may know of included: a number that is
shown would tell how many of them there are. The same place gives the same cursor each time, so that
answers stay alike: hence AES-SIV (RFC 5297), which needs no nonce.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

from wiki.web.support import current_instance

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

_LONGEST = 12_000


def seal(name: str, data: bytes) -> str:
    """The cursor for ``data``, which is not empty, in the list called ``name``."""
    return urlsafe_b64encode(_cipher().encrypt(data, [name.encode()])).decode().rstrip("=")


def unseal(name: str, word: str) -> bytes | None:
    """What ``seal`` was given for that list; None for any other word."""
    if not word or len(word) > _LONGEST or not word.isascii():
        return None
    from cryptography.exceptions import InvalidTag

    try:
        return _cipher().decrypt(urlsafe_b64decode(word + "=" * (-len(word) % 4)), [name.encode()])
    except (ValueError, InvalidTag):
        return None


def _cipher() -> "AESSIV":
    # Few requests want it: a start does not wait for it.
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return AESSIV(HKDF(SHA256(), 64, None, b"pagination cursors").derive(current_instance().secret))
