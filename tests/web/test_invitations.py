"""Inviting over HTTP, and accepting: with and without an account, signed in or not."""

import re
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import TYPE_CHECKING

import pytest

from wiki.app import create_app
from wiki.mail_dispatch import deliver
from wiki.people.access import invitations
from wiki.people.accounts import find_person, set_disabled
from wiki.reading import Reader
from wiki.reading.history import list_history
from wiki.reading.pages import get_page
from wiki.testing import PASSWORD, module_wiki, token

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

app, instance = module_wiki.app, module_wiki.instance
ADDRESS = "experte@example.net"
PROJECT = """---
type: project
title: LoRa à la ferme
visibility: team
team: ["[[personnes/awa]]"]
---
# LoRa à la ferme
"""


@pytest.fixture
def owner(write: Callable[..., str], person: "Callable[..., Person]") -> "Person":
    """Who owns a project that its team alone sees, with two chapters."""
    write(
        {
            "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n",
            "lora/index.md": PROJECT,
            "lora/radio.md": "# Chapitre radio\n\nLa portée est de deux lieues.\n",
            "lora/budget.md": "# Chapitre budget\n",
        }
    )
    return person("Awa", page="personnes/awa")


def send(client: "FlaskClient", url: str, form: str = "", **data: str) -> "TestResponse":
    return client.post(url, data={"csrf_token": token(client, form or url), **data})


def mails(instance: "Instance") -> list[EmailMessage]:
    deliver(instance)
    # Two that were written at one tick of the file system's clock are told by their names.
    files = sorted(
        instance.settings.instance.glob("outbox/*.eml"),
        key=lambda one: (one.stat().st_mtime_ns, one.name),
    )
    return [message_from_bytes(file.read_bytes(), policy=default) for file in files]


def link_in(mail: EmailMessage) -> str:
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None and html is not None
    [link] = re.findall(r"http://\S+(/-/invitation/\S+)", plain.get_content())
    assert link in html.get_content()
    return str(link)


def text(answer: "TestResponse") -> str:
    return answer.get_data(as_text=True)


