"""A new site is set up in the browser: by whoever has the link, once, and nothing typed is lost."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from wiki.parts.setup_link import FILE, make_link
from wiki.people.accounts import add_person, find_person, list_people
from wiki.projections.catalogue import select
from wiki.reading import Reader
from wiki.reading.history import list_recent_changes
from wiki.reading.lists import iterate_rows
from wiki.testing import PASSWORD, free_port, read_mail, text_of, token
from wiki.web.setup.starter import EXAMPLES

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance

FOUNDER = {
    "site_name": "Carrefour des marais",
    "lang": "fr",
    "time_zone": "Africa/Dakar",
    "name": "Nour",
    "email": "nour@example.org",
    "password": PASSWORD,
}


@pytest.fixture
def site(starter: "Instance") -> "Flask":
    from wiki.app import create_app

    return create_app(starter)


@pytest.fixture
def link(starter: "Instance") -> str:
    """The path of the page that sets the site up."""
    return make_link(starter.settings).removeprefix(starter.settings.public_url)


class MailServer:
    """A server on loopback, and the texts of the mails that it took."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        self.port = free_port()

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.mails.append(text_of(read_mail(envelope.content)))
        return "250 OK"


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    yield server
    controller.stop()


def send(client: "FlaskClient", url: str, **fields: str) -> "TestResponse":
    return client.post(url, data={"csrf_token": token(client), **fields})


def words(response: "TestResponse") -> str:
    return response.get_data(as_text=True)


def founder(site: "Flask", link: str) -> "FlaskClient":
    """The browser of who has just set the site up."""
    client = site.test_client()
    answer = send(client, link, **FOUNDER)
    assert (answer.status_code, answer.location) == (303, "/-/setup/mail"), words(answer)
    return client


def test_the_link_lets_one_in_and_then_nobody(
    starter: "Instance", site: "Flask", link: str
) -> None:
    client, late = site.test_client(), site.test_client()
    shown = client.get(link)
    assert shown.status_code == 200 and shown.headers["Referrer-Policy"] == "no-referrer"
    assert words(late.get("/")).count("Ce site se met en place") == 1
    client = founder(site, link)
    person = find_person(starter.private, "nour@example.org")
    assert person is not None and person.role == "admin"
    assert (starter.settings.site_name, starter.settings.time_zone) == (
        "Carrefour des marais",
        "Africa/Dakar",
    )
    assert not (starter.settings.instance / FILE).exists()
    assert client.get("/-/admin").status_code == 200
    # The second one, whose page was open already; and who comes by the link later.
    for answer in (send(late, link, **FOUNDER | {"email": "b@example.org"}), late.get(link)):
        assert answer.status_code == 409
        assert "Ce site est déjà en place" in words(answer)
    assert len(list_people(starter.private)) == 1
    assert "Ce site se met en place" not in words(late.get("/"))
    assert late.get("/-/setup").status_code == 404


def test_a_wrong_link_and_one_of_yesterday_say_how_to_get_another(
    starter: "Instance", site: "Flask", link: str
) -> None:
    client, file = site.test_client(), starter.settings.instance / FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_text() == f"{starter.settings.public_url}{link}\n"
    made = file.stat().st_mtime - timedelta(days=1).total_seconds()
    os.utime(file, (made, made))
    for url in (link, "/-/setup/x", "/-/setup", f"{link}x", f"/-/setup/{'é' * 200}"):
        answer = client.get(url)
        assert answer.status_code == 404 and "wiki setup-link" in words(answer), url
    assert send(client, link, **FOUNDER).status_code == 404
    anew = make_link(starter.settings).removeprefix(starter.settings.public_url)
    assert client.get(link).status_code == 404
    file.unlink()
    assert client.get(anew).status_code == 404
    assert list_people(starter.private) == []


