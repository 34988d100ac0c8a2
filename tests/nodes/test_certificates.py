"""A git host is believed by whom this machine trusts, and why it is not is said."""

import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.test_mail import certificate  # noqa: F401 - a fixture
from wiki.errors import HostRefuses
from wiki.repository.remote.addresses import Remote
from wiki.repository.shared.host import Host, Unanswered


class _Refusing(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Reads what is sent: a connection that is closed before would be cut off."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_error(HTTPStatus.FORBIDDEN)

    def log_message(self, *_said: object) -> None:
        """Nothing."""


@pytest.fixture
def host(certificate: Path) -> Iterator[Host]:  # noqa: F811
    """One over https that nobody is let into, by a certificate that no authority has signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with ExitStack() as stack:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Refusing)
        stack.callback(server.server_close)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        stack.callback(thread.join)
        stack.callback(server.shutdown)
        made = Host(Remote(f"https://127.0.0.1:{server.server_address[1]}/a.git", "https"))
        stack.callback(made.close)
        yield made


def test_one_whose_authority_is_named_is_heard(
    host: Host,
    certificate: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with pytest.raises(HostRefuses, match="403"), host.asked("git-upload-pack", b""):
        pass


def test_why_one_is_not_believed_is_said(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with pytest.raises(Unanswered, match="self-signed"), host.asked("git-upload-pack", b""):
        pass
