"""Which addresses a host's name stands for, and whether these may be called."""

import socket
from collections.abc import Collection, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

from wiki.config.hosts import is_outside

Addresses = Sequence[IPv4Address | IPv6Address]


def look_up(host: str, port: int) -> Addresses:
    """What the name stands for at this moment. Raises OSError, UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(str(one[4][0]).partition("%")[0]) for one in found]


def may_be_called(host: str, found: Addresses, inside: Collection[str]) -> bool:
    """Whether a server at these addresses is asked: outside, or named in the settings."""
    return host in inside or all(map(is_outside, found))
