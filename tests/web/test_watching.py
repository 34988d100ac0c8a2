"""Following by one button, by mail without an account, and stopping by a link, over HTTP."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text as sql

from wiki.app import create_app
from wiki.digests import run
from wiki.digests.links import stop_url
from wiki.mail_dispatch import deliver
from wiki.people.follow.recipients import find_follower
from wiki.people.follow.subscriptions import following, watch, watched
from wiki.people.targets import Target
from wiki.testing import token
from wiki.web import antispam

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

LogIn = Callable[["Person"], "FlaskClient"]
PROJECT = (
    "---\ntype: project\ntitle: Le projet suivi\nthemes: [eau]\n---\n\n"
    "::: besoins\n- [ ] Un puits #eau {#b-abcdefgh}\n\n:::\n"
)


@pytest.fixture
def settings(settings: Any) -> Any:
    return replace(settings, base_url="http://localhost")


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Forms may be sent as soon as they are opened."""
    monkeypatch.setattr(antispam, "FASTEST", 0)
    yield


def outbox(instance: "Instance") -> list[EmailMessage]:
    deliver(instance)
    found = []
    for file in sorted((instance.settings.instance / "outbox").glob("*.eml")):
        mail = message_from_bytes(file.read_bytes(), policy=default)
        assert isinstance(mail, EmailMessage)
        found.append(mail)
    return found


