"""What is typed in a browser reaches no server inside of the network that the wiki is in."""

import ast
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from wiki.config import Settings, load_settings
from wiki.errors import BadRequest
from wiki.mailer import Mailer, MailFailed, reason
from wiki.outside.client import find_service
from wiki.testing import free_port
from wiki.web.account.oidc.provider import Provider
from wiki.web.account.oidc.tokens import ProviderFailed

ROOT = Path(__file__).parents[1]
#: libraries that open connections, and calls that do
_LIBRARIES = (
    *("socket", "smtplib", "imaplib", "poplib", "ftplib", "http.client", "urllib.request"),
    *("xmlrpc.client", "requests", "urllib3", "httpx", "aiohttp", "boto3", "botocore", "paramiko"),
    *("websockets", "grpc", "opentelemetry", "authlib.integrations.requests_client"),
)
_CALLS = {"open_connection", "create_connection"}
#: modules that speak to processes of the wiki's own, on this machine
OWN = {
    "wiki/hosting/door.py", "wiki/hosting/site.py", "wiki/hosting/warden.py",
    "wiki/jobs/workers.py", "wiki/meaning/service.py", "wiki/processes/calls.py",
    "wiki/processes/channel.py", "wiki/processes/web.py", "wiki/rendering/child.py",
    "wiki/rendering/child_gate.py", "wiki/server.py", "plugins/coediting/views.py",
}  # fmt: skip
#: that answer, or want the name of this machine alone
ANSWER = {
    "plugins/coediting/live/connection.py", "plugins/coediting/live/member.py",
    "plugins/coediting/live/server.py", "plugins/mcp/gateway/server.py",
    "wiki/jobs/tasks.py", "wiki/parts/node.py",
}  # fmt: skip
#: that call what only whoever runs the wiki can name (no setting of the browser)
OPERATOR = {"wiki/repository/shared/host.py": "shared_repository"}
OPERATOR |= {"wiki/telemetry/traces.py": "traces_to"}
#: that dial by way of another module, which is of those that ask ``wiki/outside``
BY_WAY_OF = {
    "wiki/web/account/oidc/provider.py": "wiki.web.http_client",
    "wiki/web/admin/settings/trials.py": "wiki.mailer",
}


def _opens(tree: ast.AST) -> bool:
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
        if any(one == name or one.startswith(f"{name}.") for one in names for name in _LIBRARIES):
            return True
        if isinstance(node, ast.Attribute) and node.attr in _CALLS:
            return True
    return False


def test_all_that_dials_goes_through_one_door() -> None:
    """A new use of a socket or a client is classified here, or asks ``wiki/outside`` where to."""
    from wiki.config.browser import IN_BROWSER

    unknown, known = set(), OWN | ANSWER | OPERATOR.keys() | BY_WAY_OF.keys()
    dials = set()
    for file in (*ROOT.glob("wiki/**/*.py"), *ROOT.glob("plugins/**/*.py")):
        place, text = file.relative_to(ROOT).as_posix(), file.read_text("utf-8")
        if "/tests/" in place or place.startswith(("wiki/testing/", "wiki/outside/")):
            continue
        if _opens(ast.parse(text)):
            dials.add(place)
            if place not in known and not any(
                f"{one} import" in text for one in ("wiki.outside.client", "wiki.api.web.outside")
            ):
                unknown.add(place)
            if place in BY_WAY_OF:
                assert BY_WAY_OF[place] in text, place
    assert not unknown
    assert known <= dials, "these dial no more"
    assert not IN_BROWSER.keys() & set(OPERATOR.values())


@contextmanager
def listening() -> Iterator[tuple[int, list[str]]]:
    """The port of a server on this machine, and a line for each who came."""
    came: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    line, _address = server.accept()
                except OSError:
                    return
                with line:
                    came.append("somebody")
                    line.sendall(b"220 secret-banner\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1], came
        finally:
            server.shutdown(socket.SHUT_RDWR)
            server.close()
            thread.join()


def _mail(settings: Settings) -> str:
    try:
        Mailer(settings, patience=5).send("a@example.org", "S", "T")
    except MailFailed as error:
        return reason(error)
    return ""


def _sign_on(settings: Settings) -> str:
    try:
        Provider(settings, "").check()
    except ProviderFailed as error:
        return str(error.__cause__)
    return ""


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "::1"])
def test_a_server_inside_is_not_called_for_a_browser(host: str) -> None:
    """However it is written: nobody comes there, and nothing of what it says is told."""
    with listening() as (port, came):
        name = f"[{host}]" if ":" in host else host
        issuer = f"https://{name}:{port}"
        chosen = Settings(smtp_host=host, smtp_port=port, oidc_issuer=issuer, oidc_client_id="c")
        told = [_mail(chosen), _sign_on(chosen)]
        assert came == [] and all("service_hosts" in one for one in told), told
        # The other doors that Authlib's client has: whatever an issuer outside names.
        for url in (f"https://{name}:{port}/token", f"http://{name}:{port}/token"):
            with pytest.raises(BadRequest), Provider(chosen, "")._session() as session:
                session.post(url, withhold_token=True)
        assert came == []


