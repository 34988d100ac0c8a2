"""The mails of an evening as a mail server gets them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from wiki.mail_dispatch import deliver
from wiki.mailer import Mailer
from wiki.testing import free_port

Evening = Any


class Inbox:
    """A mail server that keeps what it is given."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], Any]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.taken.append((list(envelope.rcpt_tos), mail))
        return "250 OK"


@pytest.fixture
def server() -> Iterator[tuple[Controller, Inbox]]:
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller, inbox
    controller.stop()


def test_each_gets_their_own_mail_with_their_own_links(
    evening: Evening, server: tuple[Controller, Inbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    controller, inbox = server
    settings = replace(
        evening.instance.settings,
        smtp_host="127.0.0.1",
        service_hosts="127.0.0.1",
        smtp_port=controller.port,
        smtp_starttls=False,
    )
    site = replace(evening.instance, settings=settings, mailer=Mailer(settings))
    monkeypatch.setattr(evening, "instance", site)
    for who in ("lea", "marc"):
        evening.registers(who)
    evening.asks("zoe@example.net")
    evening.change(starts="2027-03-25T18:30", ends="")
    evening.settle()
    assert deliver(site) == 0, "nothing is left to send"
    to = [recipients for recipients, _mail in inbox.taken]
    assert sorted(to) == sorted(
        [["lea@example.org"]] * 2 + [["marc@example.org"]] * 2 + [["zoe@example.net"]]
    )
    links: dict[str, set[str]] = {}
    for (recipient,), mail in inbox.taken:
        text = mail.get_body(("plain",)).get_content()
        html = mail.get_body(("html",)).get_content()
        others = {"lea@example.org", "marc@example.org", "zoe@example.net"} - {recipient}
        assert not [one for one in others if one in text + html]
        found = set(re.findall(r"/registrations/mine/([\w.-]+)", text))
        assert found == set(re.findall(r"/registrations/mine/([\w.-]+)", html))
        links.setdefault(recipient, set()).update(found)
    assert all(len(found) == 1 for found in links.values())
    assert len(set().union(*links.values())) == 3
