"""Forms that begin with the questions: what a visitor typed is there when their account is."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from wiki.app import create_app
from wiki.mail_dispatch import deliver
from wiki.people import deposits
from wiki.people.accounts import find_person
from wiki.testing import read_mail, text_of
from wiki.web import antispam

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

BASE = "https://wiki.example.org"
TYPED = {
    "type": "project",
    "title": "Vélos du marais",
    "summary": "Des vélos prêtés.",
    "themes": "",
}
PAGE = "/projets/velos-du-marais"


@pytest.fixture
def settings(settings: Any) -> Any:
    """Others reach the wiki: an account is there once a mail was answered."""
    return replace(settings, base_url=BASE)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms may be sent as soon as they are opened."""
    monkeypatch.setattr(antispam, "FASTEST", 0)


@pytest.fixture
def surfer(app: "Flask") -> "Callable[[], Surfer]":
    return lambda: Surfer(app.test_client())


class Surfer:
    """A browser without a script: it sends the form of the page that it is at."""

    def __init__(self, client: "FlaskClient") -> None:
        self.client, self.url, self.page = client, "", ""
        self.status = 0

    def go(self, url: str) -> str:
        return self._at(url, self.client.get(url, base_url=BASE))

    def send(self, **typed: str) -> str:
        form = re.search(
            r'<form class="form" method="post" action="([^"]+)">.*?</form>', self.page, re.S
        )
        assert form, self.page
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
        sent = self.client.post(form[1], data={**hidden, **typed}, base_url=BASE)
        return self._at(form[1], sent)

    def _at(self, url: str, answer: "TestResponse") -> str:
        while answer.status_code == 303:
            url = answer.location
            answer = self.client.get(url, base_url=BASE)
        self.url, self.status, self.page = url, answer.status_code, answer.get_data(as_text=True)
        return self.page


Surfers = Callable[[], Surfer]


def link_in_mail(instance: "Instance", address: str) -> str:
    deliver(instance)
    files = sorted((instance.settings.instance / "outbox").glob("*.eml"))
    mails = [read_mail(one.read_bytes()) for one in files]
    text = next(text_of(one) for one in reversed(mails) if one["To"] == address)
    found = re.search(rf"{BASE}(/-/last-step/\S+)", text)
    assert found, text
    assert "Vélos" not in text, "what a stranger typed is mailed to nobody"
    return found[1]


def typed(surfers: Surfers, **other: str) -> Surfer:
    """Someone without an account, who has filled in the form and is asked for their address."""
    visitor = surfers()
    assert "Un nom suffit" in visitor.go("/-/new?type=project")
    visitor.send(**{**TYPED, **other})
    assert visitor.url.startswith("/-/last-step/")
    assert "Il reste une chose" in visitor.page and "Des vélos prêtés." in visitor.page
    return visitor


def test_the_questions_come_first_and_the_account_last(
    instance: "Instance", surfer: Surfers
) -> None:
    visitor = surfer()
    read = visitor.client.get("/-/new?type=project", base_url=BASE)
    assert "Set-Cookie" not in read.headers, "who reads a form is given nothing to keep"
    visitor.go("/-/new?type=project")
    assert "titre" in visitor.send(**{**TYPED, "title": ""}) and "Des vélos prêtés." in visitor.page
    visitor.send(**TYPED)
    last = visitor.url
    assert "Il reste une chose" in visitor.page and visitor.url not in (PAGE, "/-/login")
    assert "adresse" in visitor.send(name="Zoé", email="pas une adresse")
    assert "Vélos du marais" in visitor.page
    visitor.go(last)
    assert "Ouvrez le message" in visitor.send(name="Zoé", email="zoe@example.net")
    link = link_in_mail(instance, "zoe@example.net")

    # On another device, and by programs that follow links: only the button does anything.
    phone = surfer()
    phone.go(link)
    assert (
        "Des vélos prêtés." in phone.page
        and find_person(instance.private, "zoe@example.net") is None
    )
    head = instance.repository.head()
    page = phone.send()
    assert phone.url == PAGE and "Vélos du marais" in page and "C’est en place" in page
    assert instance.repository.head() != head
    zoe = find_person(instance.private, "zoe@example.net")
    assert zoe is not None and not zoe.held and zoe.page == "personnes/zoe"
    # Whatever is pressed again leads there, and makes nothing twice.
    head = instance.repository.head()
    for surfing in (phone, visitor, surfer()):
        for url in (link, last):
            surfing.go(url)
            assert surfing.url == PAGE
    assert instance.repository.head() == head
    kept = deposits.find(instance.private, last.rsplit("/", 1)[1])
    assert kept is not None and not kept.fields and not kept.shown


