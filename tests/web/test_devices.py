"""A browser in which someone has logged in before is let in, whoever guesses elsewhere."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from wiki.people.accounts import add_person, authenticate
from wiki.people.accounts.devices import is_known, list_devices, note_device
from wiki.people.privacy.erasure import erase
from wiki.people.privacy.expiry import forget_the_past
from wiki.people.privacy.export import rows_about
from wiki.testing import module_wiki, token
from wiki.web.account.devices import DAY, Devices, browser_name

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance

app, instance = module_wiki.app, module_wiki.instance
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


def test_its_owner_sees_it_and_forgets_it(instance: "Instance", app: "Flask") -> None:
    awa = add_person(instance.private, email="awa@example.org", name="Awa", password=PASSWORD)
    marc = add_person(instance.private, email="marc@example.org", name="Marc", password=PASSWORD)
    browser, other = app.test_client(), app.test_client()
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    form = {"csrf_token": token(browser), "email": awa.email, "password": PASSWORD}
    assert browser.post("/-/login", data=form, headers={"User-Agent": agent}).status_code == 303
    log_in(other, marc.email)
    page = browser.get("/-/account/sessions").get_data(as_text=True)
    assert "Firefox · Linux" in page and page.count("Oublier cet appareil") == 1
    (known,) = list_devices(instance.private, awa.id)
    with rows_about(instance.private, awa.id) as rows:
        told = {name: [*found] for name, found in rows}
    assert [row["name"] for row in told["device"]] == ["Firefox · Linux"]
    # Nobody forgets another's; who forgets their own is a stranger there from then on.
    forget = {"action": "forget-device", "device": known.id}
    url = "/-/account/sessions"
    other.post(url, data={"csrf_token": token(other), **forget})
    assert is_known(instance.private, awa.id, known.id)
    sent = {"csrf_token": token(browser), **forget}
    assert browser.post(url, data=sent).status_code == 303
    assert list_devices(instance.private, awa.id) == []
    assert browser.get("/-/account").status_code == 200, "still logged in"
    browser.post("/-/logout", data={"csrf_token": token(browser)})
    for number in range(instance.settings.login_failures_per_15_min):
        authenticate(
            instance.private,
            instance.settings,
            email=awa.email,
            password="wrong",
            address=f"198.51.100.{number}",
        )
    assert log_in(browser, awa.email).status_code == 429
    assert len(list_devices(instance.private, marc.id)) == 1
    erase(instance.private, marc.id)
    assert list_devices(instance.private, marc.id) == []


def test_few_are_kept_and_none_for_ever(instance: "Instance") -> None:
    private = instance.private
    awa = add_person(private, email="awa@example.org", name="Awa")
    for number in range(25):
        note_device(private, awa.id, f"{number:016}", "Firefox", 10 + number)
    kept = [one.id for one in list_devices(private, awa.id)]
    assert kept == [f"{number:016}" for number in range(24, 4, -1)]
    now = private.now()
    private.now = lambda: now + timedelta(days=20)
    assert not is_known(private, awa.id, kept[-1]) and is_known(private, awa.id, kept[0])
    forget_the_past(private)
    assert len(list_devices(private, awa.id)) == 14
    private.now = lambda: now
    assert len(list_devices(private, awa.id)) == 14


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
            "Safari · iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge · Windows"),
        ("<script>curl/8", ""),
        ("", ""),
    ],
)
def test_a_browser_is_called_as_people_call_it(agent: str, name: str) -> None:
    assert browser_name(agent) == name
