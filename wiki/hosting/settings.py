"""Settings of a host, and of each of its wikis: ``host.toml``, and ``wiki.toml`` of the wiki.

::

    wiki.toml of a wiki > [wikis] in host.toml > profile > default

The environment says nothing here: what it says would be said of all.
"""

import tomllib
from dataclasses import dataclass, field, fields, replace
from math import inf
from pathlib import Path
from typing import Any, get_type_hints

from wiki.config import Settings
from wiki.config.sources import HOST, load_hosted
from wiki.config.sources import HOST_TOML as FILE
from wiki.errors import BadSetting

#: what is one wiki's own: two that had the same would share rows, pages, mails or files
OWN = frozenset(
    {"base_url", "other_hosts", "site_name", "database_url", "shared_repository", "shared_token"}
    | {"node", "live_port", "mcp_port", "host", "port", "workers", "signal_address", "object_store"}
    | {"imap_host", "imap_port", "imap_user", "imap_password", "imap_folder"}
    | {"database_replica_url"}
    | {"backup_folder", "backup_s3", "backup_restic", "backup_borg"}
)


@dataclass(frozen=True)
class HostSettings:
    """What ``host.toml`` says of the host itself."""

    folder: Path
    #: where it listens
    host: str = "127.0.0.1"
    port: int = 8080
    #: processes that find out whose a request is, and requests that each hands on at a time
    workers: int = 1
    threads: int = 64
    #: reverse proxies before it
    proxies: int = 0
    #: language of its own few sentences, for who asks for none that we have
    lang: str = "fr"
    #: wikis that are awake at the same time, at most
    awake: int = 20
    #: minutes after which one sleeps that nobody asks for anything
    sleep_minutes: float = 5.0
    #: minutes between looks at what is to be done for one that sleeps; those looked at together
    round_minutes: float = 5.0
    rounds: int = 2
    #: what all wikis begin with
    wikis: dict[str, Any] = field(default_factory=dict)

    #: resident memory past which another process takes the place of one that hands on
    worker_memory: int = 400_000_000

    @property
    def run(self) -> Path:
        """The folder of sockets, one for each name of a host."""
        return self.folder / ".run"

    def socket(self, name: str) -> Path:
        """Where the wiki is asked whose host is ``name``."""
        return self.run / f"{name}.sock"


_KINDS = get_type_hints(HostSettings)
_LARGEST = {"port": 65_535, "workers": 1_024, "threads": 1_024, "proxies": 100}


def load_host(folder: Path, **options: Any) -> HostSettings:
    """The settings in ``folder``; options that are not None win. Raises BadSetting."""
    try:
        values = tomllib.loads((folder / FILE).read_text("utf-8"))
    except FileNotFoundError:
        values = {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, IsADirectoryError) as error:
        raise BadSetting(f"{FILE} cannot be read: {error}") from error
    values |= {name: value for name, value in options.items() if value is not None}
    names = {one.name for one in fields(HostSettings)} - {"folder"}
    if unknown := sorted(values.keys() - names):
        raise BadSetting(
            f"{FILE}: unknown setting {unknown[0]!r}; settings of all wikis stand below [wikis]"
        )
    for name, value in values.items():
        _check(name, value)
    made = HostSettings(folder.absolute(), **values)
    if own := sorted(made.wikis.keys() & OWN):
        raise BadSetting(f"{FILE}: {own[0]!r} is each wiki's own: it stands in its wiki.toml")
    return made


def _check(name: str, value: Any) -> None:
    kind = dict if name == "wikis" else _KINDS[name]
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not (isinstance(value, kind) and not isinstance(value, bool)) and not (
        kind is float and whole
    ):
        raise BadSetting(f"{FILE}: setting {name!r} cannot be {value!r}")
    if isinstance(value, int | float):
        least = 0 if name == "proxies" else 1 if kind is int else 0.01
        if not least <= value <= _LARGEST.get(name, inf) or value == inf:
            raise BadSetting(f"{FILE}: setting {name!r} cannot be {value!r}")


def site_settings(folder: Path, host: HostSettings) -> Settings:
    """Those of the wiki in ``folder``. Raises BadSetting."""
    settings = load_hosted(folder, host.wikis)
    if not settings.base_url:
        raise BadSetting(
            "wiki.toml names no host: set base_url to the https address that readers use",
            "base_url",
        )
    # What listens beside the door needs a port of this wiki's own.
    live, mcp = settings.live_editing and settings.live_port, settings.mcp and settings.mcp_port
    made = replace(
        settings,
        proxies=host.proxies + 1,
        workers=1,
        live_editing=bool(live),
        mcp=bool(mcp),
    )
    # Nor is it for administrators to choose otherwise.
    fixed = dict.fromkeys(("proxies", "workers", "live_editing", "mcp"), HOST)
    return replace(made, given={**settings.given, **fixed})
