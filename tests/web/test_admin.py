"""The rooms of administrators: who gets in, what they do there, what is written down of it."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from wiki.people.access.grants import grant_guest
from wiki.people.accounts import get_person
from wiki.people.audit import noted, record_audit
from wiki.testing import PASSWORD, module_wiki, token, unkeyed
from wiki.web.admin import sections as registry

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person


#: one wiki for all of them, empty for each
app, instance = module_wiki.app, module_wiki.instance


def send(client: "FlaskClient", url: str, **data: str) -> "TestResponse":
    return client.post(url, data={"csrf_token": token(client), "password": PASSWORD, **data})


def text(answer: "TestResponse") -> str:
    return answer.get_data(as_text=True)


@pytest.fixture
def admin(
    person: "Callable[..., Person]", log_in: "Callable[[Person], FlaskClient]"
) -> "FlaskClient":
    return log_in(person("Anne", "admin"))


def test_every_room_is_for_administrators(
    app: "Flask",
    client: "FlaskClient",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    """Asked of the table of routes, so that a new room is asked too."""
    member = log_in(person("Une", "programme"))
    seen = 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/-/admin"):
            continue
        url = re.sub(r"<int:\w+>", "1", re.sub(r"<(?:path:)?\w+>", "x", rule.rule))
        seen += 1
        if "GET" in (rule.methods or ()):
            assert client.get(url).status_code == 302, url
            assert member.get(url).status_code == 403, url
        if "POST" in (rule.methods or ()):
            assert send(client, url).status_code == 403, url
            assert send(member, url).status_code == 403, url
    assert seen > 8


def test_the_menu_leads_there_for_admins_alone(
    admin: "FlaskClient",
    client: "FlaskClient",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
    write: Callable[..., str],
) -> None:
    write({"index.md": "# Accueil\n"})
    assert "/-/admin" in text(admin.get("/"))
    assert "/-/admin" not in text(log_in(person("Une")).get("/"))
    assert "/-/admin" not in text(client.get("/"))
    # Under the name: in the line of the site's menu it made that wrap.
    start = text(admin.get("/"))
    assert start.index("account-menu") < start.index("/-/admin")


def test_a_section_that_fails_costs_itself_only(
    admin: "FlaskClient", monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_reader: object) -> list[registry.Line]:
        raise RuntimeError("on purpose")

    def fine(_reader: object) -> list[registry.Line]:
        return [registry.Line("Des lignes", "/-/ailleurs", 3, "en attente")]

    ours = [registry.Section("Cassée", broken, 1), registry.Section("D'ailleurs", fine, 2)]
    monkeypatch.setattr(registry, "_sections", [*registry.sections(), *ours])
    page = text(admin.get("/-/admin"))
    assert "Des lignes" in page and "en attente" in page and "Comptes" in page
    assert "Cassée" not in page
    assert "on purpose" in caplog.text


def test_accounts_are_found_and_paged(
    instance: "Instance", admin: "FlaskClient", person: "Callable[..., Person]"
) -> None:
    from wiki.people.accounts import add_person

    for number in range(55):
        add_person(instance.private, email=f"n{number:02}@example.net", name=f"Personne {number}")
    first = text(admin.get("/-/admin/people"))
    assert "56 comptes" in first
    assert "n00@example.net" in first and "n54@example.net" not in first
    rest = text(admin.get("/-/admin/people?after=n48@example.net"))
    assert "n54@example.net" in rest and 'rel="next"' not in rest
    found = text(admin.get("/-/admin/people?q=PERSONNE+3"))
    assert found.count("/-/admin/people/") == 11
    assert "n03" in text(admin.get("/-/admin/people?q=N03@"))
    assert "n03" not in unkeyed(text(admin.get("/-/admin/people?q=%25")))


def test_a_role_is_given_and_the_last_admin_stays(
    instance: "Instance", admin: "FlaskClient", person: "Callable[..., Person]"
) -> None:
    une = person("Une")
    url = f"/-/admin/people/{une.id}"
    assert send(admin, url, action="role", role="connector").status_code == 303
    changed = get_person(instance.private, une.id)
    assert changed is not None and changed.role == "connector"
    assert send(admin, url, action="role", role="king").status_code == 422
    anne = noted(instance.private)[0].who
    for action in ("role", "block"):
        refused = send(admin, f"/-/admin/people/{anne}", action=action, role="member")
        assert refused.status_code == 422
    assert admin.get("/-/admin").status_code == 200


def test_blocking_ends_sessions_at_once(
    instance: "Instance",
    admin: "FlaskClient",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    une = person("Une")
    theirs, url = log_in(une), f"/-/admin/people/{une.id}"
    assert "déconnectée partout" in text(admin.get(url)), "it says what it means"
    assert send(admin, url, action="everywhere").status_code == 303
    assert theirs.get("/-/account").status_code == 302
    theirs = log_in(une)
    assert send(admin, url, action="block").status_code == 303
    assert theirs.get("/-/account").status_code == 302
    assert "bloqué" in text(admin.get(url))
    assert send(admin, url, action="unblock").status_code == 303
    assert log_in(une).get("/-/account").status_code == 200
    told = text(admin.get("/-/admin/audit"))
    for words in ("a bloqué un compte", "a rouvert un compte", "a déconnecté quelqu’un partout"):
        assert words in told
    assert "une@example.org" not in told


def test_an_account_is_joined_to_a_page_and_a_guest_ended(
    instance: "Instance",
    admin: "FlaskClient",
    person: "Callable[..., Person]",
    write: Callable[..., str],
) -> None:
    write({"personnes/une.md": "---\ntype: person\ntitle: Une\n---\n", "page.md": "# Page\n"})
    une, deux = person("Une"), person("Deux")
    url = f"/-/admin/people/{une.id}"
    for wrong in ("page", "nulle-part", "../x"):
        assert send(admin, url, action="page", page=wrong).status_code == 422, wrong
    assert send(admin, url, action="page", page="/personnes/une").status_code == 303
    joined = get_person(instance.private, une.id)
    assert joined is not None and joined.page == "personnes/une"
    taken = send(admin, f"/-/admin/people/{deux.id}", action="page", page="personnes/une")
    assert taken.status_code == 422
    assert send(admin, url, action="page", page="").status_code == 303
    grant_guest(instance.private, une.id, "page", by="test")
    assert "Invité de" in text(admin.get(url))
    assert send(admin, url, action="no-guest", path="page").status_code == 303
    assert "Invité de" not in text(admin.get(url))
    assert send(admin, url, action="rien").status_code == 404
    assert admin.get("/-/admin/people/personne").status_code == 404


def test_a_link_to_log_in_is_sent(
    instance: "Instance", admin: "FlaskClient", person: "Callable[..., Person]"
) -> None:
    from wiki.mail_dispatch import deliver

    une = person("Une")
    assert send(admin, f"/-/admin/people/{une.id}", action="link").status_code == 303
    deliver(instance)
    [mail] = instance.settings.instance.glob("outbox/*.eml")
    assert "une@example.org" in mail.read_text("utf-8")


def test_the_trail_is_paged_and_names_nobody_who_is_gone(
    instance: "Instance", admin: "FlaskClient"
) -> None:
    for number in range(60):
        record_audit(instance.private, "partie", "exported", "partie", f"n° {number}")
    record_audit(instance.private, "unix ada", "settings", "", "smtp_host")
    newest = text(admin.get("/-/admin/audit"))
    assert "n° 59" in newest and "n° 5<" not in newest
    assert "Une personne sans compte (partie)" in newest
    assert "L’exploitant (ada) a changé des réglages" in newest
    older = newest[newest.index("before=") :].split('"')[0]
    assert "n° 5<" in text(admin.get(f"/-/admin/audit?{older}"))
    assert admin.get("/-/admin/audit?before=x").status_code == 200
