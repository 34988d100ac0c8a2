"""The service that ``wiki serve`` keeps running: the process that people write through together."""

import asyncio
import logging

from wiki.api.jobs import EndAsked, ServedProcess
from wiki.api.plugin import Instance, Settings, close_instance

from .server import Live, Pace

NAME = "coediting"
#: seconds before the port is tried again
_AGAIN = 5.0
_log = logging.getLogger(__name__)


def process(settings: Settings) -> ServedProcess | None:
    """The process, where people may edit together; somebody waits for each of its answers."""
    return ServedProcess(run, nice=0) if settings.live_editing else None


def run(instance: Instance, asked: EndAsked, pace: Pace | None = None) -> None:
    """Serves until ``asked``; where its port is taken it waits for it: the wiki goes on without."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True)
    # A line for each connection that breaks is nobody's news.
    logging.getLogger("coediting.connections").setLevel(logging.CRITICAL)
    try:
        while not asked:
            try:
                asyncio.run(_serve(instance, asked, pace))
            except OSError as error:
                _log.warning(
                    "cannot listen on port %s: %s; people edit alone meanwhile",
                    *(instance.settings.live_port_used, error.strerror or error),
                )
                asked.wait(_AGAIN)
    finally:
        close_instance(instance)


async def _serve(instance: Instance, asked: EndAsked, pace: Pace | None) -> None:
    settings = instance.settings
    await Live(instance, pace).run(settings.host, settings.live_port_used, lambda: bool(asked))
