"""The link that sets a new site up: who reads the instance's folder, or the terminal, has it.

Its token is 256 random bits, good for a day and until another is made. It stands in one file, its
owner's alone, and nowhere else: whoever can read that can read the accounts beside it too.

Where several machines serve the site any of them may be asked: there it is signed by the secret
that they share, and good for a day at each.
"""

import re
import time
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import blake2b
from hmac import compare_digest
from pathlib import Path
from secrets import token_urlsafe

from wiki.config import Settings
from wiki.disk.durable import write_file
from wiki.parts.identity import read_key
from wiki.people.accounts.founder import has_admin
from wiki.people.store.database import Database

FILE = "setup-link"
LIFETIME = timedelta(days=1)
#: a clock that was put right a moment ago
_SKEW = timedelta(minutes=5)
#: how one that nodes know begins: when it was made
_MOMENT = re.compile(r"([0-9a-f]{1,10}+)-")
#: longer than any token of ours: what is longer is not even compared
_LONGEST = 100


def offer_link(settings: Settings, private: Database, *, keep: bool = False) -> str:
    """A new link, where there is no administrator yet; else "".

    With ``keep`` the one that is there, while it is good: somebody is at it. Raises OSError,
    StorageFailed.
    """
    if has_admin(private):
        end_link(settings.instance)
        return ""
    if keep and (there := _standing(settings.instance, private.now())):
        return there
    return make_link(settings)


def make_link(settings: Settings) -> str:
    """A new address of the set-up page, in the place of the one before. Raises OSError."""
    token = _of_nodes(settings, f"{int(time.time()):x}") or token_urlsafe(32)
    url = f"{settings.public_url}/-/setup/{token}"
    write_file(settings.instance / FILE, f"{url}\n".encode())
    return url


def is_good(settings: Settings, token: str, now: datetime) -> bool:
    """Whether ``token`` is the one of this instance, or of another node's, and of today."""
    if len(token) > _LONGEST:
        return False
    kept = _standing(settings.instance, now).rpartition("/")[2]
    return (bool(kept) and _same(token, kept)) or _is_of_a_node(settings, token, now)


def _same(token: str, kept: str) -> bool:
    return compare_digest(token.encode("utf-8", "surrogatepass"), kept.encode())


def _of_nodes(settings: Settings, moment: str) -> str:
    """The token of a ``moment`` that all machines of the site know; "" where it is one machine."""
    if not settings.shared_repository:
        return ""
    key = blake2b(read_key(settings.instance), person=b"setup link").digest()
    return f"{moment}-{blake2b(moment.encode(), key=key).hexdigest()[:48]}"


def _is_of_a_node(settings: Settings, token: str, now: datetime) -> bool:
    if (made := _MOMENT.match(token)) is None or not settings.shared_repository:
        return False
    age = now.timestamp() - int(made[1], 16)
    is_fresh = -_SKEW.total_seconds() <= age < LIFETIME.total_seconds()
    return is_fresh and _same(token, _of_nodes(settings, made[1]))


def _standing(folder: Path, now: datetime) -> str:
    """The link that is good; "" where none is."""
    file = folder / FILE
    try:
        made = datetime.fromtimestamp(file.stat().st_mtime, now.tzinfo)
        return file.read_text("ascii").strip() if -_SKEW <= now - made < LIFETIME else ""
    except (OSError, ValueError):
        return ""


def end_link(folder: Path) -> None:
    """No link is good any more. Where its file cannot be deleted, it is good for nothing anyway."""
    with suppress(OSError):
        (folder / FILE).unlink(missing_ok=True)
