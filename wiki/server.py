"""Serves an instance with granian: workers and threads from the cores."""

import errno
import gc
import logging
import os
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from multiprocessing import Process, set_start_method
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from wiki.backups.watch import IncomingWatch
from wiki.config import Settings
from wiki.errors import BadSetting, StorageFailed
from wiki.hookspecs.background import Task, process
from wiki.plugins import Plugins, load_plugins
from wiki.processes.calls import Door
from wiki.processes.deadline import ended_after
from wiki.processes.heap import give_back, keep_giving_back
from wiki.processes.memory import be_ended_first
from wiki.processes.names import name_process
from wiki.processes.starts import Starts, end_with
from wiki.processes.supervisor import EndAsked, Keeper, Service
from wiki.processes.web import Size, serve_application
from wiki.resources import front_end
from wiki.telemetry.logs import REQUESTS, write_logs
from wiki.telemetry.slow import watch_statements
from wiki.telemetry.traces import begin_traces

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from wiki.instance import Instance

#: Seconds after which the process of tasks and those of plugins start.
_SERVICES_AFTER = 1.5
#: Seconds after which a thread lets another one go on.
_SWITCH = 0.001
#: Seconds for bringing up to date what is worked out from git.
_CATCH_UP = 3600.0
#: for the kernel, where memory is at an end, of what nobody waits for
_EXPENDABLE = 500


#: what each task runs inside
AtWork = Callable[[Task], AbstractContextManager[object]]


class Prepared(NamedTuple):
    """What all processes of a server are forked with; nothing of the instance is open."""

    instance: "Instance"
    application: "WSGIApplication"
    #: whether something is to be worked out from git again
    behind: bool
    #: where the site is set up; "" once it has an administrator
    setup_url: str = ""


def serve(settings: Settings, tell: Callable[[str], None], *, keep_link: bool = False) -> bool:
    """Serves until stopped by a signal. Raises StorageFailed where the instance cannot be had.

    ``tell`` is given the address that sets the site up, where it has no administrator yet: with
    ``keep_link`` the one that somebody has. Whether it is to be started again: with what is to take
    the place of such a site.
    """
    prepared = prepare(settings, keep_link=keep_link)
    instance = prepared.instance
    if prepared.setup_url:
        tell(prepared.setup_url)
    if not settings.secure:
        logging.getLogger(__name__).warning(
            "served over plain http on this machine alone: cookies are not marked Secure"
        )
    name_process("server")
    return serve_with(prepared, [*services_of(instance), meaning_service()])


def serve_with(
    prepared: Prepared, services: Sequence[Service], listener: socket.socket | None = None
) -> bool:
    """Serves, with ``services`` beside the workers, until stopped by a signal; see ``serve``."""
    # After an upgrade or a restore much may have to be worked out again: not by the first reader.
    if prepared.behind:
        Process(target=catch_up, args=(prepared.instance,), daemon=True).start()
    keeper = Keeper(services)
    # Only a new site is replaced: one with an administrator is not looked after.
    watch = IncomingWatch(prepared.instance.settings.instance) if prepared.setup_url else None
    try:
        serve_web(prepared, listener)
    finally:
        keeper.end()
    return watch is not None and watch.found


def meaning_service() -> Service:
    """The process that encodes for this one and for all that are forked from it from now on."""
    from wiki.meaning import service as meaning

    door = Door()
    meaning.offer(door)
    return Service("meaning", partial(meaning.run, door), _SERVICES_AFTER, nice=0, calls=door)


def services_of(instance: "Instance", at_work: AtWork = nullcontext) -> Iterator[Service]:
    """What runs beside the workers, which come first: a mail in two seconds is no slow start.

    Each task runs inside ``at_work(task)``.
    """
    if instance.private.nodes is not None or instance.repository.shared is not None:
        # At once: nothing is kept until others are heard.
        yield Service("nodes", partial(listen, instance), nice=0)
    yield Service("tasks", partial(work, instance, at_work=at_work), _SERVICES_AFTER)
    for name in instance.plugins.keys(process):
        if one := instance.plugins.call(process.named(name), instance.settings):
            yield Service(name, partial(one.run, instance), _SERVICES_AFTER, one.nice, one.calls)


def serve_web(prepared: Prepared, listener: socket.socket | None = None) -> None:
    """The web workers alone, until stopped by a signal; where the settings say, or ``listener``."""
    load = partial(_application, prepared, os.getpid())
    serve_application(prepared.instance.settings, load, listener)


def refuse_unbuilt() -> None:
    """Raises BadSetting where the front end is missing, without which no page can be shown."""
    if not front_end():
        raise BadSetting(
            "the front end has not been built: run `make frontend` in the checkout,"
            " or install a package that `make dist` made"
        )