def said(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def follow(
    client: "FlaskClient", email: str, kind: str = "page", value: str = "projet"
) -> "TestResponse":
    """Fills in the form of a visitor."""
    url = f"/-/follow?kind={kind}&value={value}"
    form = client.get(url).get_data(as_text=True)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    return client.post("/-/follow", data={**fields, "email": email, "kind": kind, "value": value})


def test_one_follows_by_a_button_wherever_it_stands(
    instance: "Instance", write: Callable[..., str], person: Any, log_in: LogIn
) -> None:
    write({"projet.md": PROJECT})
    someone = person("Une")
    one = log_in(someone)
    csrf = token(one, "/-/account/watching")
    places = {
        "/projet": "/-/watch/projet",
        "/-/themes/eau": 'value="theme"',
        "/-/needs?keyword=eau": 'value="keyword"',
        "/-/search?q=puits": 'value="search"',
    }
    for url, button in places.items():
        assert button in one.get(url).get_data(as_text=True), url
    asked = [
        {"kind": "theme", "value": "Eau"},
        {"kind": "keyword", "value": "eau"},
        {"kind": "territory", "value": "Bretagne"},
        {"kind": "search", "value": "sort=new&q=puits"},
        {"kind": "page", "value": "/projet"},
    ]
    for data in asked:
        answer = one.post("/-/watch", data={**data, "csrf_token": csrf, "next": "/-/needs"})
        assert (answer.status_code, answer.location) == (303, "/-/needs")
    assert {one.target.value for one in watched(instance.private, someone.id)} == {
        *("eau", "bretagne", "q=puits", "projet")
    }
    page = one.get("/-/account/watching").get_data(as_text=True)
    assert "Le projet suivi" in page and "puits" in page and "bretagne" in page
    assert "/-/account/watching" in one.get("/-/account").get_data(as_text=True)
    for data in asked:
        one.post("/-/watch", data={**data, "csrf_token": csrf, "stop": "1"})
    assert watched(instance.private, someone.id) == []


def test_what_cannot_be_seen_cannot_be_followed(
    instance: "Instance",
    write: Callable[..., str],
    person: Any,
    log_in: LogIn,
    client: "FlaskClient",
) -> None:
    write({"secret.md": "---\nvisibility: team\n---\n\n# Canari\n"})
    one = log_in(person("Une"))
    csrf = token(one, "/-/account/watching")
    for value in ("secret", "rien"):
        assert one.post(f"/-/watch/{value}", data={"csrf_token": csrf}).status_code == 404
        data = {"kind": "page", "value": value, "csrf_token": csrf}
        assert one.post("/-/watch", data=data).status_code == 404
        assert client.get(f"/-/follow?kind=page&value={value}").status_code == 404
    assert client.post("/-/watch", data={"kind": "theme", "value": "x"}).status_code in (
        302,
        400,
        403,
    )
    assert one.post("/-/watch", data={"kind": "x", "csrf_token": csrf}).status_code == 400
    away = {"kind": "theme", "value": "eau", "csrf_token": csrf, "next": "//evil.example"}
    assert one.post("/-/watch", data=away).location == "/"


def test_a_page_that_was_closed_is_named_no_more(
    instance: "Instance", write: Callable[..., str], person: Any, log_in: LogIn
) -> None:
    write({"projet.md": PROJECT})
    someone = person("Une")
    watch(instance.private, someone.id, Target("page", "projet"))
    write({"projet.md": PROJECT.replace("type:", "visibility: team\ntype:")})
    page = log_in(someone).get("/-/account/watching").get_data(as_text=True)
    assert "Le projet suivi" not in page and "ne pouvez plus voir" in page


def test_one_chooses_a_rhythm_and_pauses(
    instance: "Instance", write: Callable[..., str], person: Any, log_in: LogIn
) -> None:
    write({"projet.md": PROJECT})
    someone = person("Une")
    one = log_in(someone)
    csrf = token(one, "/-/account/watching")
    send = {"csrf_token": csrf, "action": "rhythm"}
    assert one.post("/-/account/watching", data={**send, "rhythm": "week"}).status_code == 303
    assert following(instance.private, someone.id).rhythm == "week"
    assert one.post("/-/account/watching", data={**send, "rhythm": "never"}).status_code == 422
    one.post("/-/account/watching", data={**send, "action": "pause"})
    assert following(instance.private, someone.id).paused
    assert "en pause" in one.get("/-/account/watching").get_data(as_text=True)
    one.post("/-/account/watching", data={**send, "action": "resume"})
    assert not following(instance.private, someone.id).paused


def test_a_visitor_follows_by_mail_and_stops_by_mail(
    instance: "Instance", write: Callable[..., str], app: "Flask", patient: None
) -> None:
    write({"projet.md": PROJECT})
    client = app.test_client()
    assert "/-/follow?kind=page" in client.get("/projet").get_data(as_text=True)
    assert follow(client, "une@example.org").status_code == 200
    (asked,) = outbox(instance)
    assert "Le projet suivi" in said(asked)
    [link] = re.findall(r"http://localhost(/-/follow/\S+)", said(asked))
    page = client.get(link)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "une@example.org" not in page.get_data(as_text=True)
    data = {"csrf_token": token(client, link), "rhythm": "day"}
    assert client.post(link, data=data).status_code == 200
    assert client.get(link).status_code == 404
    write({"projet.md": PROJECT + "\nDu nouveau.\n"})
    now = instance.private.now
    instance.private.now = lambda: now() + timedelta(days=1)
    assert run(instance) == 1
    told = outbox(instance)[-1]
    assert "Le projet suivi" in said(told) and told["To"] == "une@example.org"
    stop = str(told["List-Unsubscribe"]).strip("<>").removeprefix("http://localhost")
    bare = app.test_client(use_cookies=False)
    shown = bare.get(stop)
    assert shown.status_code == 200 and "Set-Cookie" not in shown.headers
    with instance.private.reading() as session:
        assert session.scalar(sql("select count(*) from follower")) == 1, "GET changes nothing"
    body = {"List-Unsubscribe": "One-Click"}
    for _time in range(2):
        answer = bare.post(stop, data=body)
        assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    with instance.private.reading() as session:
        for table in ("follower", "watch", "follow_request"):
            assert session.scalar(sql(f"select count(*) from {table}")) == 0, table  # noqa: S608


def test_an_address_is_answered_alike_whoever_it_is(
    instance: "Instance", write: Callable[..., str], person: Any, app: "Flask", patient: None
) -> None:
    write({"projet.md": PROJECT})
    known = person("Une")
    strip = re.compile(r'value="[^"]{20,}"')
    answers = [
        strip.sub("", follow(app.test_client(), email).get_data(as_text=True))
        for email in (known.email, "inconnue@example.org")
    ]
    assert answers[0] == answers[1]
    assert len(outbox(instance)) == 2
    wrong = follow(app.test_client(), "pas une adresse\r\nBcc: x@example.org")
    assert wrong.status_code == 422 and len(outbox(instance)) == 2


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("search", "q=Votre+compte+est+bloque+http%3A%2F%2Fvol.example"),
        ("search", "theme=appelez-vite-vol-example"),
        ("keyword", "votre-compte-est-bloque-appelez-vite-vol-example"),
        ("theme", "votre-compte-est-bloque-vol-example"),
        ("territory", "votre-compte-est-bloque-vol-example"),
    ],
)
def test_nobody_writes_to_a_stranger_under_our_name(
    instance: "Instance",
    write: Callable[..., str],
    app: "Flask",
    patient: None,
    kind: str,
    value: str,
) -> None:
    write({"projet.md": PROJECT})
    form = app.test_client()
    url = "/-/follow?kind=page&value=projet"
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.get(url).get_data(as_text=True)))
    sent = {**fields, "email": "une@example.org", "kind": kind, "value": value}
    assert form.post("/-/follow", data=sent).status_code == 200
    (asked,) = outbox(instance)
    whole = asked.as_string() + said(asked)
    for word in ("bloque", "vol.example", "vol example", "appelez"):
        assert word not in whole


