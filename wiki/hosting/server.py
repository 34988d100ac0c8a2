"""Serves all wikis of a folder: the door, and beside it the warden."""

import os
from functools import partial
from typing import TYPE_CHECKING

from wiki.hosting.door import Door
from wiki.hosting.settings import HostSettings
from wiki.hosting.site import Begin
from wiki.hosting.warden import Warden
from wiki.plugins import Plugins
from wiki.processes.heap import keep_giving_back
from wiki.processes.names import name_process
from wiki.processes.starts import Starts, end_with
from wiki.processes.supervisor import EndAsked, Keeper, Service
from wiki.processes.web import serve_application
from wiki.server import meaning_service, preload_code, share_memory
from wiki.telemetry.logs import write_logs

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def serve_host(host: HostSettings, begin: Begin) -> None:
    """Serves until stopped by a signal; ``begin`` is done with each wiki's settings as it wakes."""
    share_memory()
    host.run.mkdir(mode=0o700, exist_ok=True)
    plugins = preload_code(host.run / "translations", host.lang)
    _load_late()
    name_process("host")
    meaning = meaning_service()
    warden = Service("warden", partial(_guard, host, plugins, begin), nice=0)
    keeper = Keeper([warden, meaning])
    try:
        serve_application(host, partial(_door, host, os.getpid()))
    finally:
        keeper.end()


def _guard(host: HostSettings, plugins: Plugins, begin: Begin, asked: EndAsked) -> None:
    write_logs(str(host.wikis.get("log_format", "text")))
    Warden(host, plugins, begin).run(asked)


def _door(host: HostSettings, parent: int, starts: Starts) -> "WSGIApplication":
    write_logs(str(host.wikis.get("log_format", "text")))
    name_process("door")
    end_with(parent)
    starts.wait()
    keep_giving_back()
    return Door(host)


def _load_late() -> None:
    """What each wiki would load by itself as it wakes, and keep for itself alone."""
    import wiki.backups.upgrade
    import wiki.jobs.runner
    import wiki.jobs.tasks
    import wiki.jobs.workers  # noqa: F401
