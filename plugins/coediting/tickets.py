"""What a browser shows the live process to be let in: signed here, good once, for a minute."""

from hashlib import blake2b
from secrets import token_urlsafe
from typing import NamedTuple

from itsdangerous import BadData, URLSafeTimedSerializer

from wiki.api.paths import is_as_signed

#: where it is shown, at the live process
ADDRESS = "/-/coediting/live"
#: seconds, by the server's clock alone
GOOD_FOR = 60
_LONGEST = 8_000
#: how many colours there are for people
COLOURS = 8


class Ticket(NamedTuple):
    """``person`` (an id), in the session of the key ``session``, may write in the page ``path``.

    ``commit``: by what the node saw that wrote it.
    """

    person: str
    session: str
    path: str
    number: str
    commit: str = ""


def write_ticket(secret: bytes, person: str, session: str, path: str, commit: str = "") -> str:
    """A new ticket for who has shown that they may edit ``path``, as it is at ``commit``."""
    ticket = Ticket(person, session, path, token_urlsafe(12), commit)
    return str(_serializer(secret).dumps(ticket))


def read_ticket(secret: bytes, word: object) -> Ticket | None:
    """The ticket that was written; None for any other word, and for one that is too old."""
    if not isinstance(word, str) or len(word) > _LONGEST:
        return None
    serializer = _serializer(secret)
    try:
        ticket = Ticket(*serializer.loads(word, max_age=GOOD_FOR))
    except (BadData, UnicodeError):
        return None
    return ticket if is_as_signed(serializer, word) else None


def told_apart(secret: bytes, person: str) -> str:
    """What stands for someone in messages: the same in all their tabs, and no id of theirs."""
    key = blake2b(secret, person=b"live who").digest()
    return blake2b(person.encode(), key=key, digest_size=8).hexdigest()


def colour_of(me: str) -> int:
    """The colour that someone has where nobody else has it yet."""
    return int(me, 16) % COLOURS


def _serializer(secret: bytes) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="live-ticket")
