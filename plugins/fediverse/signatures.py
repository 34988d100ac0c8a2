"""HTTP signatures as the fediverse has them: draft-cavage-http-signatures-12, by RSA and SHA-256.

::

    (request-target): post /users/lea/inbox      ← what is signed: these lines, in the order that
    host: social.example                            the header Signature says
    date: Sun, 29 Nov 2026 06:00:00 GMT
    digest: SHA-256=…
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from wiki.api.errors import BadRequest
from wiki.api.translation import gettext

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

#: clocks may be an hour apart, and a message may be some minutes on its way
CLOCKS = timedelta(minutes=65)
_FIELD = re.compile(r'([A-Za-z]{1,20})="([^"]{0,2000})"(?:,|$)')
_TARGET = "(request-target)"
_MUST = {_TARGET, "host", "date"}
_ALGORITHMS = ("", "rsa-sha256", "hs2019")
_LEAST_BITS, _MOST_BITS = 2048, 8192


class Unsigned(BadRequest):
    """It is signed by another key than that of who says it; who has a new one sends it again."""

    status = HTTPStatus.UNAUTHORIZED


@dataclass(frozen=True)
class Claim:
    """What a request says of its signature; true once ``check`` was."""

    key: str
    signed: str
    signature: str

    @property
    def sealed(self) -> bytes:
        """The signature itself, of which there is one: it may be written in several ways."""
        try:
            return b64decode(self.signature)
        except ValueError:
            return b""

    def check(self, pem: str) -> bool:
        """Whether the owner of the public key ``pem`` signed it."""
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.serialization import load_pem_public_key

        try:
            key = load_pem_public_key(pem.encode("ascii"))
            if not isinstance(key, RSAPublicKey) or not _LEAST_BITS <= key.key_size <= _MOST_BITS:
                return False
            key.verify(self.sealed, self.signed.encode(), PKCS1v15(), SHA256())
        except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
            return False
        return True


def sign(
    key: "RSAPrivateKey", name: str, method: str, url: str, now: datetime, body: bytes | None = None
) -> dict[str, str]:
    """The headers of a request that the owner of ``key``, called ``name``, makes."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    parts = urlsplit(url)
    headers = {"Host": parts.netloc, "Date": format_datetime(now, usegmt=True)}
    if body is not None:
        headers["Digest"] = digest_of(body)
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    lines = {_TARGET: f"{method.lower()} {target}"}
    lines |= {one.lower(): value for one, value in headers.items()}
    text = "\n".join(f"{one}: {value}" for one, value in lines.items())
    made = b64encode(key.sign(text.encode(), PKCS1v15(), SHA256())).decode("ascii")
    headers["Signature"] = (
        f'keyId="{name}",algorithm="rsa-sha256",headers="{" ".join(lines)}",signature="{made}"'
    )
    return headers


def digest_of(body: bytes) -> str:
    """What the header Digest says of ``body``."""
    return f"SHA-256={b64encode(sha256(body).digest()).decode('ascii')}"


def read_claim(
    method: str, target: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> Claim:
    """What the request claims; headers by their names in small letters. Raises BadRequest.

    What it signs is looked at here: its target, its host, a moment near ours, and what it says.
    """
    said = {one.lower(): value for one, value in _FIELD.findall(headers.get("signature", ""))}
    names = said.get("headers", "date").lower().split()
    sealed = Claim("", "", said.get("signature", "")).sealed
    right = (
        said.get("keyid")
        and _LEAST_BITS <= 8 * len(sealed) <= _MOST_BITS
        and said.get("algorithm", "").lower() in _ALGORITHMS
        and {*_MUST, "digest"} <= set(names)
        and len(names) <= 20
        and all(one == _TARGET or one in headers for one in names)
    )
    if not right:
        raise BadRequest(gettext("This is not signed as servers of the fediverse sign."))
    if not _is_near(headers["date"], now):
        raise BadRequest(gettext("The date of this is more than an hour off our clock."))
    if not any(one.strip() == digest_of(body) for one in headers["digest"].split(",")):
        raise BadRequest(gettext("This is not what was signed."))
    lines = {one: headers.get(one, "") for one in names}
    if _TARGET in lines:
        lines[_TARGET] = f"{method.lower()} {target}"
    signed = "\n".join(f"{one}: {lines[one]}" for one in names)
    return Claim(said["keyid"], signed, said["signature"])


def _is_near(date: str, now: datetime) -> bool:
    try:
        return abs(parsedate_to_datetime(date) - now) <= CLOCKS
    except (ValueError, TypeError, OverflowError):
        return False
