"""The site that passkeys are good for: its host, and where pages of ours may be.

A passkey is bound to a name for ever, so it goes by ``base_url`` alone and never by what a request
says. An address of numbers is no name: there are no passkeys there, but on this machine, which is
``localhost``.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from wiki.config import Settings
from wiki.config.hosts import is_loopback

_LOCAL = "localhost"
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Party:
    """The relying party, as WebAuthn calls it: ``host`` names it, ``origin`` is where it is."""

    host: str
    name: str
    origin: str


def find_party(settings: Settings) -> Party | None:
    """The site as passkeys know it; None where it has no name that they can be bound to."""
    parts = urlsplit(settings.public_url)
    try:
        host = (parts.hostname or "").encode("idna").decode()
    except UnicodeError:
        # Two dots in a row, or a part that is too long.
        return None
    if is_loopback(host):
        host = _LOCAL
    elif _is_number(host) or parts.scheme != "https":
        return None
    port = "" if parts.port in (None, _PORTS.get(parts.scheme)) else f":{parts.port}"
    return Party(host, settings.site_name, f"{parts.scheme}://{host}{port}")


def passkey_host(settings: Settings) -> str:
    """The name that passkeys are bound to; "" where there can be none."""
    party = find_party(settings)
    return party.host if party else ""


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return not host
    return True