def test_guessing_is_slowed_down_and_never_who_has_the_link(site: "Flask", link: str) -> None:
    client = site.test_client()
    seen = {client.get(f"/-/setup/{number}").status_code for number in range(40)}
    assert seen == {404, 429}
    assert client.get(link).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"password": "carrefour"}, "parmi les premiers"),
        ({"email": "nour"}, "adresse"),
        ({"email": "membre@example.org"}, "a déjà un compte"),
        ({"time_zone": "Lune/Tycho"}, "fuseau"),
        ({"site_name": ""}, "Écrivez"),
    ],
)
def test_what_was_typed_stays(
    starter: "Instance", site: "Flask", link: str, wrong: dict[str, str], said: str
) -> None:
    add_person(starter.private, email="membre@example.org", name="Membre")
    client = site.test_client()
    typed = FOUNDER | {"name": "Nour des Marais"} | wrong
    answer = send(client, link, **typed)
    assert answer.status_code == 422
    page = words(answer)
    assert re.search(rf'class="error"[^>]*>[^<]*{said}', page), page
    for name in ("site_name", "time_zone", "name", "email"):
        if typed[name]:
            assert re.search(rf'name="{name}"[^>]*value="{re.escape(typed[name])}"', page), name
    assert PASSWORD not in page
    assert founder(site, link).get("/-/admin").status_code == 200


def test_what_is_fixed_at_the_start_is_shown_and_not_asked(starter: "Instance", link: str) -> None:
    from wiki.app import create_app
    from wiki.config import load_settings
    from wiki.testing.wikis import opened

    environ = {"WIKI_SITE_NAME": "Le nom de la machine"}
    settings = load_settings(starter.settings.instance, environ=environ)
    with opened(settings) as instance:
        client = create_app(instance).test_client()
        page = words(client.get(link))
        assert "WIKI_SITE_NAME" in page and 'name="site_name"' not in page
        answer = send(client, link, **FOUNDER)
        assert answer.status_code == 303
        assert instance.settings.site_name == "Le nom de la machine"
        assert instance.settings.time_zone == "Africa/Dakar"


def test_without_a_server_the_outbox_is_shown(
    starter: "Instance", site: "Flask", link: str
) -> None:
    client = founder(site, link)
    answer = send(client, "/-/setup/mail", action="none")
    assert answer.status_code == 200 and "outbox/" in words(answer)
    (file,) = (starter.settings.instance / "outbox").glob("*.eml")
    mail = read_mail(file.read_bytes())
    code = re.search(r"\d{6}", text_of(mail))
    assert mail["To"] == "nour@example.org" and code and code[0] in words(answer)


