"""The wikis that lie in a folder, each by its hosts; which cannot be served, and why."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from wiki.config.sources import TOML
from wiki.errors import BadSetting
from wiki.hosting.names import host_in, host_of_url
from wiki.hosting.settings import HostSettings, site_settings
from wiki.parts.identity import exists

#: bytes that the address of a socket may have
_LONGEST = 100
#: of a wiki: it stands in logs, and before each line of one
_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}")
#: what a settings file says of its host that nothing else can be made of
_NAMED = re.compile(r"""^[ \t]*+base_url[ \t]*+=[ \t]*+["']([^"'\n]{1,300})["']""", re.M)


@dataclass(frozen=True)
class Site:
    """A wiki in the folder ``name``: its hosts, of which the first is in its address.

    ``fault`` says why it cannot be served: then its page says that much. ``changed`` is another one
    as soon as its settings are.
    """

    name: str
    folder: Path
    hosts: tuple[str, ...]
    changed: int = 0
    fault: str = ""


class Sites:
    """Finds the wikis of a host; what did not change is not read again."""

    def __init__(self, host: HostSettings) -> None:
        self._host = host
        self._known: dict[str, Site] = {}

    def look(self) -> dict[str, Site]:
        """All that are there now, by name.

        A host belongs to the wiki that had it first, then to that whose name comes first; another
        that names it too has no page at all.
        """
        found = {site.name: site for site in self._read()}
        taken: dict[str, str] = {}
        before = [name for name in self._known if name in found]
        for name in dict.fromkeys((*before, *sorted(found))):
            site = found[name]
            hosts = tuple(one for one in site.hosts if taken.setdefault(one, name) == name)
            if lost := [one for one in site.hosts if one not in hosts]:
                words = f"{lost[0]} is the host of {taken[lost[0]]} already"
                # Its own address is another's: nothing that it says of itself would be true.
                hosts = () if lost[0] == site.hosts[0] else hosts
                found[name] = Site(name, site.folder, hosts, site.changed, site.fault or words)
        self._known = {name: found[name] for name in dict.fromkeys((*before, *sorted(found)))}
        return found

    def _read(self) -> Iterator[Site]:
        for folder in _folders(self._host.folder):
            changed = _changed(folder)
            known = self._known.get(folder.name)
            if known is not None and known.changed == changed and not known.fault:
                yield known
            else:
                yield _site(folder, self._host, changed)


def is_name(name: str) -> bool:
    """Whether a wiki's folder may be called so."""
    return _FOLDER.fullmatch(name) is not None


def _folders(folder: Path) -> Sequence[Path]:
    """The folders that are meant as wikis: those with settings."""
    try:
        found = sorted(one for one in folder.iterdir() if is_name(one.name))
    except OSError:
        return []
    return [one for one in found if (one / TOML).exists()]


def _site(folder: Path, host: HostSettings, changed: int) -> Site:
    try:
        settings = site_settings(folder, host)
        hosts, fault = (host_of_url(settings.base_url), *settings.other_hosts.split()), ""
        names = tuple(dict.fromkeys(map(host_in, hosts)))
        if "" in names:
            bad = hosts[list(map(host_in, hosts)).index("")]
            raise BadSetting(f"{bad or settings.base_url!r} is no name of a host")
        too_long = [one for one in names if len(bytes(host.socket(one))) > _LONGEST]
        if too_long:
            raise BadSetting(f"{too_long[0]} is too long a name below {host.run}")
        if not exists(settings):
            fault = f"there is no wiki yet: wiki instances new {host.folder} {folder.name}"
        return Site(folder.name, folder, names, changed, fault)
    except (BadSetting, OSError) as error:
        # Whoever asks for it by its name is told at least that it is meant.
        named = _named(folder)
        if named and len(bytes(host.socket(named))) > _LONGEST:
            named = ""
        words = " ".join(str(error).split())
        return Site(folder.name, folder, (named,) if named else (), changed, words)


def _named(folder: Path) -> str:
    """The host in a settings file that cannot be used; "" where none is to be seen."""
    try:
        with (folder / TOML).open("rb") as file:
            words = file.read(1_000_000).decode("utf-8", "replace")
    except OSError:
        words = ""
    found = _NAMED.search(words)
    return host_of_url(found[1]) if found else ""


def _changed(folder: Path) -> int:
    try:
        return (folder / TOML).stat().st_mtime_ns
    except OSError:
        return 0
