"""The second factor: nobody whom it is asked of is in without it, by whatever door."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pyotp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.web.authenticator import Authenticator
from wiki.app import create_app
from wiki.mail_dispatch import deliver
from wiki.people.accounts import add_person, get_person, set_role
from wiki.people.accounts.access_tokens import issue
from wiki.people.accounts.factor_reset import reset_factors
from wiki.people.accounts.factors.passkeys import list_passkeys
from wiki.people.accounts.factors.recovery import COUNT, count_recovery_codes
from wiki.people.accounts.factors.requirement import end_weak_sessions
from wiki.people.accounts.sessions import list_sessions, open_session
from wiki.people.models.factors import OneTimeRow
from wiki.people.person import at_machine
from wiki.people.privacy.erasure import erase
from wiki.people.privacy.export import rows_about
from wiki.testing import PASSWORD, module_wiki, read_mail, text_of

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

app, instance = module_wiki.app, module_wiki.instance
ROOT = Path(__file__).parents[2]
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
def site(instance: "Instance") -> "Iterator[Instance]":
    """The instance as others reach it, on a machine that others reach; its clock is the test's."""
    chosen = replace(instance.settings, base_url="https://wiki.example.org")
    private, now = instance.private, instance.private.now
    began = now()
    private.now = lambda: began
    yield replace(instance, settings=chosen)
    private.now = now


@pytest.fixture
def browse(site: "Instance") -> "Callable[[], FlaskClient]":
    made = create_app(site)

    def browse() -> "FlaskClient":
        client = made.test_client()
        client.environ_base |= {"HTTP_HOST": "wiki.example.org", "wsgi.url_scheme": "https"}
        client.environ_base["HTTP_USER_AGENT"] = AGENT
        return client

    return browse


@pytest.fixture
def anne(site: "Instance") -> "Person":
    """An administrator, of whom a second factor is asked."""
    return add_person(
        site.private, email="anne@example.org", name="Anne", role="admin", password=PASSWORD
    )


@pytest.fixture
def awa(site: "Instance") -> "Person":
    return add_person(site.private, email="awa@example.org", name="Awa", password=PASSWORD)


def later(site: "Instance", **time: float) -> None:
    now = site.private.now() + timedelta(**time)
    site.private.now = lambda: now


def send(browser: "FlaskClient", url: str, form: str = "", **data: str) -> "TestResponse":
    page = browser.get(form or url).get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page
    headers = {"Referer": "https://wiki.example.org/"}
    return browser.post(url, data={"csrf_token": found[1], **data}, headers=headers)


def log_in(browser: "FlaskClient", person: "Person", password: str = PASSWORD) -> "TestResponse":
    return send(browser, "/-/login", email=person.email, password=password)


def is_in(browser: "FlaskClient") -> bool:
    return browser.get("/-/account").status_code == 200


def mails(site: "Instance") -> list[str]:
    deliver(site)
    files = sorted(site.settings.instance.glob("outbox/*.eml"))
    return [text_of(read_mail(file.read_bytes())) for file in files]


def link_to(site: "Instance", pattern: str) -> str:
    """The one that was just mailed."""
    said = "\n".join(mails(site))
    for file in site.settings.instance.glob("outbox/*.eml"):
        file.unlink()
    (found,) = re.findall(rf"https://wiki\.example\.org(/-/{pattern}/\S+)", said)
    return str(found)


def digits(site: "Instance", secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(site.private.now().timestamp()) + 30 * steps)


def set_up(
    site: "Instance", browser: "FlaskClient", url: str, **more: str
) -> tuple[str, list[str]]:
    """Sets an application up at ``url``: its secret, and the recovery codes that are shown."""
    page = browser.get(url).text
    offered = re.search(r'name="offered" value="([^"]+)"', page)
    secret = re.search(r"<code>([A-Z2-7 ]{32,})</code>", page)
    assert offered and secret and "data:image/svg+xml" in page
    plain = secret[1].replace(" ", "")
    form = {"offered": offered[1], "digits": digits(site, plain), **more}
    return plain, codes_in(send(browser, url, **form).text)