def test_an_expert_without_an_account_corrects_one_chapter(
    instance: "Instance",
    owner: "Person",
    client: "FlaskClient",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    sent = send(
        log_in(owner), "/-/invite/lora/radio", kind="guest", email=ADDRESS, words="La portée ?"
    )
    assert sent.status_code == 303
    [mail] = mails(instance)
    assert mail["To"] == ADDRESS
    assert "Awa" in mail["Subject"]
    link = link_in(mail)
    assert "LoRa" not in mail.as_string(), "the project is its team's"
    screen = client.get(link)
    assert screen.headers["Referrer-Policy"] == "no-referrer"
    assert "Chapitre radio" in text(screen) and "La portée ?" in text(screen)
    assert "Awa vous invite" in text(screen)
    assert ADDRESS not in text(screen)
    assert find_person(instance.private, ADDRESS) is None, "a mail scanner follows links"

    done = send(client, link, name="Une experte")
    assert (done.status_code, done.location) == (303, "/lora/radio")
    assert client.get("/lora/radio").status_code == 200
    form = text(client.get("/-/edit/lora/radio"))
    base = re.search(r'name="base" value="(\w+)"', form)
    assert base is not None
    saved = send(
        client,
        "/-/edit/lora/radio",
        text="# Chapitre radio\n\nLa portée est de deux kilomètres.\n",
        base=base[1],
    )
    assert saved.status_code == 303
    assert "deux kilomètres" in text(log_in(owner).get("/lora/radio"))
    for hidden in ("/lora", "/lora/budget", "/-/history/lora", "/-/access/lora"):
        assert client.get(hidden).status_code == 404, hidden
    assert "LoRa à la ferme" not in text(client.get("/lora/radio"))
    assert client.get(link).status_code == 404
    again = client.get(link)
    assert "radio" not in text(again).replace(link, "")


def test_a_team_sees_where_to_invite_until_it_is_not_alone(
    instance: "Instance",
    owner: "Person",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    awa = log_in(owner)
    step, button = "Inviter quelqu’un à écrire avec vous", 'href="/-/invite/lora"'
    shown = text(awa.get("/lora"))
    assert step in shown and shown.count(button) == 2
    assert 'href="/-/invite/lora/radio"' in text(awa.get("/lora/radio"))
    # From any page of the project the chapter is chosen in the form, or the team.
    form = text(awa.get("/-/invite/lora"))
    assert '<option value="lora/radio">Chapitre radio</option>' in form
    chosen = text(awa.get("/-/invite/lora/radio"))
    assert '<option value="lora/radio" selected>' in chosen
    sent = send(awa, "/-/invite/lora", kind="guest", to="lora/budget", email=ADDRESS)
    assert sent.status_code == 303
    waiting = invitations.pending(instance.private, path="lora/budget")
    assert [one.kind for one in waiting] == ["guest"]
    shown = text(awa.get("/lora"))
    assert step not in shown and shown.count(button) == 1
    # The team is the project's, wherever one invites from.
    assert send(awa, "/-/invite/lora/radio", kind="team", email="b@example.net").status_code == 303
    assert [one.kind for one in invitations.pending(instance.private, path="lora")] == ["team"]
    # Elsewhere, or for a page that one may not open, nothing is given.
    refused = send(awa, "/-/invite/lora", kind="guest", to="personnes/awa/x", email="c@example.net")
    assert refused.status_code in (403, 404, 422)
    assert "/-/invite/" not in text(log_in(person("Autre")).get("/personnes/awa"))


def test_a_chapter_is_named_with_its_project_where_anyone_may_know_of_that(
    instance: "Instance",
    write: Callable[..., str],
    owner: "Person",
    client: "FlaskClient",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    browser = log_in(owner)
    write({"lora/index.md": PROJECT.replace("visibility: team\n", "")})
    send(browser, "/-/invite/lora/radio", kind="guest", email=ADDRESS)
    [mail] = mails(instance)
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "Chapitre radio · LoRa à la ferme" in plain.get_content()
    assert "LoRa à la ferme" in text(client.get(link_in(mail)))


def test_someone_joins_the_team_by_a_commit_in_the_inviters_name(
    instance: "Instance",
    owner: "Person",
    client: "FlaskClient",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    send(log_in(owner), "/-/invite/lora", kind="team", email=ADDRESS)
    link = link_in(mails(instance)[0])
    done = send(client, link, name="Léa Martin")
    assert (done.status_code, done.location) == (303, "/lora")
    assert client.get("/lora/budget").status_code == 200
    joined = find_person(instance.private, ADDRESS)
    assert joined is not None and joined.page == "personnes/lea-martin"
    reader = Reader(instance, joined)
    assert get_page(reader, "lora").team == ("personnes/awa", "personnes/lea-martin")
    assert reader.may_change_rights("lora")
    assert get_page(reader, "personnes/lea-martin").type == "person"
    assert next(iter(list_history(reader, "lora", limit=1))).author == "Awa"


def test_someone_with_an_account_accepts_after_logging_in(
    instance: "Instance",
    owner: "Person",
    person: "Callable[..., Person]",
    client: "FlaskClient",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    marc = person("Marc")
    sent = send(log_in(owner), "/-/invite/lora", kind="team", email=marc.email)
    link = link_in(mails(instance)[0])
    screen = text(client.get(link))
    assert 'name="name"' not in screen
    assert f"/-/login?next={link.replace('/', '%2F')}" in screen
    # Nobody gets into the account that is there by its name.
    asked = client.post(link, data={"csrf_token": token(client), "name": "Un autre"})
    assert asked.status_code == 200
    assert client.get("/-/account").status_code == 302
    done = send(log_in(marc), link)
    assert (done.status_code, done.location) == (303, "/lora")
    assert log_in(marc).get("/lora").status_code == 200
    assert sent.status_code == 303


def test_an_address_with_an_account_is_invited_like_one_without(
    owner: "Person", person: "Callable[..., Person]", log_in: "Callable[[Person], FlaskClient]"
) -> None:
    client = log_in(owner)
    person("Marc")
    pages = []
    for email in ("marc@example.org", "mirc@example.org"):
        answer = send(client, "/-/invite/lora", kind="guest", email=email)
        page = text(client.get(answer.location)).replace(email, "X")
        pages.append(re.sub(r'value="[^"]{20,}"|invitations/\w+|20\d\d-[^"]*"|:\d\d', "", page))
        invitations_there = client.get("/-/invite/lora")
        found = re.search(r"/-/invitations/(\w+)", text(invitations_there))
        assert found is not None
        send(client, f"/-/invitations/{found[1]}", form="/-/invite/lora", action="withdraw")
        client.get("/-/invite/lora")
    assert pages[0] == pages[1]


def test_the_address_is_for_the_inviter_and_admins_alone(
    instance: "Instance",
    owner: "Person",
    person: "Callable[..., Person]",
    write: Callable[..., str],
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    other = person("Marc", page="personnes/marc")
    write(
        {
            "personnes/marc.md": "---\ntype: person\n---\n",
            "lora/index.md": PROJECT.replace('awa]]"', 'awa]]", "[[personnes/marc]]"'),
        }
    )
    send(log_in(owner), "/-/invite/lora", kind="guest", email=ADDRESS)
    assert ADDRESS in text(log_in(owner).get("/-/invite/lora"))
    assert ADDRESS in text(log_in(person("Anne", "admin")).get("/-/admin/invitations"))
    theirs = log_in(other)
    assert "Awa" in text(theirs.get("/-/invite/lora"))
    for url in ("/-/invite/lora", "/-/access/lora", "/lora"):
        assert ADDRESS not in text(theirs.get(url)), url
    # A fellow of the team may withdraw it all the same; a stranger does not know of it.
    [waiting] = invitations.pending(instance.private)
    url = f"/-/invitations/{waiting.id}"
    stranger = log_in(person("Zoé"))
    assert send(stranger, url, form="/-/login", action="withdraw").status_code == 404
    assert len(invitations.pending(instance.private)) == 1
    assert send(theirs, url, form="/-/invite/lora", action="withdraw").status_code == 303
    assert invitations.pending(instance.private) == []


def test_sent_again_only_the_newest_link_works(
    instance: "Instance",
    owner: "Person",
    client: "FlaskClient",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    browser = log_in(owner)
    send(browser, "/-/invite/lora", kind="guest", email=ADDRESS)
    [waiting] = invitations.pending(instance.private)
    url = f"/-/invitations/{waiting.id}"
    assert send(browser, url, form="/-/invite/lora", action="again").status_code == 303
    old, new = map(link_in, mails(instance))
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200


def test_a_link_gives_what_its_inviter_may_still_give(
    instance: "Instance",
    owner: "Person",
    write: Callable[..., str],
    client: "FlaskClient",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    send(log_in(owner), "/-/invite/lora", kind="guest", email=ADDRESS)
    link = link_in(mails(instance)[0])
    form = token(client, link)
    wrong = text(client.get("/-/invitation/jamais-vue")).replace("jamais-vue", "")

    def is_no_longer_good() -> None:
        sent = client.post(link, data={"csrf_token": form, "name": "Une"})
        for answer in (client.get(link), sent):
            assert answer.status_code == 404
            assert "LoRa" not in text(answer)
        assert text(client.get(link)).replace(link.rpartition("/")[2], "") == wrong
        assert find_person(instance.private, ADDRESS) is None

    # Who has left the team, is blocked, or whose page is gone, invites nobody to it.
    write({"lora/index.md": PROJECT.replace("awa", "autre")})
    is_no_longer_good()
    write({"lora/index.md": None})
    is_no_longer_good()
    write({"lora/index.md": PROJECT})
    set_disabled(instance.private, owner.id, True, by="test")
    is_no_longer_good()
    set_disabled(instance.private, owner.id, False, by="test")
    assert client.get(link).status_code == 200
    invitations.withdraw(instance.private, invitations.pending(instance.private)[0].id, by="x")
    is_no_longer_good()


def test_who_may_not_change_rights_invites_nobody(
    instance: "Instance",
    owner: "Person",
    person: "Callable[..., Person]",
    write: Callable[..., str],
    client: "FlaskClient",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    write({"ouvert.md": "---\ntype: project\n---\n# Ouvert\n"})
    member = log_in(person("Zoé"))
    assert client.get("/-/invite/lora").status_code == 302
    assert member.get("/-/invite/lora").status_code == 404
    assert member.get("/-/invite/ouvert").status_code == 403
    refused = send(member, "/-/invite/ouvert", form="/-/login", kind="guest", email=ADDRESS)
    assert refused.status_code == 403
    assert member.get("/-/invite").status_code == 403
    refused = send(member, "/-/invite", form="/-/login", email=ADDRESS, role="admin")
    assert refused.status_code == 403
    assert mails(instance) == []


def test_a_wrong_address_keeps_what_was_typed(
    owner: "Person", log_in: "Callable[[Person], FlaskClient]"
) -> None:
    answer = send(
        log_in(owner), "/-/invite/lora", kind="guest", email="pas une adresse", words="Bonjour"
    )
    assert answer.status_code == 422
    assert "pas une adresse" in text(answer) and "Bonjour" in text(answer)


def test_admins_invite_with_a_role_and_members_where_the_setting_says_so(
    instance: "Instance",
    person: "Callable[..., Person]",
    client: "FlaskClient",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    admin = log_in(person("Anne", "admin"))
    given = {"email": ADDRESS, "role": "connector"}
    assert send(admin, "/-/invite", **given, password=PASSWORD).status_code == 303
    link = link_in(mails(instance)[0])
    assert send(client, link, name="Une liaison").status_code == 303
    made = find_person(instance.private, ADDRESS)
    assert made is not None and made.role == "connector"

    open_site = replace(instance, settings=replace(instance.settings, member_invitations=True))
    browser = create_app(open_site).test_client()
    member = person("Zoé")
    data = {"email": member.email, "password": "une phrase assez longue"}
    send(browser, "/-/login", **data)
    assert send(browser, "/-/invite", email="une@example.net", role="admin").status_code == 403
    assert send(browser, "/-/invite", email="une@example.net").status_code == 303


def test_a_code_on_a_poster_opens_the_form(
    instance: "Instance", person: "Callable[..., Person]", log_in: "Callable[[Person], FlaskClient]"
) -> None:
    admin = log_in(person("Anne", "admin"))
    made = send(admin, "/-/admin/invitations", code="Soirée Rennes", uses="2", until="2999-01-01")
    assert made.status_code == 303
    assert "/-/register?code=soiree-rennes" in text(admin.get("/-/admin/invitations"))
    settings = replace(instance.settings, registration="invitation")
    site = create_app(replace(instance, settings=settings)).test_client()
    assert 'value="soiree-rennes"' in text(site.get("/-/register?code=soiree-rennes"))
    asked = text(site.get("/-/register"))
    assert 'name="code"' in asked
    answer = send(site, "/-/register", email=ADDRESS, name="Une", password="", code="autre-code")
    assert answer.status_code == 422 and 'value="autre-code"' in text(answer)
    ended = send(admin, "/-/admin/invitations", action="end", code="soiree-rennes")
    assert ended.status_code == 303
    assert "soiree-rennes" not in text(admin.get("/-/admin/invitations"))
