"""Which Host headers are ours: a forged one must never reach a link or a mail."""

from contextlib import suppress
from urllib.parse import urlsplit

from wiki.config import Settings


class Hosts:
    """The set of hosts, with or without their port, that requests may name."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def __contains__(self, header: object) -> bool:
        if not isinstance(header, str):
            return False
        host = header.rpartition(":")[0] if header.rpartition(":")[2].isdigit() else header
        return host.strip("[]").lower() in self._names


def allowed_hosts(settings: Settings) -> Hosts:
    """The host of the base URL; on loopback, the names of this machine as well."""
    names = {"localhost", "127.0.0.1", "::1"}
    if host := urlsplit(settings.base_url).hostname:
        names.add(host.lower())
        # As browsers send it, whatever letters it has.
        with suppress(UnicodeError):
            names.add(host.encode("idna").decode("ascii").lower())
    return Hosts(frozenset(names))
