"""Who rules the site, and where its mails and log-ins go, a session alone changes nowhere."""

import ast
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from wiki.config.browser import IN_BROWSER, PUBLIC
from wiki.editing.settings import change_settings
from wiki.errors import Forbidden
from wiki.parts.setup_link import make_link
from wiki.people.access import invitations
from wiki.people.access.invitations import PLAIN_ROLES, Draft
from wiki.people.accounts import (
    access_tokens,
    add_person,
    find_person,
    get_person,
    set_disabled,
    set_role,
)
from wiki.people.guides import begin_guides, open_guides
from wiki.people.person import ROLES
from wiki.testing import PASSWORD, module_wiki, token
from wiki.web.admin.settings.sections import setting_sections
from wiki.web.setup.entrance import SETUP

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person
app, instance = module_wiki.app, module_wiki.instance
SURE = {name for name, one in IN_BROWSER.items() if one.sure}
ROOT = Path(__file__).parents[2]
#: who may say that somebody has shown that it is them, or is at the machine
VOUCHING = {
    "sure=True": {"wiki/people/person.py", "wiki/web/account/confirmation.py"},
    "at_machine": {"wiki/people/person.py", "wiki/cli/people.py"},
}
#: where a setting is chosen or a role given, behind ``require_sure``
CHANGING = {
    "change_settings": {
        "wiki/web/admin/settings/views.py",
        "wiki/web/setup/mail.py",
        "wiki/web/setup/views.py",
    },
    "write_settings": {"wiki/editing/settings/changes.py", "wiki/people/settings.py"}
    | {"wiki/repository/creation.py", "wiki/repository/writes/repair.py"},  # those of git
    "set_role": {"wiki/web/admin/people.py", "wiki/cli/people.py"},
    # An account's, the invitation's own row, and what an invitation gives that was let through.
    ".role =": {"wiki/people/accounts/directory.py", "wiki/people/access/invitations.py"},
    "add_founder": {"wiki/web/setup/views.py"},
}


@cache
def uses() -> dict[str, set[str]]:
    """What is called, assigned or vouched for in which modules that are shipped."""
    found: dict[str, set[str]] = {}
    for file in (*ROOT.glob("wiki/**/*.py"), *ROOT.glob("plugins/**/*.py")):
        place = file.relative_to(ROOT).as_posix()
        if "/tests/" in place or place.startswith("wiki/testing/"):
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            for name in _used(node):
                found.setdefault(name, set()).add(place)
    return found


