"""The link that sets a new site up: who reads the instance's folder, or the terminal, has it.

Its token is 256 random bits, good for a day and until another is made. It stands in one file, its
owner's alone, and nowhere else: whoever can read that can read the accounts beside it too.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from hmac import compare_digest
from pathlib import Path
from secrets import token_urlsafe

from wiki.config import Settings
from wiki.disk.durable import write_file
from wiki.people.accounts.founder import has_admin
from wiki.people.store.database import Database

FILE = "setup-link"
LIFETIME = timedelta(days=1)
#: a clock that was put right a moment ago
_SKEW = timedelta(minutes=5)
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
    url = f"{settings.public_url}/-/setup/{token_urlsafe(32)}"
    write_file(settings.instance / FILE, f"{url}\n".encode())
    return url


def is_good(folder: Path, token: str, now: datetime) -> bool:
    """Whether ``token`` is the one of the instance in ``folder``, and of today."""
    kept = _standing(folder, now).rpartition("/")[2]
    if not kept or len(token) > _LONGEST:
        return False
    return compare_digest(token.encode("utf-8", "surrogatepass"), kept.encode())


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
