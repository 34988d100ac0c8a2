"""Serves the application at a socket, until it is told to end or nobody has come for long."""

import asyncio
import logging
import socket
import time
from collections.abc import Callable

import uvicorn

from wiki.api.plugin import Settings

from .application import Gateway
from .client import WikiClient
from .protocol import BoundedProtocol

#: seconds until the process ends: where nobody comes, and after the last who did; the next has it
#: started again
COME, LINGER = 10.0, 300.0
#: connections at a time; who comes beyond is told to come back (503)
_CONNECTIONS = 100
#: seconds for requests that are being answered at the end
_GRACE = 5
_LOOK = 0.2


async def serve(
    settings: Settings,
    listener: socket.socket,
    stopped: Callable[[], bool],
    come: float = COME,
) -> None:
    """Serves at ``listener`` until ``stopped()``, or until nobody has come for long."""
    # A line for each request that the SDK refuses is nobody's news.
    logging.getLogger("mcp").setLevel(logging.ERROR)
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    wiki = WikiClient(settings)
    gateway = Gateway(settings, wiki)
    server = uvicorn.Server(
        uvicorn.Config(
            gateway,
            http=BoundedProtocol,
            lifespan="off",
            ws="none",
            log_config=None,
            log_level=logging.ERROR,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=_CONNECTIONS,
            timeout_graceful_shutdown=_GRACE,
        )
    )
    async with gateway.run():
        ending = asyncio.create_task(_end(server, gateway, stopped, come))
        try:
            await server.serve(sockets=[listener])
        finally:
            ending.cancel()
            await wiki.close()


async def _end(
    server: uvicorn.Server, gateway: Gateway, stopped: Callable[[], bool], come: float
) -> None:
    """Has the server end when it is time."""
    ends = time.monotonic() + come
    while not stopped() and time.monotonic() < ends:
        await asyncio.sleep(_LOOK)
        if gateway.requests:
            gateway.requests = 0
            ends = time.monotonic() + LINGER
    server.should_exit = True
