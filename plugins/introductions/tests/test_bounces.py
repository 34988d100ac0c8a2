"""A server refuses a mail to one side: who proposed it is told so, and nobody of any address."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from wiki.mail_dispatch import deliver
from wiki.mailer import Mailer
from wiki.testing import free_port

GONE = "partie@example.net"


class Server:
    """Takes mails, but for one box that is gone."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == GONE:
            return f"550 5.1.1 <{address}>: no such box"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        self.taken += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def server() -> Iterator[tuple[Server, int]]:
    held, port = Server(), free_port()
    controller = Controller(held, hostname="127.0.0.1", port=port)
    controller.start()
    yield held, port
    controller.stop()


@pytest.fixture
def village(village: Any, server: tuple[Server, int], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The same with a mail server."""
    smtp = {
        "smtp_host": "127.0.0.1",
        "service_hosts": "127.0.0.1",
        "smtp_port": server[1],
        "smtp_starttls": False,
    }
    settings = replace(village.instance.settings, **smtp)
    site = replace(village.instance, settings=settings, mailer=Mailer(settings))
    monkeypatch.setattr(village, "instance", site)
    return village


def test_a_refused_mail_is_told_to_who_proposed_it(
    village: Any, server: tuple[Server, int], caplog: pytest.LogCaptureFixture
) -> None:
    village.proposes(whom="", name="Une experte", email=GONE)
    deliver(village.instance)
    assert server[0].taken == [village.people["awa"].email]
    for url in ("/-/introductions", "/-/queue"):
        page = village.see("cara", url)
        if url == "/-/introductions":
            assert "L’adresse de Une experte ne répond pas" in page
        assert GONE not in page
    page = village.see("awa", "/-/introductions")
    assert "ne répond pas" not in page, "the other side is not told of anybody's box"
    assert GONE not in caplog.text and "no such box" not in "".join(village.shown)


def test_a_refused_answer_of_a_visitor_asks_nobody(
    village: Any, server: tuple[Server, int]
) -> None:
    from wiki.reading import Reader

    beginning, someone = village.part("requests"), village.part("someone")
    reader = Reader(village.instance, None)
    subject = village.part("subjects").subject_of(reader, "b-aaaaaaaa")
    visitor = someone.visitor(village.instance, "Zoé", GONE, "fr")
    beginning.answer(reader, subject, visitor, "Oui.", hidden=False, origin="192.0.2.1")
    deliver(village.instance)
    assert server[0].taken == []
    village.now += village.part("store").CONFIRMING * 2
    village.part("jobs").run(village.instance)
    assert village.part("store").find_all(village.instance) == [], "it is forgotten"
