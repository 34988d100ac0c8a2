"""A language model is told, and makes anybody read, nothing that is not for whoever asks.

A server of the tests does all it can to tell: it says each line of what it was sent again, with the
number of its passage. It stands on this machine, and then, behind TLS, as one elsewhere.
"""

import json
import re
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which
from urllib.parse import urlencode

import pytest

from .asking import ROLES, Role, crawl
from .canaries import canaries, canary, forbidden
from .exits import Ask
from .world import KINDS, World

#: each of a role is asked twice
pytestmark = pytest.mark.timeout(300)

_HTMX = (("HX-Request", "true"),)
_PASSAGE = re.compile(r"<passage (\d) (\w+)>\n(.*?)\n</passage \2>", re.DOTALL)
_MARK = re.compile(r"\b[0-9a-f]{16}\b")
#: who sees secrets of their own, and who sees none
_WHO = [one for one in ROLES if one.name in ("visitor", "outsider", "other team", "guest")]
#: a name that leads to this machine, and is none of it
_ELSEWHERE = "0.0.0.0"  # noqa: S104  (nothing is bound to it)
_QUESTIONS = (
    "Que dit-on de l’agriculture ?",
    "Quels projets parlent de capteurs et d’agriculture ?",
    "Qu’est devenu LoRa à la ferme ?",
    f"Qu’est devenu le projet {canary('team', 'title')} ?",
    *(f"Que dit {canary(kind, 'body')} de l’agriculture ?" for kind in KINDS),
    *(f"Qui a besoin de {canary(kind, 'need')} ?" for kind in ("members", "team", "other")),
)


class _Parrot(BaseHTTPRequestHandler):
    """Says again what it is sent; ``got``: that, with what was new in each request left out."""

    got: list[str]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.got.append(_MARK.sub("", json.dumps([str(self.headers), body], ensure_ascii=False)))
        said = " ".join(
            f"{line} [{number}]."
            for number, _mark, text in _PASSAGE.findall(body["messages"][-1]["content"])
            for line in text.split("\n")
        )
        answer = json.dumps({"choices": [{"message": {"content": said}}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_unused: object) -> None:
        pass


@contextmanager
def parrot(*worlds: World, certificate: Path | None = None) -> Iterator[list[str]]:
    """It is the model of those wikis; what it was sent."""
    got: list[str] = []
    handler = type("Handler", (_Parrot,), {"got": got})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        url = f"http://127.0.0.1:{server.server_port}/v1"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            url = f"https://{_ELSEWHERE}:{server.server_port}/v1"
        before = [dict(vars(one.instance.settings)) for one in worlds]
        for one in worlds:
            vars(one.instance.settings).update(
                answer_model_url=url, answer_model="perroquet", sentences_per_minute=100_000
            )
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield got
        finally:
            for one, settings in zip(worlds, before, strict=True):
                vars(one.instance.settings).update(settings)
            server.shutdown()
            thread.join()


def _asks() -> list[Ask]:
    return [
        Ask("answers", "GET", f"/-/ask/sentences?{urlencode({'q': question})}", _HTMX)
        for question in _QUESTIONS
    ]


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Key and certificate of the server elsewhere, which this process believes."""
    openssl, pem = which("openssl"), tmp_path / "key.pem"
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    made = tmp_path / "made.pem"
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-keyout", str(pem), "-out", str(made), "-days", "2", "-subj", "/CN=model"),
            *("-addext", f"subjectAltName=IP:{_ELSEWHERE}"),
        ],
        check=True,
        capture_output=True,
    )
    pem.write_bytes(pem.read_bytes() + made.read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    return pem


@pytest.mark.parametrize("role", _WHO, ids=lambda role: role.name)
def test_a_model_tells_nothing(role: Role, full: World, worlds: Callable[..., World]) -> None:
    """What it is sent, and what is shown of what it says, is that of a wiki without the secrets."""
    assert role.twin is not None
    twin = worlds(*role.twin)
    with parrot(full) as sent, parrot(twin) as free:
        told = crawl(full, role, _asks(), twin)
    assert told.all() == []
    assert forbidden(canaries(_without_questions("".join(sent))), role.may) == set()
    assert sent and _without_ports(sent) == _without_ports(free)


def test_a_model_elsewhere_is_sent_what_everybody_reads(
    full: World, worlds: Callable[..., World], certificate: Path
) -> None:
    """Whoever asks: the same as for a visitor of a wiki without any secret."""
    role = next(one for one in ROLES if one.name == "outsider")
    insider = Role("insider", "insider", frozenset(KINDS))
    twin = worlds()
    with (
        parrot(full, certificate=certificate) as sent,
        parrot(twin, certificate=certificate) as free,
    ):
        assert crawl(twin, Role("visitor", ""), _asks()).all() == []
        for one in (role, insider):
            sent.clear()
            told = crawl(full, one, _asks())
            assert told.all() == []
            assert canaries(_without_questions("".join(sent))) == set()
            assert sent and _without_ports(sent) == _without_ports(free)


def test_it_would_find_a_leak(full: World) -> None:
    """An insider, taken for a visitor, is shown sentences of theirs."""
    with parrot(full) as sent:
        told = crawl(full, Role("visitor", "insider"), _asks())
    assert told.all() and canaries(_without_questions("".join(sent)))


def _without_questions(sent: str) -> str:
    return re.sub(r"<question >.*?</question >", "", sent)


def _without_ports(sent: list[str]) -> list[str]:
    return [re.sub(r"Host: \S+?:\d+", "Host", one) for one in sent]
