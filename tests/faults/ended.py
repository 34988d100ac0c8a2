"""A way to PostgreSQL whose connections end at chosen questions, as a server ends them."""

import socket
from collections.abc import Collection
from contextlib import suppress
from threading import Lock, Thread

#: what PostgreSQL says to who is connected as it ends, or as an operator ends them
_SAID = b"SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0"
_TOLD = b"E" + (len(_SAID) + 4).to_bytes(4, "big") + _SAID
#: that it waits for a question, in no transaction or in one
_READY = (b"Z\0\0\0\5I", b"Z\0\0\0\5T", b"Z\0\0\0\5E")
_BYE = b"X"


class EndingProxy:
    """Hands bytes on to ``port`` of loopback; questions of all connections are counted together.

    ``told``: once it has answered, the server says that it ends the connection; else the answer is
    lost.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._lock = Lock()
        self._ends: frozenset[int] = frozenset()
        self._how, self._asked = "", 0
        #: how many connections were ended since ``end_at``
        self.ended = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = Thread(target=self._accept, daemon=True)
        self._thread.start()

    def end_at(self, questions: Collection[int], how: str = "") -> None:
        """Ends connections at those ``questions``, of which the next one is the first (0)."""
        with self._lock:
            self._ends, self._how, self._asked, self.ended = frozenset(questions), how, 0, 0

    def close(self) -> None:
        """Lets nobody in any more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(60)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                try:
                    server = socket.create_connection(("127.0.0.1", self._to))
                except OSError:
                    client.close()
                    continue
                told: list[str] = []
                for one in (self._ask, self._answer):
                    Thread(target=one, args=(client, server, told), daemon=True).start()

    def _is_last(self) -> str:
        """How the connection that asks just now ends; "" where it does not."""
        with self._lock:
            number, self._asked = self._asked, self._asked + 1
            if number not in self._ends:
                return ""
            self.ended += 1
            return self._how

    def _ask(self, client: socket.socket, server: socket.socket, told: list[str]) -> None:
        with suppress(OSError):
            while data := client.recv(65_536):
                if not data.startswith(_BYE) and (how := self._is_last()):
                    told.append(how)
                server.sendall(data)
        if "told" not in told:
            _end(client, server)

    def _answer(self, client: socket.socket, server: socket.socket, told: list[str]) -> None:
        with suppress(OSError):
            while data := server.recv(65_536):
                if told and told != ["told"]:
                    break
                client.sendall(data)
                if told and data.endswith(_READY):
                    client.sendall(_TOLD)
                    break
        _end(client, server)


def _end(*ends: socket.socket) -> None:
    for one in ends:
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()
