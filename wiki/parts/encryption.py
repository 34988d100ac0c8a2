"""Bytes that only this instance reads, under its signing key: AES-SIV (RFC 5297).

It needs no nonce, and the same bytes give the same word each time.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV


def seal(key: bytes, purpose: str, name: str, data: bytes) -> str:
    """A word for ``data``, which is not empty; good for that ``purpose`` and ``name`` alone."""
    return urlsafe_b64encode(_cipher(key, purpose).encrypt(data, [name.encode()])).decode()


def unseal(key: bytes, purpose: str, name: str, word: str) -> bytes | None:
    """What ``seal`` was given for the same; None for any other word."""
    from cryptography.exceptions import InvalidTag

    try:
        sealed = urlsafe_b64decode(word + "=" * (-len(word) % 4))
        return _cipher(key, purpose).decrypt(sealed, [name.encode()])
    except (ValueError, InvalidTag):
        return None


@lru_cache(maxsize=16)
def _cipher(key: bytes, purpose: str) -> "AESSIV":
    # Few requests want it: a start does not wait for it.
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return AESSIV(HKDF(SHA256(), 64, None, purpose.encode()).derive(key))