def test_who_has_an_account_keeps_it_by_mail_and_by_logging_in(
    instance: "Instance", surfer: Surfers, person: Callable[..., "Person"]
) -> None:
    from wiki.testing import PASSWORD

    awa = person("Awa")
    visitor = typed(surfer)
    visitor.send(name="Quelqu’un", email=awa.email)
    assert "Ouvrez le message" in visitor.page, "nobody learns who has an account"
    visitor.go(link_in_mail(instance, awa.email))
    visitor.send()
    assert visitor.url == PAGE and "Awa" in visitor.page and "Quelqu’un" not in visitor.page

    other = typed(surfer, themes="vélo")
    last = other.url
    found = re.search(r'href="(/-/login\?[^"]+)"', other.page)
    assert found
    other.go(found[1])
    other.send(email=awa.email, password=PASSWORD)
    assert other.url == last and "un bouton" in other.page, "nothing is sent by going there"
    head = instance.repository.head()
    other.send()
    assert other.url.startswith(PAGE) and other.url != PAGE
    assert instance.repository.head() != head
    # What they laid aside twice is one: the form was sent again, or from two devices.
    again, head = typed(surfer), instance.repository.head()
    again.client = other.client
    again.go(again.url)
    again.send()
    assert again.url == PAGE and instance.repository.head() == head
    # Visitors send the form without a token; whoever is signed in does not.
    head = instance.repository.head()
    assert other.client.post("/-/new", data=TYPED, base_url=BASE).status_code == 400
    assert instance.repository.head() == head


def test_a_link_that_is_too_old_still_shows_what_was_typed(
    instance: "Instance", surfer: Surfers, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = typed(surfer)
    last = visitor.url
    visitor.send(name="Zoé", email="zoe@example.net")
    link = link_in_mail(instance, "zoe@example.net")
    now = instance.private.now()
    monkeypatch.setattr(instance.private, "now", lambda: now + timedelta(hours=2))
    visitor.go(link)
    assert visitor.status == 404 and "Des vélos prêtés." in visitor.page
    # The same page asks for another.
    visitor.send(name="Zoé", email="zoe@example.net")
    assert "Ouvrez le message" in visitor.page
    visitor.go(f"/-/new?kept={last.rsplit('/', 1)[1]}")
    assert 'value="Vélos du marais"' in visitor.page, "it can be changed before it is sent"
    monkeypatch.setattr(instance.private, "now", lambda: now + instance.private.times().deposit)
    visitor.go(last)
    assert visitor.status == 404 and "Des vélos prêtés." not in visitor.page


def test_what_strangers_leave_is_bounded(
    instance: "Instance", surfer: Surfers, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = surfer()
    visitor.go("/-/new?type=project")
    visitor.send(**{**TYPED, "summary": "mot " * deposits.LARGEST})
    assert visitor.status == 413 and "Vélos du marais" in visitor.page
    for limit in ("_NETWORK", "_ALL"):
        monkeypatch.setattr(deposits, limit, 0)
        visitor.go("/-/new?type=project")
        visitor.send(**TYPED)
        assert visitor.status == 429 and "Vélos du marais" in visitor.page
        monkeypatch.undo()
        monkeypatch.setattr(antispam, "FASTEST", 0)


def test_where_nobody_gets_an_account_by_asking_they_fill_in_nothing_for_nothing(
    instance: "Instance",
) -> None:
    closed = replace(instance, settings=replace(instance.settings, registration="closed"))
    visitor = create_app(closed).test_client()
    answer = visitor.get("/-/new?type=project", base_url=BASE)
    assert answer.location.startswith("/-/login?next=")
    assert visitor.post("/-/new", data=TYPED, base_url=BASE).status_code == 403
