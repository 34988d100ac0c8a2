"""A look at a wiki that sleeps: its tasks that are due are run, as if it were awake."""

import logging
import os
import sys
from typing import NoReturn

from wiki.config import Settings
from wiki.hosting.folder import Site
from wiki.hosting.settings import HostSettings
from wiki.hosting.site import Begin, CannotServe, settings_of
from wiki.plugins import Plugins

_log = logging.getLogger(__name__)


def run_tasks(site: Site, host: HostSettings, plugins: Plugins, begin: Begin) -> NoReturn:
    """Runs what is due, each within its limit; the tasks of one that wakes wait until it ends."""
    from wiki.errors import WikiError
    from wiki.server import begin_telemetry

    os.nice(10)  # readers come first
    try:
        settings = settings_of(site, host, plugins, begin)
        begin_telemetry(settings)
        _run(settings, plugins)
    except CannotServe as error:
        _log.error("out: %s", error)
        sys.exit(1)
    except (WikiError, OSError) as error:
        _log.error("its tasks cannot be run: %s", error)
        sys.exit(1)
    sys.exit(0)


def _run(settings: Settings, plugins: Plugins) -> None:
    from wiki.instance import close_instance, open_instance
    from wiki.jobs.heartbeat import no_server
    from wiki.jobs.runner import run_due
    from wiki.jobs.tasks import tasks_of
    from wiki.jobs.workers import Workers

    instance = open_instance(settings, plugins)
    close_instance(instance)
    workers = Workers(instance, tasks_of)
    try:
        with no_server(settings):
            run_due(instance, run=workers.run)
    finally:
        close_instance(instance)
        workers.end(0)
