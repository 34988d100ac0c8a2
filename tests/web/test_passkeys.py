"""Passkeys: added, let in by, and refused for all that can be wrong, which is answered alike."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.authenticator import Authenticator
from wiki.config import Settings
from wiki.people.accounts import add_person, set_disabled
from wiki.people.accounts.factors.parties import find_party
from wiki.people.accounts.factors.passkeys import MOST, list_passkeys
from wiki.people.privacy.erasure import erase
from wiki.people.privacy.export import rows_about
from wiki.testing import PASSWORD, module_wiki, signed_in, token

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

app, instance = module_wiki.app, module_wiki.instance
HERE = ("localhost", "http://localhost:8080")
REFUSED = "n’ouvre aucun compte ici"


@pytest.fixture
def awa(instance: "Instance") -> "Person":
    return add_person(instance.private, email="awa@example.org", name="Awa", password=PASSWORD)


def ask(browser: "FlaskClient", purpose: str) -> dict[str, Any]:
    answer = browser.get(f"/-/passkeys/options?purpose={purpose}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    said: dict[str, Any] = answer.get_json()
    return said


def send(browser: "FlaskClient", url: str, **form: str) -> "TestResponse":
    return browser.post(url, data={"csrf_token": token(browser), **form})


def add(browser: "FlaskClient", key: Authenticator, **more: str) -> "TestResponse":
    asked = ask(browser, "add")
    form = {"challenge": asked["challenge"], "credential": key.create(asked["options"]), **more}
    return send(browser, "/-/account/passkeys", action="add", **form)


def enter(browser: "FlaskClient", key: Authenticator) -> "TestResponse":
    asked = ask(browser, "enter")
    form = {"challenge": asked["challenge"], "credential": key.get(asked["options"])}
    return send(browser, "/-/login/passkey", **form)


def is_in(browser: "FlaskClient") -> bool:
    return browser.get("/-/account").status_code == 200


@pytest.fixture
def key(app: "Flask", instance: "Instance", awa: "Person") -> Authenticator:
    """A passkey of Awa's, on a device that counts."""
    made = Authenticator(*HERE, count=5)
    assert add(signed_in(app, instance, awa), made).status_code == 303
    return made


def mails(instance: "Instance") -> str:
    from sqlalchemy import select

    from wiki.people.models.background import MailRow

    return "\n".join(instance.private.list_rows(select(MailRow.text)))


def test_it_is_added_lets_in_and_is_removed(
    app: "Flask", instance: "Instance", awa: "Person", key: Authenticator
) -> None:
    browser, visitor = signed_in(app, instance, awa), app.test_client()
    visitor.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux) Firefox/128.0"
    # Whoever asks is told nothing of whose keys there are.
    assert ask(visitor, "enter")["options"]["allowCredentials"] == []
    assert enter(visitor, key).status_code == 303 and is_in(visitor)
    (kept,) = list_passkeys(instance.private, awa.id)
    assert kept.used is not None
    url = "/-/account/passkeys"
    assert (
        send(browser, url, action="rename", id=kept.id, name=" Mon \n téléphone ").status_code
        == 303
    )
    assert "Mon téléphone" in browser.get("/-/account/security").get_data(as_text=True)
    assert send(browser, url, action="rename", id=kept.id, name=" ").status_code == 422
    with rows_about(instance.private, awa.id) as rows:
        told = {name: [*found] for name, found in rows}["passkey"]
    assert [one["name"] for one in told] == ["Mon téléphone"] and "id" not in told[0]
    assert send(browser, url, action="remove", id=kept.id).status_code == 303
    assert send(browser, url, action="remove", id=kept.id).status_code == 404
    refused = enter(app.test_client(), key)
    assert refused.status_code == 422 and REFUSED in refused.get_data(as_text=True)
    told_by_mail = mails(instance)
    assert "a été ajoutée à votre compte" in told_by_mail
    assert "«\xa0Mon téléphone\xa0» a été retirée" in told_by_mail


