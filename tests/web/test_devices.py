"""A browser in which someone has logged in before is let in, whoever guesses elsewhere."""

from typing import TYPE_CHECKING

import pytest

from wiki.people.accounts import add_person, authenticate
from wiki.testing import sharing, token
from wiki.web.devices import DAY, Devices

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance

app, instance = sharing.app, sharing.instance
PASSWORD = "une phrase que personne ne devine"


def log_in(browser: "FlaskClient", email: str, password: str = PASSWORD) -> "TestResponse":
    form = {"csrf_token": token(browser), "email": email, "password": password}
    return browser.post("/-/login", data=form)


def test_only_what_was_signed_for_an_account_is_known() -> None:
    devices = Devices(b"secret", 365)
    cookie = devices.cookie("awa")
    device = devices.recognise(cookie, "awa")
    assert device and "awa" not in cookie
    for other in ("marc", "", "awa "):
        assert devices.recognise(cookie, other) == ""
    forged = [cookie[:-1], f"x{cookie}", "", "x" * 5_000, "\ud800"]
    assert [devices.recognise(one, "awa") for one in forged] == [""] * len(forged)
    assert Devices(b"another", 365).recognise(cookie, "awa") == ""
    assert Devices(b"secret", 0).recognise(cookie, "awa") == ""
    # The same browser knows several, the last ones; it stays the same browser.
    for person in ("b", "c", "d", "e"):
        cookie = devices.cookie(person, cookie)
    assert {devices.recognise(cookie, one) for one in ("awa", "b", "e")} == {device}
    cookie = devices.cookie("f", devices.cookie("f", cookie))
    assert devices.recognise(cookie, "awa") == "" and devices.recognise(cookie, "b") == device


def test_the_cookie_is_set_at_log_in_only_and_sent_nowhere_else(
    instance: "Instance", app: "Flask"
) -> None:
    add_person(instance.private, email="awa@example.org", name="Awa", password=PASSWORD)
    browser = app.test_client()
    for url in ("/", "/-/login", "/-/search?q=x"):
        assert "device" not in str(browser.get(url).headers.getlist("Set-Cookie"))
    assert "device" not in str(log_in(browser, "awa@example.org", "wrong").headers)
    cookies = log_in(browser, "awa@example.org").headers.getlist("Set-Cookie")
    (said,) = [one for one in cookies if one.startswith("device=")]
    parts = set(said.split("; "))
    assert {"HttpOnly", "SameSite=Strict", "Path=/-/login", f"Max-Age={365 * DAY}"} <= parts
    form = {"csrf_token": token(browser)}
    assert "device" not in str(browser.post("/-/logout", data=form).headers)
    for url in ("/", "/-/account"):
        sent = browser.get(url).request.environ.get("HTTP_COOKIE", "")
        assert "device=" not in sent


def test_the_owner_comes_in_while_others_guess(instance: "Instance", app: "Flask") -> None:
    add_person(instance.private, email="awa@example.org", name="Awa", password=PASSWORD)
    known = app.test_client()
    assert log_in(known, "awa@example.org").status_code == 303
    known.post("/-/logout", data={"csrf_token": token(known)})
    for number in range(instance.settings.login_failures_per_15_min):
        authenticate(
            instance.private,
            instance.settings,
            email="awa@example.org",
            password="wrong",
            address=f"198.51.100.{number}",
        )
    refused = log_in(app.test_client(), "awa@example.org")
    page = refused.get_data(as_text=True)
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 60
    assert "un lien par courriel" in page
    by_git = app.test_client().get(
        "/-/git/all.git/info/refs?service=git-upload-pack", auth=("awa@example.org", PASSWORD)
    )
    assert by_git.status_code == 429 and int(by_git.headers["Retry-After"]) > 60
    assert log_in(known, "awa@example.org", "wrong").status_code == 422
    assert log_in(known, "awa@example.org").status_code == 303


@pytest.mark.parametrize("email", ["awa@example.org", "personne@example.org"])
def test_who_has_no_account_waits_alike(instance: "Instance", app: "Flask", email: str) -> None:
    add_person(instance.private, email="awa@example.org", name="Awa", password=PASSWORD)
    answers = [log_in(app.test_client(), email, "wrong") for _again in range(4)]
    assert [one.status_code for one in answers] == [422, 422, 422, 429]
    assert answers[-1].headers["Retry-After"] in ("4", "5")
    assert "secondes" in answers[-1].get_data(as_text=True)
