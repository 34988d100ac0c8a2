"""Single sign-on: there and back with a real provider, and where it may lead."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.web.conftest import CLIENT, SECRET, Visitor
from wiki.app import create_app
from wiki.config import Settings, load_settings
from wiki.errors import BadSetting
from wiki.people.accounts import find_person, set_disabled
from wiki.people.accounts.sign_ons import linked, presentable
from wiki.testing import PASSWORD, token
from wiki.web.account.oidc.provider import may_be_asked

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


def test_a_provider_that_is_down_is_a_kind_page(instance: "Instance") -> None:
    settings = replace(
        instance.settings,
        oidc_issuer="http://127.0.0.1:9",
        service_hosts="127.0.0.1",
        oidc_client_id="c",
    )
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