def wrong_keys(key: Authenticator) -> dict[str, Authenticator]:
    return {
        "another site": replace(key, origin="https://elsewhere.example.org"),
        "another site's name": replace(key, host="elsewhere.example.org"),
        "a port beside": replace(key, origin="http://localhost:8081"),
        "nobody verified": replace(key, verified=False),
        "counts backwards": replace(key, count=1),
        "unknown": replace(key, id=b"unknown"),
        "another's handle": replace(key, handle=b"marc"),
        "another key": replace(key, key=Authenticator(*HERE).key),
    }


@pytest.mark.parametrize("name", wrong_keys(Authenticator(*HERE)))
def test_a_wrong_key_is_refused_alike(app: "Flask", key: Authenticator, name: str) -> None:
    browser = app.test_client()
    refused = enter(browser, wrong_keys(key)[name])
    assert refused.status_code == 422 and REFUSED in refused.get_data(as_text=True)
    assert not is_in(browser)
    assert enter(browser, key).status_code == 303, "the right one is let in after that"


@pytest.mark.parametrize("made", ["another site", "another site's name", "nobody verified"])
def test_a_key_made_for_elsewhere_is_not_added(
    app: "Flask", instance: "Instance", awa: "Person", made: str
) -> None:
    browser = signed_in(app, instance, awa)
    assert add(browser, wrong_keys(Authenticator(*HERE))[made]).status_code == 422
    assert list_passkeys(instance.private, awa.id) == []


def test_a_challenge_is_good_once_here_for_its_purpose_and_for_minutes(
    app: "Flask", instance: "Instance", awa: "Person", key: Authenticator, monkeypatch: Any
) -> None:
    browser, other = app.test_client(), app.test_client()
    asked = ask(browser, "enter")
    form = {"challenge": asked["challenge"], "credential": key.get(asked["options"])}
    # What was listened to opens nothing in another browser, and does not use it up either.
    ask(other, "enter")
    assert send(other, "/-/login/passkey", **form).status_code == 422
    with browser.session_transaction() as kept:
        before = dict(kept)
    assert send(browser, "/-/login/passkey", **form).status_code == 303
    send(browser, "/-/logout")
    with browser.session_transaction() as kept:
        kept.update(before)
    again = {**form, "credential": key.get(asked["options"])}
    refused = browser.post("/-/login/passkey", data={"csrf_token": token(browser), **again})
    assert refused.status_code == 422 and "trop de temps" in refused.get_data(as_text=True)
    assert not is_in(browser)
    # One for adding a key lets nobody in, nor does one that was never ours.
    signed = signed_in(app, instance, awa)
    asked = ask(signed, "sure")
    form = {"challenge": asked["challenge"], "credential": key.get(asked["options"])}
    assert send(signed, "/-/login/passkey", **form).status_code == 422
    for word in ("", "x", "x" * 10_000, f"{asked['challenge']}x"):
        made = {**form, "challenge": word}
        assert send(browser, "/-/login/passkey", **made).status_code == 422
    asked = ask(browser, "enter")
    form = {"challenge": asked["challenge"], "credential": key.get(asked["options"])}
    monkeypatch.setattr("wiki.web.account.factors.challenges.LIFETIME", -1)
    assert send(browser, "/-/login/passkey", **form).status_code == 422
    assert not is_in(browser)


def test_a_key_is_one_accounts_and_few_are_kept(
    app: "Flask", instance: "Instance", awa: "Person", key: Authenticator
) -> None:
    marc = add_person(instance.private, email="marc@example.org", name="Marc")
    browser = signed_in(app, instance, marc)
    assert add(browser, replace(key)).status_code == 422, "it is Awa's"
    assert list_passkeys(instance.private, marc.id) == []
    own = signed_in(app, instance, awa)
    for _number in range(MOST - 1):
        assert add(own, Authenticator(*HERE)).status_code == 303
    assert add(own, Authenticator(*HERE)).status_code == 422
    assert len(list_passkeys(instance.private, awa.id)) == MOST
    erase(instance.private, awa.id)
    assert list_passkeys(instance.private, awa.id) == []


