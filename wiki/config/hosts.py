"""Hosts, as settings and addresses name them."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

#: addresses of IPv6 that stand for one of IPv4, at their end
_TRANSLATED = ip_network("64:ff9b::/96")
#: of protocols, not of hosts; Python says of most of it that it is outside, and one cloud tells
#: its machines' secrets there
_ASSIGNED = ip_network("192.0.0.0/24")


def is_loopback(host: str) -> bool:
    """Whether ``host`` names this machine alone."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def for_url(host: str) -> str:
    """``host`` as it stands in an address: one of IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def is_outside(found: IPv4Address | IPv6Address) -> bool:
    """Whether an address is outside of the machine's own network, whatever stands for it."""
    if isinstance(found, IPv6Address):
        meant = found.ipv4_mapped or found.sixtofour
        if found in _TRANSLATED:
            meant = IPv4Address(int(found) & 0xFFFFFFFF)
        if meant is not None:
            return is_outside(meant)
        if found.teredo is not None or found.is_site_local:
            return False
    return (
        found.is_global
        and found not in _ASSIGNED
        and not found.is_multicast
        and not found.is_reserved
    )
