"""A place in a list, told to whoever asks as a word that only we can read.

Rows are numbered in the order of commits, those that nobody may know of included: a number that is
shown would tell how many of them there are. The same place gives the same word each time.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b
from hmac import compare_digest

from wiki.web.support import current_instance

_SIGNATURE = 12
_LONGEST = 12_000


def seal(name: str, data: bytes) -> str:
    """``data``, signed and enciphered for the list called ``name``."""
    signature = _sign(name, data)
    return urlsafe_b64encode(signature + _mixed(signature, data)).decode().rstrip("=")


def unseal(name: str, word: str) -> bytes | None:
    """What ``seal`` was given for that list; None for any other word."""
    try:
        if len(word) > _LONGEST or not word.isascii():
            return None
        raw = urlsafe_b64decode(word + "=" * (-len(word) % 4))
    except ValueError:
        return None
    signature = raw[:_SIGNATURE]
    data = _mixed(signature, raw[_SIGNATURE:])
    return data if data and compare_digest(signature, _sign(name, data)) else None


def _sign(name: str, data: bytes) -> bytes:
    key = _key(b"list place sign")
    return blake2b(name.encode() + b"\0" + data, key=key, digest_size=_SIGNATURE).digest()


def _mixed(signature: bytes, data: bytes) -> bytes:
    """``data`` with a stream of bytes that its own signature gives; twice is ``data`` again."""
    key, stream = _key(b"list place mix"), b""
    while len(stream) < len(data):
        stream += blake2b(signature + len(stream).to_bytes(4, "big"), key=key).digest()
    return bytes(a ^ b for a, b in zip(data, stream, strict=False))


def _key(use: bytes) -> bytes:
    return blake2b(current_instance().secret, person=use).digest()
