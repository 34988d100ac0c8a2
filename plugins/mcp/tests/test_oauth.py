"""A program is let in by its person, by the SDK's own client: consent, token, renewal, the end."""

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
import pytest
from flask.testing import FlaskClient
from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken

from wiki.app import create_app
from wiki.errors import TooMany
from wiki.instance import Instance
from wiki.people.accounts import access_tokens, add_person, set_password
from wiki.people.accounts.program_tokens import issue_to_program
from wiki.people.person import Person
from wiki.testing.wikis import PASSWORD

from .conftest import Place, gateway_part, run
from .test_asking import words

BACK = "http://127.0.0.1:33418/callback"


class Kept:
    """What a program remembers."""

    tokens: OAuthToken | None = None
    client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info


class Someone:
    """A person at their browser, and the program that they use."""

    def __init__(self, place: Place, person: Person, browser: FlaskClient) -> None:
        self.place, self.person, self.browser = place, person, browser
        self.site = place.site

    def see(self, url: str) -> str:
        """The page that asks them."""
        return self.browser.get(_local(url)).get_data(as_text=True)

    def answer(self, url: str, action: str = "allow", *scopes: str) -> str:
        """Where their answer leads."""
        sent = {"action": action, "scopes": list(scopes)}
        return self.browser.post(_local(url), data=sent).headers["Location"]

    def register(self, **changed: Any) -> httpx2.Response:
        sent = {"client_name": "Claude", "redirect_uris": [BACK]} | changed
        return httpx2.post(f"{self.site}/-/oauth/register", json=sent)

    def url(self, program: str, **changed: Any) -> str:
        asked = {"response_type": "code", "client_id": program, "redirect_uri": BACK}
        asked |= {"code_challenge": CHALLENGE, "code_challenge_method": "S256", "state": "s"}
        asked = {name: value for name, value in (asked | changed).items() if value}
        return f"{self.site}/-/oauth/authorize?{urlencode(asked)}"

    def exchange(self, program: str, **sent: str) -> httpx2.Response:
        return httpx2.post(f"{self.site}/-/oauth/token", data={"client_id": program} | sent)

    def me(self, token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx2.get(f"{self.site}/-/api/v1/me", headers=headers).status_code


VERIFIER = "v" * 50
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)


