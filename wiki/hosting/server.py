"""Serves all wikis of a folder: the door, and beside it the warden."""

import gc
import os
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from wiki.hosting.door import Door
from wiki.hosting.settings import HostSettings
from wiki.hosting.site import Begin
from wiki.hosting.warden import Warden
from wiki.instance import template_folders
from wiki.jinja import compile_templates
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

#: what a wiki by itself loads once it is served, and what its tasks do
_LATE = (
    *("granian.server", "huey.consumer", "jinja2.ext", "numpy"),
    *("wiki.backups.upgrade", "wiki.jobs.runner", "wiki.jobs.tasks", "wiki.jobs.workers"),
)


def serve_host(host: HostSettings, begin: Begin) -> None:
    """Serves until stopped by a signal; ``begin`` is done with each wiki's settings as it wakes."""
    plugins = load_for_all(host)
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


def load_for_all(host: HostSettings) -> Plugins:
    """Loads all that a wiki needs to wake, and to be looked after: what it loads is its own."""
    share_memory()
    host.run.mkdir(mode=0o700, exist_ok=True)
    plugins = preload_code(host.run / "translations", host.lang)
    for name in _LATE:
        import_module(name)
    compile_templates(template_folders(plugins), host.run / "templates")
    gc.freeze()
    return plugins
