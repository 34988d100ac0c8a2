"""The link of one questionnaire: a number drawn by chance and our signature, and nobody's name.

It is made when its mail is sent and kept nowhere. The signature says that we made it for this
round; who has it may answer, whoever they are.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from hashlib import sha256
from hmac import compare_digest, new
from secrets import token_bytes

_NONCE, _SIGNATURE = 16, 16
_LONGEST = 100


def make_token(secret: bytes, round_id: str) -> str:
    """A new link for the round: 128 bits of chance, signed."""
    nonce = token_bytes(_NONCE)
    sealed = urlsafe_b64encode(nonce + _sign(secret, round_id, nonce)).decode("ascii")
    return f"{round_id}.{sealed.rstrip('=')}"


def read_token(secret: bytes, token: str) -> tuple[str, bytes] | None:
    """The round that a link of ours is for, and its number; None for any other text."""
    round_id, _dot, sealed = token.partition(".")
    if len(token) > _LONGEST or not token.isascii():
        return None
    try:
        data = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    except (Error, ValueError):
        return None
    nonce, signature = data[:_NONCE], data[_NONCE:]
    if not compare_digest(signature, _sign(secret, round_id, nonce)):
        return None
    # One number has one link: base64 would let its last bits vary.
    if urlsafe_b64encode(data).decode("ascii").rstrip("=") != sealed:
        return None
    return round_id, nonce


def spent_mark(secret: bytes, nonce: bytes, project: str) -> str:
    """What is kept to take one answer about a project from one link: it leads back to neither."""
    told = b"questionnaires spent:" + nonce + project.encode()
    return new(secret, told, sha256).hexdigest()[:32]


def _sign(secret: bytes, round_id: str, nonce: bytes) -> bytes:
    told = b"questionnaires link:" + round_id.encode() + b":" + nonce
    return new(secret, told, sha256).digest()[:_SIGNATURE]