def codes_in(page: str) -> list[str]:
    return re.findall(r"<code>((?:[a-z2-9]{4}-){2}[a-z2-9]{4})</code>", page)


@pytest.fixture
def secret(site: "Instance", browse: "Callable[[], FlaskClient]", anne: "Person") -> str:
    """Anne's application, set up in a browser that she has closed."""
    browser = browse()
    assert log_in(browser, anne).headers["Location"] == "/"
    secret, codes = set_up(site, browser, "/-/account/second-factor", action="set-up")
    assert len(set(codes)) == COUNT
    later(site, minutes=5)
    return secret


def test_who_is_asked_has_days_for_it_and_then_sets_it_up_at_the_door(
    site: "Instance", browse: "Callable[[], FlaskClient]", anne: "Person", awa: "Person"
) -> None:
    browser, member = browse(), browse()
    assert log_in(browser, anne).headers["Location"] == "/"
    for url in ("/-/account", "/-/account/security", "/-/admin"):
        assert "Votre rôle demande une deuxième étape" in browser.get(url).text
    log_in(member, awa)
    assert "deuxième étape. À partir" not in member.get("/-/account").text
    later(site, days=site.settings.second_factor_days - 1)
    assert log_in(browse(), anne).headers["Location"] == "/"
    assert is_in(browser) and is_in(member)
    later(site, days=1, minutes=1)
    late = browse()
    door = log_in(late, anne).headers["Location"]
    assert door.startswith("/-/login/second") and not is_in(late)
    secret, codes = set_up(site, late, "/-/login/second", next="/-/admin")
    assert len(codes) == COUNT and is_in(late)
    # What began by a password alone has ended by the next day; a member's goes on.
    end_weak_sessions(site.private, site.settings)
    assert not is_in(browser) and is_in(late) and is_in(member)
    assert digits(site, secret).isdigit()
    assert any("chiffres d’une application sont demandés" in mail for mail in mails(site))


def test_a_promoted_member_is_asked_from_then_on(
    site: "Instance", browse: "Callable[[], FlaskClient]", awa: "Person"
) -> None:
    browser = browse()
    log_in(browser, awa)
    set_role(site.private, awa.id, "programme", by=at_machine())
    end_weak_sessions(site.private, site.settings)
    later(site, days=13)
    browser.get("/-/account")
    end_weak_sessions(site.private, site.settings)
    assert is_in(browser)
    later(site, days=1)
    off = replace(site.settings, second_factor="administrators")
    end_weak_sessions(site.private, off)
    assert is_in(browser)
    end_weak_sessions(site.private, site.settings)
    assert not is_in(browser)


def test_the_digits_of_now_let_in_once(
    site: "Instance", browse: "Callable[[], FlaskClient]", anne: "Person", secret: str
) -> None:
    first, second = browse(), browse()
    for browser in (first, second):
        log_in(browser, anne)
        assert not is_in(browser)
    url, now = "/-/login/second", digits(site, secret)
    assert send(first, url, digits=now, next="/-/admin").headers["Location"] == "/-/admin"
    assert is_in(first)
    refused = send(second, url, digits=now)
    assert refused.status_code == 422 and "ne sont pas ceux du moment" in refused.text
    assert send(second, url, digits=digits(site, secret, -1)).status_code == 422, "an older one"
    for wrong in ("", "12345", "abcdef", "１２３４５６", digits(site, secret, 3)):
        later(site, minutes=3)
        assert send(second, url, digits=wrong).status_code == 422
        if not second.get(url).text.count("csrf_token"):
            break
    assert not is_in(second)
    # A clock may be half a minute off; and what was begun is good no longer than it may be.
    later(site, minutes=1)
    third = browse()
    log_in(third, anne)
    assert send(third, url, digits=digits(site, secret, 1)).status_code == 303 and is_in(third)
    fourth = browse()
    log_in(fourth, anne)
    later(site, minutes=21)
    assert fourth.get(url).headers["Location"] == "/-/login"


