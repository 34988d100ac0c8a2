"""What a browser shows the live process to be let in: signed here, good once, for a minute."""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass
from hashlib import blake2b
from hmac import compare_digest
from secrets import token_urlsafe

#: seconds, by the server's clock alone
GOOD_FOR = 60
_LONGEST = 8_000
_SIGNATURE = 32
#: how many colours there are for people
COLOURS = 8


@dataclass(frozen=True)
class Ticket:
    """``person`` (an id), in the session of the key ``session``, may write in the page ``path``."""

    person: str
    session: str
    path: str
    until: float
    number: str


def write_ticket(secret: bytes, person: str, session: str, path: str) -> str:
    """A new ticket for who has shown that they may edit ``path``."""
    ticket = Ticket(person, session, path, time.time() + GOOD_FOR, token_urlsafe(12))
    data = json.dumps(asdict(ticket)).encode()
    return urlsafe_b64encode(_sign(secret, data) + data).decode()


def read_ticket(secret: bytes, word: object) -> Ticket | None:
    """The ticket that was written; None for any other word, and for one that is too old."""
    if not isinstance(word, str) or len(word) > _LONGEST or not word.isascii():
        return None
    try:
        raw = urlsafe_b64decode(word)
    except ValueError:
        return None
    signature, data = raw[:_SIGNATURE], raw[_SIGNATURE:]
    if not compare_digest(signature, _sign(secret, data)):
        return None
    ticket = Ticket(**json.loads(data))
    return ticket if time.time() <= ticket.until else None


def told_apart(secret: bytes, person: str) -> str:
    """What stands for someone in messages: the same in all their tabs, and no id of theirs."""
    key = blake2b(secret, person=b"live who").digest()
    return blake2b(person.encode(), key=key, digest_size=8).hexdigest()


def colour_of(me: str) -> int:
    """The colour that someone has where nobody else has it yet."""
    return int(me, 16) % COLOURS


def _sign(secret: bytes, data: bytes) -> bytes:
    key = blake2b(secret, person=b"live ticket").digest()
    return blake2b(data, key=key, digest_size=_SIGNATURE).digest()
