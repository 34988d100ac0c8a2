"""Single sign-on: there and back with a real provider, and whatever a bad one may send."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.web.conftest import CLIENT, SECRET, Visitor
from wiki.app import create_app
from wiki.config import Settings, load_settings
from wiki.errors import BadSetting
from wiki.people.accounts import find_person, set_disabled
from wiki.people.accounts.sign_ons import Vouched, linked, presentable
from wiki.testing import PASSWORD, token
from wiki.web.account.oidc.provider import Provider, may_be_asked
from wiki.web.account.oidc.tokens import LEEWAY, ProviderFailed

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.web.conftest import Providers
    from wiki.instance import Instance
    from wiki.people.person import Person
    from wiki.testing import Server

BACK = "http://127.0.0.1:8080/-/oidc/callback"


@pytest.fixture
def site(instance: "Instance", providers: "Providers") -> "Instance":
    settings = {**providers.settings("keycloak"), "oidc_name": "La Maison"}
    return replace(instance, settings=replace(instance.settings, **settings))


@pytest.fixture
def browser(site: "Instance") -> "Callable[[], FlaskClient]":
    app = create_app(site)
    return lambda: app.test_client()


def authorise(url: str, subject: str) -> str:
    """What the provider sends the browser back to, once ``subject`` has logged in there."""
    return Visitor().authorise(url, subject)


def round_trip(client: "FlaskClient", subject: str, start: str = "/-/oidc/login") -> "TestResponse":
    begun = client.get(start)
    assert begun.status_code == 303
    return client.get(authorise(begun.headers["Location"], subject))


def test_nothing_is_there_without_a_provider(client: "FlaskClient") -> None:
    for url in ("/-/oidc/login", "/-/oidc/callback?state=a&code=b"):
        assert client.get(url).status_code == 404
    assert "oidc" not in client.get("/-/login").get_data(as_text=True)


def test_who_comes_first_gets_an_account_and_comes_back_to_it(
    site: "Instance", browser: "Callable[[], FlaskClient]"
) -> None:
    first = browser()
    assert "La Maison" in first.get("/-/login?next=/-/changes").get_data(as_text=True)
    begun = first.get("/-/oidc/login?next=/-/changes")
    asked = parse_qs(urlsplit(begun.headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    back = first.get(authorise(begun.headers["Location"], "zoe"))
    assert (back.status_code, back.headers["Location"]) == (303, "/-/changes")
    assert back.headers["Referrer-Policy"] == "no-referrer"
    zoe = find_person(site.private, "zoe@example.org")
    assert zoe is not None
    assert (zoe.name, zoe.role, zoe.has_password) == ("Zoé Martin", "member", False)
    assert "Zoé" in first.get("/-/account").get_data(as_text=True)
    again = browser()
    assert round_trip(again, "zoe").status_code == 303
    assert "Zoé" in again.get("/-/account").get_data(as_text=True)
    assert len(linked(site.private, zoe.id)) == 1


def test_next_leads_nowhere_else(browser: "Callable[[], FlaskClient]") -> None:
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        client = browser()
        begun = client.get("/-/oidc/login", query_string={"next": target})
        back = client.get(authorise(begun.headers["Location"], "zoe"))
        assert back.headers["Location"] == "/"


def test_a_session_begins_anew(site: "Instance", browser: "Callable[[], FlaskClient]") -> None:
    client = browser()
    client.get("/-/login")
    with client.session_transaction() as before:
        old = before.get("csrf_token")
    round_trip(client, "zoe")
    with client.session_transaction() as after:
        assert after.get("_user_id")
        assert not after.keys() & {"sign-on", "sign-on-offer"}
        assert old is None or after.get("csrf_token") != old


def test_a_verified_address_leads_to_its_account(
    site: "Instance", browser: "Callable[[], FlaskClient]", person: "Callable[..., Person]"
) -> None:
    known = person("Zoe")
    assert known.email == "zoe@example.org"
    assert round_trip(browser(), "zoe").status_code == 303
    assert len(linked(site.private, known.id)) == 1


def test_an_address_that_nobody_verified_leads_to_nothing(
    site: "Instance", browser: "Callable[[], FlaskClient]", person: "Callable[..., Person]"
) -> None:
    unknown = round_trip(browser(), "max")
    known = person("Max")
    refused = round_trip(browser(), "max")
    assert refused.status_code == unknown.status_code == 403
    tokens = re.compile(r'value="[^"]{20,}"|(code|state)=[\w-]+')
    told = [tokens.sub("", one.get_data(as_text=True)) for one in (unknown, refused)]
    assert told[0] == told[1], "it does not tell who has an account"
    assert linked(site.private, known.id) == []


def test_one_links_it_after_logging_in_and_a_question(
    site: "Instance", browser: "Callable[[], FlaskClient]", person: "Callable[..., Person]"
) -> None:
    known = person("Max")
    client = browser()
    data = {"email": known.email, "password": PASSWORD, "csrf_token": token(client)}
    assert client.post("/-/login", data=data).status_code == 303
    asked = round_trip(client, "max", "/-/oidc/login?link=1")
    assert asked.status_code == 200
    assert linked(site.private, known.id) == [], "a forged address must not link"
    secret = token(client, "/-/account")
    wrong = client.post("/-/oidc/link", data={"csrf_token": secret, "password": "x"})
    assert wrong.status_code == 422 and 'name="password"' in wrong.get_data(as_text=True)
    assert linked(site.private, known.id) == [], "whoever has but the session must not stay"
    done = client.post("/-/oidc/link", data={"csrf_token": secret, "password": PASSWORD})
    assert done.headers["Location"] == "/-/account/sign-on"
    assert len(linked(site.private, known.id)) == 1
    assert client.post("/-/oidc/link", data={"csrf_token": secret}).status_code == 400
    assert round_trip(browser(), "max").status_code == 303
    other = person("Autre")
    client = browser()
    data = {"email": other.email, "password": PASSWORD, "csrf_token": token(client)}
    client.post("/-/login", data=data)
    round_trip(client, "max", "/-/oidc/login?link=1")
    taken = client.post(
        "/-/oidc/link", data={"csrf_token": token(client, "/-/account"), "password": PASSWORD}
    )
    assert taken.status_code == 409
    client = browser()
    data = {"email": known.email, "password": PASSWORD, "csrf_token": token(client)}
    client.post("/-/login", data=data)
    secret = token(client, "/-/account/sign-on")
    unlink = {"csrf_token": secret, "action": "unlink", "password": "x"}
    assert client.post("/-/account", data=unlink).status_code == 422
    assert client.post("/-/account", data=unlink | {"password": PASSWORD}).status_code == 303
    assert linked(site.private, known.id) == []


def test_linking_asks_for_a_log_in_first(browser: "Callable[[], FlaskClient]") -> None:
    answer = browser().get("/-/oidc/login?link=1")
    assert "/-/login" in answer.headers["Location"]


def test_who_is_disabled_is_told_kindly(
    site: "Instance", browser: "Callable[[], FlaskClient]"
) -> None:
    round_trip(browser(), "zoe")
    zoe = find_person(site.private, "zoe@example.org")
    assert zoe is not None
    set_disabled(site.private, zoe.id, True, by="a test")
    client = browser()
    refused = round_trip(client, "zoe")
    assert refused.status_code == 403
    assert "/-/login" in refused.get_data(as_text=True)
    assert client.get("/-/account").status_code == 302


@pytest.mark.parametrize(
    ("registration", "signup", "opens"),
    [
        ("open", "", True),
        ("closed", "", False),
        ("invitation", "", False),
        ("closed", "open", True),
        ("open", "closed", False),
    ],
)
def test_accounts_are_opened_as_the_settings_say(
    site: "Instance", registration: str, signup: str, opens: bool
) -> None:
    settings = replace(site.settings, registration=registration, oidc_signup=signup)
    client = create_app(replace(site, settings=settings)).test_client()
    assert round_trip(client, "zoe").status_code == (303 if opens else 403)
    assert (find_person(site.private, "zoe@example.org") is not None) == opens


def test_a_hostile_name_is_made_one(site: "Instance", browser: "Callable[[], FlaskClient]") -> None:
    assert round_trip(browser(), "sly").status_code == 303
    sly = find_person(site.private, "sly@example.org")
    assert sly is not None
    assert re.fullmatch(r"[\w /:.-]{1,80}", sly.name)


@pytest.mark.parametrize("name", ["", " ", "\0", "…", "a@example.org", "\u202e\u2066", "<>"])
def test_what_is_no_name_becomes_one(name: str) -> None:
    assert presentable(name)


def test_what_is_not_of_this_browser_is_refused(
    site: "Instance", browser: "Callable[[], FlaskClient]"
) -> None:
    client = browser()
    begun = client.get("/-/oidc/login")
    back = authorise(begun.headers["Location"], "zoe")
    assert browser().get(back).status_code == 400, "another browser"
    assert client.get(back.replace("state=", "state=x")).status_code == 400
    assert client.get(back).status_code == 400, "a state is good once"
    client.get("/-/oidc/login")
    assert find_person(site.private, "zoe@example.org") is None


def test_a_code_is_good_once(
    browser: "Callable[[], FlaskClient]", caplog: pytest.LogCaptureFixture
) -> None:
    client = browser()
    begun = client.get("/-/oidc/login")
    back = authorise(begun.headers["Location"], "zoe")
    code = parse_qs(urlsplit(back).query)["code"][0]
    assert client.get(back).status_code == 303
    thief = browser()
    state = parse_qs(urlsplit(thief.get("/-/oidc/login").headers["Location"]).query)["state"][0]
    refused = thief.get("/-/oidc/callback", query_string={"state": state, "code": code})
    assert refused.status_code == 502
    assert code not in caplog.text and SECRET not in caplog.text and state not in caplog.text
    assert "sign-on failed" in caplog.text


def test_who_says_no_there_is_told_so_here(browser: "Callable[[], FlaskClient]") -> None:
    for error, status in (("access_denied", 403), ("server_error\r\nx", 502)):
        client = browser()
        state = parse_qs(urlsplit(client.get("/-/oidc/login").headers["Location"]).query)["state"]
        asked = {"state": state[0], "error": error, "error_description": "<script>"}
        answer = client.get("/-/oidc/callback", query_string=asked)
        assert answer.status_code == status
        assert "<script>" not in answer.get_data(as_text=True)


def test_it_works_as_it_is_served(
    settings: Settings, providers: "Providers", serve: "Callable[[Path], Server]"
) -> None:
    from wiki.parts.creation import found

    found(settings, empty=True)
    (settings.instance / "wiki.toml").write_text(
        f'oidc_issuer = "{providers.issuer("keycloak")}"\noidc_client_id = "{CLIENT}"\n'
        f'oidc_client_secret = "{SECRET}"\n',
        "utf-8",
    )
    server = serve(settings.instance)
    with requests.Session() as session:
        there = session.get(f"{server.url}/-/oidc/login", allow_redirects=False, timeout=60)
        back = Visitor().authorise(there.headers["Location"], "zoe")
        session.get(server.url + back, timeout=60)
        assert "Zoé" in session.get(f"{server.url}/-/account", timeout=60).text


# What a provider that is broken, or not itself, may send


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
        settings = Settings(oidc_issuer=self.issuer, oidc_client_id=CLIENT)
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


def test_a_provider_that_is_down_is_a_kind_page(instance: "Instance") -> None:
    settings = replace(instance.settings, oidc_issuer="http://127.0.0.1:9", oidc_client_id="c")
    client = create_app(replace(instance, settings=settings)).test_client()
    answer = client.get("/-/oidc/login")
    assert answer.status_code == 502
    assert "/-/login" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("url", "issuer", "may"),
    [
        ("https://a.example/x", "https://b.example", True),
        ("http://a.example/x", "https://b.example", False),
        ("http://127.0.0.1/x", "https://b.example", False),
        ("http://127.0.0.1/x", "http://localhost:1", True),
        ("http://169.254.169.254/", "http://localhost:1", False),
        ("//a.example", "https://b.example", False),
        ("https:///x", "https://b.example", False),
    ],
)
def test_where_we_go(url: str, issuer: str, may: bool) -> None:
    assert may_be_asked(url, issuer) == may


@pytest.mark.parametrize(
    "issuer",
    [
        "http://login.example.org",
        "ftp://x",
        "https://",
        "https://a/?q",
        "https://u:p@a",
        "x",
        "https://a/" + "b" * 500,
    ],
)
def test_a_start_with_an_unsafe_issuer_is_refused(issuer: str, tmp_path: "Path") -> None:
    with pytest.raises(BadSetting):
        load_settings(tmp_path, environ={}, oidc_issuer=issuer, oidc_client_id="c")
    with pytest.raises(BadSetting):
        load_settings(tmp_path, environ={}, oidc_issuer="https://a.example")
