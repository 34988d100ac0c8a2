"""One's own data: whole, in an archive, for oneself alone; and the way out of the wiki."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import unquote
from zipfile import ZipFile

import pytest

from wiki.people.access.grants import grant_guest
from wiki.people.accounts import find_person
from wiki.people.accounts.sessions import open_session
from wiki.people.accounts.sign_ons import Vouched, link, linked
from wiki.people.audit import noted
from wiki.people.drafts import save_draft
from wiki.people.models.background import MailRow
from wiki.people.models.entries import SessionRow
from wiki.people.models.tables import Base
from wiki.people.privacy.erasure import erased_ids
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.testing import PASSWORD, module_wiki, token

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

#: one wiki for all of them, empty for each
app, instance = module_wiki.app, module_wiki.instance

LogIn = Callable[["Person"], "FlaskClient"]
People = Callable[..., "Person"]


def send(client: "FlaskClient", url: str, **data: str) -> "TestResponse":
    response = client.post(url, data={"csrf_token": token(client, "/-/account"), **data})
    response.get_data()
    response.close()  # as a server does
    return response


def write_as(instance: "Instance", person: "Person", files: dict[str, str]) -> str:
    changes = {name: text.encode() for name, text in files.items()}
    author = Author(person.name, person.alias)
    head = instance.repository.head()
    return commit(instance.repository, head, changes, author, f"par {person.id}")


def archive(response: "TestResponse") -> dict[str, str]:
    assert response.status_code == 200, response.get_data(as_text=True)
    assert response.mimetype == "application/zip"
    with ZipFile(BytesIO(response.get_data())) as files:
        return {name: files.read(name).decode() for name in files.namelist()}


def test_the_archive_holds_all_of_oneself_and_nothing_of_others(
    instance: "Instance", person: People, log_in: LogIn
) -> None:
    one = person("Zoé Unetelle", page="personnes/zoe")
    other = person("Autrui")
    for who in (one, other):
        save_draft(instance.private, who.id, "p", "", f"brouillon de {who.name}")
        grant_guest(instance.private, who.id, f"invite-{who.email}", by="a test")
        link(instance.private, who.id, Vouched("https://idp.example", f"sub-{who.email}"))
    write_as(instance, one, {"personnes/zoe.md": "# Zoé\n\nMa page.\n", "a.md": "# A\n"})
    write_as(instance, other, {"b.md": "# B\n"})
    found = archive(send(log_in(one), "/-/account/data", password=PASSWORD))
    told = {name: json.loads(text) for name, text in found.items() if name.endswith(".json")}
    assert found["page.md"] == "# Zoé\n\nMa page.\n"
    assert one.name in found["README.txt"]
    assert [line["email"] for line in told["private/person.json"]] == [one.email]
    assert told["private/draft.json"][0]["text"] == f"brouillon de {one.name}"
    assert told["private/sign_on.json"][0]["subject"] == f"sub-{one.email}"
    assert {line["page"] for line in told["changes.json"]} == {"a", "personnes/zoe"}
    assert {line["created"][:2] for line in told["private/session.json"]} == {"20"}
    everything = "\n".join(found.values())
    for hidden in (other.id, other.email, other.name, "$argon2"):
        assert hidden not in everything
    assert not re.search(r"\b[0-9a-f]{64}\b", everything), "hashes stay here"
    last = noted(instance.private)[0]
    assert (last.what, last.who) == ("exported", one.id)


def test_a_page_that_one_may_not_read_any_more_is_not_told(
    instance: "Instance", person: People, log_in: LogIn
) -> None:
    one = person("Zoé")
    write_as(instance, one, {"secret.md": "---\nvisibility: team\nteam: []\n---\n", "a.md": "x"})
    found = archive(send(log_in(one), "/-/account/data", password=PASSWORD))
    assert "secret" not in "\n".join(found.values())
    assert '"a"' in found["changes.json"]


def test_every_table_with_rows_of_someone_is_in_it_by_itself() -> None:
    from wiki.people.privacy.export import _about

    for table in Base.metadata.sorted_tables:
        keys = [key for column in table.columns for key in column.foreign_keys]
        if any(key.column.table.name == "person" and key.ondelete == "CASCADE" for key in keys):
            assert _about(table, "an id", "an address") is not None, table.name


def test_nobody_else_gets_it(
    instance: "Instance", client: "FlaskClient", person: People, log_in: LogIn
) -> None:
    one, admin = person("Zoé"), person("Admin", role="admin")
    assert "/-/login" in client.get("/-/account/data").headers["Location"]
    secret = token(client)
    refused = client.post("/-/account/data", data={"csrf_token": secret, "password": PASSWORD})
    assert refused.mimetype == "text/html" and refused.status_code in (302, 303, 403)
    boss = log_in(admin)
    for url in (f"/-/account/data/{one.id}", f"/-/account/data?person={one.id}"):
        assert one.email not in boss.get(url).get_data(as_text=True)
    asked = {"password": PASSWORD, "person": one.id, "id": one.id, "email": one.email}
    assert one.email not in "\n".join(archive(send(boss, "/-/account/data", **asked)).values())


def test_it_asks_for_the_password_and_not_too_often(
    instance: "Instance", person: People, log_in: LogIn
) -> None:
    one = log_in(person("Zoé"))
    assert one.get("/-/account/data").status_code == 200
    assert one.post("/-/account/data", data={"password": PASSWORD}).status_code == 400
    assert send(one, "/-/account/data", password="x").status_code == 422
    for _turn in range(5):
        assert send(one, "/-/account/data", password=PASSWORD).status_code == 200
    often = send(one, "/-/account/data", password=PASSWORD)
    assert often.status_code == 429 and int(often.headers["Retry-After"]) > 0


def test_without_a_password_one_has_just_logged_in(
    instance: "Instance", app: "Flask", monkeypatch: pytest.MonkeyPatch
) -> None:
    from wiki.people.accounts import add_person

    one = add_person(instance.private, email="s@example.org", name="Sans")
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = open_session(instance.private, one.id)
    assert send(client, "/-/account/data").status_code == 200
    with instance.private.session() as rows:
        for row in rows.query(SessionRow):
            row.created -= timedelta(hours=1)
    assert send(client, "/-/account/data").status_code == 422
    assert send(client, "/-/account", action="erase").status_code == 422
    assert find_person(instance.private, "s@example.org") is not None
    # One button, whose mailed link leads back to where one was.
    for page in ("data", "leave", "settings"):
        shown = client.get(f"/-/account/{page}").get_data(as_text=True)
        assert 'action="/-/account/again"' in shown and 'value="erase"' not in shown
    assert send(client, "/-/account/again", next="/-/account/data").location == "/-/account/data"
    with instance.private.session() as rows:
        (mail,) = rows.query(MailRow).filter_by(to="s@example.org")
        found = re.search(r"/-/login-link/[^\s?]+\?next=\S+", mail.text)
    assert found is not None
    path, _query, wanted = unquote(found[0]).partition("?next=")
    assert wanted == "/-/account/data"
    back = send(client, path, next=wanted)
    assert (back.status_code, back.location) == (303, "/-/account/data")
    assert send(client, "/-/account/data").status_code == 200


# Leaving


@pytest.fixture
def shown(
    instance: "Instance", client: "FlaskClient", person: People, log_in: LogIn
) -> Callable[[], str]:
    """All that is told of who wrote, to a visitor and to an admin."""
    boss = log_in(person("Cheffe", role="admin"))
    urls = ["/a", "/-/history/a", "/-/changes", "/-/diff/a", "/-/changes.atom", "/-/feed/a.atom"]
    urls += ["/-/api/v1/changes", "/-/api/v1/pages/a/history", "/-/search?q=texte"]

    def shown() -> str:
        return "\n".join(
            browser.get(url).get_data(as_text=True)
            for browser, asked in ((client, urls), (boss, [*urls, "/-/blame/a"]))
            for url in asked
        )

    return shown


def test_the_name_is_gone_wherever_it_was_shown(
    instance: "Instance", person: People, log_in: LogIn, shown: Callable[[], str]
) -> None:
    one = person("Zénobie Quatrecoeurs")
    browser = log_in(one)
    write_as(instance, one, {"a.md": "# A\n\ntexte\n"})
    write_as(instance, one, {"a.md": "# A\n\ntexte plus long\n"})
    assert one.name in shown()
    done = send(browser, "/-/account", action="erase", password=PASSWORD)
    assert done.status_code == 303
    told = shown()
    assert one.name not in told and "Zénobie" not in told
    assert "Ancien membre" in told
    head = instance.repository.head()
    assert instance.repository.commit_info(head).author_name == one.name, "git is untouched"
    assert browser.get("/-/account").status_code == 302
    assert erased_ids(instance.private) == {one.id}


def test_one_may_take_ones_page_away_too(
    instance: "Instance", client: "FlaskClient", person: People, log_in: LogIn
) -> None:
    stays, goes = person("Reste", page="personnes/reste"), person("Part", page="personnes/part")
    for one in (stays, goes):
        text = f'---\ntype: person\ntitle: {one.name}\nteam: ["[[{one.page}]]"]\n---\n'
        write_as(instance, one, {f"{one.page}.md": text})
    send(log_in(stays), "/-/account", action="erase", password=PASSWORD)
    browser = log_in(goes)
    assert "personnes/part" in browser.get("/-/account").get_data(as_text=True)
    assert goes.name in browser.get("/-/account/leave").get_data(as_text=True)
    send(browser, "/-/account", action="erase", password=PASSWORD, with_page="1")
    assert client.get("/personnes/reste").status_code == 200
    assert client.get("/personnes/part").status_code in (404, 410)
    head = instance.repository.commit_info(instance.repository.head())
    assert goes.name not in head.message


def test_a_wrong_password_or_the_last_admin_erases_nothing(
    instance: "Instance", person: People, log_in: LogIn
) -> None:
    admin = person("Admin", role="admin")
    browser = log_in(admin)
    for password, word in (("x", "password"), (PASSWORD, "notice error")):
        answer = send(browser, "/-/account", action="erase", password=password)
        assert answer.status_code == 422
        assert word in answer.get_data(as_text=True)
    assert find_person(instance.private, admin.email) is not None


def test_an_admin_erases_an_account_and_it_is_written_down(
    instance: "Instance", person: People, log_in: LogIn
) -> None:
    admin, one = person("Admin", role="admin"), person("Zoé")
    boss, url = log_in(admin), f"/-/admin/people/{one.id}"
    sure = {"action": "erase", "password": PASSWORD}
    assert send(boss, url, **sure, email="autre@example.org").status_code == 422
    assert send(log_in(one), url, action="erase", email=one.email).status_code == 403
    mine = send(boss, f"/-/admin/people/{admin.id}", **sure, email=admin.email)
    assert mine.status_code == 422
    assert find_person(instance.private, one.email) is not None
    assert send(boss, url, **sure, email=one.email).status_code == 303
    assert find_person(instance.private, one.email) is None
    last = noted(instance.private)[0]
    assert (last.what, last.who, last.about) == ("erased", admin.id, one.id)
    assert one.email not in boss.get("/-/admin/audit").get_data(as_text=True)


# Another address


def test_another_address_is_ones_own_once_its_link_is_followed(
    instance: "Instance", person: People, log_in: LogIn
) -> None:
    from wiki.mail_dispatch import deliver

    one = person("Zoé")
    browser = log_in(one)
    ask = {"action": "address", "email": "Neuve@Example.org"}
    assert send(browser, "/-/account", **ask, password="x").status_code == 422
    assert send(browser, "/-/account", **ask, password=PASSWORD).status_code == 303
    assert find_person(instance.private, "neuve@example.org") is None
    deliver(instance)
    [mail] = [text for text in mails(instance) if "neuve@example.org" in text]
    [path] = set(re.findall(r"/-/account/address/[\w-]+", mail))
    assert browser.get(path).headers["Referrer-Policy"] == "no-referrer"
    assert find_person(instance.private, "neuve@example.org") is None, "scanners follow links"
    assert send(browser, path).status_code == 303
    changed = find_person(instance.private, "neuve@example.org")
    assert changed is not None and changed.id == one.id
    assert send(browser, path).status_code == 404
    deliver(instance)
    assert [text for text in mails(instance) if f"To: {one.email}" in text], "the old one is told"


def test_an_address_that_is_taken_is_told_so_by_mail_alone(
    instance: "Instance", person: People, log_in: LogIn
) -> None:
    one, other = person("Zoé"), person("Autre")
    ask = {"action": "address", "password": PASSWORD}
    free = send(log_in(one), "/-/account", **ask, email="libre@example.org")
    taken = send(log_in(one), "/-/account", **ask, email=other.email)
    assert (free.status_code, free.headers["Location"]) == (
        taken.status_code,
        taken.headers["Location"],
    )
    same = send(log_in(one), "/-/account", **ask, email=one.email)
    assert same.status_code == 422


def mails(instance: "Instance") -> list[str]:
    from email import message_from_bytes
    from email.policy import default

    told = []
    for file in sorted((instance.settings.instance / "outbox").glob("*.eml")):
        mail = message_from_bytes(file.read_bytes(), policy=default)
        body = mail.get_body(("plain",))
        told.append(f"To: {mail['To']}\n{body.get_content() if body else ''}")
    return told


def test_a_linked_sign_on_is_shown_where_there_is_one(
    instance: "Instance", person: People, log_in: LogIn
) -> None:
    one = person("Zoé")
    assert log_in(one).get("/-/account/sign-on").status_code == 404
    assert linked(instance.private, one.id) == []
