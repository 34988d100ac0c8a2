"""Single sign-on: what a provider that is broken, or not itself, may send."""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.web.conftest import CLIENT
from wiki.config import Settings
from wiki.people.accounts.sign_ons import Vouched
from wiki.web.account.oidc.provider import Provider
from wiki.web.account.oidc.tokens import LEEWAY, ProviderFailed

BACK = "http://127.0.0.1:8080/-/oidc/callback"


class Bad:
    """A provider on loopback that signs what it is told, or answers what it is told."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig"})
        self.keys: object = None
        self.metadata: dict[str, object] = {}
        self.tokens: dict[str, object] | bytes = {}
        #: JSON, or a token that is signed
        self.userinfo: dict[str, object] | bytes = {}
        self.asked: list[str] = []
        self.server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def _answer(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        self.asked.append(request.path)
        answer: object = {}
        if request.path == "/.well-known/openid-configuration":
            answer = {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            } | self.metadata
        elif request.path == "/keys":
            answer = self.keys or {"keys": [self.key.as_dict(private=False)]}
        elif request.path == "/token":
            answer = self.tokens
        elif request.path == "/userinfo":
            answer = self.userinfo
            if isinstance(answer, bytes):
                kind = "application/jwt; charset=utf-8"
                return Response(answer, content_type=kind)(environ, start_response)
        elif request.path == "/elsewhere":
            return Response(status=302, headers={"Location": "/keys"})(environ, start_response)
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        return Response(body, mimetype="application/json")(environ, start_response)

    def provider(self) -> Provider:
        settings = Settings(
            oidc_issuer=self.issuer, service_hosts="127.0.0.1", oidc_client_id=CLIENT
        )
        return Provider(settings, BACK)

    def sign(self, key: Any = None, alg: str = "RS256", **claims: object) -> str:
        now = int(time.time())
        said = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "one",
            "iat": now,
            "exp": now + 60,
            "nonce": "n",
        } | claims
        kept = {name: value for name, value in said.items() if value is not None}
        return jwt.encode({"alg": alg, "kid": "one"}, kept, key or self.key, algorithms=[alg])


@pytest.fixture(scope="module")
def bad_server() -> Iterator[Bad]:
    bad = Bad()
    yield bad
    bad.server.shutdown()
    bad.thread.join(60)
    bad.server.server_close()


@pytest.fixture
def bad(bad_server: Bad) -> Bad:
    bad_server.keys, bad_server.metadata, bad_server.tokens = None, {}, {}
    bad_server.asked.clear()
    return bad_server


def test_a_sound_token_is_taken(bad: Bad) -> None:
    assert bad.provider().verified(bad.sign(), "n")["sub"] == "one"
    many = bad.sign(aud=[CLIENT, "other"], azp=CLIENT)
    assert bad.provider().verified(many, "n")["sub"] == "one"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "someone-else"},
        {"aud": None},
        {"aud": []},
        {"aud": [CLIENT, "other"], "azp": "other"},
        {"exp": None},
        {"exp": 1},
        {"exp": "tomorrow"},
        {"exp": time.time() - LEEWAY - 5},
        {"iat": time.time() + 86_400},
        {"iat": None},
        {"nbf": time.time() + 86_400},
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": ["n"]},
        {"sub": None},
        {"sub": ""},
        {"sub": 17},
        {"sub": "x" * 256},
        {"sub": "a\nb"},
        {"sub": {"a": "b"}},
        {"name": "x" * 200_000},
    ],
    ids=lambda claims: "-".join(claims),
)
def test_a_token_that_says_something_else_is_refused(bad: Bad, claims: dict[str, Any]) -> None:
    with pytest.raises(ProviderFailed):
        bad.provider().verified(bad.sign(**claims), "n")


def test_clocks_may_differ_a_little(bad: Bad) -> None:
    now = time.time()
    ahead = bad.sign(iat=now + LEEWAY - 20, exp=now + LEEWAY + 60)
    behind = bad.sign(iat=now - LEEWAY, exp=now - LEEWAY + 20)
    for one in (ahead, behind):
        assert bad.provider().verified(one, "n")["sub"] == "one"


def test_a_signature_of_anything_else_is_refused(bad: Bad) -> None:
    provider = bad.provider()
    head, body, signature = bad.sign().split(".")
    public = json.dumps(bad.key.as_dict(private=False))
    other = RSAKey.generate_key(2048, parameters={"kid": "one"})
    forged = [
        bad.sign(other),
        bad.sign(OctKey.import_key(public), "HS256"),
        f"{head}.{body}.",
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{bad.sign(sub='two').split('.')[1]}.{signature}",
        "eyJhbGciOiJub25lIn0." + body + ".",
        "x",
        "",
        "." * 50,
        "é.é.é",
        None,
        {"a": 1},
    ]
    for one in forged:
        with pytest.raises(ProviderFailed):
            provider.verified(one, "n")


def test_new_keys_are_asked_for(bad: Bad, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wiki.web.account.oidc.provider._KEYS_KEPT", 0.0)
    provider = bad.provider()
    provider.verified(bad.sign(), "n")
    fresh = RSAKey.generate_key(2048, parameters={"kid": "two"})
    # Kinds that we do not know yet, and some that are none, spoil no other.
    others = [{"kty": "?"}, "x", {"kty": "RSA"}, {"kty": "EC", "crv": "new", "x": "AA", "y": "AA"}]
    bad.keys = {"keys": [*others, fresh.as_dict(private=False)]}
    now = int(time.time())
    claims = {"iss": bad.issuer, "aud": CLIENT, "sub": "s", "iat": now, "exp": now + 9}
    signed = jwt.encode({"alg": "RS256", "kid": "two"}, claims | {"nonce": "n"}, fresh)
    assert provider.verified(signed, "n")["sub"] == "s"


def test_keys_that_are_none_are_refused(bad: Bad) -> None:
    none: list[object] = [{"keys": []}, {"keys": "x"}, {"keys": [{"kty": "RSA"}]}, [1], b"{"]
    for keys in (*none, b"[" * 90_000):
        bad.keys = keys
        with pytest.raises(ProviderFailed):
            bad.provider().verified(bad.sign(), "n")


@pytest.mark.parametrize(
    "tokens",
    [
        {"error": "invalid_grant", "error_description": "secret"},
        {},
        {"access_token": "a"},
        {"access_token": "a", "token_type": "Bearer", "id_token": 3},
        b"",
        b"[]",
        b"<html>",
        b'"x"',
        b"[" * 100_000,
        b" " * 2_000_000,
    ],
    ids=lambda one: str(one)[:20],
)
def test_an_answer_that_is_no_token_is_refused(bad: Bad, tokens: Any) -> None:
    bad.tokens = tokens
    provider = bad.provider()
    _url, flow = provider.begin()
    with pytest.raises(ProviderFailed):
        provider.finish(flow, "code")


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "http://192.0.2.1/"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "file:///etc/passwd"},
        {"authorization_endpoint": "http://[::"},
        {"authorization_endpoint": None},
    ],
    ids=str,
)
def test_a_provider_that_leads_elsewhere_is_not_followed(
    bad: Bad, metadata: dict[str, object]
) -> None:
    bad.metadata = metadata
    with pytest.raises(ProviderFailed):
        bad.provider().begin()


def test_redirections_are_not_followed(bad: Bad) -> None:
    bad.metadata = {"jwks_uri": f"{bad.issuer}/elsewhere"}
    with pytest.raises(ProviderFailed):
        bad.provider().verified(bad.sign(), "n")
    assert "/keys" not in bad.asked


def userinfo_of(bad: Bad, said: dict[str, object] | bytes) -> Vouched:
    """Who it is by an id_token that says but a subject, and ``said``."""
    bad.metadata = {"userinfo_endpoint": f"{bad.issuer}/userinfo"} | bad.metadata
    provider = bad.provider()
    _url, flow = provider.begin()
    bad.tokens = {
        "access_token": "a",
        "token_type": "Bearer",
        "id_token": bad.sign(nonce=flow.nonce),
    }
    bad.userinfo = said
    return provider.finish(flow, "code")


def test_userinfo_is_about_the_same_person(bad: Bad) -> None:
    assert userinfo_of(bad, {"sub": "one", "email": "a@example.org"}).email == "a@example.org"
    assert userinfo_of(bad, bad.sign(email="b@example.org").encode()).email == "b@example.org"
    others: list[Any] = [{}, {"sub": "two"}, bad.sign(sub="two").encode()]
    for other in others:
        with pytest.raises(ProviderFailed, match="somebody else"):
            userinfo_of(bad, other)


def test_userinfo_is_asked_for_only_where_something_is_missing(bad: Bad) -> None:
    bad.metadata = {"userinfo_endpoint": f"{bad.issuer}/userinfo"}
    bad.userinfo = {"sub": "one", "name": "Une"}
    email = {"email": "a@example.org"}
    for claims, asks in (({}, True), (email, True), ({**email, "given_name": "Une"}, False)):
        bad.asked.clear()
        provider = bad.provider()
        _url, flow = provider.begin()
        signed = bad.sign(nonce=flow.nonce, **claims)
        bad.tokens = {"access_token": "a", "token_type": "Bearer", "id_token": signed}
        assert provider.finish(flow, "code").name == "Une"
        assert ("/userinfo" in bad.asked) == asks


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "someone-else"},
        {"aud": None},
        {"exp": 1},
        {"exp": "tomorrow"},
        {"nbf": time.time() + 86_400},
        {"name": "x" * 200_000},
    ],
    ids=lambda claims: "-".join(claims),
)
def test_signed_userinfo_that_says_something_else_is_refused(
    bad: Bad, claims: dict[str, Any]
) -> None:
    with pytest.raises(ProviderFailed, match=r"userinfo refused|no userinfo"):
        userinfo_of(bad, bad.sign(**claims).encode())


def test_userinfo_signed_by_anything_else_is_refused(bad: Bad) -> None:
    body = bad.sign().split(".")[1]
    public = json.dumps(bad.key.as_dict(private=False))
    forged = [
        bad.sign(RSAKey.generate_key(2048, parameters={"kid": "one"})),
        bad.sign(OctKey.import_key(public), "HS256"),
        f"eyJhbGciOiJub25lIn0.{body}.",
        f"{bad.sign().rpartition('.')[0]}.",
        "x",
        "",
        '{"sub": "one"}',
        "é",
    ]
    for one in forged:
        with pytest.raises(ProviderFailed, match="userinfo refused"):
            userinfo_of(bad, one.encode())
    bad.metadata = {"userinfo_signing_alg_values_supported": ["ES256", "HS256", "none"]}
    with pytest.raises(ProviderFailed, match=r"ES256$"):
        userinfo_of(bad, bad.sign().encode())


def test_only_what_the_provider_says_that_it_signs_with_is_taken(bad: Bad) -> None:
    bad.metadata = {"id_token_signing_alg_values_supported": ["HS256"]}
    with pytest.raises(ProviderFailed, match="a key of its own"):
        bad.provider().verified(bad.sign(), "n")
    bad.metadata = {"id_token_signing_alg_values_supported": "RS256"}
    assert bad.provider().verified(bad.sign(), "n")["sub"] == "one"
