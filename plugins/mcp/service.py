"""The service that ``wiki serve`` keeps running: the process that assistants are answered by."""

import logging
from functools import partial

from wiki.api.jobs import EndAsked, Port, ServedProcess
from wiki.api.plugin import Instance, Settings, how_to_add, is_installed

NAME = "mcp"
_log = logging.getLogger(__name__)


def process(settings: Settings) -> ServedProcess | None:
    """The process, where it is turned on and what it needs is installed."""
    if not settings.mcp:
        return None
    if not is_installed(NAME):
        _log.warning("mcp is on, but its libraries are not there: %s", how_to_add(NAME))
        return None
    port = Port(settings.host, settings.mcp_port_used)
    return ServedProcess(partial(run, port), nice=0, calls=port)


def run(port: Port, instance: Instance, asked: EndAsked) -> None:
    """Serves at ``port``, which is open, until ``asked``."""
    # What the process alone needs: those that are forked beside it share none of it.
    import asyncio

    from .gateway.server import serve

    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True)
    asyncio.run(serve(instance.settings, port.socket, lambda: bool(asked)))
