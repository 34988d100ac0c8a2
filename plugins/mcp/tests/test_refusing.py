"""Who is not let in, what is too much, and a wiki that is away."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest
from starlette.datastructures import Headers

from wiki.config import load_settings
from wiki.people.accounts import access_tokens
from wiki.testing import free_port

from .conftest import Place, gateway_part

LIST = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}})


def test_who_has_no_token_is_told_where_to_get_one(place: Place) -> None:
    answer = place.post(LIST)
    assert answer.status_code == 401
    said = answer.headers["www-authenticate"]
    assert said.startswith("Bearer resource_metadata=") and said.endswith(
        '/.well-known/oauth-protected-resource/-/mcp"'
    )


def test_a_token_that_is_no_good_or_too_narrow_is_refused(place: Place) -> None:
    token = place.token("read")
    assert place.post(LIST, token).status_code == 200
    private = place.instance.private
    for one in access_tokens.listed(private, place.awa.id):
        access_tokens.revoke(private, place.awa.id, one.id)
    for bad in (token, "carrefour_inconnu", "x" * 5000, "\u00e9"):
        answer = place.post(LIST, bad)
        assert answer.status_code == 401, bad
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    narrow = place.post(LIST, place.token("feeds"))
    assert narrow.status_code == 403
    assert 'error="insufficient_scope", scope="read"' in narrow.headers["www-authenticate"]


def test_pages_of_elsewhere_do_not_reach_it(place: Place) -> None:
    """A name that somebody has lead to this machine (DNS rebinding), and another site's script."""
    token = place.token("read")
    assert place.post(LIST, token, Host="evil.example").status_code == 421
    for origin in ("https://evil.example", "null", "http://127.0.0.1.evil.example", "http://["):
        assert place.post(LIST, token, Origin=origin).status_code == 403
    assert place.post(LIST, token, Origin="http://127.0.0.1:9999").status_code == 200


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ("{", 400),
        ("[]", 400),
        ('"words"', 400),
        ("[" * 100_000, 400),
        (b"\xff\xfe", 400),
        ("", 400),
        (LIST.replace("tools/list", "\\ud800"), 400),
        (json.dumps({"jsonrpc": "2.0", "id": 1, "method": "x" * 7_000_000}), 413),
    ],
)
def test_what_cannot_be_read_is_refused(place: Place, content: bytes | str, status: int) -> None:
    token = place.token("read")
    for version in ("2025-11-25", "2026-07-28", "1999-01-01"):
        answer = place.post(content, token, **{"MCP-Protocol-Version": version})
        assert answer.status_code == status, answer.text
    # It goes on.
    assert place.post(LIST, token).status_code == 200


def test_a_number_that_json_has_not_is_said_in_words(place: Place) -> None:
    given = {"path": "index", "text": float("nan")}
    asked = json.loads(LIST) | {"method": "tools/call"}
    asked["params"] = {"name": "propose_change", "arguments": given}
    told = place.post(json.dumps(asked), place.token("read", "propose")).json()["result"]
    assert told["isError"] and "no text" in told["content"][0]["text"]


def test_the_address_that_a_proxy_adds_is_passed_on(place: Place) -> None:
    """In a line of its own, below one that the caller made up."""
    raw = [(b"x-forwarded-for", b"192.0.2.1"), (b"x-forwarded-for", b"198.51.100.7")]
    passed = gateway_part("client").read_passed(Headers(raw=[*raw, (b"cookie", b"session=x")]))
    assert passed == {"x-forwarded-for": "192.0.2.1, 198.51.100.7"}


def test_nothing_but_post_is_answered(place: Place) -> None:
    token = {"Authorization": f"Bearer {place.token('read')}", "Accept": "text/event-stream"}
    for method in ("GET", "DELETE", "PUT", "OPTIONS"):
        answer = httpx2.request(method, place.url, headers=token)
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert httpx2.post(f"{place.url}/more", headers=token).status_code == 404


def test_many_at_a_time_leave_nothing_behind(place: Place) -> None:
    """No session is kept: whoever comes again and again is as the first one."""
    begin = {"protocolVersion": "2025-11-25", "capabilities": {}}
    begin |= {"clientInfo": {"name": "x", "version": "1"}}
    hello = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": begin})
    token = place.token("read")
    for _each in range(50):
        answer = place.post(hello, token)
        assert answer.status_code == 200 and "mcp-session-id" not in answer.headers


@contextmanager
def alone(tmp_path: object, port: int = 0) -> Iterator[str]:
    """The gateway of the wiki at ``port``, or of one that is not there, in this process."""
    environ = {"WIKI_PORT": str(port or free_port())}
    settings = load_settings(tmp_path, environ=environ)  # type: ignore[arg-type]
    over, listener = threading.Event(), socket.create_server(("127.0.0.1", free_port()))
    serve = gateway_part("server").serve
    thread = threading.Thread(target=lambda: asyncio.run(serve(settings, listener, over.is_set)))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/-/mcp"
    finally:
        over.set()
        thread.join()
        listener.close()


def test_a_wiki_that_is_away_is_waited_for(tmp_path: object) -> None:
    with alone(tmp_path) as url:
        answer = httpx2.post(url, content=LIST, headers={"Authorization": "Bearer carrefour_x"})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def test_who_sends_no_request_is_hung_up_on(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a hundred who wait would keep everybody out."""
    monkeypatch.setattr(gateway_part("protocol"), "HEAD", 0.2)
    sent = b"POST /-/mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    with alone(tmp_path) as url:
        port = int(url.split(":")[2].split("/")[0])
        # Nothing, a part of a head, and one that begins again after an answer.
        for first in (b"", sent, sent + b"\r\n" + sent):
            with socket.create_connection(("127.0.0.1", port), timeout=30) as held:
                held.sendall(first)
                answer = b"".join(iter(lambda: held.recv(4096), b""))
                assert answer[9:12] == (b"401" if b"\r\n\r\n" in first else b"")


@pytest.mark.parametrize("sent", ['{"js', LIST])
def test_who_hangs_up_is_nobodys_news(
    place: Place, tmp_path: object, caplog: pytest.LogCaptureFixture, sent: str
) -> None:
    with alone(tmp_path, int(place.site.rpartition(":")[2])) as url:
        port = int(url.split(":")[2].split("/")[0])
        head = f"POST /-/mcp HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 900\r\n"
        head += f"Content-Type: application/json\r\nAuthorization: Bearer {place.token('read')}\r\n"
        accept = "Accept: application/json, text/event-stream\r\n\r\n"
        with socket.create_connection(("127.0.0.1", port), timeout=30) as hung:
            hung.sendall((head + accept + sent).encode())
        answer = httpx2.post(url, content=LIST, headers={"Authorization": "Bearer carrefour_x"})
        assert answer.status_code == 401
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == []


def test_off_it_costs_nothing(tmp_path: object) -> None:
    """No process, and nothing of the SDK is imported by who loads the plugin."""
    service = gateway_part("").service
    off = load_settings(tmp_path, environ={})  # type: ignore[arg-type]
    assert service.process(off) is None
    on = load_settings(tmp_path, environ={"WIKI_MCP": "true"})  # type: ignore[arg-type]
    assert service.process(on) is not None
