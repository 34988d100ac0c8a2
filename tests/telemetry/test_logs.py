"""What a server says of itself: logs, traces and slow statements, and never who reads what."""

import json
import logging
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from sqlalchemy import text

from wiki.instance import Instance
from wiki.people.store.engine import time_statements
from wiki.reading.lists import count_facets
from wiki.reading.reader import system_reader
from wiki.telemetry.slow import limit, watch_statements
from wiki.testing import Server

PROXYS = "0123456789abcdef"


class Collector(HTTPServer):
    """Takes what OpenTelemetry sends (OTLP over HTTP) at ``/v1/traces``."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.bodies: Queue[bytes] = Queue()


class _Taking(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        self.server.bodies.put(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Says nothing."""


def ask(url: str, **headers: str) -> int:
    try:
        with urlopen(Request(url, headers=headers), timeout=30) as answer:  # noqa: S310 - loopback
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code


def test_requests_are_logged_and_traced_by_the_proxys_name_and_without_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    collector = Collector()
    Thread(target=collector.serve_forever, daemon=True).start()
    settings = {"log_format": "json", "log_requests": "true", "proxies": "1"}
    settings["traces_to"] = f"http://127.0.0.1:{collector.server_port}"
    for name, value in settings.items():
        monkeypatch.setenv(f"WIKI_{name.upper()}", value)
    server = Server(None, tmp_path / "instance")
    try:
        for named in (PROXYS, "forged name", ""):
            assert ask(f"{server.url}/un-secret?q=un-autre", **{"X-Request-ID": named}) == 404
        assert ask(f"{server.url}/-/changes", traceparent=f"00-{PROXYS * 2}-{PROXYS}-01") == 200
        sent, spans, services = b"", dict[str, str](), set[tuple[str, bool]]()
        while "GET /-/changes" not in spans:
            body = collector.bodies.get(timeout=60)
            sent += body
            for part in ExportTraceServiceRequest.FromString(body).resource_spans:
                said = {one.key: one.value.string_value for one in part.resource.attributes}
                services.add((said["service.name"], bool(said["service.instance.id"])))
                found = (one for scope in part.scope_spans for one in scope.spans)
                spans.update((one.name, one.trace_id.hex()) for one in found)
    finally:
        server.stop()
        collector.shutdown()
        collector.server_close()
    written = capfd.readouterr().err
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    asked = [one for one in lines if one["logger"] == "wiki.requests" and " 404 " in one["message"]]
    assert [one["request"] == PROXYS for one in asked] == [True, False, False]
    assert len({one["request"] for one in asked}) == 3
    assert all(one["node"] and one["time"] and one["level"] == "INFO" for one in asked)
    assert asked[0]["message"].startswith("GET /<path:raw> 404 ")
    assert services == {("Carrefour", True)}
    assert spans["GET /-/changes"] == PROXYS * 2 and "GET /<path:raw>" in spans
    told = written.encode() + sent
    assert not any(one in told for one in (b"un-secret", b"un-autre", b"forged"))


def test_slow_statements_are_told_without_their_values(
    instance: Instance,
    write: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    write({"index.md": "# Accueil\n"})
    watch_statements(0)
    count_facets(system_reader(instance, "a test"), ["theme"])
    assert not caplog.records, "nothing is told by default"
    monkeypatch.setattr(limit, "seconds", 0.0)
    time_statements(instance.private.engine)
    count_facets(system_reader(instance, "a test"), ["theme"])
    with instance.private.engine.connect() as connection:
        connection.execute(text("SELECT :word"), {"word": "un-secret"})
    told = [one.getMessage() for one in caplog.records if one.name == "wiki.slow"]
    assert any(" ms: SELECT" in one and "FROM marker" in one for one in told), told
    # As either driver writes what stands for a value.
    assert any("SELECT ?" in one or "SELECT %(word)s" in one for one in told)
    assert all("un-secret" not in one for one in told)
    assert logging.getLogger("wiki.slow").isEnabledFor(logging.WARNING)
