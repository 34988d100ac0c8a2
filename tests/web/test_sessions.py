"""Where one is logged in: each session says which browser it is of and from where, and is ended."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from wiki.people.accounts import add_person
from wiki.people.accounts.sessions import list_sessions, open_session, person_of
from wiki.people.limits.durable import shown_network
from wiki.people.privacy.export import rows_about
from wiki.testing import PASSWORD, module_wiki, token

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance

app, instance = module_wiki.app, module_wiki.instance
URL = "/-/account/sessions"
PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile Safari/537.36"
DESK = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def enter(app: "Flask", email: str, agent: str, address: str) -> "FlaskClient":
    browser = app.test_client()
    browser.environ_base |= {"HTTP_USER_AGENT": agent, "REMOTE_ADDR": address}
    form = {"csrf_token": token(browser), "email": email, "password": PASSWORD}
    assert browser.post("/-/login", data=form).status_code == 303
    return browser


def send(browser: "FlaskClient", **form: str) -> "TestResponse":
    return browser.post(URL, data={"csrf_token": token(browser), **form})


def test_each_is_seen_and_ended_by_its_owner_alone(instance: "Instance", app: "Flask") -> None:
    private = instance.private
    awa = add_person(private, email="awa@example.org", name="Awa", password=PASSWORD)
    marc = add_person(private, email="marc@example.org", name="Marc", password=PASSWORD)
    desk = enter(app, awa.email, DESK, "203.0.113.77")
    phone = enter(app, awa.email, PHONE, "2001:db8:7:8:9::1")
    other = enter(app, marc.email, DESK, "198.51.100.9")
    page = desk.get(URL).get_data(as_text=True)
    for words in ("Firefox · Linux", "203.0.113.0/24", "Chrome · Android", "2001:db8:7::/48"):
        assert words in page
    assert "203.0.113.77" not in page and "198.51.100" not in page
    assert page.index("Firefox · Linux") < page.index("celle-ci") < page.index("Chrome · Android")
    with rows_about(private, awa.id) as rows:
        told = {name: [*found] for name, found in rows}["session"]
    assert {one["network"] for one in told} == {"203.0.113.0/24", "2001:db8:7::/48"}
    assert all("id" not in one for one in told)
    (key,) = [one.id for one in list_sessions(private, awa.id) if "Android" in one.browser]
    assert key in page
    # Another's is not ended; one's own is, at its next request.
    assert send(other, session=key).status_code == 303
    assert phone.get("/-/account").status_code == 200
    assert send(desk, session=key).status_code == 303
    assert phone.get("/-/account").status_code != 200
    assert "Android" not in "".join(one.browser for one in list_sessions(private, awa.id))
    for _again in range(2):
        open_session(private, awa.id)
    assert len(list_sessions(private, awa.id)) == 3
    assert send(desk, action="everywhere").status_code == 303
    assert len(list_sessions(private, awa.id)) == 1 and len(list_sessions(private, marc.id)) == 1
    (mine,) = list_sessions(private, awa.id)
    assert send(desk, session=mine.id).headers["Location"] == "/"
    assert desk.get("/-/account").status_code != 200


def test_those_that_are_over_are_not_listed(instance: "Instance") -> None:
    private = instance.private
    awa = add_person(private, email="awa@example.org", name="Awa")
    open_session(private, awa.id, browser="x" * 500, network="y" * 500)
    now = private.now()
    private.now = lambda: now + timedelta(days=15)
    assert list_sessions(private, awa.id) == []
    private.now = lambda: now


def test_of_two_the_one_that_was_used_says_so(instance: "Instance") -> None:
    private = instance.private
    awa = add_person(private, email="awa@example.org", name="Awa")
    used, _other = (open_session(private, awa.id) for _two in range(2))
    before, now = {one.id: one.seen for one in list_sessions(private, awa.id)}, private.now()
    private.now = lambda: now + timedelta(hours=3)
    assert person_of(private, used) == awa
    later = [one for one in list_sessions(private, awa.id) if one.seen != before[one.id]]
    private.now = lambda: now
    assert len(later) == 1 and later[0].seen == now + timedelta(hours=3)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.130", "192.0.2.0/24"),
        ("::ffff:192.0.2.130", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("", ""),
        ("a socket", ""),
    ],
)
def test_of_an_address_the_network_is_kept(address: str, network: str) -> None:
    assert shown_network(address) == network
