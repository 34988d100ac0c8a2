"""The page of one's tokens, and the page that tells programmers of the API."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from wiki.people.accounts.access_tokens import granted, issue, listed
from wiki.testing import module_wiki
from wiki.testing import token as form_token

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

#: one wiki for all of them, empty for each
app, instance = module_wiki.app, module_wiki.instance

URL = "/-/account/tokens"


def test_a_token_is_made_told_once_used_and_revoked(
    instance: "Instance",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
    client: "FlaskClient",
) -> None:
    one = person("Une")
    browser = log_in(one)
    pages = [browser.get(f"/-/account{part}").get_data(as_text=True) for part in ("", "/settings")]
    assert any('href="/-/account/tokens"' in page for page in pages)
    form = {
        "csrf_token": form_token(browser, URL),
        "name": "Mon robot",
        "scopes": ["read", "git"],
        "days": "30",
    }
    made = browser.post(URL, data=form)
    secret = re.search(r">(carrefour_[\w-]+)</textarea>", made.get_data(as_text=True))
    assert secret and made.headers["Cache-Control"] == "private, no-store"
    assert made.headers["Referrer-Policy"] == "no-referrer"
    headers = {"Authorization": f"Bearer {secret[1]}"}
    assert client.get("/-/api/v1/me", headers=headers).get_json()["scopes"] == ["git", "read"]
    page = browser.get(URL).get_data(as_text=True)
    assert "Mon robot" in page and secret[1] not in page
    (token,) = listed(instance.private, one.id)
    revoked = browser.post(URL, data={"csrf_token": form["csrf_token"], "revoke": token.id})
    assert revoked.status_code == 303
    assert client.get("/-/api/v1/me", headers=headers).status_code == 401


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    instance: "Instance",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    one = person("Une")
    browser = log_in(one)
    form = {"csrf_token": form_token(browser, URL), "name": "Mon robot", "days": "30"}
    wrongs: list[dict[str, list[str] | str]] = [
        {"scopes": []},
        {"scopes": ["root"]},
        {"scopes": ["read"], "days": "31"},
    ]
    for wrong in wrongs:
        answer = browser.post(URL, data={**form, **wrong})
        assert answer.status_code == 422
        assert 'value="Mon robot"' in answer.get_data(as_text=True)
    assert listed(instance.private, one.id) == []
    assert browser.post(URL, data={"name": "x"}).status_code == 400


def test_another_persons_token_is_not_there_and_a_visitor_logs_in_first(
    instance: "Instance",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
    client: "FlaskClient",
) -> None:
    one, other = person("Une"), person("Autre")
    secret = issue(instance.private, one.id, name="Un robot", scopes=["read"], days=None)
    browser = log_in(other)
    assert "Un robot" not in browser.get(URL).get_data(as_text=True)
    (token,) = listed(instance.private, one.id)
    data = {"csrf_token": form_token(browser, URL), "revoke": token.id}
    assert browser.post(URL, data=data).status_code == 404
    assert granted(instance.private, secret) is not None
    assert client.get(URL).status_code == 302


def test_so_many_tokens_an_hour_and_not_one_more(
    person: "Callable[..., Person]", log_in: "Callable[[Person], FlaskClient]"
) -> None:
    browser = log_in(person("Une"))
    form = {"csrf_token": form_token(browser, URL), "name": "x", "scopes": "read", "days": ""}
    assert [browser.post(URL, data=form).status_code for _ in range(20)] == [200] * 20
    answer = browser.post(URL, data=form)
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0


def test_an_address_takes_a_token_that_is_good_for_feeds_alone(
    app: "Flask", instance: "Instance", person: "Callable[..., Person]"
) -> None:
    from wiki.web.credentials import feed_token

    one = person("Une")
    for scopes, good in ((["feeds"], True), (["feeds", "read"], False), (["read"], False)):
        secret = issue(instance.private, one.id, name="x", scopes=scopes, days=None)
        with app.test_request_context(f"/-/changes.atom?token={secret}"):
            found = feed_token()
        assert (found is not None and found.person == one) is good


def test_a_password_grants_all_scopes_by_basic(
    app: "Flask", instance: "Instance", person: "Callable[..., Person]"
) -> None:
    from wiki.people.accounts.access_tokens import SCOPES
    from wiki.testing import PASSWORD
    from wiki.web.credentials import basic

    one = person("Une")
    secret = issue(instance.private, one.id, name="x", scopes=["git"], days=None)
    for name, password, scopes in (
        (one.email, PASSWORD, frozenset(SCOPES)),
        ("whoever", secret, frozenset({"git"})),
        (one.email, "faux", None),
        ("", "carrefour_faux", None),
    ):
        with app.test_request_context("/", auth=(name, password)):
            found = basic()
        assert (found.scopes if found else None) == scopes, name


def test_the_api_is_told_of_on_a_page_made_from_its_document(client: "FlaskClient") -> None:
    page = client.get("/-/api").get_data(as_text=True)
    for word in ("/-/api/v1/pages/{path}", "PUT", "If-Match", "curl ", "/-/api/v1/needs/{id}"):
        assert word in page
    assert "<script>" not in page and "style=" not in page
