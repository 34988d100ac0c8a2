"""Addresses that someone names in a browser: https, and never inside of the machine's own network.

::

    what was typed ─▶ an https address of a host ─▶ its name resolved, once ─▶ each of it outside?
                                                                  └─▶ git connects to these alone

What a name stands for may change between the look and the call, so git is told what was looked at;
and it follows no redirect (``remote/addresses.py``). Behind a proxy, that one looks names up.
"""

import os
import re
from collections.abc import Collection
from urllib.parse import urlsplit

from wiki.config import is_loopback
from wiki.errors import BadField
from wiki.outside.hosts import Addresses, look_up, may_be_called
from wiki.repository.remote.addresses import Remote, check_address
from wiki.translation import gettext as _

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def guarded(typed: str, inside: Collection[str] = (), setting: str = "git_hosts") -> Remote:
    """The repository at the address ``typed``, to be read without an account.

    ``inside`` are hosts of the own network that may be called all the same, as the setting of
    that name says. Raises BadField.
    """
    url = typed.strip()
    if url and not _SCHEME.match(url):
        url = f"https://{url}"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _unusable() from error
    # A telephone begins with a capital; git would look for a helper of that name.
    url = f"{parts.scheme}{url[len(parts.scheme) :]}"
    if "@" in parts.netloc or parts.query or parts.fragment:
        words = _("Give the address alone: no name, password or token, and nothing after ? or #.")
        raise _refused(words)
    # Without encryption this machine alone is called, where that was allowed.
    if parts.scheme != "https" and not (host in inside and is_loopback(host)):
        raise _unusable()
    try:
        address, protocol = check_address(url)
    except BadField as error:
        raise _unusable() from error
    if protocol not in ("https", "http"):
        raise _unusable()
    if port is None:
        port = 443 if protocol == "https" else 80
    found = _resolved(host, port)
    if not may_be_called(host, found, inside):
        words = _(
            "{host} is inside of the network that this site is in, so it is not called. Whoever"
            " runs the site allows it by the setting {setting}."
        )
        raise _refused(words.format(host=host, setting=setting))
    return Remote(address, protocol, pinned=_pin(host, port, found))


def _resolved(host: str, port: int) -> Addresses:
    """What the name stands for now; nothing where a proxy has to say it. Raises BadField."""
    try:
        return look_up(host, port)
    except (OSError, UnicodeError) as error:
        if os.environ.get("https_proxy"):
            return []
        words = _("No server is called {host}. Is the address right?")
        raise _refused(words.format(host=host)) from error


def _pin(host: str, port: int, found: Addresses) -> str:
    if not found or ":" in host:  # as an address itself it stands for nothing else
        return ""
    said = (f"[{one}]" if one.version == 6 else str(one) for one in dict.fromkeys(found))
    return f"{host}:{port}:{','.join(said)}"


def _unusable() -> BadField:
    words = _("Give the https address of a git repository, such as {example}.")
    return _refused(words.format(example="https://codeberg.org/team/notes.git"))


def _refused(words: str) -> BadField:
    return BadField("repository", words)