def test_a_mail_is_seen_to_arrive(
    starter: "Instance",
    site: "Flask",
    link: str,
    mail_server: MailServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = founder(site, link)
    typed = {"smtp_host": "127.0.0.1", "mail_from": "Marais <wiki@example.org>"}
    inside = send(client, "/-/setup/mail", action="go", **typed, smtp_port=str(mail_server.port))
    assert inside.status_code == 422 and "service_hosts" in words(inside)
    assert not mail_server.mails
    monkeypatch.setitem(vars(starter.in_force.given), "service_hosts", "127.0.0.1")
    nobody = send(client, "/-/setup/mail", action="go", **typed, smtp_port=str(free_port()))
    assert nobody.status_code == 422 and "Marais &lt;wiki@example.org&gt;" in words(nobody)
    assert starter.settings.smtp_host == ""
    answer = send(client, "/-/setup/mail", action="go", **typed, smtp_port=str(mail_server.port))
    assert (answer.status_code, answer.location) == (303, "/-/setup/mail"), words(answer)
    assert (starter.settings.smtp_host, starter.settings.smtp_port) == (
        "127.0.0.1",
        mail_server.port,
    )
    (mail,) = mail_server.mails
    found = re.search(r"\d{6}", mail)
    assert found
    other = f"{(int(found[0]) + 1) % 1_000_000:06}"
    wrong = send(client, "/-/setup/mail", action="code", code=other)
    assert wrong.status_code == 422 and "pas le code" in words(wrong)
    right = send(client, "/-/setup/mail", action="code", code=f" {found[0][:3]} {found[0][3:]} ")
    assert (right.status_code, right.location) == (303, "/-/setup/pages")


def test_the_examples_go_in_one_commit_while_nobody_has_written(
    starter: "Instance", site: "Flask", link: str
) -> None:
    client = founder(site, link)
    assert 'value="empty"' in words(client.get("/-/setup/pages"))
    before = starter.repository.head()
    public = starter.settings.public_url
    answer = send(client, "/-/setup/pages", pages="empty", base_url=f"{public}/")
    assert (answer.status_code, answer.location) == (303, "/"), words(answer)
    left = {row.path: row for row in iterate_rows(Reader(starter), select())}
    assert {row.type for row in left.values() if row.type} == set()
    assert {"aide", "projets", "charte", "modeles/projet"} <= left.keys()
    for path in ("projets", "aide/liens", "aide/dossiers", "boite-a-outils/donner-des-nouvelles"):
        page = words(client.get(f"/{path}"))
        assert not any(f'"/{one}' in page or f"/-/edit/{one}" in page for one in EXAMPLES), path
    # All of it is one commit, which the history of each page undoes; another names the home page.
    made = list_recent_changes(Reader(starter), limit=100)
    assert len({one.commit for one in made if one.author == "Nour"}) == 2
    assert "<h1>Carrefour des marais</h1>" in words(client.get("/"))
    assert before != starter.repository.head()
    assert 'value="empty"' not in words(client.get("/-/setup/pages"))


def test_nothing_is_taken_out_once_somebody_has_written(
    starter: "Instance", site: "Flask", link: str
) -> None:
    from wiki.repository.commit import commit
    from wiki.repository.objects import Author

    client = founder(site, link)
    author = Author("Une main", "main@people.invalid")
    head = starter.repository.head()
    commit(starter.repository, head, {"essai.md": b"# Essai\n"}, author, "un essai")
    url = starter.settings.public_url
    refused = send(client, "/-/setup/pages", pages="empty", base_url=url)
    assert refused.status_code == 400 and "quelqu’un a déjà écrit" in words(refused).lower()
    assert client.get("/projets/lora-a-la-ferme").status_code == 200


def test_the_address_holds_from_the_next_start_on(
    starter: "Instance", site: "Flask", link: str
) -> None:
    client = founder(site, link)
    refused = send(client, "/-/setup/pages", pages="keep", base_url="http://wiki.example.org")
    assert refused.status_code == 422 and "http://wiki.example.org" in words(refused)
    send(client, "/-/setup/pages", pages="keep", base_url="https://wiki.example.org")
    home = client.get("/")
    assert home.status_code == 200 and "https://wiki.example.org" in words(home)


def test_the_guide_follows_what_is_there_and_is_put_away_for_good(
    starter: "Instance", site: "Flask", link: str, log_in_as: "Callable[[str], FlaskClient]"
) -> None:
    client = founder(site, link)
    home = words(client.get("/"))
    assert "Votre premier projet" in home and 'href="/-/new?type=project"' in home
    assert "Votre premier projet" in words(client.get("/-/account"))
    # Others, administrators too, are led nowhere, though they share the page with the founder.
    other = log_in_as("admin")
    assert "Votre premier projet" not in words(other.get("/"))
    made = send(client, "/-/new", type="project", title="Vélos du marais")
    assert made.status_code == 303
    home = words(client.get("/"))
    assert "is-done" in home and "/-/needs/new?page=projets%2Fvelos-du-marais" in home
    made = send(client, "/-/new", type="event", title="Carrefour d’hiver", day="")
    assert made.status_code == 303
    send(client, "/-/guide", guide="project", next="/")
    home = words(client.get("/"))
    assert "Votre première soirée" in home and "is-done" not in home
    send(client, "/-/events/when/evenements/carrefour-d-hiver", day="2099-03-18")
    send(client, "/-/applications/evenements/carrefour-d-hiver", action="open")
    home = words(client.get("/"))
    assert home.count("is-done") == 2
    assert "/-/applications/new?to=evenements%2Fcarrefour-d-hiver" in home
    for guide, after in (("project", "Votre première soirée"), ("evening", "")):
        send(client, "/-/guide", guide=guide, next="/")
        home = words(client.get("/"))
        assert after in home and ("guide" in home) == bool(after)


@pytest.fixture
def log_in_as(starter: "Instance", site: "Flask") -> "Callable[[str], FlaskClient]":
    from wiki.testing import signed_in

    def log_in_as(role: str) -> "FlaskClient":
        person = add_person(starter.private, email=f"{role}@example.org", name="Autre", role=role)
        return signed_in(site, starter, person)

    return log_in_as


def test_the_pages_after_the_first_are_for_administrators(
    site: "Flask", link: str, log_in_as: "Callable[[str], FlaskClient]"
) -> None:
    member, client = log_in_as("member"), site.test_client()
    founder(site, link)
    for url in ("/-/setup/mail", "/-/setup/pages"):
        assert member.get(url).status_code == 403
        assert send(member, url, pages="empty", action="none").status_code == 403
        assert client.get(url).status_code == 302 or "/-/login" in words(client.get(url))