def _used(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        yield name
        if name in ("replace", "Person") and any(one.arg == "sure" for one in node.keywords):
            yield "sure=True"
    for one in getattr(node, "targets", ()):
        for each in one.elts if isinstance(one, ast.Tuple) else (one,):
            if isinstance(each, ast.Attribute) and each.attr == "role":
                yield ".role ="


def test_every_way_to_change_a_setting_or_a_role_is_known() -> None:
    """A new caller is looked at: the gate is inside, and nobody else says that one is sure."""
    for name, places in {**VOUCHING, **CHANGING}.items():
        defined = {one for one in places if f"def {name}(" in (ROOT / one).read_text("utf-8")}
        assert uses().get(name, set()) | defined == places, name


def test_no_push_brings_what_is_asked_for_more_than_a_session() -> None:
    assert not PUBLIC & SURE and "base_url" in SURE


@pytest.fixture
def wait(instance: "Instance") -> Iterator[Callable[..., None]]:
    """``wait(days=1)``: so much later."""
    private, real, passed = instance.private, instance.private.now, [timedelta()]
    private.now = lambda: real() + passed[0]

    def pass_by(**time: float) -> None:
        passed[0] += timedelta(**time)

    yield pass_by
    private.now = real


@pytest.fixture
def long_ago(
    wait: Callable[..., None],
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> "FlaskClient":
    """The browser of an administrator who logged in yesterday."""
    client = log_in(person("Ada", "admin"))
    wait(days=1)
    return client


def post(client: "FlaskClient", url: str, **sent: Any) -> "TestResponse":
    return client.post(url, data={"csrf_token": token(client), **sent})


def test_a_session_changes_no_setting_that_decides_who_comes_in(
    instance: "Instance", long_ago: "FlaskClient"
) -> None:
    before = instance.settings
    tried = set()
    for key, section in setting_sections().items():
        for one in section.settings:
            if one.name not in SURE:
                continue
            tried.add(one.name)
            words = IN_BROWSER[one.name].words
            now = getattr(before, one.name)
            value = next((word for word in words if word != now), "") if words else "7"
            sent = {one.name: value}
            if isinstance(now, bool):
                sent = {} if now else {one.name: "1"}
            sent[f"was-{one.name}"] = "1"
            post(long_ago, f"/-/admin/settings/{key}", **sent)
            assert getattr(instance.settings, one.name) == now, one.name
    assert tried == SURE
    for action in ("none", "go"):
        post(long_ago, "/-/setup/mail", action=action, smtp_host="mail.example.net")
    post(long_ago, "/-/setup/pages", pages="keep", base_url="https://elsewhere.example")
    assert instance.settings == before and instance.in_force.chosen.values == {}


def test_the_gate_is_in_the_door_itself(
    instance: "Instance", person: "Callable[..., Person]"
) -> None:
    ada, une = person("Ada", "admin"), person("Une")
    for name in SURE - {"base_url", "backup_folder"}:
        now = getattr(instance.settings, name)
        value = not now if isinstance(now, bool) else 9 if isinstance(now, int) else "x"
        if IN_BROWSER[name].words:
            value = next(word for word in IN_BROWSER[name].words if word != now)
        if name in ("mail_from", "backup_recipients", "oidc_scopes"):
            continue  # what they may be is asked first
        with pytest.raises(Forbidden):
            change_settings(instance, ada, {name: value})
    for role in ROLES:
        with pytest.raises(Forbidden):
            set_role(instance.private, une.id, role, by=ada)
        if role not in PLAIN_ROLES:
            draft = Draft("role", "x@example.org", role=role)
            with pytest.raises(Forbidden):
                invitations.invite(instance.private, instance.settings, draft, by=ada)


def test_a_session_gives_nobody_a_role_or_rights(
    instance: "Instance",
    long_ago: "FlaskClient",
    wait: Callable[..., None],
    person: "Callable[..., Person]",
    write: Callable[..., str],
) -> None:
    write({"personnes/une.md": "---\ntype: person\ntitle: Une\n---\n"})
    une, out = person("Une"), person("Deux", "admin")
    set_disabled(instance.private, out.id, True, by="test")
    url = f"/-/admin/people/{une.id}"
    given = (
        (url, {"action": "role", "role": "admin"}),
        (url, {"action": "page", "page": "personnes/une"}),
        (url, {"action": "erase", "email": une.email}),
        (f"/-/admin/people/{out.id}", {"action": "unblock"}),
        ("/-/invite", {"email": "a@example.org", "role": "admin", "lang": "fr"}),
    )
    for wrong in ("", "faux"):
        for where, sent in given:
            wait(hours=1)
            refused = post(long_ago, where, **sent, password=wrong)
            assert refused.status_code == 422, sent
            shown = refused.get_data(as_text=True)
            assert len(re.findall(r'id="[^"]*password[^"]*-error"', shown)) == 1, sent
    kept, blocked = get_person(instance.private, une.id), get_person(instance.private, out.id)
    assert kept is not None and kept.role == "member" and kept.page is None
    assert blocked is not None and blocked.disabled
    assert invitations.pending(instance.private) == []
    for where, sent in (*given[:2], *given[3:]):
        assert post(long_ago, where, **sent, password=PASSWORD).status_code == 303, sent
    # What is no power needs no more than the session, for who defends the site is in a hurry.
    assert post(long_ago, url, action="block").status_code == 303


def test_who_has_no_password_logs_in_once_more(
    instance: "Instance", log_in: "Callable[[Person], FlaskClient]", wait: Callable[..., None]
) -> None:
    boss = add_person(instance.private, email="b@example.org", name="B", role="admin")
    une = add_person(instance.private, email="u@example.org", name="Une")
    client, url = log_in(boss), f"/-/admin/people/{une.id}"
    wait(days=1)
    assert post(client, url, action="role", role="admin").status_code == 422
    assert 'action="/-/account/again"' in client.get(url).get_data(as_text=True)
    assert 'action="/-/account/again"' in client.get("/-/invite").get_data(as_text=True)
    assert post(log_in(boss), url, action="role", role="admin").status_code == 303


def test_the_set_up_is_its_founders_until_it_is_done(
    instance: "Instance",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
    wait: Callable[..., None],
) -> None:
    ada, bob = person("Ada", "admin"), person("Bob", "admin")
    begin_guides(instance.private, ada.id, [SETUP])
    hers, his = log_in(ada), log_in(bob)
    for url in ("/-/setup/mail", "/-/setup/pages"):
        assert hers.get(url).status_code == 200
        assert his.get(url).location == "/-/admin/settings"
    assert hers.get("/-/setup").location == "/-/setup/mail"
    assert his.get("/-/setup").location == "/-/admin/settings"
    wait(minutes=16)
    # She goes on another day, once she has said that it is her; what she had sent is not taken.
    late = post(hers, "/-/setup/pages", pages="keep", base_url="https://elsewhere.example")
    assert (late.location or "").startswith("/-/account/sure")
    assert instance.in_force.chosen.values == {}
    post(hers, "/-/account/sure", password=PASSWORD, next="/-/setup/pages")
    assert post(hers, "/-/setup/pages", pages="keep").location == "/"
    assert SETUP not in open_guides(instance.private, ada.id)
    assert hers.get("/-/setup/mail").location == "/-/admin/settings"


def test_a_session_makes_no_token_that_outlasts_it(
    instance: "Instance", long_ago: "FlaskClient"
) -> None:
    url, asked = "/-/account/tokens", {"name": "x", "scopes": "git", "days": ""}
    assert (post(long_ago, url, **asked).location or "").startswith("/-/account/sure")
    ada = find_person(instance.private, "ada@example.org")
    assert ada is not None and not access_tokens.listed(instance.private, ada.id)
    post(long_ago, "/-/account/sure", password=PASSWORD, next=url)
    assert post(long_ago, url, **asked).status_code == 200
    assert len(access_tokens.listed(instance.private, ada.id)) == 1


def test_a_link_made_later_opens_nothing(instance: "Instance", app: Any, person: Any) -> None:
    person("Ada", "admin")
    link = make_link(instance.settings).removeprefix(instance.settings.public_url)
    assert app.test_client().get(link).status_code == 409
