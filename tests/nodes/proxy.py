"""A TCP proxy that cuts a git host off: wholly, or between what it did and its answer."""

import socket
import threading
from contextlib import suppress


class Proxy:
    """Passes bytes on to ``port`` of this machine.

    ``off``: nobody is let in. ``deaf``: for so many connections what is asked arrives, and the
    answer does not come back. ``silent``: as by a cable that was pulled, nothing arrives, and
    nobody is told so; what was sent arrives once it is over.
    """

    def __init__(self, port: int) -> None:
        self.off = False
        self.deaf = 0
        self._speaks = threading.Event()
        self._speaks.set()
        self._upstream = port
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def silent(self) -> bool:
        """Whether nothing arrives."""
        return not self._speaks.is_set()

    @silent.setter
    def silent(self, value: bool) -> None:
        (self._speaks.clear if value else self._speaks.set)()

    def close(self) -> None:
        self._speaks.set()
        # Who waits at a door that is only closed waits at the next one of its number.
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._thread.join(60)
        self._door.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._door.accept()
                if self.off:
                    client.close()
                    continue
                threading.Thread(target=self._pass, args=(client,), daemon=True).start()

    def _pass(self, client: socket.socket) -> None:
        self._speaks.wait()
        try:
            host = socket.create_connection(("127.0.0.1", self._upstream))
        except OSError:  # stopped just now
            client.close()
            return
        threading.Thread(target=self._copy, args=(client, host), daemon=True).start()
        with suppress(OSError):
            while data := host.recv(65_536):
                self._speaks.wait()
                if self.off:
                    break
                if self.deaf:
                    self.deaf -= 1
                    break
                client.sendall(data)
        for one in (client, host):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _copy(self, client: socket.socket, host: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(65_536):
                self._speaks.wait()
                if self.off:
                    break
                host.sendall(data)
        with suppress(OSError):
            host.shutdown(socket.SHUT_WR)
