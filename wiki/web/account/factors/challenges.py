"""What a passkey signs: a challenge of ours, for one browser and one purpose, once, within minutes.

It is the hash of a signed word that comes back with the answer, so that nothing is kept of those
that nobody answers, and each window has its own. A word that has come back is good no more.
"""

from hashlib import sha256
from hmac import compare_digest
from secrets import token_hex

from flask import session
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadData, URLSafeTimedSerializer

from wiki.errors import BadField, TooMany
from wiki.people.limits.durable import HOUR, attempt
from wiki.translation import gettext as _
from wiki.web.support import current_instance

#: seconds
LIFETIME = 600
_LONGEST = 500


def new_challenge(purpose: str, person_id: str = "") -> str:
    """A word whose challenge is good for ``purpose``, in this browser as it is logged in now."""
    return str(_serializer().dumps([token_hex(16), purpose, person_id, _browser()]))


def challenge_of(word: str) -> bytes:
    """What is signed for ``word``."""
    return sha256(word.encode("utf-8", "surrogatepass")).digest()


def spend(word: str, purpose: str, person_id: str = "") -> bytes:
    """The challenge of ``word``, which is good no more. Raises BadField if it was not good."""
    try:
        if len(word) > _LONGEST:
            raise BadData("too long")
        nonce, *said = _serializer().loads(word, max_age=LIFETIME)
        wanted = [purpose, person_id, _browser()]
        if not compare_digest(repr(said).encode(), repr(wanted).encode()):
            raise BadData("of another browser, or for something else")
        # Twice as long as it is good for.
        attempt(current_instance().private, f"challenge:{nonce}", 1, HOUR)
    except (BadData, UnicodeError, TooMany):
        words = _("That took too long, or was begun elsewhere. Please try again from here.")
        raise BadField("", words) from None
    return challenge_of(word)


def _browser() -> str:
    """What tells this browser's session from all others, and from itself before a log-in."""
    generate_csrf()
    return sha256(str(session["csrf_token"]).encode()).hexdigest()[:32]


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        current_instance().secret,
        salt="passkey-challenge",
        signer_kwargs={"digest_method": sha256},
    )
