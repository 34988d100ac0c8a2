"""Something between the wiki and a server of S3 that is full, silent, gives back other bytes, hides
a mark, or knows no conditions."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.request import Request, urlopen


class Between(ThreadingHTTPServer):
    """Passes on to ``upstream``, and does as its ``mood`` is.

    That is "", "full", "silent", "lying", "hiding" who the owner is, or of If-None-Match: "unable",
    which says so, and "careless", which does not look at it.
    """

    daemon_threads = True

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = upstream
        self.mood = ""
        self.asked = 0
        self.ended = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Between

    def _pass(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked += 1
        mood = self.server.mood
        if mood == "silent":
            self.server.ended.wait(60)
            return
        if mood == "full" and self.command in ("PUT", "POST"):
            self._answer(507, {}, b"<Error><Code>QuotaExceeded</Code></Error>")
            return
        if mood == "hiding" and self.command == "GET" and self.path.endswith("/owner"):
            self._answer(404, {}, b"<Error><Code>NoSuchKey</Code></Error>")
            return
        if mood == "unable" and "If-None-Match" in self.headers:
            self._answer(501, {}, b"<Error><Code>NotImplemented</Code></Error>")
            return
        left = {"host"} | ({"if-none-match"} if mood == "careless" else set())
        headers = {name: value for name, value in self.headers.items() if name.lower() not in left}
        headers.setdefault("Content-Type", "application/octet-stream")  # else urllib says another
        asked = Request(  # noqa: S310 - on loopback
            self.server.upstream + self.path, data or None, headers, method=self.command
        )
        try:
            with urlopen(asked, timeout=30) as answer:  # noqa: S310
                status, told, body = answer.status, dict(answer.headers), answer.read()
        except HTTPError as error:
            with error:
                status, told, body = error.code, dict(error.headers), error.read()
        if mood == "lying" and self.command == "GET" and status in (200, 206):
            body = bytes(byte ^ 1 for byte in body)
        self._answer(status, told, body)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _pass  # noqa: N815

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in ("connection", "content-length", "server", "date"):
                self.send_header(name, value)
        length = headers.get("Content-Length") if self.command == "HEAD" else None
        self.send_header("Content-Length", length or str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def between(upstream: str) -> Iterator[Between]:
    """A server of its own before ``upstream``."""
    server = Between(upstream)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()
