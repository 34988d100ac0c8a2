"""Hosts, as settings and addresses name them."""

from ipaddress import ip_address


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