def test_wrong_digits_slow_down_and_stop(
    site: "Instance",
    browse: "Callable[[], FlaskClient]",
    anne: "Person",
    secret: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser = browse()
    log_in(browser, anne)
    wrong = next(one for one in ("111111", "222222") if one != digits(site, secret))
    codes = [send(browser, "/-/login/second", digits=wrong).status_code for _try in range(4)]
    assert codes == [422, 422, 422, 429]
    assert send(browser, "/-/login/second", digits=digits(site, secret)).status_code == 429
    monkeypatch.setattr("wiki.web.account.factors.proofs._A_DAY", 6)
    for _try in range(3):
        later(site, minutes=16)
        log_in(browser, anne)
        assert send(browser, "/-/login/second", digits=wrong).status_code == 422
    later(site, minutes=16)
    log_in(browser, anne)
    assert send(browser, "/-/login/second", digits=digits(site, secret)).status_code == 429
    later(site, days=1)
    log_in(browser, anne)
    assert send(browser, "/-/login/second", digits=digits(site, secret)).status_code == 303


def test_a_recovery_code_lets_in_once_and_is_told(
    site: "Instance", browse: "Callable[[], FlaskClient]", anne: "Person", secret: str
) -> None:
    owner = browse()
    log_in(owner, anne)
    send(owner, "/-/login/second", digits=digits(site, secret))
    made = send(owner, "/-/account/second-factor", form="/-/account/security", action="codes")
    codes = codes_in(made.text)
    assert len(codes) == COUNT
    browser = browse()
    log_in(browser, anne)
    typed = f" {codes[3].upper().replace('-', ' ')} "
    assert send(browser, "/-/login/second", recovery=typed).status_code == 303 and is_in(browser)
    assert count_recovery_codes(site.private, anne.id) == COUNT - 1
    again = browse()
    log_in(again, anne)
    refused = send(again, "/-/login/second", recovery=codes[3])
    assert refused.status_code == 422 and "a déjà servi" in refused.text and not is_in(again)
    assert any("Il vous en reste 9" in mail for mail in mails(site))


def test_a_trusted_browser_is_not_asked_for_thirty_days(
    site: "Instance", browse: "Callable[[], FlaskClient]", anne: "Person", secret: str
) -> None:
    browser = browse()
    log_in(browser, anne)
    send(browser, "/-/login/second", digits=digits(site, secret), trust="1")
    assert "pas de deuxième étape avant le" in browser.get("/-/account/sessions").text
    send(browser, "/-/logout", form="/-/account")
    assert log_in(browser, anne).headers["Location"] == "/" and is_in(browser)
    other = browse()
    assert "second" in log_in(other, anne).headers["Location"]
    later(site, days=31)
    assert "second" in log_in(browser, anne).headers["Location"]
    send(browser, "/-/login/second", digits=digits(site, secret), trust="1")
    # A new password ends that.
    send(browser, "/-/reset", email=anne.email)
    link = link_to(site, "reset")
    assert "second" in send(browser, link, password="une autre longue phrase").headers["Location"]
    assert "second" in log_in(browser, anne, "une autre longue phrase").headers["Location"]


def test_others_turn_it_on_for_themselves_and_off(
    site: "Instance", browse: "Callable[[], FlaskClient]", awa: "Person"
) -> None:
    browser, url, page = browse(), "/-/account/second-factor", "/-/account/security"
    log_in(browser, awa)
    secret, codes = set_up(site, browser, url, action="set-up")
    assert len(codes) == COUNT
    later(site, minutes=2)
    other = browse()
    log_in(other, awa)
    assert not is_in(other)
    assert send(other, "/-/login/second", digits=digits(site, secret)).status_code == 303
    with rows_about(site.private, awa.id) as rows:
        told = {name: [*found] for name, found in rows}
    assert secret not in str(told) and "secret" not in told["one_time"][0]
    assert len(told["recovery"]) == COUNT and "hash" not in told["recovery"][0]
    (kept,) = site.private.list_rows(select(OneTimeRow.secret))
    assert secret not in kept
    assert send(browser, url, form=page, action="end").status_code == 303
    assert log_in(browse(), awa).headers["Location"] == "/"
    erase(site.private, awa.id)
    assert site.private.list_rows(select(OneTimeRow.person)) == []


def test_a_passkey_is_the_second_factor_of_who_is_asked_and_cannot_be_the_last_to_go(
    site: "Instance", browse: "Callable[[], FlaskClient]", anne: "Person"
) -> None:
    key = Authenticator("wiki.example.org", "https://wiki.example.org")
    browser, url, page = browse(), "/-/account/passkeys", "/-/account/security"
    log_in(browser, anne)
    asked = browser.get("/-/passkeys/options?purpose=add").get_json()
    form = {"challenge": asked["challenge"], "credential": key.create(asked["options"])}
    codes = send(browser, url, form=page, action="add", **form).text
    assert len(re.findall(r"<code>", codes)) == COUNT
    (kept,) = list_passkeys(site.private, anne.id)
    refused = send(browser, url, form=page, action="remove", id=kept.id)
    assert refused.status_code == 422 and "avant de retirer celle-ci" in refused.text
    late = browse()
    log_in(late, anne)
    assert not is_in(late)
    asked = late.get("/-/passkeys/options?purpose=second").get_json()
    assert len(asked["options"]["allowCredentials"]) == 1
    wrong = {
        "challenge": asked["challenge"],
        "credential": replace(key, verified=False).get(asked["options"]),
    }
    assert send(late, "/-/login/second", **wrong).status_code == 422 and not is_in(late)
    asked = late.get("/-/passkeys/options?purpose=second").get_json()
    right = {"challenge": asked["challenge"], "credential": key.get(asked["options"])}
    assert send(late, "/-/login/second", **right).status_code == 303 and is_in(late)
    # Alone, without a password, it is two factors.
    alone = browse()
    asked = alone.get("/-/passkeys/options?purpose=enter").get_json()
    right = {"challenge": asked["challenge"], "credential": key.get(asked["options"])}
    assert send(alone, "/-/login/passkey", form="/-/login", **right).status_code == 303
    assert is_in(alone) and [one.browser for one in list_sessions(site.private, anne.id)]


def test_who_lost_everything_is_helped_and_told(
    site: "Instance", browse: "Callable[[], FlaskClient]", anne: "Person", secret: str
) -> None:
    browser = browse()
    log_in(browser, anne)
    send(browser, "/-/login/second", digits=digits(site, secret))
    reset_factors(site.private, anne.id, by="unix ada")
    assert not is_in(browser) and count_recovery_codes(site.private, anne.id) == 0
    later(site, days=15)
    door = log_in(browser, anne)
    assert "/-/login/second" in door.headers["Location"] and not is_in(browser)
    assert "Installez sur votre téléphone" in browser.get("/-/login/second").text


# Whatever is tried by who knows the password and reads the mails, and has no second factor.


def _steps(
    site: "Instance", anne: "Person", secret: str, used: str
) -> dict[str, "Callable[[FlaskClient], object]"]:
    def by_link(kind: str) -> "Callable[[FlaskClient], object]":
        def follow(browser: "FlaskClient") -> object:
            url = {"login": "/-/login-link", "reset": "/-/reset", "known": "/-/register"}[kind]
            send(browser, url, email=anne.email, name="Anne", password="")
            pattern = "reset" if kind == "reset" else "login-link"
            more = {"password": PASSWORD} if kind == "reset" else {}
            return send(browser, link_to(site, pattern), **more)

        return follow

    def second(**form: str) -> "Callable[[FlaskClient], object]":
        def answer(browser: "FlaskClient") -> object:
            page = browser.get("/-/login/second")
            return send(browser, "/-/login/second", **form) if page.status_code == 200 else None

        return answer

    def git(browser: "FlaskClient") -> object:
        url = "/-/git/all.git/info/refs?service=git-upload-pack"
        answer = browser.get(url, auth=(anne.email, PASSWORD))
        assert answer.status_code in (401, 404, 429)
        return answer

    return {
        "password": lambda browser: log_in(browser, anne),
        "link": by_link("login"),
        "reset": by_link("reset"),
        "sign up": by_link("known"),
        "nothing": second(),
        "used digits": second(digits=used),
        "old digits": second(digits=digits(site, secret, -4)),
        "a made up code": second(recovery="abcd-efgh-jkmn"),
        "a made up key": second(credential="{}", challenge="x"),
        "another application": second(offered="x", digits="123456"),
        "a key of one's own": second(credential="{}", challenge="x", offered="x"),
        "the page of the account": lambda browser: browser.get("/-/account/second-factor"),
        "options": lambda browser: browser.get("/-/passkeys/options?purpose=first"),
        "sure": lambda browser: browser.get("/-/account/sure?next=/-/account"),
        "git": git,
        "an hour": lambda _browser: later(site, minutes=61),
    }


_TRIED = [
    "password",
    "link",
    "reset",
    "sign up",
    "nothing",
    "used digits",
    "old digits",
    "a made up code",
    "a made up key",
    "another application",
    "a key of one's own",
    "the page of the account",
    "options",
    "sure",
    "git",
    "an hour",
]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tried=st.lists(st.sampled_from(_TRIED), min_size=3, max_size=8))
def test_no_way_in_goes_round_it(
    site: "Instance",
    browse: "Callable[[], FlaskClient]",
    anne: "Person",
    secret: str,
    tried: list[str],
) -> None:
    object.__setattr__(site.settings, "resets_per_hour", 10_000)
    object.__setattr__(site.settings, "login_failures_per_15_min", 10_000)
    steps = _steps(site, anne, secret, used=digits(site, secret, -10))
    assert [*steps] == _TRIED
    before = {one.id for one in list_sessions(site.private, anne.id)}
    browser = browse()
    for name in ("password", *tried):
        steps[name](browser)
        assert not is_in(browser), name
    assert {one.id for one in list_sessions(site.private, anne.id)} <= before


