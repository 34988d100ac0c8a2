"""The service that ``wiki serve`` keeps running: the process that people write through together."""

import logging
from functools import partial
from typing import TYPE_CHECKING

from wiki.api.jobs import EndAsked, Port, ServedProcess
from wiki.api.plugin import Instance, Settings, close_instance

if TYPE_CHECKING:
    from .server import Pace

NAME = "coediting"


def process(settings: Settings) -> ServedProcess | None:
    """The process, where people may edit together; somebody waits for each of its answers."""
    if not settings.live_editing:
        return None
    port = Port(settings.host, settings.live_port_used)
    return ServedProcess(partial(run, port), nice=0, calls=port)


def run(port: Port, instance: Instance, asked: EndAsked, pace: "Pace | None" = None) -> None:
    """Serves at ``port``, which is open, until ``asked``, or until nobody has written for long."""
    # What the process alone needs: those that are forked beside it share none of it.
    import asyncio

    from .server import Live

    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True)
    # A line for each connection that breaks is nobody's news.
    logging.getLogger("coediting.connections").setLevel(logging.CRITICAL)
    try:
        asyncio.run(Live(instance, pace).run(port.socket, lambda: bool(asked)))
    finally:
        close_instance(instance)