def refuse_busy(settings: Size) -> None:
    """Raises BadSetting where the address cannot be had, in use by another server for one.

    granian's workers share a port among themselves (SO_REUSEPORT), and so with a server that is
    there already: each would answer half of the requests. A plain socket is told no.
    """
    host, port = settings.host, settings.port
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _name, where = found[0]
        with socket.socket(family, kind, protocol) as probe:
            # Connections that a server of a moment ago has left behind are no reason.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
            probe.listen(1)
    except (OSError, UnicodeError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise BadSetting(
                f"{address} is in use already: stop what listens there, or give another --port"
            ) from error
        raise BadSetting(
            f"cannot listen on {address}: {getattr(error, 'strerror', error)}"
        ) from error


def prepare(
    settings: Settings, plugins: Plugins | None = None, *, keep_link: bool = False
) -> Prepared:
    """Makes what all processes need before they are forked: they start at once and share it.

    Nothing stays open: a file, connection, thread or git process of ours cannot be shared. Raises
    StorageFailed: said once, not by each worker that is started again and again.
    """
    share_memory()
    plugins = plugins or preload(settings)
    from wiki.app import create_application
    from wiki.instance import close_instance, open_instance
    from wiki.parts.node import begin_sharing

    instance = open_instance(settings, plugins, for_readers=True)
    begin_sharing(instance.repository, instance.proposed)
    head, parts = instance.repository.head(), instance.projections
    behind = any(parts.part(name).reflects() != head for name in parts)
    setup_url = _setup_url(instance, keep=keep_link)
    prepared = Prepared(instance, create_application(instance), behind, setup_url)
    if instance.private.versions is not None:
        instance.private.versions.begin_anew()
    close_instance(instance)
    gc.freeze()
    return prepared


def _setup_url(instance: "Instance", *, keep: bool) -> str:
    """Where a site without administrator is set up; "" where none is wanted, or none can be had."""
    from wiki.parts.setup_link import offer_link

    try:
        return offer_link(instance.settings, instance.private, keep=keep)
    except (OSError, StorageFailed) as error:
        # Pages are read all the same.
        logging.getLogger(__name__).warning("no set-up link could be made: %s", error)
        return ""


def share_memory() -> None:
    """Has what this process forks share its memory, and all of them give back what they can."""
    set_start_method("fork", force=True)
    give_back()
    # Of numpy: threads that wait for each other where other processes work.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def preload(settings: Settings) -> Plugins:
    """Imports what workers need."""
    from wiki.translation import set_operators

    set_operators(settings.translations)
    return preload_code(settings.instance / "index" / "translations", settings.lang)


def preload_code(compiled: Path, lang: str) -> Plugins:
    """Likewise, of no wiki yet; catalogues are kept in ``compiled``."""
    # Modules are no garbage: looking through them again and again takes a tenth of a second.
    gc.disable()
    import wiki.app
    import wiki.projections.searching.answer  # noqa: F401
    from wiki.people.models.tables import Base
    from wiki.translation import catalogue, keep_compiled

    plugins = load_plugins()
    # The tables of all plugins are known: else each process would join them at its first row.
    Base.registry.configure()
    keep_compiled(compiled)
    catalogue(lang)
    # What the collector never looks at again, it does not write to: it stays shared.
    gc.freeze()
    gc.enable()
    return plugins


def catch_up(instance: "Instance") -> None:
    """Brings all that is worked out from git up to date, in a process of its own.

    Whoever asks meanwhile waits two seconds at most, then is answered from the old state.
    """
    from wiki.instance import close_instance

    name_process("catch-up")
    be_ended_first(_EXPENDABLE)
    os.nice(10)  # workers come first, and who waits for them
    with ended_after(_CATCH_UP):
        try:
            instance.projections.build(list(instance.projections))
            for name in instance.projections:
                instance.projections.catch_up(name)
        finally:
            close_instance(instance)


def work(
    instance: "Instance",
    asked: EndAsked,
    at_work: AtWork = nullcontext,
) -> None:
    """The process of tasks, beside the workers; each runs inside ``at_work(task)``."""
    from wiki.jobs.runner import run

    begin_telemetry(instance.settings)
    # Its own affairs, such as that it looks each minute, are nobody's news.
    logging.getLogger("huey").setLevel(logging.WARNING)
    try:
        run(instance, asked, at_work)
    except (OSError, sqlite3.Error, StorageFailed) as error:
        # It is started again later and later, and each time there is as little to be said of it.
        sys.exit(f"tasks cannot be run: {error}")


def listen(instance: "Instance", asked: EndAsked) -> None:
    """The process that hears what the other machines of this wiki tell, for all of this one."""
    from wiki.instance import close_instance, listen_to_nodes
    from wiki.parts.node import watch_news

    begin_telemetry(instance.settings)
    news = watch_news(instance.settings, instance.repository)
    try:
        listen_to_nodes(instance, lambda: bool(asked), news)
        while news and not asked.wait(_CATCH_UP):
            pass
    finally:
        close_instance(instance)


def _application(prepared: Prepared, parent: int, starts: Starts) -> "WSGIApplication":
    """The application, in a worker of the process ``parent``."""
    from wiki.instance import watch_changes

    begin_telemetry(prepared.instance.settings)
    name_process("web")
    end_with(parent)
    starts.wait()
    # A view from memory takes a fifth of a millisecond, and would wait for a page that is being
    # made as long as that keeps the interpreter: 5 ms each time by default.
    sys.setswitchinterval(_SWITCH)
    keep_giving_back()
    watch_changes(prepared.instance)
    return prepared.application


def begin_telemetry(settings: Settings) -> None:
    """A server's way of logging and measuring, in a process that was just forked.

    Also where making the instance has set up a command's.
    """
    from wiki.parts.node import node_name

    node = node_name(settings)
    write_logs(settings.log_format, node)
    if settings.log_requests:
        logging.getLogger(REQUESTS).setLevel(logging.INFO)
    watch_statements(settings.slow_query_milliseconds)
    if settings.traces_to:
        begin_traces(settings.traces_to, settings.site_name, node)
