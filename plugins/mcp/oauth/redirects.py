"""Where a program may be led back to: only where it said, and nowhere that runs or reads here."""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from wiki.api.plugin import is_loopback

LONGEST, MOST = 1000, 10
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{2,40}")
#: what a browser, or the system below it, would run, read or show by itself
_OWN = re.compile(
    "about|blob|chrome|data|file|filesystem|ftp|intent|javascript|mailto|resource|search|shell"
    "|vbscript|view-source|wss?|.*:.*|(?:ms|search|web|x-apple)[-+].*"
    # Who is let to another's server by these logs in there without being asked.
    "|afp|cifs|ldaps?|nfs|rdp|sftp|smb|ssh|telnet|vnc"
)
_PLAIN = re.compile(r"[\x21-\x7e]+")
#: a host and its port, in which nothing ends or widens the rule of a header that names it
_HOST = re.compile(r"(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::[0-9]+)?", re.IGNORECASE)


def is_allowed(url: str) -> bool:
    """Whether a program may have itself led to ``url``: https, this machine, or its own scheme."""
    if len(url) > LONGEST or not _PLAIN.fullmatch(url) or "#" in url or "\\" in url:
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - raises where it is none
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None:
        return False
    if parts.scheme == "https":
        return bool(_HOST.fullmatch(parts.netloc))
    if parts.scheme == "http":
        return is_loopback(host) and bool(_HOST.fullmatch(parts.netloc))
    own = _OWN.fullmatch(parts.scheme) or not parts.netloc
    return bool(_SCHEME.fullmatch(parts.scheme)) and not own


def is_one_of(url: str, known: Collection[str]) -> bool:
    """Whether ``url`` is one that was named; on one's own machine the port may be another."""
    if url in known:
        return True
    return is_allowed(url) and _portless(url) in {_portless(one) for one in known} - {None}


def _portless(url: str) -> tuple[str, str, str] | None:
    """An address of this machine without its port, which is new at each start (RFC 8252)."""
    parts = urlsplit(url)
    if parts.scheme != "http" or not is_loopback(parts.hostname or ""):
        return None
    return parts.hostname or "", parts.path, parts.query