def test_whoever_runs_the_wiki_names_any(tmp_path: Path) -> None:
    """In ``wiki.toml`` and the environment; and lets administrators choose by ``service_hosts``."""
    with listening() as (port, came):
        (tmp_path / "wiki.toml").write_text(f'smtp_host = "127.0.0.1"\nsmtp_port = {port}\n')
        assert "service_hosts" not in _mail(load_settings(tmp_path, {}))
        assert len(came) == 1
        elsewhere = {"WIKI_SMTP_HOST": "127.0.0.1", "WIKI_SMTP_PORT": str(port)}
        _mail(load_settings(tmp_path / "other", elsewhere))
        assert len(came) == 2
        _mail(Settings(smtp_host="127.0.0.1", smtp_port=port, service_hosts="mail.lan 127.0.0.1"))
        assert len(came) == 3
    # One setting that is given lets no other one in.
    given = load_settings(tmp_path, {})
    with pytest.raises(BadRequest):
        find_service(given, "imap_host", "127.0.0.1", 993)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Key and certificate of ``mail.example.org``, in one file."""
    openssl, pem = which("openssl"), tmp_path / "key.pem"
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    command = (openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
    named = ("-subj", "/CN=mail.example.org", "-addext", "subjectAltName=DNS:mail.example.org")
    subprocess.run(
        [*command, *named, "-nodes", "-keyout", str(pem), "-out", str(tmp_path / "cert.pem")],
        check=True,
        capture_output=True,
    )
    pem.write_bytes(pem.read_bytes() + (tmp_path / "cert.pem").read_bytes())
    return pem


@pytest.fixture
def outside(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Has ``mail.example.org`` be a server outside, as far as a test has an outside.

    Its name is looked up once: what was looked at is what is connected to. How it encrypts.
    """
    looks, real = iter([True]), socket.getaddrinfo

    def look_up(host: Any, *rest: Any, **more: Any) -> Any:
        if host == "mail.example.org":
            assert next(looks, False), "its name was looked up again"
            host = "127.0.0.1"
        return real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr("wiki.outside.hosts.is_outside", lambda _found: True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@contextmanager
def _encrypting(context: ssl.SSLContext, answer: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A server that takes one connection; its port, and what it was asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                plain, _address = server.accept()
                with plain, context.wrap_socket(plain, server_side=True) as line:
                    asked.append(line.recv(4_000))
                    line.sendall(answer)
            except OSError as error:
                asked.append(repr(error).encode())

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1], asked
        finally:
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_a_provider_outside_is_called_where_it_was_looked_at(
    outside: ssl.SSLContext, certificate: Path
) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=punycode\r\n"
    answer += b"Content-Length: 2\r\nConnection: close\r\n\r\n{}"
    with _encrypting(outside, answer) as (port, asked):
        issuer = f"https://mail.example.org:{port}"
        chosen = Settings(oidc_issuer=issuer, oidc_client_id="c")
        with Provider(chosen, "")._session(client_id="c") as session:
            session.verify = str(certificate)
            said = session.get(f"{issuer}/about", withhold_token=True)
    # By a codec of the other's choice a megabyte would take a minute.
    assert (said.text, said.encoding) == ("{}", "utf-8")
    assert asked[0].startswith(b"GET /about ")
    assert f"\r\nHost: mail.example.org:{port}\r\n".encode() in asked[0]


def test_mails_leave_by_the_server_that_was_looked_at(outside: ssl.SSLContext) -> None:
    taken: list[Any] = []

    class Box:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
            taken.append(envelope)
            return "250 OK"

    server = Controller(
        Box(), hostname="127.0.0.1", port=free_port(), tls_context=outside, require_starttls=True
    )
    server.start()
    try:
        chosen = Settings(smtp_host="mail.example.org", smtp_port=server.port)
        Mailer(chosen).send("a@example.org", "S", "T")
    finally:
        server.stop()
    assert len(taken) == 1