def test_a_theme_that_pages_have_is_named_in_the_question(
    instance: "Instance", write: Callable[..., str], app: "Flask", patient: None
) -> None:
    write({"projet.md": PROJECT})
    follow(app.test_client(), "une@example.org", "theme", "eau")
    follow(app.test_client(), "une@example.org", "keyword", "puits")
    assert all("« " in said(one).replace("\u00a0", " ") for one in outbox(instance))


def test_programs_that_fill_in_everything_are_thanked_and_write_to_nobody(
    instance: "Instance", write: Callable[..., str], client: "FlaskClient", patient: None
) -> None:
    write({"projet.md": PROJECT})
    app = create_app(
        replace(
            instance,
            settings=replace(instance.settings, smtp_host="127.0.0.1", service_hosts="127.0.0.1"),
        )
    )
    client = app.test_client()
    form = client.get("/-/follow?kind=page&value=projet").get_data(as_text=True)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    data = {**fields, "email": "une@example.org", antispam.DECOY: "http://spam.example"}
    answer = client.post("/-/follow", data=data)
    assert answer.status_code == 200
    with instance.private.reading() as session:
        assert session.scalar(sql("select count(*) from follow_request")) == 0


def test_a_link_to_stop_cannot_be_forged_and_stops_one_thing(
    instance: "Instance", write: Callable[..., str], person: Any, app: "Flask"
) -> None:
    write({"projet.md": PROJECT})
    one, other = person("Une"), person("Autre")
    for target in (Target("page", "projet"), Target("theme", "eau")):
        watch(instance.private, one.id, target)
        watch(instance.private, other.id, target)
    client = app.test_client(use_cookies=False)
    base = len(instance.settings.public_url)
    mine = stop_url(instance, one.id, Target("page", "projet"))[base:]
    everything = stop_url(instance, one.id)[base:]
    payload, signature = mine.rpartition("/")[2].split(".")
    theirs = stop_url(instance, other.id)[base:].rpartition("/")[2].split(".")[0]
    for forged in (f"{payload}.{signature[:-2]}aa", f"{theirs}.{signature}", payload, "x" * 5000):
        url = f"/-/mail/stop/{forged}"
        assert client.get(url).status_code == client.post(url).status_code == 404
    assert "Le projet suivi" in client.get(mine).get_data(as_text=True)
    stopped = client.post(mine)
    assert stopped.headers["Referrer-Policy"] == "no-referrer"
    assert [found.target.value for found in watched(instance.private, one.id)] == ["eau"]
    assert len(watched(instance.private, other.id)) == 2
    undo = re.search(r'name="undo" value="([^"]+)"', stopped.get_data(as_text=True))
    assert undo and client.post("/-/mail/resume", data={"undo": undo[1]}).status_code == 200
    assert len(watched(instance.private, one.id)) == 2
    assert client.post("/-/mail/resume", data={"undo": undo[1] + "a"}).status_code == 404
    for _time in range(2):
        assert client.post(everything).status_code == 200
    assert following(instance.private, one.id).paused
    assert len(watched(instance.private, one.id)) == 2
    assert not following(instance.private, other.id).paused


def test_a_link_to_stop_names_nothing_that_was_closed(
    instance: "Instance", write: Callable[..., str], person: Any, client: "FlaskClient"
) -> None:
    write({"projet.md": PROJECT})
    one = person("Une")
    watch(instance.private, one.id, Target("page", "projet"))
    write({"projet.md": PROJECT.replace("type:", "visibility: team\ntype:")})
    url = stop_url(instance, one.id, Target("page", "projet"))
    page = client.get(url[len(instance.settings.public_url) :]).get_data(as_text=True)
    assert "Le projet suivi" not in page
    assert client.post(url[len(instance.settings.public_url) :]).status_code == 200
    follower = find_follower(instance.private, one.id)
    assert follower is not None and follower.watches == ()
