"""Getting in over HTTP: by sign-up, password and mailed links, on a site that others reach."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

import pytest

from wiki.app import create_app
from wiki.mail_dispatch import deliver
from wiki.people.accounts import find_person
from wiki.testing import PASSWORD, module_wiki

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance

app, instance = module_wiki.app, module_wiki.instance
ADDRESS = "une@example.org"


@pytest.fixture
def site(instance: "Instance") -> "Instance":
    """The instance as others reach it: behind https, without a mail server."""
    settings = replace(instance.settings, base_url="https://wiki.example.org")
    return replace(instance, settings=settings)


@pytest.fixture
def browser(site: "Instance") -> "Iterator[FlaskClient]":
    client = create_app(site).test_client()
    client.environ_base |= {"HTTP_HOST": "wiki.example.org", "wsgi.url_scheme": "https"}
    yield client


def send(client: "FlaskClient", url: str, form: str = "", **data: str) -> "TestResponse":
    """Sends the form at ``url`` (or ``form``) with its token."""
    page = client.get(form or url).get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, url
    headers = {"Referer": "https://wiki.example.org/"}
    return client.post(url, data={"csrf_token": found[1], **data}, headers=headers)


def links(site: "Instance") -> list[str]:
    """The paths of the links in the mails sent so far, in the order of the mails."""
    deliver(site)
    found = []
    for file in sorted(site.settings.instance.glob("outbox/*.eml")):
        body = message_from_bytes(file.read_bytes(), policy=default).get_body(("plain",))
        assert body is not None
        found += re.findall(r"https://wiki\.example\.org(/\S+)", body.get_content())
    return found


def sign_up(client: "FlaskClient", password: str) -> "TestResponse":
    return send(client, "/-/register", email=ADDRESS, name="Une", password=password)


def test_an_account_exists_once_its_link_is_followed_with_its_password(
    site: "Instance", browser: "FlaskClient"
) -> None:
    assert sign_up(browser, PASSWORD).status_code == 200
    assert find_person(site.private, ADDRESS) is None
    [link] = links(site)
    assert browser.get(link).headers["Referrer-Policy"] == "no-referrer"
    assert find_person(site.private, ADDRESS) is None, "a mail scanner follows links"
    assert send(browser, link, password=PASSWORD).status_code == 303
    assert find_person(site.private, ADDRESS) is not None
    assert "Une" in browser.get("/-/account").get_data(as_text=True)


def test_who_signs_up_with_anothers_address_gets_in_with_nothing(
    site: "Instance", browser: "FlaskClient"
) -> None:
    sign_up(browser, "la phrase de quelqu'un d'autre")
    [link] = links(site)
    assert send(browser, link, password="").status_code == 422
    assert send(browser, link, password="ma phrase à moi").status_code == 422
    assert find_person(site.private, ADDRESS) is None


def test_a_link_logs_in_once(site: "Instance", browser: "FlaskClient") -> None:
    sign_up(browser, PASSWORD)
    send(browser, links(site)[0], password=PASSWORD)
    send(browser, "/-/logout", form="/-/account")
    send(browser, "/-/login-link", email=ADDRESS)
    link = links(site)[-1]
    assert send(browser, link).status_code == 303
    send(browser, "/-/logout", form="/-/account")
    assert browser.get(link).status_code == 404


def test_a_new_password_is_set_by_a_mailed_link(site: "Instance", browser: "FlaskClient") -> None:
    sign_up(browser, PASSWORD)
    send(browser, links(site)[0], password=PASSWORD)
    send(browser, "/-/logout", form="/-/account")
    send(browser, "/-/reset", email=ADDRESS)
    link = links(site)[-1]
    assert send(browser, link, password="court").status_code == 422
    assert send(browser, link, password="une autre phrase assez longue").status_code == 303
    send(browser, "/-/logout", form="/-/account")
    assert send(browser, "/-/login", email=ADDRESS, password=PASSWORD).status_code == 422


def test_an_unknown_address_is_answered_like_a_known_one(
    site: "Instance", browser: "FlaskClient"
) -> None:
    known = sign_up(browser, PASSWORD)
    send(browser, links(site)[0], password=PASSWORD)
    send(browser, "/-/logout", form="/-/account")
    again = sign_up(browser, PASSWORD)
    tokens = re.compile(r'value="[^"]{20,}"')
    assert tokens.sub("", again.get_data(as_text=True)) == (
        tokens.sub("", known.get_data(as_text=True))
    )


def test_too_many_wrong_passwords_are_told_when_to_come_back(
    site: "Instance", browser: "FlaskClient"
) -> None:
    for _number in range(3):
        assert send(browser, "/-/login", email=ADDRESS, password="x").status_code == 422
    refused = send(browser, "/-/login", email=ADDRESS, password="x")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_the_session_is_new_at_each_log_in_and_gone_at_log_out(
    site: "Instance", browser: "FlaskClient"
) -> None:
    sign_up(browser, PASSWORD)
    send(browser, links(site)[0], password=PASSWORD)
    answer = browser.get("/-/account")
    assert answer.status_code == 200
    cookie = answer.request.environ["HTTP_COOKIE"]
    send(browser, "/-/logout", form="/-/account")
    other = browser.application.test_client(use_cookies=False)
    other.environ_base |= browser.environ_base
    assert other.get("/-/account", headers={"Cookie": cookie}).status_code == 302


def test_the_cookie_is_bound_to_https_and_to_this_host(
    site: "Instance", browser: "FlaskClient"
) -> None:
    cookie = browser.get("/-/login").headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Set-Cookie" not in browser.get("/").headers
    # So is the one that makes this browser known, by whatever way one logs in.
    sign_up(browser, PASSWORD)
    entered = send(browser, links(site)[0], password=PASSWORD)
    (known,) = [one for one in entered.headers.getlist("Set-Cookie") if "device=" in one]
    assert known.startswith("__Secure-device=")
    assert {"Secure", "HttpOnly", "SameSite=Strict"} <= set(known.split("; "))


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "/\nx", ""]
)
def test_one_is_sent_nowhere_else_after_logging_in(
    site: "Instance", browser: "FlaskClient", target: str
) -> None:
    sign_up(browser, PASSWORD)
    send(browser, links(site)[0], password=PASSWORD)
    send(browser, "/-/logout", form="/-/account")
    answer = send(browser, "/-/login", email=ADDRESS, password=PASSWORD, next=target)
    assert answer.status_code == 303
    assert answer.location == "/"


def test_a_forged_host_is_refused(browser: "FlaskClient") -> None:
    for host in ("evil.example", "wiki.example.org.evil.example", ""):
        assert browser.get("/-/login", headers={"Host": host}).status_code == 400


def test_the_root_has_one_address(browser: "FlaskClient", write: Callable[..., str]) -> None:
    write({"index.md": "# Accueil\n"})
    answer = browser.get("/index")
    assert (answer.status_code, answer.location) == (308, "/")


def test_the_log_keeps_no_address_that_lets_someone_in(
    browser: "FlaskClient", monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_asked: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("wiki.web.account.views.mail_tokens.peek", broken)
    assert browser.get("/-/reset/geheimes-wort").status_code == 500
    assert "/-/reset/<token> failed" in caplog.text
    assert "geheimes-wort" not in caplog.text


def test_a_mailed_link_goes_on_where_one_was(site: "Instance", browser: "FlaskClient") -> None:
    sign = {"email": ADDRESS, "name": "Une", "password": PASSWORD}
    send(browser, "/-/register", **sign, next="/-/needs?theme=sol")
    [link] = links(site)
    assert link.endswith("?next=%2F-%2Fneeds%3Ftheme%3Dsol")
    form = browser.get(link).get_data(as_text=True)
    assert 'name="next" value="/-/needs?theme=sol"' in form
    send(browser, "/-/login-link", email=ADDRESS, next="//elsewhere.example")
    assert "elsewhere" not in links(site)[-1]