def test_a_closed_account_stays_closed(
    app: "Flask", instance: "Instance", awa: "Person", key: Authenticator
) -> None:
    set_disabled(instance.private, awa.id, True, by="")
    assert enter(app.test_client(), key).status_code == 422
    set_disabled(instance.private, awa.id, False, by="")
    assert enter(app.test_client(), key).status_code == 303


def test_only_who_is_sure_to_be_them_changes_what_lets_them_in(
    app: "Flask", instance: "Instance", awa: "Person", key: Authenticator
) -> None:
    browser = signed_in(app, instance, awa)
    now = instance.private.now()
    instance.private.now = lambda: now + timedelta(minutes=20)
    try:
        assert 'name="action" value="remove"' not in browser.get("/-/account/security").text
        (kept,) = list_passkeys(instance.private, awa.id)
        for action in ("remove", "rename"):
            answer = send(browser, "/-/account/passkeys", action=action, id=kept.id, name="x")
            assert "/-/account/sure" in answer.headers["Location"]
        assert "/-/account/sure" in add(browser, Authenticator(*HERE)).headers["Location"]
        assert list_passkeys(instance.private, awa.id) == [kept]
        # By a password, or by the key itself, and then back.
        url, back = "/-/account/sure", "/-/account/security"
        assert send(browser, url, password="wrong", next=back).status_code == 422
        other = signed_in(app, instance, awa)
        asked = ask(other, "sure")
        form = {"challenge": asked["challenge"], "credential": key.get(asked["options"])}
        assert send(other, url, next=back, **form).headers["Location"] == back
        assert send(browser, url, password=PASSWORD, next=back).headers["Location"] == back
        assert send(browser, "/-/account/passkeys", action="remove", id=kept.id).status_code == 303
        assert list_passkeys(instance.private, awa.id) == []
    finally:
        instance.private.now = lambda: now


_RESPONSE = ["clientDataJSON", "authenticatorData", "signature", "attestationObject", "userHandle"]
_names = st.sampled_from(["id", "rawId", "type", "response", "authenticatorAttachment", *_RESPONSE])
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_names, inner, max_size=6),
    max_leaves=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=_json, raw=st.text(max_size=40))
def test_any_answer_is_refused_in_words(
    app: "Flask", instance: "Instance", key: Authenticator, said: object, raw: str
) -> None:
    object.__setattr__(instance.settings, "login_failures_per_15_min", 10_000)
    browser = app.test_client()
    for answer in (json.dumps(said), raw, "x" * 30_000, "[" * 9_000):
        form = {"challenge": ask(browser, "enter")["challenge"], "credential": answer}
        assert send(browser, "/-/login/passkey", **form).status_code == 422


def test_tries_are_counted_as_wrong_passwords_are(app: "Flask", instance: "Instance") -> None:
    object.__setattr__(instance.settings, "login_failures_per_15_min", 1)
    browser = app.test_client()
    codes = [send(browser, "/-/login/passkey").status_code for _try in range(21)]
    assert set(codes[:20]) == {422} and codes[20] == 429


@pytest.mark.parametrize(
    ("url", "host", "origin"),
    [
        ("https://Wiki.example.org/", "wiki.example.org", "https://wiki.example.org"),
        ("https://wiki.example.org:443", "wiki.example.org", "https://wiki.example.org"),
        ("https://wiki.example.org:8443", "wiki.example.org", "https://wiki.example.org:8443"),
        ("https://été.example.org", "xn--t-9fab.example.org", "https://xn--t-9fab.example.org"),
        ("http://127.0.0.1:8080", "localhost", "http://localhost:8080"),
        ("http://[::1]:8080", "localhost", "http://localhost:8080"),
        ("https://192.0.2.7", "", ""),
        ("https://wiki..example.org", "", ""),
        ("https://[2001:db8::7]", "", ""),
        ("http://wiki.example.org", "", ""),
    ],
)
def test_keys_are_bound_to_the_name_of_the_site(url: str, host: str, origin: str) -> None:
    party = find_party(Settings(base_url=url))
    assert (party.host, party.origin) == (host, origin) if party else host == ""
