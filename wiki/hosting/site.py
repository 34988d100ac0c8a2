"""The server of one wiki of a host: its web worker and its tasks, for as long as it is used."""

import logging
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from wiki.backups.takeover import put_in_place
from wiki.backups.upgrade import upgrade
from wiki.config import Settings
from wiki.errors import NotFound, WikiError
from wiki.hosting.door import OutOfOrder
from wiki.hosting.folder import Site
from wiki.hosting.pages import OUT
from wiki.hosting.settings import HostSettings, site_settings
from wiki.hosting.use import NotedUse, Use
from wiki.parts.identity import exists
from wiki.parts.node import drop_damaged
from wiki.plugins import Plugins
from wiki.processes.names import name_process
from wiki.processes.starts import Starts, end_with
from wiki.processes.supervisor import end_with_parent
from wiki.processes.web import serve_application
from wiki.server import prepare, serve_with, services_of
from wiki.telemetry.logs import speak_for, write_logs
from wiki.translation import keep_compiled, set_operators

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: seconds for which one that cannot be served says so, before it is tried again
_OUT = 30.0
_log = logging.getLogger(__name__)

#: what is done with a wiki's settings before it is opened
Begin = Callable[[Settings], object]


class CannotServe(Exception):
    """A wiki that cannot be had: why, for the log."""


def begin_process(site: Site, others: Sequence[socket.socket]) -> None:
    """In a process that was just forked: it is ``site``'s from now on, and hears no ``others``."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    for one in others:
        one.close()
    name_process(site.name)
    speak_for(site.name)


def settings_of(site: Site, host: HostSettings, plugins: Plugins, begin: Begin) -> Settings:
    """Those of a wiki that can be opened now. Raises CannotServe."""
    try:
        if site.fault:
            raise CannotServe(site.fault)
        settings = site_settings(site.folder, host)
        write_logs(settings.log_format)
        put_in_place(settings)
        drop_damaged(settings)
        if not exists(settings):
            raise NotFound("there is no wiki in its folder any more")
        upgrade(settings, _log.warning, plugins)
        begin(settings)
    except (WikiError, OSError, sqlite3.Error) as error:
        words = error.words if isinstance(error, WikiError) else str(error)
        raise CannotServe(" ".join(words.split())) from error
    set_operators(settings.translations, settings.lang)
    if settings.translations.is_dir():
        # What an operator of one says is kept with that one.
        keep_compiled(settings.instance / "index" / "translations")
    return settings


def serve_site(
    site: Site,
    host: HostSettings,
    plugins: Plugins,
    listener: socket.socket,
    use: Use,
    begin: Begin,
) -> NoReturn:
    """Serves at ``listener`` until told to end; where that cannot be, says so there for a while."""
    try:
        settings = settings_of(site, host, plugins, begin)
        try:
            prepared = prepare(settings, plugins, keep_link=True)
        except (WikiError, OSError, sqlite3.Error) as error:
            raise CannotServe(" ".join(str(error).split())) from error
    except CannotServe as error:
        _log.error("out: %s", error)
        use.note()  # it has started, and keeps no other from it
        _say_out(host, listener)
        sys.exit(0)
    address = settings.public_url
    noted = NotedUse(prepared.application, use, site.hosts[0], address)
    serve_with(
        prepared._replace(application=noted),
        list(services_of(prepared.instance, use.at_work)),
        listener,
    )
    sys.exit(0)


def _say_out(host: HostSettings, listener: socket.socket) -> None:
    """Answers everyone that the wiki cannot be shown, for a while."""
    name_process("out")
    # To whoever is left when it is over, the next one answers.
    signal.signal(signal.SIGALRM, lambda _number, _frame: os.kill(os.getpid(), signal.SIGTERM))
    signal.setitimer(signal.ITIMER_REAL, _OUT)
    page = OutOfOrder(OUT, host.lang)
    size = replace(host, workers=1, threads=2)
    serve_application(size, partial(_load, page, os.getpid()), listener)


def _load(page: "WSGIApplication", parent: int, _starts: Starts) -> "WSGIApplication":
    end_with(parent)
    return page
