"""Serves the application at a socket, until it is told to end."""

import asyncio
import logging
import socket
from collections.abc import Callable

import uvicorn
from starlette.requests import ClientDisconnect

from wiki.api.plugin import Settings

from .application import Gateway
from .client import WikiClient
from .protocol import BoundedProtocol

#: connections at a time; who comes beyond is told to come back (503)
_CONNECTIONS = 100
#: seconds for requests that are being answered at the end
_GRACE = 5
_LOOK = 0.2


async def serve(settings: Settings, listener: socket.socket, stopped: Callable[[], bool]) -> None:
    """Serves at ``listener`` until ``stopped()``."""
    # A line for each request that the SDK refuses is nobody's news.
    logging.getLogger("mcp").setLevel(logging.ERROR)
    logging.getLogger("mcp.server.streamable_http").addFilter(_is_news)
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
        ending = asyncio.create_task(_end(server, stopped))
        try:
            await server.serve(sockets=[listener])
        finally:
            ending.cancel()
            await wiki.close()


async def _end(server: uvicorn.Server, stopped: Callable[[], bool]) -> None:
    """Has the server end when it is time."""
    while not stopped():
        await asyncio.sleep(_LOOK)
    server.should_exit = True


def _is_news(record: logging.LogRecord) -> bool:
    """Not where somebody hung up before all of the request was there: the SDK logs a fault."""
    return record.exc_info is None or not isinstance(record.exc_info[1], ClientDisconnect)