def test_a_session_is_opened_at_one_place_and_few_say_that_more_was_proved() -> None:
    opening, proved = set(), set()
    for folder in ("wiki", "plugins"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if {"tests", "testing", "node_modules"} & set(path.parts):
                continue
            text = path.read_text("utf-8")
            if not re.search(r"open_session|login_user|strong=", text):
                continue
            for call in ast.walk(ast.parse(text)):
                if not isinstance(call, ast.Call):
                    continue
                name = getattr(call.func, "attr", getattr(call.func, "id", ""))
                where = path.relative_to(ROOT).as_posix()
                if name in ("open_session", "login_user"):
                    opening.add(where)
                if name == "enter" and any(word.arg == "strong" for word in call.keywords):
                    proved.add(where)
    # What plugins are held to is tried by a stranger, in a wiki that is thrown away.
    assert opening == {"wiki/web/account/views.py", "wiki/plugin_checks.py"}
    assert proved == {
        "wiki/web/account/oidc/views.py",
        "wiki/web/account/factors/passkeys.py",
        "wiki/web/account/factors/second_step.py",
    }


def test_tokens_go_on(
    site: "Instance", browse: "Callable[[], FlaskClient]", anne: "Person", secret: str
) -> None:
    token = issue(site.private, anne.id, name="x", scopes=["read"], days=None)
    headers = {"Authorization": f"Bearer {token}"}
    assert browse().get("/-/api/v1/pages", headers=headers).status_code == 200


def test_nothing_is_asked_on_a_machine_of_ones_own(instance: "Instance") -> None:
    anne = add_person(
        instance.private, email="seule@example.org", name="S", role="admin", password=PASSWORD
    )
    assert instance.settings.alone
    open_session(instance.private, anne.id)
    end_weak_sessions(instance.private, instance.settings)
    assert list_sessions(instance.private, anne.id) and get_person(instance.private, anne.id)
