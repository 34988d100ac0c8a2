"""Slow senders cost themselves time, and nobody a page."""

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.request import urlopen

from wiki.parts.creation import found

if TYPE_CHECKING:
    from wiki.config import Settings
    from wiki.testing import Server


def test_pages_are_read_while_many_send_slowly(
    settings: "Settings", serve: "Callable[..., Server]"
) -> None:
    found(settings, empty=True)
    server = serve(settings.instance)
    head = "POST /-/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nemail=a"
    slow = []
    try:
        for _number in range(2 * settings.threads):
            sender = socket.create_connection(("127.0.0.1", server.port), timeout=10)
            sender.sendall(head.encode())
            slow.append(sender)
        # The form is no kept answer: a thread of the worker makes it.
        with urlopen(f"{server.url}/-/reset", timeout=20) as answer:  # noqa: S310 - ours
            assert answer.status == 200
    finally:
        for sender in slow:
            sender.close()
