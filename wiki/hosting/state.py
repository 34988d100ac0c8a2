"""Whether wikis of a host are awake, for who asks on the same machine."""

import fcntl

from wiki.hosting.folder import Site
from wiki.hosting.settings import HostSettings

AWAKE, ASLEEP, STOPPED = "awake", "asleep", "not served"


def state_of(host: HostSettings, site: Site) -> str:
    """One of the words above."""
    if not site.hosts or not host.socket(site.hosts[0]).is_socket():
        return STOPPED
    try:
        with (site.folder / "tasks.lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return AWAKE
    except OSError:
        return ASLEEP
    return ASLEEP