def _local(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


@pytest.fixture(scope="module")
def noe(place: Place) -> Iterator[Someone]:
    made = add_person(
        place.instance.private,
        email="noe@example.org",
        name="Noé",
        role="member",
        password=PASSWORD,
    )
    browser = create_app(place.instance).test_client()
    browser.application.config["WTF_CSRF_ENABLED"] = False
    browser.post("/-/login", data={"email": "noe@example.org", "password": PASSWORD})
    yield Someone(place, made, browser)


def test_an_assistant_is_let_in_and_put_out(noe: Someone) -> None:
    """From a 401 to a tool's answer, as any client goes that is given the address alone."""
    place, kept, pages = noe.place, Kept(), []
    led: list[str] = []

    async def show(url: str) -> None:
        pages.append(noe.see(url))
        led.append(noe.answer(url, "allow", "propose"))

    async def come_back() -> AuthorizationCodeResult:
        told = dict(parse_qsl(urlsplit(led[-1]).query))
        return AuthorizationCodeResult(code=told["code"], state=told["state"], iss=told["iss"])

    metadata = OAuthClientMetadata.model_validate(
        {"client_name": "Claude", "redirect_uris": [BACK], "token_endpoint_auth_method": "none"}
    )

    async def work() -> Any:
        provider = OAuthClientProvider(place.url, metadata, kept, show, come_back)
        async with (
            httpx2.AsyncClient(auth=provider, timeout=60) as http,
            Client(streamable_http_client(place.url, http_client=http)) as client,
        ):
            tools = {one.name for one in (await client.list_tools()).tools}
            assert {"search", "propose_change"} <= tools
            return json.loads(words(await client.call_tool("me", {})))

    assert run(work())["name"] == "Noé"
    (page,) = pages
    assert "Autoriser «\u00a0Claude\u00a0»" in page and "proposer des changements" in page
    assert kept.tokens is not None
    (one,) = access_tokens.listed(place.instance.private, noe.person.id)
    assert (one.name, one.scopes, one.over) == ("Claude", ("read", "propose"), False)
    # Among their tokens, where it is revoked like any other.
    noe.browser.post("/-/account/tokens", data={"revoke": one.id})
    assert noe.me(kept.tokens.access_token) == 401
    again = noe.exchange(
        kept.client.client_id if kept.client and kept.client.client_id else "",
        grant_type="refresh_token",
        refresh_token=kept.tokens.refresh_token or "",
    )
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_a_session_that_was_left_open_lets_no_program_in(
    noe: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As no access token is made by it: the password first, then the page that asks."""
    private, url = noe.place.instance.private, noe.url(noe.register().json()["client_id"])
    later = private.now() + timedelta(minutes=20)
    monkeypatch.setattr(private, "now", lambda: later)
    for answer in (
        noe.browser.get(_local(url)),
        noe.browser.post(_local(url), data={"action": "allow"}),
    ):
        sure = answer.headers["Location"]
        assert answer.status_code == 303 and sure.startswith("/-/account/sure?next=")
    back = dict(parse_qsl(urlsplit(sure).query))["next"]
    assert noe.browser.post(sure, data={"next": back, "password": "faux"}).status_code == 422
    assert "code=" not in noe.browser.post(back, data={"action": "allow"}).headers["Location"]
    told = noe.browser.post(sure, data={"next": back, "password": PASSWORD})
    assert told.headers["Location"] == back
    assert "Autoriser" in noe.see(noe.site + back)
    assert "code=" in noe.answer(noe.site + back)
    monkeypatch.undo()
    assert "error=access_denied" in noe.answer(
        noe.url(noe.register().json()["client_id"]), "refuse"
    )


def _granted(noe: Someone) -> tuple[str, dict[str, str]]:
    """A program with a token."""
    program = noe.register().json()["client_id"]
    told = dict(parse_qsl(urlsplit(noe.answer(noe.url(program))).query))
    assert told["state"] == "s" and told["iss"] == noe.site
    sent = {"grant_type": "authorization_code", "code": told["code"], "redirect_uri": BACK}
    wrong = noe.exchange(program, **sent, code_verifier="w" * 50)
    assert wrong.json()["error"] == "invalid_grant"
    # Shown once: it is used up, also by who did not know the answer.
    assert noe.exchange(program, **sent, code_verifier=VERIFIER).status_code == 400
    told = dict(parse_qsl(urlsplit(noe.answer(noe.url(program))).query))
    good = noe.exchange(program, **sent | {"code": told["code"]}, code_verifier=VERIFIER)
    assert good.status_code == 200 and good.headers["cache-control"] == "no-store"
    return program, good.json()


def test_a_code_ends_with_the_session_in_which_it_was_granted(noe: Someone) -> None:
    """So a new password, which ends all tokens and sessions, leaves none on its way."""
    program, private = noe.register().json()["client_id"], noe.place.instance.private
    told = dict(parse_qsl(urlsplit(noe.answer(noe.url(program))).query))
    set_password(private, noe.person.id, PASSWORD)
    sent = {"grant_type": "authorization_code", "code": told["code"], "redirect_uri": BACK}
    answer = noe.exchange(program, **sent, code_verifier=VERIFIER)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    noe.browser.post("/-/login", data={"email": "noe@example.org", "password": PASSWORD})
    assert _granted(noe)


def test_a_token_is_renewed_and_a_copy_of_it_ends_it(noe: Someone) -> None:
    program, first = _granted(noe)
    assert first["scope"] == "read"  # what was not ticked is not granted
    asked = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    other = noe.register().json()["client_id"]
    assert noe.exchange(other, **asked).json()["error"] == "invalid_grant"
    second = noe.exchange(program, **asked).json()
    assert (noe.me(first["access_token"]), noe.me(second["access_token"])) == (401, 200)
    assert noe.exchange(program, **asked).json()["error"] == "invalid_grant"
    assert noe.me(second["access_token"]) == 401


def test_a_program_ends_what_it_has(noe: Someone) -> None:
    program, told = _granted(noe)
    sent = {"client_id": program, "token": told["refresh_token"]}
    assert httpx2.post(f"{noe.site}/-/oauth/revoke", data=sent).status_code == 200
    assert noe.me(told["access_token"]) == 401


@pytest.mark.parametrize(
    "redirects",
    [
        [],
        None,
        "https://x.example",
        ["http://evil.example/"],
        ["javascript:alert(1)"],
        ["data:text/html,x"],
        ["ms-msdt://x/y"],
        ["https://a@b.example/"],
        ["https://x.example;frame-ancestors/"],
        ["https://x.example,y"],
        ["https://*"],
        ["smb://evil.example/x"],
        ["https://x.example/#part"],
        ["https://x.example/\n"],
        ["https://x.example/"] * 11,
        ["https://x.example/" + "y" * 2000],
    ],
)
def test_where_a_program_may_not_be_led_back_to(noe: Someone, redirects: object) -> None:
    answer = noe.register(redirect_uris=redirects)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_redirect_uri")


def test_what_is_too_deep_to_read_says_nothing(noe: Someone) -> None:
    sent = {"content": b"[" * 100_000, "headers": {"Content-Type": "application/json"}}
    answer = httpx2.post(f"{noe.site}/-/oauth/register", **sent)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_redirect_uri")


def test_strangers_do_not_fill_the_place_for_programs(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, private = gateway_part("").oauth.store, instance.private
    monkeypatch.setattr(store, "MOST", 3)
    person = add_person(private, email="lea@example.org", name="Léa", role="member")
    used, *others = (store.register(private, name, (BACK,)) for name in ("a", "b", "c"))
    issue_to_program(private, person.id, program=used.id, name="a", scopes=["read"])
    with pytest.raises(TooMany):
        store.register(private, "d", (BACK,))
    later = private.now() + timedelta(hours=2)
    private.now = lambda: later
    made = store.register(private, "e", (BACK,))
    known = [store.find_program(private, one.id) for one in (used, made, *others)]
    assert known == [used, made, None, None]


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "inconnu"},
        {"redirect_uri": "https://evil.example/"},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"response_type": "token"},
        {"scope": "write git"},
        {"resource": "https://other.example/-/mcp"},
    ],
)
def test_what_is_not_understood_is_said_and_leads_nowhere(
    noe: Someone, changed: dict[str, str]
) -> None:
    url = noe.url(noe.register().json()["client_id"], **changed)
    for answer in (noe.browser.get(_local(url)), noe.browser.post(_local(url))):
        assert answer.status_code == 400 and "Location" not in answer.headers
        assert "Ce programme ne peut pas être autorisé" in answer.get_data(as_text=True)


def test_a_refusal_and_a_visitor(noe: Someone) -> None:
    program = noe.register(client_name="<b>Toi</b>\n" + "x" * 500).json()["client_id"]
    assert "&lt;b&gt;Toi" in noe.see(noe.url(program))
    led = dict(parse_qsl(urlsplit(noe.answer(noe.url(program), "refuse")).query))
    assert led["error"] == "access_denied" and "code" not in led
    visitor = create_app(noe.place.instance).test_client()
    answer = visitor.get(_local(noe.url(program)))
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/-/login?next=")
    asked = noe.browser.get(_local(noe.url(program)))
    assert "form-action 'self' http://127.0.0.1:33418;" in asked.headers["Content-Security-Policy"]


def test_off_nobody_is_asked(starter_site: tuple[Any, str]) -> None:
    instance, _url = starter_site
    visitor = create_app(instance).test_client()
    for address in ("/-/oauth/authorize", "/.well-known/oauth-authorization-server"):
        assert visitor.get(address).status_code == 404
    assert visitor.post("/-/oauth/token").status_code == 404
    assert gateway_part("").oauth.views
